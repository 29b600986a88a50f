"""Shops of a software that is known: what its file says is tried, and kept if pages bear it out."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from conf.platform import Discovery, Platform
from conf.software import Software, at_home, software
from crawler import pages
from crawler.frontier.address import host_of, kind_of
from crawler.items import Gone, Observation, PageError
from crawler.pages.page import Page
from crawler.pages.software import recognise
from crawler.probe import drafting
from crawler.probe.findings import Findings, Tried
from crawler.probe.looking import Answers, Batch
from crawler.probe.sight import Sight, mounted

if TYPE_CHECKING:
    from crawler.probe.course import Site

_FEWEST = 0.5  # share of the sample that has to be read
_MOST_LISTS = 200


def of(site: Site) -> Software | None:
    """Give the software that made the front page; None if it is not known."""
    name = recognise(site.sights[site.home].page)
    return software(name) if name else None


def tried(site: Site, one: Software) -> Generator[Batch, Answers, Findings | None]:
    """Try what a software's file says; None if the pages do not bear it out."""
    base = mounted(site.home)
    shop = _shop(site, one)
    first = {
        base + way: base + way.replace("{page}", "1")
        for way in (*one.ways.apis, *one.ways.categories)
    }
    yield from site.fetch(first.values())
    links = {url: _listings(shop, site.sights[url]) for url in site.sights}
    kept = tuple(way for way, url in first.items() if links.get(url))
    sitemaps = tuple(
        way
        for way, listed in site.listed.items()
        if any(kind_of(shop, u) == "listing" for u in listed)
    )
    listings = dict.fromkeys(url for found in links.values() for url in found)
    for listed in site.listed.values():
        listings |= {url: None for url in listed if kind_of(shop, url) == "listing"}
    sample = [url for url in listings if url != site.home][: site.wish.sample]
    sights = yield from site.fetch(sample)
    shown = [found for sight in sights if (found := _shown(shop, sight)) is not None]
    if not sights or len(shown) < _FEWEST * len(sights):
        return None
    lists = _categories(site, one, shop)
    discovery = Discovery(sitemaps=sitemaps, categories=(*kept, *lists) or (site.home,))
    draft = msgspec.structs.replace(shop, discovery=discovery)
    return Findings(
        url=site.wish.url,
        software=one.title,
        needs_browser=draft.needs_browser,
        draft=draft,
        ways=(*discovery.sitemaps, *discovery.categories),
        tried=(Tried(f"as {one.title} has it", len(listings), "listing", len(shown)),),
        coverage=drafting.coverage(shown, len(sights)),
        sample=tuple(sight.url for sight in sights),
        requests=site.requests,
    )


def _shop(site: Site, one: Software) -> Platform:
    """Give the shop with what its software's file says of addresses."""
    home = site.sights[site.home]
    return drafting.frame(
        site,
        kinds=at_home(one.kinds, mounted(site.home)),
        pages=one.pages,
        title=home.page.words("title") or urlsplit(site.home).netloc,
        needs_browser=one.needs_browser,
    )


def _listings(shop: Platform, sight: Sight) -> list[str]:
    page = _of_shop(shop, sight)
    try:
        found = [link.url for link in pages.module(shop.pages).links(page)]
    except PageError:
        return []
    return [url for url in found if host_of(url) in shop.hosts and kind_of(shop, url) == "listing"]


def _categories(site: Site, one: Software, shop: Platform) -> tuple[str, ...]:
    """Give the front page's links to categories."""
    if one.ways.category_links is None:
        return ()
    pattern = re.compile(one.ways.category_links)
    links = site.sights[site.home].links
    found = [url for url in links if pattern.search(url) and kind_of(shop, url) == "index"]
    return tuple(found)[:_MOST_LISTS]


def _shown(shop: Platform, sight: Sight) -> Observation | None:
    try:
        found = pages.module(shop.pages).listing(_of_shop(shop, sight))
    except PageError:
        return None
    return None if isinstance(found, Gone) or found is None or not found.title_text else found


def _of_shop(shop: Platform, sight: Sight) -> Page:
    page = sight.page
    return Page(
        platform=shop, url=page.url, body=page.body, status=page.status, headers=page.headers
    )
