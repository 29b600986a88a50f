"""The frontier as Scrapy's scheduler: hands out requests when their hosts may be asked."""

from __future__ import annotations

import asyncio
import math
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

if TYPE_CHECKING:
    from crawler.spiders.markets import MarketSpider

_TICK_S = 0.5  # how often batches are looked at when nothing else happens


class FrontierScheduler(BaseScheduler):
    """Asks the spider's frontier for the next request, and wakes the engine when one is due.

    Nothing is ever put into it: links, retries and redirects go to the frontier directly.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._wake: asyncio.TimerHandle | None = None
        self._batch_since: float | None = None
        self._syncing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make one for a crawler."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take the spider whose frontier this is."""
        self._spider = cast("MarketSpider", spider)  # the only one there is
        self._spider.wake = self.wake

    def close(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's signature
        """Stop waking the engine."""
        if self._wake is not None:
            self._wake.cancel()

    def has_pending_requests(self) -> bool:
        """Say whether the crawl goes on."""
        return not (self._spider.desk.failure or self._spider.frontier.is_done)

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: whatever is to be asked goes through the frontier."""
        raise RuntimeError(f"{request.url} must go through the frontier")

    def next_request(self) -> Request | None:
        """Give the next request that may go out now."""
        try:
            return self._next(monotonic())
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and wait for ever
            self._spider.desk.fail(error)
            return None

    def _next(self, now: float) -> Request | None:
        desk = self._spider.desk
        self._look_at_batch(now)
        self._sync_if_due(now)
        ask = None if desk.is_full or desk.failure else self._spider.frontier.next(now)
        if ask is not None:
            return self._spider.request(ask)
        if not self._spider.frontier.in_flight and math.isinf(self._spider.frontier.wake_at):
            desk.leave()  # only an acknowledgement can bring work now
        frontier = self._spider.frontier
        sync_at = math.inf if self._is_syncing else frontier.sync_at
        self._sleep(min(min(frontier.wake_at, sync_at) - now, _TICK_S))
        return None

    def wake(self) -> None:
        """Have the engine look again at once."""
        engine: Any = self._crawler.engine
        slot = engine._slot if engine else None  # noqa: SLF001 - Scrapy has no public way
        if slot is not None:
            slot.nextcall.schedule()

    @property
    def _is_syncing(self) -> bool:
        return self._syncing is not None and not self._syncing.done()

    def _sync_if_due(self, now: float) -> None:
        """Start a round with the frontier's store; what it brings wakes the engine."""
        if now >= self._spider.frontier.sync_at and not self._is_syncing:
            self._syncing = asyncio.ensure_future(self._sync())

    async def _sync(self) -> None:
        try:
            await self._spider.frontier.sync()
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self._spider.desk.fail(error)
        self.wake()

    def _look_at_batch(self, now: float) -> None:
        if not self._spider.desk.has_waiting:
            self._batch_since = None
            return
        self._batch_since = self._batch_since or now
        if self._spider.desk.leave_if_due(now - self._batch_since):
            self._batch_since = None

    def _sleep(self, seconds: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        self._wake = asyncio.get_running_loop().call_later(max(0.001, seconds), self.wake)
