"""How an import tells how far it is, and what became of each file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from crawler.feeds.importing import Tally, Told

_LINE_S = 60.0
_NAMED = 3


class Progress:
    """A line on a terminal, one line a minute elsewhere, on stderr."""

    def __enter__(self) -> Self:
        """Begin to tell."""
        self._begun = self._told = monotonic()
        self._bar: Bar | None = None
        console = Console(stderr=True)
        if console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bar = Bar(*columns, console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task("feed: beginning")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop telling."""
        if self._bar is not None:
            self._bar.stop()

    def show(self, tally: Tally) -> None:
        """Tell how far it is, if it is time to."""
        now = monotonic()
        words = (
            f"feed: {escape(tally.file)}, {tally.read:,} rows read, {tally.taken:,} taken, "
            f"{tally.refused.total():,} refused"
        )
        if self._bar is not None:
            self._bar.update(self._task, description=words)
        elif now - self._told >= _LINE_S:
            self._told = now
            sys.stderr.write(words + "\n")


def write(told: Sequence[Told], out: TextIO, *, as_json: bool) -> None:
    """Write what became of each file: a table for people, or JSON."""
    if as_json:
        totals = {
            name: sum(getattr(one, name) for one in told) for name in ("read", "taken", "known")
        }
        refused = sum(sum(one.refused.values()) for one in told)
        content = {"files": msgspec.to_builtins(told), **totals, "refused": refused}
        out.write(msgspec.json.encode(content).decode() + "\n")
        return
    console = Console(file=out, highlight=False, soft_wrap=True)
    console.print(_table(told))
    for one in told:
        if one.refused:
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in one.refused.items())
            console.print(f"{escape(one.file)}: refused {reasons}; see the table refused")
        if one.state == "unreadable":
            console.print(f"{escape(one.file)}: unreadable: {escape(one.note)}")
    _tell_before([one for one in told if one.state == "imported before"], console)


def _tell_before(told: Sequence[Told], console: Console) -> None:
    """Tell which files add nothing, the first few by name."""
    for one in told[:_NAMED]:
        console.print(f"{escape(one.file)}: imported before: {escape(one.note)}")
    if len(told) > _NAMED:
        console.print(f"{len(told) - _NAMED} more files were imported before")
    if told:
        where = ", ".join(f"conf/feeds/{name}.yaml" for name in sorted({one.feed for one in told}))
        console.print(f"To read them by a mended mapping, raise `version` in {where}.")


def _table(told: Sequence[Told]) -> Table:
    seconds = sum(one.seconds for one in told)
    read = sum(one.read for one in told)
    table = Table(
        *("file", "table", "read", "taken", "known", "refused"),
        box=None,
        caption=f"{read:,} rows in {seconds:.1f} s",
        caption_justify="left",
    )
    for one in told:
        counts = (one.read, one.taken, one.known, sum(one.refused.values()))
        table.add_row(escape(one.file), one.table, *(f"{count:,}" for count in counts))
    return table
