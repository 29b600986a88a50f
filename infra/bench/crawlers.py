"""The crawlers that `crawl` measures, each run in a process of its own.

    python infra/bench/crawlers.py NAME START [REDIS]

START is the address of the first list; the last line of the output is how many product pages were
taken. Ours writes to the site that the environment names, the others to `items.jl`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

SYNTAXES = ["json-ld", "microdata", "opengraph"]


def ours(start: str, redis: str | None) -> int:  # noqa: ARG001 - the site says where it begins
    """Crawl with everything on but pictures: frontier, robots, fetch, extract, capture, commit.

    With a frontier in Redis that is one worker and the committer, each a process.
    """
    from conf.cli import prepare

    prepare("crawl")
    from conf.site import site
    from crawler.run import Wish, run
    from crawler.workers import watching
    from crawler.workers.shared import is_shared

    wish = Wish(names=("shop",), now=datetime.now(UTC), picture_count=0)  # each its own
    where = site()
    summary = watching.run(where, wish, 1) if is_shared(where) else run(where, wish)
    tally = summary.platforms[0]
    return -1 if tally.refused else tally.listings


def scrapy(start: str, redis: str | None, **settings: Any) -> int:  # noqa: ARG001 - has none
    """Crawl with Scrapy as it comes, extruct and a feed of JSON lines; it logs no page."""
    import extruct
    from scrapy import Spider
    from scrapy.crawler import AsyncCrawlerProcess

    class Products(Spider):
        name = "products"
        start_urls = [start]  # noqa: RUF012 - as Scrapy's own guide has it

        def parse(self, response: Any) -> Iterator[Any]:
            yield from response.follow_all(css="a.item", callback=self.product)
            yield from response.follow_all(css="a.next")

        def product(self, response: Any) -> Iterator[Any]:
            found = extruct.extract(response.text, base_url=response.url, syntaxes=SYNTAXES)
            product = next(one for one in found["json-ld"] if one["@type"] == "Product")
            yield {"url": response.url, "product": product, "opengraph": found["opengraph"]}

    process = AsyncCrawlerProcess(
        {
            "LOG_LEVEL": "INFO",
            "FEEDS": {"items.jl": {"format": "jsonlines", "overwrite": True}},
            **settings,
        }
    )
    crawler = process.create_crawler(Products)
    process.crawl(crawler)
    process.start()
    return int(crawler.stats.get_value("item_scraped_count"))


def scrapy_redis(start: str, redis: str | None) -> int:
    """Crawl as `scrapy` does, with scrapy-redis for the frontier."""
    return scrapy(
        start,
        None,
        SCHEDULER="scrapy_redis.scheduler.Scheduler",
        DUPEFILTER_CLASS="scrapy_redis.dupefilter.RFPDupeFilter",
        REDIS_URL=redis,
    )


def bare(start: str, redis: str | None) -> int:  # noqa: ARG001 - has no frontier
    """Fetch with aiohttp and look at nothing but the lists' links: what fetching itself costs."""
    import asyncio
    import re
    from urllib.parse import urljoin

    import aiohttp

    async def all_pages() -> int:
        gate, found = asyncio.Semaphore(16), 0
        async with aiohttp.ClientSession() as session:

            async def get(url: str) -> str:
                async with gate, session.get(url) as answer:
                    return await answer.text()

            at: str | None = start
            while at:
                text = await get(at)
                items = re.findall(r'class="item[^"]*" href="([^"]+)"', text)
                await asyncio.gather(*(get(urljoin(at, one)) for one in items))
                found += len(items)
                more = re.search(r'class="next" href="([^"]+)"', text)
                at = urljoin(at, more[1]) if more else None
        return found

    return asyncio.run(all_pages())


CRAWLERS: dict[str, Callable[[str, str | None], int]] = {
    "ours": ours,
    "scrapy": scrapy,
    "scrapy_redis": scrapy_redis,
    "bare": bare,
}

if __name__ == "__main__":
    print(CRAWLERS[sys.argv[1]](sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))  # noqa: PLR2004
