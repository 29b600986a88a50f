"""What a probe found, as a person gets to see it."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.probe.findings import Findings

_LONGEST = 60
_MOST_WAYS = 8


def write(found: Findings, path: Path, out: TextIO, *, as_json: bool) -> None:
    """Write what was found and where the draft is: tables for people, or JSON."""
    if as_json:
        shown = msgspec.to_builtins(found) | {"written": str(path)}
        out.write(msgspec.json.encode(shown).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    known = f"made by {found.software}" if found.software else "made by no software that is known"
    how = "; its pages need a browser" if found.needs_browser else ""
    console.print(f"{escape(found.url)}: {known}{how}; {found.requests} requests", soft_wrap=True)
    console.print(_shapes(found))
    console.print(_coverage(found))
    for way in found.ways[:_MOST_WAYS]:
        console.print(f"way in: {escape(way)}", soft_wrap=True)
    if len(found.ways) > _MOST_WAYS:
        console.print(f"and {len(found.ways) - _MOST_WAYS} more ways in the draft")
    for line in found.missing:
        console.print(f"not found: {escape(line)}", soft_wrap=True)
    console.print(
        f"draft: {escape(str(path))}\nnext: read it, fill in its legal line, then "
        f"countermark crawl run {path.stem} --limit 50",
        soft_wrap=True,
    )


def _shapes(found: Findings) -> Table:
    table = Table("addresses", "seen", "read", "taken for")
    for one in found.tried:
        table.add_row(escape(one.shape), str(one.addresses), str(one.read), one.role)
    return table


def _coverage(found: Findings) -> Table:
    table = Table("field", "shown in", "for example", title="sample", title_justify="left")
    for one in found.coverage:
        share = f"{one.pages} of {one.of}"
        table.add_row(one.field, share, escape((one.example or "")[:_LONGEST]))
    return table
