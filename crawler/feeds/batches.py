"""A file as batches of rows that keep their contract, and of refusals for what does not."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from io import BufferedReader

import msgspec
import pyarrow as pa

from conf.errors import FeedError
from conf.feed import Feed
from crawler.conform import sift
from crawler.feeds import csv_rows, json_rows, parquet_rows
from crawler.feeds.faults import Broken, Record, RowFault
from crawler.feeds.kept import Kept
from crawler.feeds.mapping import maker
from crawler.feeds.opened import DAMAGE, Expanding, opened
from crawler.feeds.plan import File, wanted
from crawler.items import Refused
from crawler.rows import Row

_PARQUET = b"PAR1"


class Pace(msgspec.Struct, frozen=True):
    """When a batch is full: at so many rows, or so much text, whichever comes first."""

    rows: int = 20_000
    size: int = 64_000_000


class Batch(msgspec.Struct, frozen=True):
    """Some rows of a file: those to take, and what was refused of the others."""

    read: int
    rows: pa.Table
    refused: list[Refused]


def batches(feed: Feed, kept: Kept, file: File, pace: Pace = Pace()) -> Iterator[Batch]:  # noqa: B008 - frozen
    """Give the batches of a file, in its order.

    Raises:
        FeedError: not one row can be read.

    """
    make = maker(feed, file)
    building = _Building(feed, file)
    for one in _uncollected(records(feed, kept)):
        if isinstance(one, Broken):
            building.refuse(one.line, one.reason, one.detail)
        else:
            try:
                building.take(one, make(one))
            except RowFault as fault:
                building.refuse(one.line, fault.reason, fault.detail)
        if building.count >= pace.rows or building.size >= pace.size:
            yield building.batch()
            building = _Building(feed, file)
    yield building.batch()


def _uncollected(rows: Iterator[Record | Broken]) -> Iterator[Record | Broken]:
    """Pass rows on while the cycle collector rests.

    It would walk every row that waits, and none has a cycle: an eighth of an import's CPU.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield from rows
    finally:
        if was_on:
            gc.enable()


def records(feed: Feed, kept: Kept) -> Iterator[Record | Broken]:
    """Give the rows of a file as they stand there; a damaged end is the last of them.

    Raises:
        FeedError: not one row can be read.

    """
    last = 0
    try:
        with opened(kept.path) as file:
            for one in _records(feed, kept, file):
                last = one.line
                yield one
    except DAMAGE as error:
        if not last:
            raise FeedError(f"it is damaged: {_said(error)}") from None
        said = f"the file cannot be read after this line: {_said(error)}"
        yield Broken(last + 1, "damaged", said)
    except Expanding as error:
        if not last:
            raise
        yield Broken(last + 1, "too_large", str(error))


def _records(feed: Feed, kept: Kept, file: BufferedReader) -> Iterator[Record | Broken]:
    fields = wanted(feed)
    if feed.format == "parquet":
        return parquet_rows.records(file, kept.path, fields)
    if file.peek(len(_PARQUET)).startswith(_PARQUET):
        raise FeedError(f"it is a Parquet file; the feed says {feed.format}")
    if feed.format == "csv":
        return csv_rows.records(file, fields, feed.delimiter, feed.encoding)
    return json_rows.records(file, fields)


class _Building:
    """A batch that is not full yet."""

    def __init__(self, feed: Feed, file: File) -> None:
        self._table, self._file = feed.table, file
        self._rows: list[Row] = []
        self._lines: list[int] = []
        self._refused: list[Refused] = []
        self.size = 0

    @property
    def count(self) -> int:
        """How many rows were read."""
        return len(self._rows) + len(self._refused)

    def take(self, record: Record, row: Row) -> None:
        """Add one row."""
        self._rows.append(row)
        self._lines.append(record.line)
        self.size += record.size

    def refuse(self, line: int, reason: str, detail: str) -> None:
        """Add the refusal of one row."""
        self._refused.append(refusal(self._file, line, reason, detail))

    def batch(self) -> Batch:
        """Give it, each row held against the contract."""
        read = self.count
        rows, faulty = sift(self._table, self._rows)
        for at, said in faulty:
            self.refuse(self._lines[at], "breaks_contract", said)
        return Batch(read, rows, self._refused)


def refusal(file: File, line: int, reason: str, detail: str) -> Refused:
    """Give the refusal of a line of a file, or of all of it for line 0."""
    where = f"{file.name} ({file.sha256[:12]})"
    place = f"{where} line {line}" if line else where
    return Refused(stage="feed", place=place, reason=reason, detail=detail)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
