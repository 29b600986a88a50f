"""Who is behind seller accounts: how suspect, how large, where, since when."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from pyspark.sql import DataFrame

from conf import contract
from jobs.stored import Stored
from jobs.vendors._gathered import everything, given

NEW = timedelta(days=30)


def vendors(
    vendor_members: Stored,
    seller_scores: Stored,
    sellers: Stored,
    listing_scores: Stored,
    listing_sightings: Stored,
    listings: Stored,
) -> DataFrame:
    """Sum up each vendor: its accounts, platforms and brands, stock and sales, places and times."""
    members = everything(vendor_members, ("seller_key", "vendor_key", "platform", "probability"))
    accounts = _accounts(
        members,
        everything(seller_scores, ("seller_key", "suspicion", "brands")),
        everything(sellers, ("seller_key", "country")),
    )
    offers = _offers(
        members,
        everything(
            listings,
            ("listing_key", "price_usd", "stock_count", "sold_count", "ships_from_country"),
        ),
        everything(listing_scores, ("listing_key", "is_red_flag")),
        everything(
            listing_sightings,
            ("listing_key", "seller_key", "first_seen_at", "last_seen_at", "is_gone"),
        ),
    )
    return given(summed(accounts, offers), contract.table("vendors"))


def _accounts(members: pl.DataFrame, scores: pl.DataFrame, pages: pl.DataFrame) -> pl.DataFrame:
    # each: one row a seller
    return members.join(scores, on="seller_key", how="left", maintain_order="left").join(
        pages, on="seller_key", how="left", maintain_order="left"
    )


def _offers(
    members: pl.DataFrame, listings: pl.DataFrame, scores: pl.DataFrame, seen: pl.DataFrame
) -> pl.DataFrame:
    """Give a row a listing of a vendor: what is told of it, whether it is there, since when."""
    own = members.select("seller_key", "vendor_key")
    # own: one row a seller; listings, scores, seen: one row a listing
    return (
        seen.join(own, on="seller_key", how="inner", maintain_order="left")
        .join(listings, on="listing_key", how="left", maintain_order="left")
        .join(scores, on="listing_key", how="left", maintain_order="left")
    )


def summed(accounts: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Give one row a vendor.

    Args:
        accounts: seller_key, vendor_key, platform, probability, suspicion, brands, country.
        offers: vendor_key, seller_key, first_seen_at, last_seen_at, is_gone, is_red_flag,
            price_usd, stock_count, sold_count, ships_from_country; a row a listing.

    """
    sure = pl.col("probability").fill_null(1.0)
    of_accounts = accounts.group_by("vendor_key").agg(
        (pl.col("suspicion").fill_null(0.0) * sure).max().alias("suspicion"),
        pl.len().cast(pl.Int64).alias("seller_count"),
        pl.col("platform").unique().sort().alias("platforms"),
        pl.col("brands").explode().drop_nulls().unique().sort().alias("brands"),
        pl.col("probability").min().alias("least_probability"),
    )
    worth = pl.col("price_usd") * pl.col("stock_count").fill_null(1).clip(lower_bound=1)
    is_flag = pl.col("is_red_flag").fill_null(value=False)
    of_offers = offers.group_by("vendor_key").agg(
        pl.len().cast(pl.Int64).alias("listing_count"),
        (~pl.col("is_gone")).sum().cast(pl.Int64).alias("live_count"),
        is_flag.sum().cast(pl.Int64).alias("red_flag_count"),
        pl.when(pl.col("sold_count").count() > 0)
        .then(pl.col("sold_count").sum())
        .alias("sold_count"),
        worth.filter(is_flag & ~pl.col("is_gone")).sum().round(2).alias("flagged_value_usd"),
        pl.col("first_seen_at").min(),
        pl.col("last_seen_at").max(),
    )
    counts = [
        name for name in of_offers.columns if name.endswith("_count") and name != "sold_count"
    ]
    # each: one row a vendor
    return (
        of_accounts.join(of_offers, on="vendor_key", how="left")
        .join(_places(accounts, offers), on="vendor_key", how="left")
        .join(_comings(offers), on="vendor_key", how="left")
        .with_columns(
            pl.col(*counts, "new_seller_count", "closed_count", "came_back_count").fill_null(0),
            pl.col("flagged_value_usd").fill_null(0.0),
            pl.col("countries").fill_null([]),
        )
        .sort("vendor_key")
    )


def _places(accounts: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Give each vendor's countries by how many listings and pages name them."""
    named = pl.concat(
        [
            accounts.select("vendor_key", "country"),
            offers.select("vendor_key", pl.col("ships_from_country").alias("country")),
        ]
    )
    counted = named.drop_nulls().group_by("vendor_key", "country").len()
    order = counted.sort("vendor_key", "len", "country", descending=[False, True, False])
    return order.group_by("vendor_key", maintain_order=True).agg(
        pl.col("country").alias("countries")
    )


def _comings(offers: pl.DataFrame) -> pl.DataFrame:
    """Count accounts that are new, that have gone, and that came after another had gone."""
    lives = offers.group_by("vendor_key", "seller_key").agg(
        pl.col("first_seen_at").min().alias("came"),
        pl.col("last_seen_at").max().alias("seen"),
        pl.col("is_gone").all().alias("is_closed"),
    )
    newest = pl.col("seen").max().over("vendor_key")
    first_gone = pl.col("seen").filter(pl.col("is_closed")).min().over("vendor_key")
    return (
        lives.with_columns(
            (pl.col("came") > newest - NEW).alias("is_new"),
            (pl.col("came") > first_gone).alias("came_back"),
        )
        .group_by("vendor_key")
        .agg(
            pl.col("is_new").sum().cast(pl.Int64).alias("new_seller_count"),
            pl.col("is_closed").sum().cast(pl.Int64).alias("closed_count"),
            pl.col("came_back").sum().cast(pl.Int64).alias("came_back_count"),
        )
    )
