"""From what a probe saw to a platform's YAML that a crawl can work with."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from conf.platform import Discovery, Kinds, Platform, Politeness
from crawler.probe import learning
from crawler.probe.kinds import Roles, kinds
from crawler.probe.shapes import Shape
from crawler.probe.sight import Sight
from crawler.probe.site import Site

MOST_LISTS = 200
LEGAL = (
    "Not checked yet. Before the first real crawl a person reads the site's terms and the law of "
    "its country, and writes here what was found and when."
)


def draft(site: Site, roles: Roles) -> Platform:
    """Give the platform as far as the pages tell it.

    Raises:
        PageError: the addresses of listings hold no id.

    """
    told = kinds(site, roles)
    lists = _lists(site, told)
    listed = {one.url for one in roles.listing.members}
    sitemaps = tuple(url for url, pages in site.listed.items() if not listed.isdisjoint(pages))
    one = msgspec.structs.replace(
        frame(site, kinds=told, pages="market", title=title(site)),
        currency=_currency(site, roles.listing),
        discovery=Discovery(
            sitemaps=sitemaps,
            categories=lists or (() if sitemaps or site.search else (site.home,)),
            searches=(_counted(site, site.search),) if site.search else (),
        ),
    )
    return msgspec.structs.replace(one, shows=learning.shows(site.chart, roles.listing, one))


def frame(
    site: Site, *, kinds: Kinds, pages: str, title: str, needs_browser: bool = False
) -> Platform:
    """Give a platform without its ways in: hosts, pace and what a person has yet to fill in."""
    home, is_loopback = site.front, site.wish.is_loopback_allowed
    is_slow = needs_browser or site.wish.mount is not None
    rate = (20 if is_slow else 100) if is_loopback else 1
    return Platform(
        name=site.wish.name,
        title=title,
        pages=pages,
        home=home.url,
        hosts=tuple(dict.fromkeys((home.host, urlsplit(site.home).netloc))),
        kinds=kinds,
        verified="documented",
        language=None if home.is_answer else _language(home),
        politeness=Politeness(
            requests_per_second=rate, concurrency=(4 if is_slow else 8) if is_loopback else 2
        ),
        is_loopback_allowed=is_loopback,
        needs_browser=is_slow,
        ready_selector=site.wish.mount,
        token_url=site.token_url,
        legal=LEGAL,
    )


def title(site: Site) -> str:
    """Give what a site calls itself, else its host."""
    window = None if site.front.is_answer else site.front.page.words("title")
    return window or site.front.heading or urlsplit(site.home).netloc


def _lists(site: Site, told: Kinds) -> tuple[str, ...]:
    """Give the lists to begin with, {page} where the number goes."""
    index, seller = re.compile(told.index or "(?!)"), re.compile(told.seller or "(?!)")
    urls: dict[str, None] = {}
    for asked, sight in site.sights.items():
        urls |= dict.fromkeys(url for url in (asked, *sight.links) if index.search(url))
    first = [url for url in urls if not seller.search(url) and not _is_search(site, url)]
    inner = [url for url in first if url != site.home]
    if not inner and not site.front.cards:
        return ()
    made = dict.fromkeys(_numbered(site, told, url) for url in inner or first)
    fitting = [url for url in made if index.search(url.replace("{page}", "1"))]
    return tuple(fitting or first)[:MOST_LISTS]


def _numbered(site: Site, told: Kinds, url: str) -> str:
    """Give a list with {page} where the number goes; one that leads to lists alone as it is."""
    sight = site.sights.get(url)
    is_hub = sight is not None and not any(re.search(told.listing, one) for one in sight.links)
    return (
        url if site.paging is None or site.front.is_answer or is_hub else site.paging.template(url)
    )


def _counted(site: Site, template: str) -> str:
    """Give a search with the number of its pages, if its own pages name it as lists do."""
    number = site.paging.parameter if site.paging and not site.paging.is_offset else ""
    links = [url for one in site.sights.values() for url in one.links if _is_search(site, url)]
    is_named = number and any(re.search(rf"[?&]{re.escape(number)}=\d", url) for url in links)
    return f"{template}&{number}={{page}}" if is_named and "{page}" not in template else template


def _is_search(site: Site, url: str) -> bool:
    template = site.search or site.front.search
    if template is None:
        return False
    word = re.search(r"[?&]([^=&]+=)\{word\}", template)
    return _bare(url) == _bare(template) and word is not None and word[1] in url


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _currency(site: Site, listing: Shape) -> str | None:
    said = {one.listing.currency_text for one in site.chart.read(listing) if one.listing}
    found = {text for text in said if text and re.fullmatch("[A-Z]{3}", text)}
    return found.pop() if len(found) == 1 else None


def _language(sight: Sight) -> str | None:
    said = (sight.page.language or "").partition("-")[0].lower()
    return said if re.fullmatch("[a-z]{2}", said) else None
