"""How an import tells how far it is, and what became of each file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.feeds.importing import Tally, Told
from crawler.progress import Progress

_NAMED = 3


@contextmanager
def telling() -> Iterator[Callable[[Tally], None]]:
    """Give what tells on stderr how far an import is, each time it is told a tally."""
    newest: list[Tally] = []
    with Progress(lambda _: _words(newest[0])) as progress:

        def show(tally: Tally) -> None:
            newest[:] = [tally]
            progress.show()

        yield show


def _words(tally: Tally) -> str:
    return (
        f"feed: {escape(tally.file)}, {tally.read:,} rows read, {tally.taken:,} taken, "
        f"{tally.refused.total():,} refused"
    )


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
