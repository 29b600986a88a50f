"""One crawl from beginning to end: what the shell starts, and what it gets back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import msgspec

from conf import reading
from conf.errors import ConfError
from conf.platform import Platform, platform
from conf.site import Site
from crawler import browser, engine, health, pages, seeds
from crawler.commit import Committer
from crawler.conform import conform
from crawler.desk import TABLES, Desk, Pace
from crawler.frontier.frontier import Frontier
from crawler.frontier.store import Store
from crawler.lake import known_pictures
from crawler.outcome import Crawl, crawl_id
from crawler.packs import PackWriter
from crawler.priorities import known_listings
from crawler.progress import Progress, of_crawl
from crawler.spiders.clerk import Clerk, Sources
from crawler.spool import Spool
from crawler.words.adopted import adopted

APP = "crawl"
_SEED_BATCH = 5_000


class Wish(msgspec.Struct, frozen=True):
    """What the caller wants of a crawl."""

    names: tuple[str, ...]  # none: every platform of the site
    now: datetime
    limit: int | None = None  # listings a platform
    picture_count: int = 1
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
    chosen, left_out, broken = _chosen(site, wish.names)
    crawl = Crawl(crawl_id(wish.now), wish.now)
    with ExitStack() as stack:
        committer = stack.enter_context(Committer(site.lake, APP))
        committer.hold(TABLES)
        spool = Spool(site.state / "spool")
        _replay(site, spool, committer)
        store = Store(_file(site, crawl.crawl_id))
        stack.callback(store.close)
        _check_limit(store, crawl, wish.limit)
        names = [one.name for one in chosen]
        before = tuple(name for name in names if store.fact(f"finished:{name}"))
        due = [one for one in chosen if one.name not in before]
        desk = Desk(
            crawl.crawl_id, spool, committer, PackWriter(site.packs, crawl.crawl_id), wish.pace
        )
        stack.callback(desk.packs.close)
        waiting = {}
        if due:
            _seed(site, store, due, crawl, wish.limit)
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


def _chosen(
    site: Site, names: Sequence[str]
) -> tuple[list[Platform], dict[str, str], dict[str, str]]:
    """Give the platforms to crawl, those that cannot be, and those whose file is wrong, with why.

    A platform that was named and is wrong ends the crawl; of all platforms it costs only itself.
    """
    found, broken = [], {}
    for name in dict.fromkeys(names) or reading.names(site.platforms):
        try:
            found.append(_described(site, name))
        except ConfError as error:
            if names:
                raise
            broken[name] = str(error)
    if not found and not broken:
        raise ConfError(f"{site.platforms} holds no platform; add one as docs/add/platform.md says")
    left_out = {}
    if browser.chromium() is None:
        reason = "needs a browser, and this machine has no Chromium; install the package chromium"
        left_out = {one.name: reason for one in found if one.needs_browser}
    return [one for one in found if one.name not in left_out], left_out, broken


def _described(site: Site, name: str) -> Platform:
    """Read a platform and see that its module and the places where it begins are right."""
    one = platform(name, site.platforms)
    try:
        pages.module(one.pages)
        seeds.seeds(one, ("word",))
    except ConfError as error:
        said = str(error)
        raise ConfError(said if name in said else f"{site.platforms / name}.yaml: {said}") from None
    return one


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


def _check_limit(store: Store, crawl: Crawl, limit: int | None) -> None:
    begun_with = store.fact("limit")
    if begun_with is None:
        store.note("limit", str(limit))
    elif begun_with != str(limit):
        raise ConfError(
            f"{crawl.crawl_id} began with a limit of {begun_with}, not {limit}; keep it, or give "
            "another --now for another crawl"
        )


def _seed(
    site: Site, store: Store, due: Sequence[Platform], crawl: Crawl, limit: int | None
) -> None:
    """Fill the frontier once: what the lake knows, then where discovery begins."""
    new = [one for one in due if not store.fact(f"seeded:{one.name}")]
    frontier = Frontier(store, new, _nobody, limit)
    names = [one.name for one in new]
    listings = known_listings(site.lake, names, crawl.now) if names else ()
    for name, links in _batches(listings):
        frontier.add(None, name, links)
    for one in new:
        words = seeds.search_words(one, site.brands, adopted(site.state, one.name))
        frontier.add(None, one.name, seeds.seeds(one, words))
        store.note(f"seeded:{one.name}", crawl.now.isoformat())


def _batches(links: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    for name, group in groupby(links, key=lambda pair: pair[0]):
        while batch := [link for _, link in islice(group, _SEED_BATCH)]:
            yield name, batch


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
    with Progress(of_crawl(desk)) as progress:
        engine.work(due, frontier, desk, clerk, progress.show)
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


def _nobody(ask: Any, reason: str, detail: str, closed: str | None = None) -> None:
    """Hear no refusal: seeding asks for nothing."""
