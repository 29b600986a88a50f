"""One crawl from beginning to end: what the shell starts, and what it gets back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import msgspec

from conf.platform import Platform
from conf.site import Site
from crawler import beginning, engine, health, pages
from crawler.commit import Committer
from crawler.conform import conform
from crawler.desk import TABLES, Desk, Pace
from crawler.frontier.contract import nobody
from crawler.frontier.frontier import Frontier
from crawler.frontier.store import Store
from crawler.lake import known_pictures
from crawler.metrics import telling
from crawler.outcome import Crawl, crawl_id
from crawler.packs import PackWriter
from crawler.progress import Progress, of_crawl
from crawler.pulse import HostCounts
from crawler.spiders.clerk import Clerk, Sources
from crawler.spool import Spool

APP = "crawl"


class Wish(msgspec.Struct, frozen=True):
    """What the caller wants of a crawl."""

    names: tuple[str, ...]  # none: every platform of the site
    now: datetime
    limit: int | None = None  # listings a platform
    picture_count: int = 1
    metrics_port: int | None = None  # where Prometheus may ask
    pace: Pace = Pace()


class Tally(msgspec.Struct, frozen=True):
    """What this run took from one platform."""

    platform: str
    pages: int = 0
    listings: int = 0
    gone: int = 0
    sellers: int = 0
    pictures: int = 0
    refused: dict[str, int] = {}


class Summary(msgspec.Struct, frozen=True):
    """What one run of a crawl did."""

    crawl_id: str
    platforms: tuple[Tally, ...]
    finished_before: tuple[str, ...]
    left_out: dict[str, str]  # platform and why
    waiting: dict[str, str]  # platform, and which host does not answer; the next run goes on
    broken: dict[str, str]  # platform, and what is wrong with its file
    alarms: tuple[str, ...]  # what left its usual range, see crawler/health.py
    seconds: float
    cpu_seconds: float

    @property
    def cpu_ms_per_page(self) -> float | None:
        """CPU of the whole run over the pages and pictures it took."""
        count = sum(one.pages + one.pictures for one in self.platforms)
        return 1000 * self.cpu_seconds / count if count else None


def run(site: Site, wish: Wish) -> Summary:
    """Crawl, or go on with a crawl that was stopped; a crawl that is finished is left alone.

    Raises:
        ConfError: a platform or brand is wrong or unknown, or `limit` is not what it began with.
        CrawlError: the disk or a folder of the site cannot be written.
        LakeError: another process writes the tables, or they cannot be written.

    """
    begun, cpu = time.monotonic(), time.process_time()
    chosen, left_out, broken = beginning.chosen(site, wish.names)
    crawl = Crawl(crawl_id(wish.now), wish.now)
    with ExitStack() as stack:
        committer = stack.enter_context(Committer(site.lake, APP))
        committer.hold(TABLES)
        spool = Spool(site.state / "spool")
        _replay(site, spool, committer)
        store = Store(_file(site, crawl.crawl_id))
        stack.callback(store.close)
        beginning.check_limit(store, crawl, wish.limit)
        names = [one.name for one in chosen]
        before = tuple(name for name in names if store.fact(f"finished:{name}"))
        due = [one for one in chosen if one.name not in before]
        desk = Desk(
            crawl.crawl_id, spool, committer, PackWriter(site.packs, crawl.crawl_id), wish.pace
        )
        stack.callback(desk.packs.close)
        waiting = {}
        if due:
            new = beginning.unseeded(store, due)
            beginning.seed(site, Frontier(store, new, nobody, wish.limit), new, crawl)
            waiting = _fetch(site, wish, crawl, due, store, desk)
        alarms = _measure(site, crawl, [n for n in names if store.fact(f"finished:{n}")], committer)
    return Summary(
        crawl_id=crawl.crawl_id,
        platforms=tuple(_tally(desk, one.name) for one in due),
        finished_before=before,
        left_out=left_out,
        waiting=waiting,
        broken=broken,
        alarms=alarms,
        seconds=time.monotonic() - begun,
        cpu_seconds=time.process_time() - cpu,
    )


def _replay(site: Site, spool: Spool, committer: Committer) -> None:
    """Bring to the lake what a killed run had sealed, once, and end its leases."""
    for batch in spool.sealed():
        committer.commit_arrow(batch.tables, batch.seq)
        path = _file(site, batch.crawl_id)
        if path.exists():
            store = Store(path)
            store.acknowledge(batch.acks)
            store.close()
        spool.remove(batch.seq)


def _fetch(
    site: Site, wish: Wish, crawl: Crawl, due: Sequence[Platform], store: Store, desk: Desk
) -> dict[str, str]:
    """Fetch what the frontier holds; gives the platforms that wait, with the reason."""
    names = [one.name for one in due]
    sources = Sources(
        platforms={one.name: one for one in due},
        modules={one.name: pages.module(one.pages) for one in due},
        store=store,
        known=known_pictures(site.lake, names, crawl.now),
        picture_count=wish.picture_count,
    )
    clerk = Clerk(crawl, sources, desk)
    frontier = Frontier(store, due, clerk.refuse, wish.limit)
    desk.frontier = frontier
    with (
        telling(site, crawl.crawl_id, "crawl", desk, wish.metrics_port) as tell,
        Progress(of_crawl(desk)) as progress,
    ):

        def show(counts: HostCounts) -> None:
            progress.show()
            tell(counts)

        engine.work(due, frontier, desk, clerk, show)
    if desk.failure is not None:
        raise desk.failure
    for name in names:
        if not frontier.waiting(name):
            store.note(f"finished:{name}", crawl.now.isoformat())
            store.forget(name)
    if not frontier.is_done:
        raise KeyboardInterrupt
    return {name: _why(frontier, name) for name in names if frontier.waiting(name)}


def _measure(
    site: Site, crawl: Crawl, names: Sequence[str], committer: Committer
) -> tuple[str, ...]:
    """Write down, once, how the crawl of each finished platform went; gives the alarms."""
    rows = health.measured(site.lake, crawl, names)
    if rows:
        table = conform({health.TABLE: rows}, crawl.crawl_id)[health.TABLE]
        committer.commit_arrow({health.TABLE: table}, committer.next_seq((health.TABLE,)))
    return tuple(health.said(row) for row in rows if row["is_alarm"])


def _why(frontier: Frontier, name: str) -> str:
    """Say why a platform waits."""
    said = "; ".join(f"{host}: {how}" for host, how in frontier.silence(name).items())
    return f"{said}; {frontier.waiting(name)} pages wait"


def _tally(desk: Desk, name: str) -> Tally:
    counts: Counter[str] = desk.tally.get(name, Counter())
    refused: Counter[str] = desk.refusals.get(name, Counter())
    return Tally(
        platform=name,
        pages=counts["page"],
        listings=counts["listing"],
        gone=counts["gone"],
        sellers=counts["seller"],
        pictures=counts["picture"],
        refused=dict(sorted(refused.items())),
    )


def _file(site: Site, name: str) -> Path:
    return site.state / "crawls" / f"{name}.sqlite"
