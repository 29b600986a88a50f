"""Which file of a table a key lies in: files are buckets by the number of their rows' keys.

A table that merges has 1, 2, 4 … files; a row lies in the one that the remainder of its key's
number names. So a change is written into the files of its keys, whatever else is stored, and what
is made is laid beside what is stored file by file. Which bucket a file is stands in its name; a
file of another name (somebody else wrote it) may hold any key.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

import msgspec
import polars as pl
import xxhash

MOST_ROWS = 250_000  # that one bucket is made for
_SEED = 42  # Spark's
_NAME = re.compile(r"^(\d{5})-of-(\d{5})-[0-9a-f]{32}\.parquet$")
_BETWEEN = "\x1f"


class Bucket(msgspec.Struct, frozen=True):
    """One of so many parts of a table."""

    at: int
    count: int

    def may_share(self, other: Bucket) -> bool:
        """Tell whether a key may lie in both; counts are powers of two."""
        least = min(self.count, other.count)
        return self.at % least == other.at % least


EVERY = Bucket(0, 1)


def numbers(values: pl.Series) -> pl.Series:
    """Give 64 bits of each text, as Spark's `xxhash64` does; null for null."""
    digest = xxhash.xxh64_intdigest
    found = [None if one is None else digest(one.encode(), _SEED) for one in values.to_list()]
    return pl.Series(values.name, found, dtype=pl.UInt64).reinterpret(signed=True)


def key_numbers(rows: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Give a number of each row's key; of a key of one text column, that of `numbers`."""
    if len(key) == 1 and rows.schema[key[0]] == pl.String:
        return numbers(rows[key[0]])
    joined = pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator=_BETWEEN)
    return numbers(rows.select(joined.alias("key")).to_series())


def count_for(rows: int) -> int:
    """Give how many buckets so many rows are worth."""
    count = 1
    while count * MOST_ROWS < rows:
        count *= 2
    return count


def of_numbers(numbers: pl.Series, count: int) -> pl.Series:
    """Give the bucket of each key's number."""
    return numbers.reinterpret(signed=False) % count


def parted(rows: pl.DataFrame, at: pl.Series) -> dict[int, pl.DataFrame]:
    """Give the rows of each bucket; `at` is each row's."""
    parts = rows.with_columns(at.alias("_at")).partition_by("_at", include_key=False, as_dict=True)
    return {int(bucket): some for (bucket,), some in parts.items()}


def file_name(bucket: Bucket) -> str:
    """Give a new name for a bucket's file."""
    return f"{bucket.at:05d}-of-{bucket.count:05d}-{uuid.uuid4().hex}.parquet"


def of_file(path: str) -> Bucket:
    """Give the bucket that a file is, by its name."""
    found = _NAME.match(path)
    return Bucket(int(found[1]), int(found[2])) if found else EVERY
