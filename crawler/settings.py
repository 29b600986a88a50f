"""Scrapy's settings for every crawl, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter

from conf.platform import Platform
from crawler import browser

_UNPACKING = "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"


class Silent(LogFormatter):
    """Says nothing of pages that were fetched: below ERROR nobody would hear it."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override]
        """Give nothing."""


def settings(platforms: Sequence[Platform]) -> dict[str, Any]:
    """Give the settings of a crawl of some platforms."""
    connections = sum(one.politeness.concurrency * len(one.hosts) for one in platforms)
    private = {
        host.rpartition(":")[0] or host
        for one in platforms
        if one.is_loopback_allowed
        for host in one.hosts
    }
    return {
        "SCHEDULER": "crawler.frontier.scheduler.FrontierScheduler",
        # Of what Scrapy brings, nothing is on but what is named here. Allow-list, robots, retries,
        # redirects and headers are the frontier's and the spider's own: Scrapy's know neither
        # leases nor Retry-After, and crawl on when robots.txt answers 5xx. Cookies and the proxy
        # of an environment are no part of evidence, telnet and remote control run Python for
        # whoever reaches them, and every status means something.
        "DOWNLOADER_MIDDLEWARES_BASE": {_UNPACKING: 590},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.handlers.BoundedHandler"),
        "PRIVATE_HOSTS": sorted(private),
        # The default of 100 makes 101 tasks for every answer: a third of the CPU of a page.
        "CONCURRENT_ITEMS": 1,
        # The frontier says when a host may be asked; Scrapy's own slots must never be narrower.
        "CONCURRENT_REQUESTS": min(256, max(16, connections)),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 256,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_MAXSIZE": 8_000_000,
        "DOWNLOAD_WARNSIZE": 0,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_LEVEL": "ERROR",
        "LOG_FORMATTER": "crawler.settings.Silent",
        **browser.settings(platforms, browser.chromium()),
    }
