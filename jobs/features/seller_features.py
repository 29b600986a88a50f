"""One row a seller: every feature that only its listings together tell."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
from pyspark.sql.types import StructType

from conf import contract
from jobs import catalogue
from jobs.buckets import Bucket
from jobs.exchange import exchanged
from jobs.facts import read_facts
from jobs.passes import Pass, by_bucket
from jobs.stored import Stored, bucket_count

KEYS = ("seller_key", "listing_key")


def seller_features(listings: Stored, listing_matches: Stored, sellers: Stored) -> Pass:
    """Aggregate each seller's listings into the group features.

    Each bucket of listings tells the row features that are aggregated; then all rows of a seller
    come to one task, and nothing wider than those.
    """
    table = contract.table("seller_features")
    made, plain = _inputs()
    columns = {*plain, *catalogue.fact_columns(made)}
    none_yet = Stored(table)

    def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        facts = read_facts(bucket, columns, listings, listing_matches, sellers, none_yet)
        yield from inputs_of(facts).to_arrow().to_batches()

    def of_sellers(rows: pl.DataFrame) -> pa.Table:
        return grouped(rows).select(table.names).to_arrow().cast(table.arrow())

    count = bucket_count((listings, listing_matches))
    rows = by_bucket(count, of_bucket, StructType())
    return exchanged(rows, "seller_key", count, of_sellers, table.spark())


def inputs_of(facts: pl.DataFrame) -> pl.DataFrame:
    """Give what the group features read of each listing that a seller is known of."""
    made, plain = _inputs()
    # Averages skip null, not NaN.
    features = [one.fill_nan(None) for one in catalogue.expressions(made)]
    known = facts.lazy().filter(pl.col("seller_key").is_not_null())
    return known.select(*KEYS, *plain, *features).collect()


def _inputs() -> tuple[list[str], list[str]]:
    """Name the row features, and the plain facts, that the group features read."""
    inputs = sorted({name for one in catalogue.group_features() for name in one.inputs})
    made = [name for name in inputs if name in catalogue.catalogue()]
    return made, [name for name in inputs if name not in made]


def grouped(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the group features of each seller among rows of their inputs."""
    # In one order: what floating point adds up depends on it.
    ordered = rows.sort(KEYS).lazy().with_columns(pl.col(pl.Float32).cast(pl.Float64))
    return ordered.group_by("seller_key").agg(catalogue.aggregates()).collect()
