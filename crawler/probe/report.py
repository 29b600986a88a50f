"""What a probe found, as a person gets to see it, and how far it is while it works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler import progress
from crawler.probe.findings import Findings
from crawler.probe.probing import Step
from crawler.probe.sight import mounted

_LONGEST = 60
_MOST_WAYS = 12


class Progress:
    """Tells what a probe does, on stderr: a line that changes on a terminal, one a minute else."""

    def __init__(self) -> None:
        self._step = Step("looking at its front page", 0, 0)
        self._line = progress.Progress(self._words)

    def __enter__(self) -> Self:
        """Begin to tell."""
        self._line.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop telling."""
        self._line.__exit__(kind, error, trace)

    def tell(self, step: Step) -> None:
        """Take note of the next step."""
        self._step = step
        self._line.show()

    def _words(self, _seconds: float) -> str:
        one = self._step
        return f"probe: {one.doing} ({one.requests} of at most {one.most} requests)"


def write(found: Findings, path: Path | None, out: TextIO, *, as_json: bool) -> None:
    """Write what was found and where the draft is, if there is one: for people, or as JSON."""
    if as_json:
        written = str(path) if path else None
        shown = msgspec.to_builtins(found) | {"written": written, "next": _next(path)}
        out.write(msgspec.json.encode(shown).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    for line in _head(found):
        console.print(line, soft_wrap=True)
    if found.draft is None or path is None:
        return
    for table in (_ways(found), _shapes(found), _coverage(found)):
        console.print()
        console.print(table)
    silent = [one.field for one in found.coverage if not one.pages]
    if silent:
        console.print(f"  never shown: {', '.join(silent)}", soft_wrap=True)
    if found.missing:
        console.print("\n[bold]To know[/bold]")
    for line in found.missing:
        console.print(f"  - {escape(line)}", soft_wrap=True)
    console.print(f"\n[bold]Draft[/bold]  {escape(str(path))}", soft_wrap=True)
    console.print(f"[bold]Next[/bold]   {_next(path)}", soft_wrap=True)


def _next(path: Path | None) -> str | None:
    """Give what a person does with a draft."""
    if path is None:
        return None
    return f"read it, fill in its legal line, then countermark crawl run {path.stem} --limit 50"


def _head(found: Findings) -> Iterator[str]:
    asked = f"{found.requests} requests"
    asked += f", of at most {found.most_requests}" if found.most_requests else ""
    yield f"[bold]{escape(found.url)}[/bold]  ({asked})"
    if found.failure is not None:
        return
    if found.software:
        yield f"  software: {escape(found.software)}, by {escape(', '.join(found.signs))}"
    else:
        yield "  software: none that is known; its pages are read the general way"
    if found.needs_browser:
        yield (
            "  browser:  its pages show nothing before their scripts have run, so a crawl opens "
            f"them in Chromium and waits for {escape(found.mount or 'them')}"
        )
    learned = _learned(found)
    if learned:
        yield f"  learned:  {escape(', '.join(learned))}"


def _learned(found: Findings) -> list[str]:
    if found.draft is None:
        return []
    told = msgspec.structs.asdict(found.draft.shows)
    return [f"{name} stands in {place!r}" for name, place in told.items() if place]


def _table(title: str, *columns: str) -> Table:
    table = Table(
        *columns, title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for column in table.columns:
        column.overflow = "fold"
    return table


def _ways(found: Findings) -> Table:
    table = _table("Ways in", "kind", "address", "listings seen")
    for one in found.ways[:_MOST_WAYS]:
        count = "not read" if one.listings is None else str(one.listings)
        table.add_row(one.kind, escape(one.address.removeprefix(mounted(found.url))), count)
    if len(found.ways) > _MOST_WAYS:
        table.add_row("", f"and {len(found.ways) - _MOST_WAYS} more in the draft", "")
    return table


def _shapes(found: Findings) -> Table:
    table = _table("Addresses", "address", "seen", "read", "taken for")
    for one in found.tried:
        table.add_row(escape(one.shape), str(one.addresses), str(one.read), one.role)
    return table


def _coverage(found: Findings) -> Table:
    table = _table("Fields of the sample", "field", "shown in", "for example")
    for one in found.coverage:
        if one.pages:
            example = " ".join((one.example or "").split())[:_LONGEST]
            table.add_row(one.field, f"{one.pages} of {one.of}", escape(example))
    return table
