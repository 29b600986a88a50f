"""Scrapy's settings for every crawl, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter

from conf.platform import Platform
from crawler import browser

_OFF: dict[str, None] = {
    # Allow-list, robots, retries, redirects and headers are the frontier's and the spider's own:
    # Scrapy's know neither leases nor Retry-After, and crawl on when robots.txt answers 5xx.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": None,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # No page is worth being recognised for, and the proxy of an environment is no part of evidence.
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
}
_SPIDER_OFF: dict[str, None] = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # every status means something
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
}


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
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.handlers.BoundedHandler")
        | dict.fromkeys(("file", "ftp", "data", "s3"), None),
        "PRIVATE_HOSTS": sorted(private),
        # The default of 100 makes 101 tasks for every answer: a third of the CPU of a page.
        "CONCURRENT_ITEMS": 1,
        # The frontier says when a host may be asked; Scrapy's own slots must never be narrower.
        "CONCURRENT_REQUESTS": min(256, max(16, connections)),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 256,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        # Both run Python for whoever reaches them.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_MAXSIZE": 8_000_000,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOADER_MIDDLEWARES": _OFF,
        "SPIDER_MIDDLEWARES": _SPIDER_OFF,
        "EXTENSIONS": {
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.logcount.LogCount": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
        },
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "COOKIES_ENABLED": False,
        "LOG_LEVEL": "ERROR",
        "LOG_FORMATTER": "crawler.settings.Silent",
        **browser.settings(platforms, browser.chromium()),
    }
