"""The rows of a CSV file, of any delimiter; a row that is torn costs that row alone."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import BinaryIO

from conf.errors import FeedError
from crawler.feeds.faults import Broken, Record

LONGEST_CHARS = 4_000_000  # of one row, all its lines
_SHOWN = 60


class _TooLong(Exception):  # noqa: N818 - never leaves this module
    """A row goes on for longer than any real one."""


def records(
    file: BinaryIO, wanted: Sequence[str], delimiter: str, encoding: str
) -> Iterator[Record | Broken]:
    """Give the wanted fields of every row; a field that the header lacks is None in all of them.

    Raises:
        FeedError: there is no header.

    """
    utf8 = encoding.lower().replace("_", "-") in {"utf-8", "utf8"}
    text = io.TextIOWrapper(
        file, encoding="utf-8-sig" if utf8 else encoding, errors="surrogateescape", newline=""
    )
    csv.field_size_limit(2 * LONGEST_CHARS)
    lines = _Lines(text.readline)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    header = _header(rows, delimiter)
    pick = _picker(header, wanted)
    while True:
        lines.begin()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            yield lines.give_up(error)
            continue
        if cells:
            yield _record(cells, header, lines, pick)


def lacking(header: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Give the wanted fields that a header does not have."""
    return [name for name in wanted if name not in header]


def _record(
    cells: list[str], header: list[str], lines: _Lines, pick: Callable[[list[str]], tuple[str, ...]]
) -> Record | Broken:
    if len(cells) != len(header):
        said = f"the row has {len(cells)} fields, the header {len(header)}"
        return Broken(lines.first, "bad_row", said)
    if not lines.is_text():
        return Broken(lines.first, "bad_encoding", "the row holds bytes that are no text")
    return Record(lines.first, lines.size, pick(cells))


def _header(rows: Iterator[list[str]], delimiter: str) -> list[str]:
    try:
        header = [cell.strip() for cell in next(rows, [])]
    except (csv.Error, _TooLong) as error:
        raise FeedError(f"its header cannot be read: {error}") from None
    if not any(header):
        raise FeedError("it has no header; its first line must name the fields")
    if len(set(header)) < len(header):
        twice = sorted({name for name in header if header.count(name) > 1})
        raise FeedError(f"its header names {', '.join(twice)[:_SHOWN]} twice")
    if len(header) == 1 and len(header[0]) > _SHOWN:
        raise FeedError(f"its header has one field alone; is {delimiter!r} the delimiter?")
    return header


def _picker(header: list[str], wanted: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """Give what takes the wanted cells of a row, in their order."""
    there = [name for name in wanted if name in header]
    if there == list(wanted) and len(wanted) > 1:
        return itemgetter(*[header.index(name) for name in wanted])
    at = [header.index(name) if name in header else None for name in wanted]
    return lambda cells: tuple("" if i is None else cells[i] for i in at)


class _Lines:
    """The lines of a file, one record's at a time; those of a torn record are given again."""

    def __init__(self, readline: Callable[[int], str]) -> None:
        self._readline = readline
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self.first = 1
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        is_new = not self._again
        line = self._readline(LONGEST_CHARS + 1) if is_new else self._again.popleft()
        if not line:
            raise StopIteration
        self._taken.append(line)
        self.size += len(line)
        if self.size > LONGEST_CHARS:
            if is_new and len(line) > LONGEST_CHARS:
                self._skip_rest(line)
            raise _TooLong(f"the row is longer than {LONGEST_CHARS:,} characters")
        return line

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.first += len(self._taken)
        self._taken.clear()
        self.size = 0

    def is_text(self) -> bool:
        """Say whether every byte of the record was text in the file's encoding."""
        return all(line.isascii() or _is_text(line) for line in self._taken)

    def give_up(self, error: Exception) -> Broken:
        """Give up the record's first line alone; the others may be rows of their own.

        A quote that nobody closes swallows all lines to the end of the file.
        """
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        reason = "too_large" if isinstance(error, _TooLong) else "bad_row"
        return Broken(self.first, reason, f"the row cannot be read: {error}")

    def _skip_rest(self, line: str) -> None:
        """Throw away what is left of a line of which only the beginning was read."""
        while not line.endswith("\n") and (line := self._readline(LONGEST_CHARS)):
            pass


def _is_text(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
