"""What a crawl's end looks like: a table for people, or JSON."""

from __future__ import annotations

from typing import TextIO

import msgspec
from rich.console import Console
from rich.table import Table

from crawler.run import Summary


def write(summary: Summary, out: TextIO, *, as_json: bool) -> None:
    """Write what one run of a crawl did."""
    if as_json:
        content = msgspec.to_builtins(summary) | {"cpu_ms_per_page": summary.cpu_ms_per_page}
        out.write(msgspec.json.encode(content).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    if summary.platforms:
        console.print(_table(summary))
    for name in summary.finished_before:
        console.print(f"{name}: {summary.crawl_id} finished it before; nothing to do")
    for name, reason in summary.waiting.items():
        console.print(f"{name}: does not answer, {reason}; the same command goes on with it")
    for said in summary.alarms:
        console.print(f"alarm: {said}; look at the platform's pages, then at its page module")
    for name, reason in summary.left_out.items():
        console.print(f"{name}: left out, {reason}")


def _table(summary: Summary) -> Table:
    heads = ("platform", "pages", "listings", "gone", "sellers", "pictures", "refused")
    cost = summary.cpu_ms_per_page
    table = Table(
        *heads,
        title=summary.crawl_id,
        title_justify="left",
        caption=f"{summary.seconds:.1f} s, {summary.cpu_seconds:.1f} CPU s"
        + (f", {cost:.1f} CPU ms a page" if cost is not None else ""),
        caption_justify="left",
    )
    for one in summary.platforms:
        refused = ", ".join(f"{reason} {count}" for reason, count in one.refused.items())
        counts = (one.pages, one.listings, one.gone, one.sellers, one.pictures)
        table.add_row(one.platform, *map(str, counts), refused)
    return table
