"""The download handler of platforms that need a browser: it shows pages, and fetches all else."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.handlers import BoundedHandler


class BrowserHandler(BoundedHandler):
    """Ours, with a browser for the requests that say `playwright` in their `meta`."""

    def __init__(self, crawler: Crawler) -> None:
        """Make both; the browser starts with the engine."""
        super().__init__(crawler)
        self._browser = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Give one answer: of the server, or of the page that a browser made of it."""
        if request.meta.get("playwright"):
            shown: Response = await self._browser.download_request(request)
            return shown
        return await super().download_request(request)

    async def close(self) -> None:
        """Close the browser and all connections."""
        await self._browser.close()
        await super().close()
