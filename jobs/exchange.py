"""Rows that tasks hand to each other by a key, as bytes that Spark carries and does not look into.

What one task has for another goes as one row of one Arrow stream. Spark's own shuffle of the same
columns takes each row apart, cell by cell, and puts it together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl
from pyspark.sql.types import StructType

from jobs import buckets
from jobs.passes import Pass

if TYPE_CHECKING:
    import pyarrow as pa

_TO, _ROWS = "_to", "_rows"


def exchanged(
    made: Pass, key: str, count: int, last: Callable[[pl.DataFrame], pa.Table], schema: StructType
) -> Pass:
    """Give what a function makes of all rows of some keys, so many tasks of them.

    Args:
        made: rows with a text column `key`, not null.
        key: rows of one key come together.
        count: of tasks.
        last: of the rows of a task, in no certain order; not asked where there is no row.
        schema: of what it gives.

    """
    first = made.kernel

    def give(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in first(batches):
            yield _packed(pl.DataFrame(batch), key, count)

    def take(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        packs = [pack for batch in batches for pack in batch.column(_ROWS).to_pylist()]
        if packs:
            yield from last(pl.concat(map(_unpacked, packs))).to_batches()

    packed = made.rows.mapInArrow(give, f"{_TO} int, {_ROWS} binary")
    return Pass(packed.repartitionById(count, _TO), take, schema)


def _packed(rows: pl.DataFrame, key: str, count: int) -> pa.RecordBatch:
    import pyarrow as pa

    parts = buckets.parted(rows, buckets.of_numbers(buckets.numbers(rows[key]), count))
    to, packs = pa.array(parts.keys(), pa.int32()), map(_pack, parts.values())
    return pa.record_batch([to, pa.array(packs, pa.binary())], [_TO, _ROWS])


def _pack(rows: pl.DataFrame) -> bytes:
    content = BytesIO()
    rows.write_ipc_stream(content, compression="lz4")
    return content.getvalue()


def _unpacked(pack: bytes) -> pl.DataFrame:
    return pl.read_ipc_stream(BytesIO(pack))
