"""Where a crawl of a platform begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote_plus

from conf.brand import brands
from conf.errors import ConfError
from conf.platform import Platform
from crawler.frontier.address import place
from crawler.items import Link


def seeds(platform: Platform, words: Sequence[str]) -> tuple[Link, ...]:
    """Give the indexes that a platform's YAML names, searches filled with words.

    Raises:
        ConfError: an address is outside the platform's hosts, or is no index by its own `kinds`.

    """
    discovery = platform.discovery
    addresses = [*discovery.sitemaps, *discovery.categories, *_searches(platform, words)]
    links = tuple(
        Link(address.replace("{page}", "1"), "index") for address in addresses or [platform.home]
    )
    for link in links:
        if place(platform, link.url, "index") is None:
            raise ConfError(
                f"platform {platform.name}: {link.url} is not on its hosts or no index by its "
                "kinds; mend discovery, hosts or kinds.index"
            )
    return links


def search_words(platform: Platform, where: Path) -> tuple[str, ...]:
    """Give the words to search a platform for: its own, or the marks and aliases of the brands."""
    if not platform.discovery.searches:
        return ()
    return platform.discovery.words or tuple(_names(where))


def known(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Link]]:
    """Give the links that look again at what the lake knows, as platform and link."""
    return ((platform, Link(url, "listing")) for platform, url in found)


def _names(where: Path) -> Iterator[str]:
    seen = set()
    for brand in brands(where):
        for name in (*brand.marks, *brand.aliases):
            if name.casefold() not in seen:
                seen.add(name.casefold())
                yield name


def _searches(platform: Platform, words: Sequence[str]) -> Iterator[str]:
    for template in platform.discovery.searches:
        for word in words if "{word}" in template else ("",):
            yield template.replace("{word}", quote_plus(word))
