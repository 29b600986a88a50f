"""Some columns of tables of one key, laid beside each other bucket by bucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import polars as pl
from pyspark.sql.types import StructField, StructType

from jobs import buckets
from jobs.among import NUMBER
from jobs.passes import Pass, by_bucket
from jobs.stored import Stored, bucket_count

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from jobs.buckets import Bucket

Part = tuple[Stored, Sequence[str]]  # a table and the columns that are wanted of it


def beside(
    first: Part,
    *others: Part,
    how: Literal["inner", "left"] = "inner",
    where: pl.Expr | None = None,
) -> Pass:
    """Give a row for each of the first table's that `where` is true of, and of the others' beside.

    Args:
        first: a table and its columns that are wanted.
        others: tables of the same key.
        how: whether a row that one of them lacks is left out, or has nulls there.
        where: of the first's wanted columns.

    """
    parts = (first, *others)
    key = first[0].table.key
    fields = [table.table.spark()[name] for table, names in parts for name in names]
    schema = StructType([StructField(one.name, one.dataType) for one in fields])
    arrow = [table.table.arrow().field(name) for table, names in parts for name in names]

    def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        table, names = first
        rows = table.of(bucket, [*key, *names]).filter(True if where is None else where)
        for table, names in others:
            rows = rows.join(table.of(bucket, [*key, *names]), on=key, how=how)
        target = pa.schema([field.with_nullable(True) for field in arrow])  # noqa: FBT003 - Arrow's own
        yield from rows.select(target.names).to_arrow().cast(target).to_batches()

    return by_bucket(bucket_count(table for table, _ in parts), of_bucket, schema)


def numbers(table: Stored, column: str) -> DataFrame:
    """Give the numbers of a column's values in the rows that are meant, null left out."""

    def of_bucket(bucket: Bucket) -> Iterator[pa.RecordBatch]:
        found = buckets.numbers(table.of(bucket, [column])[column].drop_nulls().unique())
        yield from found.alias(NUMBER).to_frame().to_arrow().to_batches()

    schema = StructType().add(NUMBER, "long")
    return by_bucket(bucket_count([table]), of_bucket, schema).frame()
