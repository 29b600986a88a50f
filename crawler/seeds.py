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
from crawler.words.kinds import of_brands


def seeds(platform: Platform, words: Sequence[str]) -> tuple[Link, ...]:
    """Give the indexes that a platform's YAML names, searches filled with words.

    Raises:
        ConfError: an address is outside the platform's hosts, or is no index by its own `kinds`.

    """
    discovery = platform.discovery
    addresses = [
        *discovery.sitemaps,
        *discovery.feeds,
        *discovery.categories,
        *_searches(platform, words),
    ]
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


def search_words(platform: Platform, where: Path, adopted: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the words to search a platform for: its own, or the brands', and those adopted.

    Of the brands, what `discovery.word_kinds` names: marks and aliases where nothing else is said.
    """
    discovery = platform.discovery
    if not discovery.searches:
        return ()
    own = discovery.words or of_brands(brands(where), discovery.word_kinds, platform.language)
    found: dict[str, str] = {}
    for word in (*own, *adopted):
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


def known(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Link]]:
    """Give the links that look again at what the lake knows, as platform and link."""
    return ((platform, Link(url, "listing")) for platform, url in found)


def _searches(platform: Platform, words: Sequence[str]) -> Iterator[str]:
    for template in platform.discovery.searches:
        for word in words if "{word}" in template else ("",):
            yield template.replace("{word}", quote_plus(word))
