"""Scrapy at work on a frontier, from the first request until nothing is left to ask."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from collections.abc import Callable, Sequence

from conf.platform import Platform
from crawler.frontier.contract import Frontier
from crawler.parts import Clerk, Desk
from crawler.pulse import HostCounts

_TOUCH_S = 0.02  # a round may become due while another wait is on


def work(
    platforms: Sequence[Platform],
    frontier: Frontier,
    desk: Desk,
    clerk: Clerk,
    show: Callable[[HostCounts], None],
) -> None:
    """Run until the frontier is empty, or a signal or a failure stops it; `show` each second."""
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.settings import settings
    from crawler.spiders.markets import MarketSpider

    process = AsyncCrawlerProcess(settings(platforms))
    crawler = process.create_crawler(MarketSpider)
    watching: list[asyncio.Task[None]] = []

    def opened(spider: MarketSpider) -> None:
        desk.on_commit = spider.wake
        watching.append(asyncio.ensure_future(_watch(show, spider.counts)))
        if not math.isinf(frontier.sync_at) or frontier.sync_at < 0:
            watching.append(asyncio.ensure_future(_keep_in_touch(frontier, desk, spider.wake)))

    async def closed() -> None:
        await desk.empty()
        for task in watching:
            task.cancel()

    crawler.signals.connect(opened, signals.spider_opened)
    crawler.signals.connect(closed, signals.spider_closed)
    process.crawl(crawler, frontier=frontier, desk=desk, clerk=clerk)
    _calm_collector()
    process.start()


def _calm_collector() -> None:
    """Have cycles looked for less often, and not in what lives as long as the crawl.

    Pages leave few behind, and a look through all modules for them is never worth its CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _watch(show: Callable[[HostCounts], None], counts: HostCounts) -> None:
    while True:
        show(counts)
        await asyncio.sleep(1)


async def _keep_in_touch(frontier: Frontier, desk: Desk, wake: Callable[[], None]) -> None:
    """Have a shared frontier speak with its store whenever that is due."""
    while True:
        try:
            if frontier.sync_at <= time.monotonic():
                await frontier.sync()
                wake()
        except Exception as error:  # noqa: BLE001 - told by whoever runs the crawl
            desk.fail(error)
            wake()
            return
        await asyncio.sleep(min(_TOUCH_S, max(0.001, frontier.sync_at - time.monotonic())))
