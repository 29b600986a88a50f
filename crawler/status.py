"""How the newest crawl stands: its queue, its hosts, and how well each platform is read."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TextIO

import msgspec
import polars as pl
from rich.console import Console
from rich.table import Table

from conf.errors import CrawlError
from conf.place import Place
from conf.site import Site
from crawler import health
from crawler.frontier.ledger import QueueCount
from crawler.lake import scan
from crawler.pulse import HostCount, Pulse, folder, pulses
from crawler.workers import shared

_COVERAGE = ("title", "price", "seller", "image")


class Health(msgspec.Struct, frozen=True):
    """The newest measured crawl of one platform."""

    platform: str
    crawled_at: datetime
    values: dict[str, float]  # by measure
    alarms: tuple[str, ...]


class Status(msgspec.Struct, frozen=True):
    """How a site's crawl stands."""

    crawl_id: str | None
    queue: tuple[QueueCount, ...]
    workers: tuple[Pulse, ...]  # those that told of themselves a short while ago
    dead: tuple[str, ...]  # workers that ended without a word
    health: tuple[Health, ...]


def status(site: Site, now: datetime) -> Status:
    """Give how the newest crawl of a site stands; nothing is changed, whatever runs.

    Raises:
        CrawlError: a file of the crawl cannot be read.
        LakeError: a table cannot be read.

    """
    told = list(pulses(folder(site.state)))
    crawl_id, queue = _shared_queue(site) or _own_queue(site)
    return Status(
        crawl_id=crawl_id,
        queue=tuple(queue),
        workers=tuple(one for one in told if one.is_fresh(now)),
        dead=tuple(one.worker for one in told if not one.is_fresh(now)),
        health=tuple(_health(site.lake)),
    )


def _shared_queue(site: Site) -> tuple[str, list[QueueCount]] | None:
    """Give what the store of a shared frontier holds; None while no shared crawl runs."""
    if not shared.is_shared(site) or not shared.is_running(site):
        return None
    crawl_id = shared.running(site).crawl_id
    ledger = shared.ledger(site, crawl_id)
    try:
        return crawl_id, ledger.standing()
    finally:
        ledger.close()


def _own_queue(site: Site) -> tuple[str | None, list[QueueCount]]:
    """Count the targets of the newest frontier's file, which another process may be writing."""
    file = max((site.state / "crawls").glob("*.sqlite"), default=None)
    if file is None:
        return None, []
    sql = (
        "SELECT platform, host, sum(state < 2), sum(state = 1), sum(state = 2) FROM target "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    try:
        db = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
        try:
            return file.stem, [QueueCount(*row) for row in db.execute(sql)]
        finally:
            db.close()
    except sqlite3.Error as error:
        raise CrawlError(f"{file}: the frontier's file cannot be read: {error}") from None


def _health(lake: Place) -> list[Health]:
    """Give the newest measured crawl of every platform."""
    rows = scan(lake, health.TABLE)
    if rows is None:
        return []
    newest = rows.filter(pl.col("crawled_at") == pl.col("crawled_at").max().over("platform"))
    found = newest.sort("platform", "measure").collect().partition_by("platform")
    return [_of_platform(part.to_dicts()) for part in found]


def _of_platform(rows: list[dict[str, object]]) -> Health:
    return Health(
        platform=str(rows[0]["platform"]),
        crawled_at=rows[0]["crawled_at"],  # type: ignore[arg-type] # the contract's timestamp
        values={row["measure"]: row["value"] for row in rows},  # type: ignore[misc] # its columns
        alarms=tuple(health.said(row) for row in rows if row["is_alarm"]),
    )


def write(found: Status, out: TextIO, *, as_json: bool) -> None:
    """Write it for people, or as JSON."""
    if as_json:
        out.write(msgspec.json.encode(found).decode() + "\n")
        return
    console = Console(file=out, highlight=False)
    if found.crawl_id is None and not found.health:
        console.print("nothing was crawled here yet; begin with `countermark crawl run`")
        return
    if found.queue:
        console.print(_hosts(found))
    if found.health:
        console.print(_platforms(found))
    for one in found.health:
        for alarm in one.alarms:
            console.print(f"alarm: {alarm}")
    for name in found.dead:
        console.print(f"{name} ended without a word; what it held goes to others")


def _hosts(found: Status) -> Table:
    heads = ("host", "platform", "waiting", "out", "done", "a second", "answer ms", "errors")
    workers = f"{len(found.workers)} at work" if found.workers else "nobody at work"
    table = Table(*heads, title=f"{found.crawl_id}, {workers}", title_justify="left")
    for one in found.queue:
        counts = [pulse.hosts[one.host] for pulse in found.workers if one.host in pulse.hosts]
        numbers = (str(number) for number in (one.waiting, one.out, one.done))
        table.add_row(one.host, one.platform, *numbers, *_told(counts))
    return table


def _told(counts: list[HostCount]) -> tuple[str, str, str]:
    """Sum up what all workers tell of one host."""
    if not counts:
        return ("·", "·", "·")
    answered = sum(one.answered for one in counts)
    seconds = sum(one.answer_s * one.answered for one in counts)
    errors = sum(one.errors + one.slowdowns for one in counts)
    rate = sum(one.per_second for one in counts)
    return (f"{rate:.1f}", f"{1000 * seconds / answered:.0f}" if answered else "·", str(errors))


def _platforms(found: Status) -> Table:
    heads = ("platform", "crawled", "listings", "gone", "refused", "read")
    table = Table(*heads, title="How well each platform is read", title_justify="left")
    table.columns[1].no_wrap = True
    for one in found.health:
        fields = (f"{name} {_percent(one.values.get(f'{name}_share'))}" for name in _COVERAGE)
        table.add_row(
            one.platform,
            f"{one.crawled_at.astimezone(UTC):%Y-%m-%d %H:%M}",
            f"{one.values.get('listing_count', 0):.0f}",
            _percent(one.values.get("gone_share")),
            _percent(one.values.get("refused_share")),
            ", ".join(fields),
        )
    return table


def _percent(share: float | None) -> str:
    return "·" if share is None else f"{100 * share:.0f}%"
