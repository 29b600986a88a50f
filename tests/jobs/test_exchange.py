"""Rows that tasks hand to each other: all of a key come together, each once."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from jobs.buckets import Bucket
from jobs.exchange import exchanged
from jobs.passes import by_bucket

pytestmark = pytest.mark.spark
SCHEMA = StructType().add("owner", "string").add("total", "long").add("longest", "string")


def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
    """Give 300 rows of 40 owners, in two batches."""
    numbers = range(bucket.at * 300, bucket.at * 300 + 300)
    rows = pl.DataFrame(
        {
            "owner": [f"o{n % 40}" for n in numbers],
            "number": list(numbers),
            "text": ["é" * (n % 9) or None for n in numbers],
        }
    )
    for part in (rows[:100], rows[100:]):
        yield from part.to_arrow().to_batches()


def totals(rows: pl.DataFrame) -> pa.Table:
    made = rows.group_by("owner").agg(
        pl.col("number").sum().alias("total"), pl.col("text").max().alias("longest")
    )
    target = pa.schema([("owner", "string"), ("total", "int64"), ("longest", "string")])
    return made.to_arrow().cast(target)


@pytest.mark.parametrize("count", [1, 3])
def test_all_rows_of_a_key_come_to_one_task(spark: SparkSession, count: int) -> None:
    assert spark
    rows = by_bucket(4, of_bucket, StructType())
    found = exchanged(rows, "owner", count, totals, SCHEMA).frame().collect()
    assert sorted(found) == sorted(
        (f"o{owner}", sum(range(owner, 1200, 40)), "é" * max(n % 9 for n in range(owner, 1200, 40)))
        for owner in range(40)
    )


def test_no_row_is_no_row(spark: SparkSession) -> None:
    assert spark
    none = by_bucket(2, lambda _: iter(()), StructType())
    assert exchanged(none, "owner", 2, totals, SCHEMA).frame().collect() == []
