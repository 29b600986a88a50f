"""What is known of sellers, gathered from the tables for linking: what they show, and traits."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from pyspark.sql import DataFrame, SparkSession

from conf.contract import Table
from jobs.buckets import Bucket
from jobs.stored import Stored
from jobs.vendors._kinds import KINDS

ALL = Bucket(0, 1)
# Tables that `gathered` reads, in its order.
GATHERED = ("identifiers", "seller_traces", "sellers", "seller_features", "listing_matches")
POSTURES = (
    "seller_median_price_to_reference",
    "seller_price_ratio_spread",
    "seller_median_price_log",
    "share_whole_price",
)
MESSENGERS = ("wechat", "telegram", "line", "instagram", "skype", "kik", "tiktok", "weibo")
HOSTED = ("page", "domain")
LEAST_NAME = 6  # characters; shorter ones anybody may choose
_VOUCHED = 0.5  # of a seller's listings, for a brand to stand for the seller
_HOURS = 24


def everything(table: Stored, columns: Sequence[str]) -> pl.DataFrame:
    """Read all rows of a table, on this machine, in the order of its key."""
    rows = table.of(ALL, [*dict.fromkeys([*table.table.key, *columns])])
    return rows.sort(table.table.key).select(columns)


def given(rows: pl.DataFrame, table: Table) -> DataFrame:
    """Give rows that were made on this machine to Spark, as their contract has them."""
    spark = SparkSession.getActiveSession()
    assert spark is not None  # noqa: S101 - jobs run in one
    if rows.is_empty():  # Arrow has no chunk to tell a type by
        return spark.createDataFrame([], table.spark())
    return spark.createDataFrame(
        rows.select(table.names).to_arrow().cast(table.arrow()), table.spark()
    )


def gathered(
    identifiers: Stored,
    seller_traces: Stored,
    sellers: Stored,
    seller_features: Stored,
    listing_matches: Stored,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give what sellers show that others may share, and their traits.

    Returns:
        seller_key, kind, value, listing_count; and what `traits` gives.

    """
    columns = ("seller_key", "kind", "value", "listing_count")
    traces = everything(seller_traces, columns)
    both = pl.concat([named(everything(identifiers, columns)), traces])
    shown = both.filter(pl.col("kind").is_in(KINDS))
    return shown, traits(traces, sellers, seller_features, listing_matches)


def named(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Put a messenger's name in place of an album or shop that bears it.

    Who writes as abc12345 on WeChat has an album at abc12345.albums.example: one name, that one
    account shows and the other leads to. In its place and not beside it, so that it counts once.

    Args:
        identifiers: seller_key, kind, value, listing_count.

    """
    value, kind = pl.col("value"), pl.col("kind")
    names = identifiers.filter(kind.is_in(MESSENGERS)).select(
        value.str.to_lowercase().alias("_label"), kind.alias("_kind")
    )
    # names: one row a name; of two messengers the first by the alphabet
    names = names.sort("_label", "_kind").unique("_label", keep="first", maintain_order=True)
    host = value.str.split("/").list.first().str.split(".")
    is_hosted = kind.is_in(HOSTED) & (host.list.len() > 2)  # noqa: PLR2004 - a name before a domain
    label = pl.when(is_hosted).then(host.list.first().str.to_lowercase())
    both = identifiers.with_columns(label.alias("_label")).join(
        names, on="_label", how="left", maintain_order="left"
    )
    is_known = pl.col("_kind").is_not_null() & (pl.col("_label").str.len_chars() >= LEAST_NAME)
    told = both.with_columns(
        pl.when(is_known).then("_kind").otherwise(kind).alias("kind"),
        pl.when(is_known).then("_label").otherwise(value).alias("value"),
    )
    return told.group_by("seller_key", "kind", "value", maintain_order=True).agg(
        pl.col("listing_count").max()
    )


def traits(
    traces: pl.DataFrame, sellers: Stored, seller_features: Stored, listing_matches: Stored
) -> pl.DataFrame:
    """Give one row a seller: platform, name_folded, open_days, is_trusted, brands, hours, postures.

    `open_days` is counted to the day on which the seller's page was seen as it is; `hours` are
    listings by hour of the day, UTC, null where no platform tells.
    """
    pages = everything(sellers, ("seller_key", "name_folded", "since_on", "observed_at"))
    features = everything(seller_features, ("seller_key", "share_trusted", *POSTURES))
    offered = everything(listing_matches, ("seller_key", "brand")).drop_nulls()
    brands = offered.group_by("seller_key").agg(pl.col("brand").unique().sort().alias("brands"))
    open_days = (pl.col("observed_at").dt.date() - pl.col("since_on")).dt.total_days()
    every = pl.concat([pages.select("seller_key"), features.select("seller_key")]).unique()
    # each: one row a seller
    return (
        every.sort("seller_key")
        .join(pages, on="seller_key", how="left", maintain_order="left")
        .join(features, on="seller_key", how="left", maintain_order="left")
        .join(brands, on="seller_key", how="left", maintain_order="left")
        .join(_hours(traces), on="seller_key", how="left", maintain_order="left")
        .select(
            "seller_key",
            pl.col("seller_key").str.split(":").list.first().alias("platform"),
            "name_folded",
            open_days.alias("open_days"),
            (pl.col("share_trusted") >= _VOUCHED).fill_null(value=False).alias("is_trusted"),
            pl.col("brands").fill_null([]),
            "hours",
            *(pl.col(name).alias(f"posture_{name}") for name in POSTURES),
        )
    )


def _hours(traces: pl.DataFrame) -> pl.DataFrame:
    timed = traces.filter(pl.col("kind") == "hour")
    counts = [
        pl.col("listing_count").filter(pl.col("value") == str(hour)).sum().cast(pl.Float64)
        for hour in range(_HOURS)
    ]
    each = timed.group_by("seller_key").agg(
        one.alias(f"_{hour}") for hour, one in enumerate(counts)
    )
    return each.select(
        "seller_key", pl.concat_list([f"_{hour}" for hour in range(_HOURS)]).alias("hours")
    )
