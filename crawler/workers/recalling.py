"""What the lake has of a crawl, for a frontier that lost all it had: none of it is fetched again.

Listings, sellers and pictures are known by their captures, what was refused by its place. The pages
that a captured one led to are read from its body once more. Lists are not captured: they are few,
and fetched again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import polars as pl

from conf.platform import Platform
from conf.site import Site
from crawler import pages
from crawler.discovery import Discovery
from crawler.frontier.address import place
from crawler.frontier.host import hosts
from crawler.frontier.ledger import Ledger
from crawler.frontier.remote import fingerprint
from crawler.frontier.shared import SharedFrontier
from crawler.frontier.store import Acks, Done, Target, done
from crawler.items import Kind, PageError
from crawler.lake import KnownPictures, known_pictures, of_day
from crawler.pages import PageModule
from crawler.rows import Stamp
from crawler.saved.stored import Capture, captures
from crawler.spiders import reading
from crawler.spiders.reading import Read
from crawler.workers.shared import Running

_KINDS: dict[str, Kind] = {"listing": "listing", "seller": "seller", "image": "image"}
_MANY = 1_000  # pages that are told at once


class Recaller:
    """Recalls some platforms of a crawl, before they are filled with where discovery begins."""

    def __init__(
        self, site: Site, plan: Running, platforms: Sequence[Platform], ledger: Ledger
    ) -> None:
        """Take the crawl, and whom to tell."""
        self._site, self._plan, self._ledger = site, plan, ledger
        self._platforms = {one.name: one for one in platforms}
        self._modules: Mapping[str, PageModule] = {
            one.name: pages.module(one.pages) for one in platforms
        }
        self._discovery = Discovery(plan.crawl, self._platforms, ledger)

    def recall(self, frontier: SharedFrontier) -> int:
        """Tell the store what is done, and the frontier what it led to; gives how many are done.

        Done again, after a kill, it does no harm. Pictures wait until the ledger lets them go.

        Raises:
            LakeError: a table cannot be read.
            CrawlError: a body is missing or another one, or the store is away for long.

        """
        self._ledger.acknowledge(Acks(closed=self._closed()))
        there = self._there()
        count = 0
        while part := list(islice(there, _MANY)):
            self._ledger.recall(part, hold=list(self._platforms))
            count += len(part)
        if count:
            names = list(self._platforms)
            known = known_pictures(self._site.lake, names, self._plan.now)
            read = self._again(frontier, known)
            while part := list(islice(read, _MANY)):
                frontier.make_durable()
                self._ledger.recall(part)
        return count

    def _there(self) -> Iterator[Done]:
        """Give what the lake has, by its addresses alone."""
        columns = ("platform", "page_kind", "requested_url")
        for name, kind, url in self._rows("captures", "crawl_id", columns):
            if (target := self._target(name, kind, url)) is not None:
                yield done(target)
        for name, stage, url in self._rows(
            "refused", "source_name", ("platform", "stage", "place")
        ):
            kind = "image" if stage == "image" else "index"  # what it is, its address tells
            if (target := self._target(name, kind, url)) is not None:
                yield done(target)

    def _closed(self) -> tuple[str, ...]:
        """Give the hosts that are left for good: that is said at their rules' address."""
        named = {host.robots_url: name for name, host in hosts(self._platforms.values()).items()}
        rows = self._rows("refused", "source_name", ("place",))
        return tuple(sorted({named[url] for (url,) in rows if url in named}))

    def _rows(self, table: str, crawl: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        day = self._plan.now.date()
        return of_day(self._site.lake, table, day, self._mine(crawl), columns).iter_rows()

    def _mine(self, crawl: str) -> pl.Expr:
        is_of_crawl = pl.col(crawl) == self._plan.crawl_id
        return is_of_crawl & pl.col("platform").is_in(list(self._platforms))

    def _again(self, frontier: SharedFrontier, known: KnownPictures) -> Iterator[Done]:
        """Read captured pages once more; gives each with the pictures that it wants."""
        for capture in captures(self._site.lake, self._plan.now.date(), self._mine("crawl_id")):
            target = self._target(capture.platform, capture.page_kind, capture.requested_url)
            if target is None:
                continue
            found = self._read(target, capture)
            frontier.add(target, target.platform, found.links)
            for name, link in found.elsewhere:
                frontier.add(None, name, (link,))
            key = f"{target.platform}:{target.own_id}" if target.kind == "listing" else None
            pictures = tuple(one for one in found.pictures if key and not known.has(key, one.url))
            yield done(target, key, pictures)

    def _read(self, target: Target, capture: Capture) -> Read:
        """Give what a page led to; nothing if it cannot be read, for then it led to nothing."""
        fetched = capture.fetched(self._site.packs)
        module = self._modules[target.platform]
        stamp = Stamp(
            platform=target.platform,
            at=self._plan.now,
            source="crawl",
            source_name=self._plan.crawl_id,
            parser=module.parser,
            capture_id=capture.capture_id,
        )
        platform, count = self._platforms[target.platform], self._plan.picture_count
        try:
            found = reading.read(platform, module, target, fetched, stamp, picture_count=count)
        except PageError:
            return Read()
        return self._discovery.look(target, fetched, found)[0]

    def _target(self, name: str, kind: str, url: str) -> Target | None:
        """Give the target that was asked for; None if the platform would not ask for it now."""
        where = place(self._platforms[name], url, _KINDS.get(kind, "index"))
        if where is None:
            return None
        fp = fingerprint(name, where.key)
        return Target(fp, name, where.host, where.kind, where.key, where.url, depth=0)
