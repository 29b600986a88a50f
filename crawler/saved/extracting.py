"""Saved pages of a folder into the lake: captures, observations, refusals; each once."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import polars as pl

from conf.errors import CrawlError
from conf.platform import platforms
from conf.site import Site
from crawler.capture import Fetched, capture_id, capture_row
from crawler.commit import Committer
from crawler.frontier.address import place
from crawler.frontier.store import Target
from crawler.items import Gone, Kind, PageError, Refused
from crawler.packs import PackWriter
from crawler.pages.page import Page
from crawler.progress import Progress
from crawler.rows import Stamp, gone_row, observation_row, refused_row
from crawler.saved.addresses import LISTS, Listed, file_address, said_by
from crawler.saved.bringing import Bringer
from crawler.saved.files import SavedFile, body, files
from crawler.saved.shops import Shop, Shops, slug
from crawler.spiders import reading

APP = "extract"


class Wish(msgspec.Struct, frozen=True):
    """What the caller wants extracted."""

    folder: Path
    now: datetime
    platform: str | None = None


class Summary(msgspec.Struct, frozen=True):
    """What one extraction did."""

    extract_id: str
    pages: int  # read, new or not
    known: int  # pages that the lake held already
    listings: int
    sellers: int
    refused: dict[str, int]
    platforms: dict[str, int]  # new pages by platform
    passed_over: tuple[str, ...]  # JSON files that no list gives an address
    seconds: float
    cpu_seconds: float

    @property
    def cpu_ms_per_page(self) -> float | None:
        """CPU of the whole run over the pages it read."""
        return 1000 * self.cpu_seconds / self.pages if self.pages else None


def extract(site: Site, wish: Wish) -> Summary:
    """Bring the pages of a folder to the lake; done again with the same time, it adds nothing.

    Raises:
        ConfError: the platform's name is none, or a platform's file is wrong.
        CrawlError: there is no such folder, no page in it, or the disk cannot be written.
        LakeError: another process writes the tables, or they cannot be written.

    """
    begun, cpu = time.monotonic(), time.process_time()
    every = list(files(wish.folder))
    if not every:
        raise CrawlError(f"{wish.folder} holds no page: no *.html, *.htm or *.json, plain or .gz")
    with ExitStack() as stack:
        committer = stack.enter_context(Committer(site.lake, APP))
        name = extract_id(wish.folder, wish.now)
        packs = PackWriter(site.packs, name)
        stack.callback(packs.close)
        by_name = pl.col("source_name") == name
        own = dict.fromkeys(("observations", "seller_observations", "refused"), by_name)
        own["captures"] = pl.col("crawl_id") == name
        bringer = Bringer(site.lake, committer, packs, own)
        work = _Extraction(site, wish, bringer, packs)
        with Progress(lambda _: f"extract: {work.count['page']} of {len(every)} pages") as progress:
            for file in every:
                work.take(file)
                progress.show()
            bringer.leave()
    return work.summary(time.monotonic() - begun, time.process_time() - cpu)


def extract_id(folder: Path, now: datetime) -> str:
    """Give the name of the extraction of a folder at a time."""
    return f"extract-{slug(folder.resolve().name) or 'folder'}-{now:%Y%m%dT%H%M%SZ}"


class _Extraction:
    """The pages of one folder, one after the other."""

    def __init__(self, site: Site, wish: Wish, bringer: Bringer, packs: PackWriter) -> None:
        self.count: Counter[str] = Counter()
        self._folder, self._now = wish.folder.resolve(), wish.now
        self._name = extract_id(wish.folder, wish.now)
        found = {one.name: one for one in platforms(site.platforms)}
        self._shops = Shops(found, wish.platform)
        self._listed = Listed(wish.folder)
        self._bringer, self._packs = bringer, packs
        self._refused: Counter[str] = Counter()
        self._of_platform: Counter[str] = Counter()
        self._passed_over: list[str] = []

    def take(self, file: SavedFile) -> None:
        """Bring one page, or why it is not taken."""
        address = self._listed.of(file.place)
        if file.is_json and address is None:
            if file.place not in LISTS:
                self._passed_over.append(file.place)
            return
        self.count["page"] += 1
        try:
            content = body(file.path, self._folder)
        except PageError as error:
            self._refuse(file, None, error, "fetch")
            return
        url = (
            address or said_by(Page(url="", body=content)) or file_address(self._folder, file.place)
        )
        self._bring(file, self._shops.of(url, self._folder.name), saved(url, content))
        self._bringer.leave_if_full()

    def _bring(self, file: SavedFile, shop: Shop, fetched: Fetched) -> None:
        key = capture_id(shop.name, fetched, self._now)
        if self._bringer.has("captures", key, self._now.date()):
            self.count["known"] += 1
        kind: Kind = "listing"
        try:
            kind, found = read(shop, fetched, self._stamp(shop, key))
        except PageError as error:
            self._keep(shop, kind, fetched, key)
            self._refuse(file, shop.name, error, "parse", key)
            return
        self._keep(shop, kind, fetched, key)
        for table, row in found.rows:
            if self._bringer.put(table, row):
                self.count[table] += 1

    def _keep(self, shop: Shop, kind: Kind, fetched: Fetched, key: str) -> None:
        """Put the body in a pack, unless the lake knows where it lies."""
        if self._bringer.has("captures", key, self._now.date()):
            return
        slot = self._packs.append(fetched.body)
        row = capture_row(shop.name, kind, fetched, self._now, self._name, slot)
        self._bringer.put("captures", row)
        self._of_platform[shop.name] += 1

    def _refuse(
        self,
        file: SavedFile,
        platform: str | None,
        error: PageError,
        stage: Literal["fetch", "parse"],
        key: str | None = None,
    ) -> None:
        where = f"{self._folder.name}/{file.place}"
        refused = Refused(
            stage=stage, place=where, reason=error.reason, detail=str(error), capture_id=key
        )
        if self._bringer.put("refused", refused_row(refused, self._name, self._now, platform)):
            self._refused[error.reason] += 1

    def _stamp(self, shop: Shop, key: str) -> Stamp:
        return Stamp(
            platform=shop.name,
            at=self._now,
            source="extract",
            source_name=self._name,
            parser=shop.module.parser,
            capture_id=key,
        )

    def summary(self, seconds: float, cpu_seconds: float) -> Summary:
        """Tell what was done."""
        return Summary(
            extract_id=self._name,
            pages=self.count["page"],
            known=self.count["known"],
            listings=self.count["observations"],
            sellers=self.count["seller_observations"],
            refused=dict(self._refused.most_common()),
            platforms=dict(sorted(self._of_platform.items())),
            passed_over=tuple(self._passed_over),
            seconds=seconds,
            cpu_seconds=cpu_seconds,
        )


def saved(url: str, content: bytes) -> Fetched:
    """Give a file's content as the answer that it once was."""
    return Fetched(
        requested_url=url,
        url=url,
        status=200,
        request_headers=(),
        response_headers=(),
        body=content,
        body_sha256=hashlib.sha256(content).hexdigest(),
    )


def read(shop: Shop, fetched: Fetched, stamp: Stamp) -> tuple[Kind, reading.Read]:
    """Read one stored page of a shop, described or not.

    Raises:
        PageError: it shows neither a listing nor a seller.

    """
    if shop.platform is not None:
        target = target_of(shop, fetched.requested_url)
        found = reading.read(shop.platform, shop.module, target, fetched, stamp, picture_count=0)
        return target.kind, found
    shown = reading.ask(shop.module.listing, Page(url=fetched.url, body=fetched.body))
    if shown is None:
        raise PageError("no_listing", "the page shows no listing")
    row = gone_row(shown, stamp) if isinstance(shown, Gone) else observation_row(shown, stamp)
    return "listing", reading.Read((("observations", row),), counts=("page", "listing"))


def target_of(shop: Shop, url: str) -> Target:
    """Give what a described platform takes an address for; PageError if it is no page to keep."""
    where = place(shop.platform, url, "index") if shop.platform else None
    if where is None or where.kind not in {"listing", "seller"}:
        raise PageError("no_kind", f"{shop.name}'s kinds take {url[:200]} for no listing or seller")
    return Target(0, shop.name, where.host, where.kind, where.key, where.url, 0)
