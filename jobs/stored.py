"""A table as a job's tasks read it themselves: file by file, in Polars.

A job that names an input `Stored` gets its files in place of a Spark frame. Tables of the same key
lie in the same buckets (jobs/buckets.py), so a task lays one bucket of each beside the others and
no row is moved; Spark only says which task takes which bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from conf import shapes
from conf.contract import Table
from conf.place import Place, place
from jobs import buckets, files
from jobs.buckets import Bucket
from jobs.merging import nothing

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class Scope(msgspec.Struct, frozen=True):
    """Whose rows are meant: a column, and the file of its values' numbers."""

    by: str
    numbers: str


class Stored(msgspec.Struct, frozen=True):
    """The files of a table at a version, and which of their rows are meant: all, or some keys'."""

    table: Table
    root: str = ""
    paths: tuple[str, ...] = ()
    scope: Scope | None = None

    def of(self, bucket: Bucket, columns: Sequence[str]) -> pl.DataFrame:
        """Read the rows of one bucket, in no certain order."""
        scope = self.scope
        columns = _once(columns)
        if scope is not None and self._numbers(bucket, scope).is_empty():
            return nothing(self.table).select(columns)
        asked = _once([*columns, *([scope.by] if scope else ())])
        found = [nothing(self.table).select(asked)]
        for path in self.paths:
            own = buckets.of_file(path)
            if own.may_share(bucket):
                found.append(self._read(path, asked, bucket if own.count < bucket.count else None))
        rows = pl.concat(found)
        return rows.filter(self.is_meant(bucket, rows)).select(columns)

    def is_meant(self, bucket: Bucket, rows: pl.DataFrame) -> pl.Series:
        """Tell of rows of a bucket whether they are meant; they have the column of the scope."""
        if self.scope is None:
            return pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)  # noqa: FBT003 - a literal of Polars
        numbers = self._numbers(bucket, self.scope).implode()
        return buckets.numbers(rows[self.scope.by]).is_in(numbers).fill_null(value=False)

    def of_keys(self, keys: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Read the rows of some keys; a file at a time, as the table may be larger than memory."""
        (key,) = self.table.key
        wanted = keys.drop_nulls().unique().alias(key).to_frame()
        columns = _once(columns)
        asked = _once([key, *columns])
        read = (self._read(path, asked) for path in self.paths)
        found = (rows.join(wanted, on=key, how="semi") for rows in read)
        return pl.concat([nothing(self.table).select(asked), *found]).select(columns)

    def _numbers(self, bucket: Bucket, scope: Scope) -> pl.Series:
        """Give the numbers in scope that a bucket may hold: of its own keys they say it."""
        numbers = told_numbers(scope.numbers)
        if self.table.key != (scope.by,):
            return numbers
        return numbers.filter(buckets.of_numbers(numbers, bucket.count) == bucket.at)

    def _read(self, path: str, columns: Sequence[str], only: Bucket | None = None) -> pl.DataFrame:
        """Read columns of a file; of a coarser bucket's file the rows that a finer one has."""
        where = place(self.root) / path
        if only is None:
            return _as_promised(where, self.table, columns)
        rows = _as_promised(where, self.table, _once([*columns, *self.table.key]))
        at = buckets.of_numbers(buckets.key_numbers(rows, self.table.key), only.count)
        return rows.filter(at == only.at).select(columns)


def bucket_count(tables: Iterable[Stored]) -> int:
    """Give how many buckets hold tables beside each other: as many as the finest has."""
    counts = [buckets.of_file(path).count for table in tables for path in table.paths]
    return max(counts, default=1)


def _as_promised(where: Place, table: Table, columns: Sequence[str]) -> pl.DataFrame:
    """Read columns that a file of before may call otherwise, or lack; those are null."""
    scan = files.scan(where)
    places = shapes.mapped(scan.collect_schema().names(), table)
    kinds = nothing(table).select(columns).schema
    return scan.select(
        (pl.col(places[name]) if name in places else pl.lit(None)).cast(kind).alias(name)
        for name, kind in kinds.items()
    ).collect()


@lru_cache(maxsize=4)
def told_numbers(path: str) -> pl.Series:
    """Read numbers that a run told its tasks in a file; once a process."""
    return files.read(place(path))["_number"]


def tell(numbers: DataFrame, path: Place) -> str:
    """Write the numbers of a narrow frame for tasks to read; gives where."""
    files.write(pl.DataFrame(numbers.toArrow()), path)
    return str(path)


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))
