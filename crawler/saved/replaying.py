"""Stored captures read anew by today's page modules; what is read differently is written down."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from typing import Literal

import msgspec
import polars as pl

from conf.errors import CrawlError
from conf.platform import platforms
from conf.site import Site
from crawler import pages
from crawler.commit import Committer
from crawler.items import PageError, Refused
from crawler.lake import days
from crawler.progress import Progress
from crawler.rows import Stamp, refused_row
from crawler.saved.bringing import Bringer
from crawler.saved.extracting import read
from crawler.saved.shops import GENERIC, Shop
from crawler.saved.stored import Capture, LastRead, captures, last_reads, refused_before

APP = "replay"
_OWN = {
    "observations": pl.col("source") == "replay",
    "seller_observations": pl.col("source") == "replay",
    "refused": pl.col("stage").is_in(["parse", "check"]),
}


class Summary(msgspec.Struct, frozen=True):
    """What one replay did."""

    captures: int
    current: int  # read by today's parser before
    unchanged: int  # read anew: the same as before
    changed: dict[str, int]  # new observations by parser
    refused: dict[str, int]
    left_out: dict[str, str]  # platform and why
    seconds: float


def replay(site: Site, platform: str | None = None, crawl: str | None = None) -> Summary:
    """Read stored pages anew, all or those of a platform or crawl; done again, it adds nothing.

    Raises:
        ConfError: a platform's file is wrong.
        CrawlError: the lake holds no capture of such a page.
        LakeError: another process writes the tables, or they cannot be read or written.

    """
    begun = time.monotonic()
    wanted = pl.lit(value=True)
    for column, value in (("platform", platform), ("crawl_id", crawl)):
        wanted = wanted & (pl.col(column) == value) if value is not None else wanted
    found = days(site.lake, "captures", wanted)
    if not found:
        told = " ".join(filter(None, (platform and f"of {platform}", crawl and f"by {crawl}")))
        raise CrawlError(f"{site.lake}/captures holds no page {told}".rstrip() + "; crawl first")
    with Committer(site.lake, APP) as committer:
        work = _Replay(site, Bringer(site.lake, committer, None, _OWN))
        of_platform = pl.col("platform") == platform if platform else pl.lit(value=True)
        with Progress(lambda _: f"replay: {work.count['capture']} pages") as progress:
            for day in found:
                work.begin(day, of_platform)
                for capture in captures(site.lake, day, wanted):
                    work.take(capture)
                    progress.show()
            work.end()
    return work.summary(time.monotonic() - begun)


class _Replay:
    """The captures of some days, one after the other."""

    def __init__(self, site: Site, bringer: Bringer) -> None:
        self.count: Counter[str] = Counter()
        self._site, self._bringer = site, bringer
        self._shops = {
            one.name: Shop(one.name, pages.module(one.pages), one)
            for one in platforms(site.platforms)
        }
        self._changed: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._left_out: dict[str, str] = {}
        self._reads: dict[str, LastRead] = {}
        self._refusals: set[tuple[str, str]] = set()

    def begin(self, day: date, wanted: pl.Expr) -> None:
        """Look up how the captures of a day were read."""
        self._reads = last_reads(self._site.lake, day, wanted)
        self._refusals = refused_before(self._site.lake, day, wanted)

    def take(self, capture: Capture) -> None:
        """Read one capture anew, unless today's parser was the last to read it."""
        self.count["capture"] += 1
        shop = self._shop(capture)
        before = self._reads.get(capture.capture_id)
        if shop is None:
            return
        if before is not None and before.parser == shop.module.parser:
            self.count["current"] += 1
            return
        try:
            fetched = capture.fetched(self._site.packs)
        except CrawlError:
            detail = "the stored body is missing, torn or another one"
            self._refuse(capture, PageError("no_body", detail), "check")
            return
        try:
            _, found = read(shop, fetched, _stamp(capture, shop))
        except PageError as error:
            self._refuse(capture, error, "parse")
            return
        for table, row in found.rows:
            if before is not None and before.content_sha256 == row["content_sha256"]:
                self.count["unchanged"] += 1
            elif self._bringer.put(table, row):
                self._changed[shop.module.parser] += 1
        self._bringer.leave_if_full()

    def end(self) -> None:
        """Bring what is left to the lake."""
        self._bringer.leave()

    def _shop(self, capture: Capture) -> Shop | None:
        found = self._shops.get(capture.platform)
        if found is None and capture.crawl_id.startswith("extract-"):
            return Shop(capture.platform, pages.module(GENERIC))
        if found is None:
            self._left_out[capture.platform] = f"has no file in {self._site.platforms}; add it"
        return found

    def _refuse(self, capture: Capture, error: PageError, stage: Literal["parse", "check"]) -> None:
        """Write down that a capture cannot be read, unless that is known."""
        known = (capture.capture_id, error.reason)
        if known in self._refusals:
            return
        self._refusals.add(known)
        refused = Refused(
            stage=stage,
            place=capture.requested_url,
            reason=error.reason,
            detail=str(error),
            capture_id=capture.capture_id,
        )
        row = refused_row(refused, capture.crawl_id, capture.fetched_at, capture.platform)
        if self._bringer.put("refused", row):
            self._refused[error.reason] += 1

    def summary(self, seconds: float) -> Summary:
        """Tell what was done."""
        return Summary(
            captures=self.count["capture"],
            current=self.count["current"],
            unchanged=self.count["unchanged"],
            changed=dict(self._changed.most_common()),
            refused=dict(self._refused.most_common()),
            left_out=self._left_out,
            seconds=seconds,
        )


def _stamp(capture: Capture, shop: Shop) -> Stamp:
    return Stamp(
        platform=capture.platform,
        at=capture.fetched_at,
        source="replay",
        source_name=capture.crawl_id,
        parser=shop.module.parser,
        capture_id=capture.capture_id,
    )
