"""What the end of an extraction or a replay looks like: a table for people, or JSON."""

from __future__ import annotations

from typing import TextIO

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.saved import replaying
from crawler.saved.extracting import Summary

_SHOWN = 5


def write(summary: Summary, out: TextIO, *, as_json: bool) -> None:
    """Write what one extraction did."""
    if as_json:
        content = msgspec.to_builtins(summary) | {"cpu_ms_per_page": summary.cpu_ms_per_page}
        out.write(msgspec.json.encode(content).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    cost = summary.cpu_ms_per_page
    table = Table(
        *("pages", "known", "platforms", "listings", "sellers", "refused"),
        title=summary.extract_id,
        title_justify="left",
        caption=f"{summary.seconds:.1f} s" + (f", {cost:.1f} CPU ms a page" if cost else ""),
        caption_justify="left",
    )
    refused = ", ".join(f"{reason} {count}" for reason, count in summary.refused.items())
    counts = (summary.pages, summary.known, len(summary.platforms))
    table.add_row(*map(str, (*counts, summary.listings, summary.sellers)), refused)
    console.print(table)
    if names := summary.passed_over:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        console.print(
            f"passed over, as no list gives their address: {escape(', '.join(names[:_SHOWN]))}"
            f"{more}; to read them, name them in manifest.json with their url",
            soft_wrap=True,
        )


def write_replay(summary: replaying.Summary, out: TextIO, *, as_json: bool) -> None:
    """Write what one replay did."""
    if as_json:
        out.write(msgspec.json.encode(summary).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    table = Table(
        *("captures", "read before by this version", "the same", "changed", "refused"),
        title="replay",
        title_justify="left",
        caption=f"{summary.seconds:.1f} s",
        caption_justify="left",
    )
    counts = (summary.captures, summary.current, summary.unchanged)
    words = (
        ", ".join(f"{name} {count}" for name, count in told.items())
        for told in (summary.changed, summary.refused)
    )
    table.add_row(*map(str, counts), *words)
    console.print(table)
    for name, reason in summary.left_out.items():
        console.print(f"{escape(name)}: left out, {escape(reason)}", soft_wrap=True)
