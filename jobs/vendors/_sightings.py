"""Where identifiers stand: the texts of a seller's listings and page, and what they show."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from jobs.buckets import Bucket
from jobs.stored import Stored
from jobs.vendors._identifiers import identifiers
from jobs.vendors._sieve import may_hold

_EVIDENCE = ("observed_at", "observation_id", "capture_id")
_OF_LISTING = ("title", "description", "outgoing_urls")
_OF_PAGE = ("name", "about", "contact")
_TIME = pl.Datetime("us", "UTC")
_TEXT = pl.String()
# One text a row; `place` and `text` are null in the row that tells a seller's country.
TEXTS: dict[str, pl.DataType] = {
    "seller_key": _TEXT,
    "platform": _TEXT,
    "country": _TEXT,
    "place": _TEXT,
    "text": _TEXT,
    "listing_key": _TEXT,
    "observed_at": _TIME,
    "observation_id": _TEXT,
    "capture_id": _TEXT,
}
_FOUND = {
    "text": _TEXT,
    "region": _TEXT,
    "kind": _TEXT,
    "value": _TEXT,
    "shown_text": _TEXT,
}


def of_listings(bucket: Bucket, listings: Stored) -> pl.DataFrame:
    """Give the texts of a bucket's listings that may hold identifiers, one a row."""
    keys = ("listing_key", "seller_key", "platform", "ships_from_country")
    rows = listings.of(bucket, [*keys, *_OF_LISTING, *_EVIDENCE])
    known = rows.filter(pl.col("seller_key").is_not_null()).with_columns(
        pl.col("outgoing_urls").list.join("\n"),
        pl.col("ships_from_country").alias("country"),
    )
    parts = [_texts(known, name, f"listing.{name}") for name in _OF_LISTING]
    return pl.concat(parts)


def of_pages(bucket: Bucket, sellers: Stored) -> pl.DataFrame:
    """Give the texts of a bucket's sellers that may hold identifiers, and each one's country."""
    rows = sellers.of(bucket, ["seller_key", "platform", "country", *_OF_PAGE, *_EVIDENCE])
    rows = rows.with_columns(pl.lit(None, pl.String).alias("listing_key"))
    countries = rows.filter(pl.col("country").is_not_null()).select(
        (pl.col(name) if name in {"seller_key", "country"} else pl.lit(None, kind)).alias(name)
        for name, kind in TEXTS.items()
    )
    return pl.concat([countries, *(_texts(rows, name, f"seller.{name}") for name in _OF_PAGE)])


def sightings(rows: pl.DataFrame, home_countries: Mapping[str, str]) -> pl.DataFrame:
    """Give each seller's identifiers: one row a kind and value.

    Args:
        rows: as TEXTS says, all of some sellers.
        home_countries: the country of each platform, for sellers whose own is not known.

    """
    seen = _found(_with_region(rows, home_countries))
    # What a listing shows goes before what only the seller's page does; the newest is the last.
    order = [pl.col("listing_key").is_not_null(), "observed_at", "listing_key", "place"]
    newest = ("shown_text", "listing_key", "observation_id", "capture_id")
    return (
        seen.sort(order)
        .group_by("seller_key", "kind", "value", maintain_order=True)
        .agg(
            pl.col("place").unique().sort().alias("places"),
            pl.col("listing_key").drop_nulls().n_unique().cast(pl.Int64).alias("listing_count"),
            pl.col("observed_at").min().alias("first_seen_at"),
            pl.col("observed_at").max().alias("last_seen_at"),
            *(pl.col(name).last() for name in newest),
        )
    )


def _texts(rows: pl.DataFrame, column: str, place: str) -> pl.DataFrame:
    """Give one column's texts that may hold identifiers."""
    held = rows.filter(may_hold(rows[column]).fill_null(value=False))
    named = held.with_columns(pl.col(column).alias("text"), pl.lit(place).alias("place"))
    return named.select(pl.col(name).cast(kind) for name, kind in TEXTS.items())


def _with_region(rows: pl.DataFrame, home_countries: Mapping[str, str]) -> pl.DataFrame:
    """Give the texts, and the country whose telephone numbers need no prefix in each."""
    is_text = pl.col("text").is_not_null()
    own = rows.filter(~is_text).select("seller_key", pl.col("country").alias("own"))
    home = pl.col("platform").replace_strict(
        dict(home_countries), default=None, return_dtype=pl.String
    )
    # own: one row a seller
    return (
        rows.filter(is_text)
        .join(own, on="seller_key", how="left")
        .with_columns(pl.coalesce("own", "country", home).alias("region"))
    )


def _found(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a row for each identifier in each text; equal texts are read once."""
    different = rows.select("text", "region").unique(maintain_order=True)
    found = [
        (text, region, one.kind, one.value, one.shown_text)
        for text, region in different.iter_rows()
        for one in identifiers(text, region)
    ]
    told = pl.DataFrame(found, schema=_FOUND, orient="row")
    # told: one row a kind and value of a text
    return rows.join(told, on=["text", "region"], how="inner", nulls_equal=True)
