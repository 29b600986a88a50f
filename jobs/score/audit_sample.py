"""The listings that people are to look at by chance, a day: what no score chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
from pyspark.sql import DataFrame

from conf import contract
from conf.brand import Brand
from jobs.exchange import exchanged
from jobs.passes import by_bucket
from jobs.score._drawing import banded, drawn, lots, strata
from jobs.score._scoring import REVIEW
from jobs.score.listing_scores import review_lines
from jobs.stored import Stored, bucket_count

if TYPE_CHECKING:
    import pyarrow as pa

    from jobs.buckets import Bucket

KEPT = ("listing_key", "platform", "seller_key", "brand", "suspicion")
BY = ("model_name", "model_version")


def audit_sample(
    listing_scores: Stored,
    listing_sightings: Stored,
    listings: Stored,
    *,
    brands: tuple[Brand, ...],
    today: date,
    audit_a_day: int,
) -> DataFrame:
    """Draw live listings by chance, most of them under the line of review, with a known chance.

    Only what nobody suspects can tell how much is missed. Platform, brand (language where no brand
    shows) and band of the score each get their part; see jobs/score/_drawing.py.
    """
    table = contract.table("audit_sample")
    review = review_lines(brands)

    def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        scores = listing_scores.of(bucket, [*KEPT, *BY])
        live = listing_sightings.of(bucket, ["listing_key", "is_gone"]).filter(~pl.col("is_gone"))
        told = listings.of(bucket, ["listing_key", "language"])
        # scores, live, told: one row a listing
        rows = scores.join(live.select("listing_key"), on="listing_key", how="inner")
        rows = rows.join(told, on="listing_key", how="left")
        found = strata(prepared(rows, review, today), audit_a_day)
        yield from found.with_columns(pl.lit("").alias("all")).to_arrow().to_batches()

    def of_all(parts: pl.DataFrame) -> pa.Table:
        made = drawn(parts, audit_a_day, today).with_columns(pl.lit(today).alias("drawn_on"))
        return made.select(table.names).to_arrow().cast(table.arrow())

    counted = by_bucket(bucket_count((listing_scores, listings)), of_bucket, table.spark())
    return exchanged(counted, "all", 1, of_all, table.spark()).frame()


def prepared(rows: pl.DataFrame, review: dict[str, float], day: date) -> pl.DataFrame:
    """Give rows what a draw needs of them: stratum, line of review and lot."""
    line = pl.col("brand").replace_strict(review, default=REVIEW, return_dtype=pl.Float64)
    known = banded(rows.with_columns(line.alias("review"))).drop("review")
    return known.with_columns(
        pl.coalesce("brand", "language", pl.lit("")).alias("group"),
        lots(known["listing_key"], day).alias("lot"),
    )
