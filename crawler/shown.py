"""What one page gave, and how a person gets to see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.items import Gone, Kind, Link, Observation, SellerObservation

_LONGEST = 300  # characters of one value on a terminal
_MOST_LINKS = 20


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What one page gave."""

    url: str
    platform: str
    kind: Kind
    parser: str
    status: int
    body_bytes: int
    body_sha256: str
    listing: Observation | Gone | None = None
    seller: SellerObservation | None = None
    links: tuple[Link, ...] = ()
    refused: tuple[str, str] | None = None  # reason and detail


def write(shown: Shown, out: TextIO, *, as_json: bool) -> None:
    """Write what one page gave: tables for people, or JSON."""
    if as_json:
        out.write(msgspec.json.encode(shown).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    console.print(
        f"{escape(shown.url)}\n{shown.kind} of {shown.platform}, read by {shown.parser}; status "
        f"{shown.status}, {shown.body_bytes:,} bytes, sha256 {shown.body_sha256[:16]}…",
        soft_wrap=True,
    )
    if shown.refused is not None:
        reason, detail = shown.refused
        console.print(f"refused: {reason}, {escape(detail)}", soft_wrap=True)
    if isinstance(shown.listing, Gone):
        console.print("gone: the platform says that the listing is no more")
    for one in (shown.listing, shown.seller):
        if one is not None and not isinstance(one, Gone):
            console.print(_fields(one))
    if shown.links:
        console.print(_links(shown.links))


def _fields(one: Observation | SellerObservation) -> Table:
    table = Table("field", "as shown", "from", show_lines=False)
    for name, value in msgspec.structs.asdict(one).items():
        if name != "provenance":
            for text in _texts(value):
                table.add_row(name, escape(text[:_LONGEST]), one.provenance.get(name, ""))
    return table


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield one if isinstance(one, str) else msgspec.json.encode(one).decode()


def _links(links: tuple[Link, ...]) -> Table:
    counts = Counter(link.kind for link in links)
    title = "links: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    more = len(links) - _MOST_LINKS
    table = Table(
        "kind",
        "address",
        title=title,
        title_justify="left",
        caption=f"and {more} more; --json gives them all" if more > 0 else None,
        caption_justify="left",
    )
    for link in links[:_MOST_LINKS]:
        table.add_row(link.kind, escape(link.url))
    return table
