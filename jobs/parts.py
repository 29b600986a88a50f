"""Made rows as parts: held to their contract and laid into buckets by whoever makes them.

A part is an Arrow file of one task's rows of one bucket, in a folder of the run beside the tables;
nobody else looks there, and the next run of the same table clears it. In a bucket it is there when
its task is done: until then it grows in a file of the task's own machine.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pyarrow as pa

from conf.contract import Table
from conf.place import Place, S3Path, place
from jobs import buckets, files, rules
from jobs.marks import BAD, WHOLE
from jobs.passes import Pass, composed
from jobs.rules import Broken
from jobs.stored import told_numbers

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.reader import Lake

FOLDER = "_parts"
_HELD = 50_000  # rows that a task holds before it lays them into buckets
_ASIDE = -1
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")


class Told(msgspec.Struct):
    """What one task tells of the rows that it made."""

    rows: int = 0
    bad: int = 0
    faults: dict[str, Broken] = {}
    paths: dict[int, str] = {}


class Parts(msgspec.Struct):
    """All rows that a job made: where they are, and what is wrong with them."""

    count: int  # of buckets
    rows: int = 0
    bad: int = 0
    faults: dict[str, Broken] = {}
    paths: dict[int, list[str]] = {}  # by bucket

    def aside(self) -> pl.DataFrame:
        """Give key, broken rules and JSON of the rows that break a rule."""
        return pl.concat([files.read_arrow(place(path)) for path in self.paths[_ASIDE]])

    def of(self, bucket: int) -> tuple[str, ...]:
        """Give the parts of one bucket."""
        return tuple(sorted(self.paths.get(bucket, ())))


@contextmanager
def folder(lake: Lake, table: str) -> Iterator[Place]:
    """Give a new folder for a run's parts; what a killed run of the table left is cleared."""
    home = lake.path(FOLDER) / table
    _clear(home)
    own = home / uuid.uuid4().hex
    own.mkdir(parents=True)
    try:
        yield own
    finally:
        _clear(home)


def _clear(home: Place) -> None:
    if isinstance(home, S3Path):
        home.clear()
    else:
        shutil.rmtree(home, ignore_errors=True)


def make(
    made: DataFrame | Pass, table: Table, count: int, where: Place, whole_of: str | None = None
) -> Parts:
    """Make a job's rows, as parts of so many buckets.

    Rows of keys whose numbers are in the file `whole_of` are marked as made of all there is.
    """
    lay = layer(table, count, str(where), whole_of)
    found = Parts(count)
    for row in composed(made, lay, "told binary").collect():
        one = msgspec.json.decode(row["told"], type=Told)
        found.rows += one.rows
        found.bad += one.bad
        rules.count_in(found.faults, one.faults)
        for bucket, path in one.paths.items():
            found.paths.setdefault(bucket, []).append(path)
    return found


def layer(
    table: Table, count: int, where: str, whole_of: str | None
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Give the function that lays made rows into buckets and tells of them."""

    def lay(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        laid = _Laid(table, count, where, whole_of)
        for batch in batches:
            laid.take(pl.DataFrame(pa.Table.from_batches([batch])))
        told = msgspec.json.encode(laid.close())
        yield pa.record_batch([pa.array([told], pa.binary())], names=["told"])

    return lay


class _Laid:
    """The parts that one task makes."""

    def __init__(self, table: Table, count: int, where: str, whole_of: str | None) -> None:
        self._table, self._count, self._whole_of = table, count, whole_of
        self._where = place(where)
        scratch = tempfile.TemporaryDirectory() if isinstance(self._where, S3Path) else None
        self._scratch = scratch  # where parts grow that are brought elsewhere
        self._rules = list(rules.rules(table))
        self._held: list[pl.DataFrame] = []
        self._files: dict[int, tuple[str, pa.ipc.RecordBatchFileWriter]] = {}
        self._told = Told()
        self._name = uuid.uuid4().hex

    def take(self, rows: pl.DataFrame) -> None:
        if not rows.height:
            return
        hidden = sorted(name for name in rows.columns if name.startswith("_"))
        marked = rules.marked(rows.select(*self._table.names, *hidden), self._rules)
        self._held.append(marked)
        self._told.rows += rows.height
        if marked[BAD].any():
            self._see(marked.filter(BAD))
        if sum(one.height for one in self._held) >= _HELD:
            self._lay()

    def close(self) -> Told:
        """Close every part; gives what there is to tell."""
        self._lay()
        for at, (name, file) in self._files.items():
            file.close()
            self._told.paths[at] = str(self._where / name)
            if isinstance(self._where, S3Path):
                (self._where / name).upload(Path(self._grows_at(name)))
        if self._scratch:
            self._scratch.cleanup()
        return self._told

    def _grows_at(self, name: str) -> str:
        """Give the file that a part is written to."""
        return str((Path(self._scratch.name) if self._scratch else self._where) / name)

    def _see(self, bad: pl.DataFrame) -> None:
        self._told.bad += bad.height
        rules.count_in(self._told.faults, rules.broken(bad, self._rules, self._table.key))
        self._put(_ASIDE, rules.aside(bad, self._rules, self._table))

    def _lay(self) -> None:
        if not self._held:
            return
        rows = pl.concat(self._held)
        self._held = []
        if self._count == 1 and self._whole_of is None:
            self._put(0, rows)
            return
        numbers = buckets.key_numbers(rows, self._table.key)
        if self._whole_of is not None:
            rows = rows.with_columns(
                numbers.is_in(told_numbers(self._whole_of).implode()).alias(WHOLE)
            )
        for bucket, some in buckets.parted(rows, buckets.of_numbers(numbers, self._count)).items():
            self._put(bucket, some)

    def _put(self, bucket: int, rows: pl.DataFrame) -> None:
        arrow = rows.to_arrow()
        if bucket not in self._files:
            name = f"{bucket:05d}-{self._name}.arrow"
            file = pa.ipc.new_file(self._grows_at(name), arrow.schema, options=_LZ4)
            self._files[bucket] = (name, file)
        self._files[bucket][1].write_table(arrow)
