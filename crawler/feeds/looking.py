"""A look at a file that writes nothing: what would be taken, what refused, the first faults."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec
from rich.console import Console
from rich.markup import escape

from conf.feed import Feed
from crawler.feeds.batches import batches
from crawler.feeds.kept import looked_at
from crawler.feeds.opened import kind
from crawler.feeds.plan import File

_FIRST = 10


class Look(msgspec.Struct, frozen=True):
    """What a file holds, as a feed."""

    file: str
    feed: str
    table: str
    sha256: str
    read: int
    good: int
    filled: dict[str, int]  # column -> rows that have it
    refused: dict[str, int]
    first_faults: list[str]


def look(path: Path, feed: Feed, now: datetime, *, is_now_given: bool) -> Look:
    """Read a whole file as a feed.

    Raises:
        FeedError: not one row can be read.

    """
    kind(path)
    kept = looked_at(path)
    file = File(kept.name, kept.sha256, now, is_now_given=is_now_given)
    read = good = 0
    filled: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    faults: list[str] = []
    for batch in batches(feed, kept, file):
        read, good = read + batch.read, good + batch.rows.num_rows
        refused.update(one.reason for one in batch.refused)
        faults += [f"{one.place}: {one.detail}" for one in batch.refused[: _FIRST - len(faults)]]
        for name in sorted({*feed.fields, *feed.constants} & set(batch.rows.column_names)):
            column = batch.rows[name]
            filled[name] += len(column) - column.null_count
    return Look(
        file=kept.name,
        feed=feed.name,
        table=feed.table,
        sha256=kept.sha256,
        read=read,
        good=good,
        filled=dict(filled),
        refused=dict(refused.most_common()),
        first_faults=faults,
    )


def write(found: Look, out: TextIO, *, as_json: bool) -> None:
    """Write what a file holds: lines for people, or JSON."""
    if as_json:
        out.write(msgspec.json.encode(found).decode() + "\n")
        return
    console = Console(file=out, highlight=False, soft_wrap=True)
    refused = ", ".join(f"{reason} {count:,}" for reason, count in found.refused.items())
    console.print(
        f"{escape(found.file)} as {found.feed} ({found.table}): {found.read:,} rows, "
        f"{found.good:,} would be taken, {found.read - found.good:,} refused"
        + (f" ({refused})" if refused else "")
    )
    for name, count in found.filled.items():
        console.print(f"  {name:<22} in {count:,} of {found.good:,}")
    for fault in found.first_faults:
        console.print(f"  {escape(fault)}")
