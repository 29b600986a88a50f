"""The workers that `frontier` measures, each a process.

python infra/bench/sharers.py NAME STORE NUMBER SECONDS HOST HOST HOST
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

RATE = 10.0


def ours(store: str, number: int, seconds: float, hosts: list[str]) -> None:
    """Work on the shared frontier; what comes is acknowledged and forgotten."""
    from crawler import engine
    from crawler.frontier.remote import Remote
    from crawler.frontier.rounds import Terms
    from crawler.frontier.shared import SharedFrontier
    from crawler.items import Link

    platforms = [_platform(f"shop{at}", host) for at, host in enumerate(hosts)]
    desk = _Desk(seconds)
    frontier = SharedFrontier(
        Remote(store, "bench"), platforms, desk.refuse, terms=Terms(name=f"worker{number}")
    )
    desk.frontier = frontier
    if number == 0:
        count = int(3 * seconds * RATE)
        for one in platforms:
            pages = [Link(f"{one.home}item/{at}", "listing") for at in range(count)]
            frontier.add(None, one.name, pages)
        frontier.make_durable()
    engine.work(platforms, frontier, desk, desk, lambda _counts: desk.end())
    frontier.close()


def _platform(name: str, host: str) -> Any:
    from conf.platform import Kinds, Platform, Politeness

    return Platform(
        name=name,
        title=name,
        pages=name,
        home=f"http://{host}/",
        hosts=(host,),
        kinds=Kinds(listing=r"/item/(?P<id>\d+)"),
        politeness=Politeness(requests_per_second=RATE, concurrency=8),
        verified="sandbox",
        is_loopback_allowed=True,
    )


class _Desk:
    """Clerk and desk in one: ends each page's lease, some at once; keeps nothing."""

    def __init__(self, seconds: float) -> None:
        self.frontier: Any = None
        self.failure: Exception | None = None
        self.on_commit: Callable[[], None] = lambda: None
        self.is_full = self.has_waiting = False
        self._seconds, self._until = seconds, 0.0
        self._done: list[Any] = []

    async def take(self, target: Any, fetched: Any) -> Any:  # noqa: ARG002 - the clerk's signature
        """End a page."""
        from crawler.frontier.store import Acks, done
        from crawler.spiders.reading import Read

        self._done.append(done(target))
        if len(self._done) >= 50:  # noqa: PLR2004 - a small batch
            self.frontier.acknowledge(Acks(tuple(self._done)))
            self._done.clear()
        return Read()

    def gone(self, target: Any, fetched: Any) -> None:
        """Fail: the bench's server has all pages."""
        raise AssertionError(target.url, fetched.status)

    def refuse(self, ask: Any, reason: str, detail: str, closed: str | None = None) -> None:  # noqa: ARG002
        """Fail: nothing is to be refused."""
        self.fail(AssertionError(ask.url, reason, detail))

    def fail(self, error: Exception) -> None:
        """Stop."""
        print(error, file=sys.stderr)
        self.failure = self.failure or error

    def end(self) -> None:
        """Stop when the time is over, counted from the first look."""
        self._until = self._until or time.monotonic() + self._seconds
        if time.monotonic() > self._until:
            self.failure = self.failure or TimeoutError()

    def leave(self) -> bool:
        """Send nothing anywhere."""
        return False

    def leave_if_due(self, age_s: float) -> bool:  # noqa: ARG002 - as a desk's
        """Send nothing anywhere."""
        return False

    async def empty(self) -> None:
        """Send nothing anywhere."""


def scrapy_redis(store: str, number: int, seconds: float, hosts: list[str]) -> None:
    """Work on scrapy-redis' frontier, each worker with the delay that the rate asks for."""
    from scrapy import Request, Spider, signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.exceptions import DontCloseSpider

    class Pages(Spider):
        name = "pages"

        async def start(self) -> Any:
            for at in range(int(3 * seconds * RATE) if number == 0 else 0):
                for host in hosts:
                    yield Request(f"http://{host}/item/{at}")

        def parse(self, response: Any) -> Iterator[Any]:
            yield {"url": response.url}

    process = AsyncCrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
            "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
            # Its usual queue gives requests in the order of their spelling, one host after another.
            "SCHEDULER_QUEUE_CLASS": "scrapy_redis.queue.FifoQueue",
            "REDIS_URL": store,
            "SCHEDULER_PERSIST": True,
            "CLOSESPIDER_TIMEOUT": seconds,
            "DOWNLOAD_DELAY": 1 / RATE,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "CONCURRENT_REQUESTS": 8 * len(hosts),
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        }
    )
    crawler = process.create_crawler(Pages)

    def stay() -> None:
        raise DontCloseSpider  # the queue may not be filled yet; its own waiting stops the reactor

    crawler.signals.connect(stay, signals.spider_idle, weak=False)
    process.crawl(crawler)
    process.start()


if __name__ == "__main__":
    name, store, number, seconds, *hosts = sys.argv[1:]
    {"ours": ours, "scrapy_redis": scrapy_redis}[name](store, int(number), float(seconds), hosts)
