"""Shops of a software that is known: what its file says is tried, and kept if pages bear it out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from urllib.parse import quote_plus, urlsplit

import msgspec

from conf.platform import Discovery, Platform
from conf.software import Software, at_home, software
from crawler.frontier.address import canonical, kind_of
from crawler.pages.software import evidence, recognise
from crawler.probe import drafting, telling, trial
from crawler.probe import expressions as ex
from crawler.probe.findings import Findings, Tried
from crawler.probe.looking import Answers, Batch
from crawler.probe.roles import reads_as_listing
from crawler.probe.sight import mounted
from crawler.probe.site import Site

_FEWEST = 0.5  # share of the sample that has to be read
_TO_JUDGE = 8  # pages of which their address does not tell whether they are lists
_MENU = 0.5  # of those, when so many are lists, so is whatever else the menu names
_LISTS = 6
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2}")


def of(site: Site) -> Software | None:
    """Give the software that made the front page; None if it is not known."""
    name = recognise(site.front.page)
    return software(name) if name else None


def tried(site: Site, one: Software) -> Generator[Batch, Answers, Findings | None]:
    """Try what a software's file says; None if the pages do not bear it out."""
    shop = _shop(site, one)
    ways = _at_home(site, (*one.ways.apis, *one.ways.categories))
    yield from site.fetch(ways.values(), f"trying the ways into a shop of {one.title}")
    shop = yield from _told_apart(site, one, shop)
    categories = _categories(site, one, shop)
    if len(_known(site, shop)) < site.wish.sample:
        yield from site.fetch(site.new(categories)[:_LISTS], "reading its categories")
    urls = sorted(_known(site, shop), key=lambda url: url == site.home)
    sights = yield from site.fetch(urls[: site.wish.sample], "reading a sample of its listings")
    read = [(sight, trial.listing(shop, sight)) for sight in sights]
    shown = [found for _, found in read if found is not None]
    if not sights or len(shown) < _FEWEST * len(sights):
        return None
    searches = yield from _searches(site, one, shop, [found.title_text or "" for found in shown])
    draft = _draft(site, shop, [way for way, url in ways.items() if _leads(site, shop, url)],
                   categories, searches)  # fmt: skip
    table = trial.coverage(shown, len(sights))
    return Findings(
        url=site.wish.url,
        software=one.title,
        signs=evidence(one.signs, site.front.page),
        needs_browser=draft.needs_browser,
        mount=site.wish.mount,
        draft=draft,
        ways=telling.ways(site, draft),
        tried=(Tried(f"as {one.title} has it", len(urls), "listing", len(shown)),),
        coverage=table,
        sample=tuple(sight.url for sight in sights),
        requests=site.requests,
        most_requests=site.wish.most_requests,
        missing=tuple(telling.missing(site, draft, table)),
    )


def _shop(site: Site, one: Software) -> Platform:
    """Give the shop with what its software's file says of addresses."""
    return drafting.frame(
        site,
        kinds=at_home(one.kinds, mounted(site.home)),
        pages=one.pages,
        title=drafting.title(site),
        needs_browser=one.needs_browser,
    )


def _at_home(site: Site, paths: Iterable[str]) -> dict[str, str]:
    """Give the first pages of some ways in, by their whole templates."""
    base = mounted(site.home)
    return {base + path: base + path.replace("{page}", "1") for path in paths}


def _told_apart(site: Site, one: Software, shop: Platform) -> Generator[Batch, Answers, Platform]:
    """Read pages of which the address does not tell whether they are listings; gives the shop.

    Where categories have addresses like listings', their names are told in its `kinds`.
    """
    unclear = [url for url in _linked(site, one) if kind_of(shop, url) == "listing"]
    if not unclear:
        return shop
    yield from site.fetch(site.new(unclear)[:_TO_JUDGE], "telling its categories from its listings")
    judged = [url for url in unclear if url in site.sights]
    lists = [
        url
        for url in judged
        if site.chart.shown(site.sights[url]) and not reads_as_listing(site.chart, site.sights[url])
    ]
    if len(lists) > _MENU * len(judged):
        lists += [url for url in unclear if url not in judged and url in site.chart.frame]
    names = [name for url in lists if (name := ex.id_of(shop.kinds.listing, url))]
    if not names:
        return shop
    told = "|".join(map(re.escape, names))
    kinds = msgspec.structs.replace(
        shop.kinds,
        listing=ex.excepting(shop.kinds.listing, names),
        index=_either(shop.kinds.index, rf"/(?:{told})(?:\.\w+)?/?(?:\?p(?:age)?=\d+)?$"),
    )
    return msgspec.structs.replace(shop, kinds=kinds)


def _either(expression: str | None, other: str) -> str:
    return f"{expression}|{other}" if expression else other


def _linked(site: Site, one: Software) -> list[str]:
    """Give the front page's links to what may be categories."""
    if one.ways.category_links is None:
        return []
    pattern = re.compile(one.ways.category_links)
    return [url for url in site.front.links if pattern.search(url)]


def _categories(site: Site, one: Software, shop: Platform) -> list[str]:
    linked = [url for url in _linked(site, one) if kind_of(shop, url) == "index"]
    return linked[: drafting.MOST_LISTS]


def _known(site: Site, shop: Platform) -> list[str]:
    """Give the listings that pages and sitemaps lead to by now."""
    read = (url for sight in site.sights.values() for url in trial.listings(shop, sight))
    listed = (url for pages in site.listed.values() for url in pages)
    return list(dict.fromkeys([*read, *(url for url in listed if kind_of(shop, url) == "listing")]))


def _leads(site: Site, shop: Platform, url: str) -> bool:
    sight = site.sights.get(canonical(url))
    return sight is not None and bool(trial.listings(shop, sight))


def _searches(
    site: Site, one: Software, shop: Platform, titles: list[str]
) -> Generator[Batch, Answers, list[str]]:
    """Try the software's searches with a word of a title; gives those that lead to listings."""
    words = [word for text in titles[:1] for word in _WORD.findall(text)]
    if not words:
        return []
    asked = {way: url.replace("{word}", quote_plus(words[0]))
             for way, url in _at_home(site, one.ways.searches).items()}  # fmt: skip
    yield from site.fetch(asked.values(), f"trying its search for {words[0]!r}")
    return [
        way
        for way, url in asked.items()
        if kind_of(shop, url) == "index" and _leads(site, shop, url)
    ]


def _draft(
    site: Site, shop: Platform, ways: list[str], categories: list[str], searches: list[str]
) -> Platform:
    sitemaps = tuple(
        way
        for way, listed in site.listed.items()
        if any(kind_of(shop, url) == "listing" for url in listed)
    )
    lists = tuple(dict.fromkeys([*ways, *categories]))
    if not (sitemaps or lists or searches):  # the front page is all that leads to listings
        lists = (site.home,)
        home = ex.HOST + re.escape(urlsplit(site.home).path) + "$"
        kinds = msgspec.structs.replace(shop.kinds, index=_either(shop.kinds.index, home))
        shop = msgspec.structs.replace(shop, kinds=kinds)
    discovery = Discovery(sitemaps=sitemaps, categories=lists, searches=tuple(searches))
    return msgspec.structs.replace(shop, discovery=discovery)
