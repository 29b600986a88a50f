"""Keys lie in buckets by numbers that both engines make alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import buckets
from jobs.buckets import Bucket

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TEXTS = ["", "a", "bazaar:1", "\u4eff\u8868 1:1", "x" * 31, "x" * 32, "x" * 200, "\U0001f60a", None]


@pytest.mark.spark
def test_numbers_are_those_of_spark(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(text,) for text in TEXTS], "text string")
    told = rows.selectExpr("IF(text IS NULL, NULL, xxhash64(text)) AS number").collect()
    assert buckets.numbers(pl.Series(TEXTS)).to_list() == [row["number"] for row in told]


@pytest.mark.parametrize(
    ("rows", "count"), [(0, 1), (1, 1), (250_000, 1), (250_001, 2), (10_000_000, 64)]
)
def test_a_bucket_has_so_many_rows(rows: int, count: int) -> None:
    assert buckets.count_for(rows) == count


@given(st.lists(st.text(), min_size=1), st.integers(0, 6), st.integers(0, 6))
def test_a_key_lies_in_buckets_that_may_share_it(texts: list[str], fewer: int, more: int) -> None:
    numbers = buckets.numbers(pl.Series(texts))
    at = [buckets.of_numbers(numbers, 2**power).to_list() for power in (fewer, more)]
    for one, other in zip(*at, strict=True):
        assert Bucket(one, 2**fewer).may_share(Bucket(other, 2**more))
        assert buckets.of_file(buckets.file_name(Bucket(one, 2**fewer))) == Bucket(one, 2**fewer)


def test_a_file_of_another_name_may_hold_any_key() -> None:
    assert buckets.of_file("part-00000-1.c000.zstd.parquet") == buckets.EVERY
    assert all(buckets.EVERY.may_share(Bucket(at, 8)) for at in range(8))
