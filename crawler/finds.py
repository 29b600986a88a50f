"""Finds: how each listing was come by; rows of one page, the same whenever it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from conf.platform import Platform
from crawler.frontier.address import Place, canonical, place
from crawler.items import Link
from crawler.lists import Listed, Way
from crawler.outcome import Crawl
from crawler.rows import Row, digest

MOST_RELATED = 50  # listings taken from what one listing's page leads to


class Source(msgspec.Struct, frozen=True):
    """The page that showed the links, and what it is as a page of a list."""

    url: str
    listed: Listed
    size: int | None = None  # listings on the first page of its list


def listings(platform: Platform, links: Iterable[Link]) -> list[Place]:
    """Give the listings that links lead to, each once, in the page's order."""
    expression = _compiled(platform.kinds.listing)
    found = (
        place(platform, link.url, "listing")
        for link in links
        # Most links lead elsewhere: this costs a tenth of the whole look.
        if link.kind == "listing" or expression.search(_clean(link.url))
    )
    return list(dict.fromkeys(one for one in found if one is not None and one.kind == "listing"))


def of_list(crawl: Crawl, platform: Platform, source: Source, shown: list[Place]) -> Iterator[Row]:
    """Give a row for each listing that a page of a list shows, with its rank."""
    before = _before(source)
    for position, one in enumerate(shown, 1):
        yield {
            **_row(crawl, platform, one, source.listed.way, source.url, source.listed.word),
            "page_number": source.listed.page_number,
            "position": position,
            "search_rank": None if before is None else before + position,
        }


def of_listing(
    crawl: Crawl, platform: Platform, url: str, way: Way, shown: Iterable[Place]
) -> Iterator[Row]:
    """Give a row for each other listing that a listing's own page leads to."""
    for position, one in enumerate(shown, 1):
        row = _row(crawl, platform, one, way, url, None)
        yield {**row, "page_number": None, "position": position, "search_rank": None}


def _before(source: Source) -> int | None:
    """Give how many listings of the list stand before a page; None where nothing tells."""
    listed = source.listed
    if listed.way == "sitemap":
        return None
    if listed.offset is not None:
        return listed.offset
    if listed.page_number is None:
        return None
    if listed.page_number <= 1:
        return 0
    return (listed.page_number - 1) * source.size if source.size else None


def _row(
    crawl: Crawl, platform: Platform, one: Place, way: Way, source_url: str, word: str | None
) -> Row:
    key = f"{platform.name}:{one.key.partition(':')[2]}"
    return {
        "find_id": digest(crawl.crawl_id, source_url, key, way),
        "platform": platform.name,
        "listing_key": key,
        "url": one.url,
        "way": way,
        "word": word,
        "source_url": source_url,
        "crawl_id": crawl.crawl_id,
        "found_at": crawl.now,
        "found_on": crawl.now.date(),
    }


def _clean(url: str) -> str:
    try:
        return canonical(url)
    except ValueError:
        return ""


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
