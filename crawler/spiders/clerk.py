"""The clerk: writes down what became of each page, for the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Literal

import msgspec

from conf.platform import Platform
from crawler.capture import Fetched, capture_id, capture_row
from crawler.desk import Desk
from crawler.discovery import Discovery, Kept
from crawler.frontier.host import Ask
from crawler.frontier.store import Target, done
from crawler.items import PageError, Refused
from crawler.lake import KnownPictures
from crawler.outcome import Crawl, Outcome, Rows, refusal
from crawler.pages import PageModule
from crawler.pictures import picture
from crawler.rows import Stamp, image_row, refused_row
from crawler.spiders import reading


class Sources(msgspec.Struct, frozen=True):
    """What the clerk looks things up in."""

    platforms: Mapping[str, Platform]
    modules: Mapping[str, PageModule]
    store: Kept
    known: KnownPictures
    picture_count: int  # pictures taken of each listing


class Clerk:
    """Makes outcomes of answers and refusals."""

    def __init__(self, crawl: Crawl, sources: Sources, desk: Desk) -> None:
        self._crawl, self._sources, self._desk = crawl, sources, desk
        self._discovery = Discovery(crawl, sources.platforms, sources.store)

    async def take(self, target: Target, fetched: Fetched) -> reading.Read:
        """Write down what a page showed, or why it cannot be read; gives what it led to."""
        try:
            if target.kind == "image":
                return await self._picture(target, fetched)
            found, ended = self._discovery.look(target, fetched, self._read(target, fetched))
        except PageError as error:
            stage: Literal["image", "parse"] = "image" if target.kind == "image" else "parse"
            self._refuse_page(target, error.reason, str(error), stage=stage, kept=fetched)
            return reading.Read()
        self._deliver(target, fetched, found, ended)
        return found

    def gone(self, target: Target, fetched: Fetched) -> None:
        """Write down that a listing is no more, or that another page is not there."""
        if target.kind == "listing":
            stamp = self._stamp(target, fetched, "status/1")
            self._deliver(target, fetched, reading.gone(target, stamp))
        else:
            status = fetched.status
            self._refuse_page(target, f"http_{status}", f"the server answered {status}")

    def refuse(self, ask: Ask, reason: str, detail: str, closed: str | None = None) -> None:
        """Write down that something is not taken, or that a whole host is left."""
        if ask.target is not None:
            self._refuse_page(ask.target, reason, detail)
            return
        refused = Refused(stage="fetch", place=ask.url, reason=reason, detail=detail)
        self._desk.put(refusal(self._crawl, ask.platform, refused, closed=closed))

    def forget(self) -> None:
        """Forget what lists showed: a frontier that lost them has them fetched anew."""
        self._discovery.forget()

    def _read(self, target: Target, fetched: Fetched) -> reading.Read:
        platform = self._sources.platforms[target.platform]
        module = self._sources.modules[target.platform]
        stamp = self._stamp(target, fetched, module.parser)
        count = self._sources.picture_count
        return reading.read(platform, module, target, fetched, stamp, picture_count=count)

    def _deliver(
        self,
        target: Target,
        fetched: Fetched,
        found: reading.Read,
        ended: tuple[Refused, ...] = (),
    ) -> None:
        """Put down what a page gave; `ended` says why the list that it is of goes on no more."""
        key = f"{target.platform}:{target.own_id}" if target.kind == "listing" else None
        known = self._sources.known
        pictures = tuple(one for one in found.pictures if key and not known.has(key, one.url))
        captured = self._captured(target, fetched) if found.is_kept else ()
        crawl = self._crawl
        said = (refused_row(one, crawl.crawl_id, crawl.now, target.platform) for one in ended)
        self._desk.put(
            Outcome(
                platform=target.platform,
                rows=(*captured, *found.rows, *(("refused", row) for row in said)),
                done=done(target, key, pictures),
                counts=found.counts,
                reason=next((one.reason for one in ended), None),
            )
        )

    async def _picture(self, target: Target, fetched: Fetched) -> reading.Read:
        """Hash one picture in a thread; a row for every listing that shows it."""
        image = await asyncio.to_thread(picture, target.url, fetched.body)
        stamp = self._stamp(target, fetched, "picture/1")
        shown_by = self._sources.store.wanted_by(target)
        rows = tuple(("images", image_row(image, key, stamp)) for key in shown_by)
        found = reading.Read(rows, counts=("picture",), is_kept=True)
        self._deliver(target, fetched, found)
        return found

    def _refuse_page(
        self,
        target: Target,
        reason: str,
        detail: str,
        *,
        stage: Literal["fetch", "parse", "image"] = "fetch",
        kept: Fetched | None = None,
    ) -> None:
        captured = self._captured(target, kept) if kept else ()
        refused = Refused(
            stage=stage,
            place=target.url,
            reason=reason,
            detail=detail,
            capture_id=captured[0][1]["capture_id"] if captured else None,
        )
        ended = done(target)
        self._desk.put(refusal(self._crawl, target.platform, refused, done=ended, rows=captured))

    def _captured(self, target: Target, fetched: Fetched) -> Rows:
        slot = self._desk.packs.append(fetched.body)
        crawl = self._crawl
        row = capture_row(target.platform, target.kind, fetched, crawl.now, crawl.crawl_id, slot)
        return (("captures", row),)

    def _stamp(self, target: Target, fetched: Fetched, parser: str) -> Stamp:
        return Stamp(
            platform=target.platform,
            at=self._crawl.now,
            source="crawl",
            source_name=self._crawl.crawl_id,
            parser=parser,
            capture_id=capture_id(target.platform, fetched, self._crawl.now),
        )
