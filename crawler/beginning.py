"""How a crawl begins: which platforms it is of, and what its frontier is filled with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from typing import Any, Protocol

from conf import reading
from conf.errors import ConfError
from conf.platform import Platform, platform
from conf.site import Site
from crawler import browser, pages, seeds
from crawler.items import Link
from crawler.outcome import Crawl
from crawler.priorities import known_listings, watched_for
from crawler.words.adopted import adopted

_SEED_BATCH = 5_000


class Facts(Protocol):
    """What is noted of a crawl itself."""

    def fact(self, name: str) -> str | None:
        """Give what was noted."""
        ...

    def note(self, name: str, value: str) -> None:
        """Note something, for good."""
        ...


class Frontier(Facts, Protocol):
    """What is to be filled."""

    def add(self, source: None, platform: str, links: Iterable[Link]) -> int:
        """Add pages."""
        ...

    def make_durable(self) -> None:
        """Have what was added outlive this process."""
        ...


def chosen(
    site: Site, names: Sequence[str]
) -> tuple[list[Platform], dict[str, str], dict[str, str]]:
    """Give the platforms to crawl, those that cannot be, and those whose file is wrong, with why.

    A platform that was named and is wrong ends the crawl; of all platforms it costs only itself.
    """
    found, broken = [], {}
    for name in dict.fromkeys(names) or reading.names(site.platforms):
        try:
            found.append(_described(site, name))
        except ConfError as error:
            if names:
                raise
            broken[name] = str(error)
    if not found and not broken:
        raise ConfError(f"{site.platforms} holds no platform; add one as docs/add/platform.md says")
    left_out = {}
    if browser.chromium() is None:
        reason = "needs a browser, and this machine has no Chromium; install the package chromium"
        left_out = {one.name: reason for one in found if one.needs_browser}
    return [one for one in found if one.name not in left_out], left_out, broken


def _described(site: Site, name: str) -> Platform:
    """Read a platform and see that its module and the places where it begins are right."""
    one = platform(name, site.platforms)
    try:
        pages.module(one.pages)
        seeds.seeds(one, ("word",))
    except ConfError as error:
        said = str(error)
        raise ConfError(said if name in said else f"{site.platforms / name}.yaml: {said}") from None
    return one


def check_limit(facts: Facts, crawl: Crawl, limit: int | None) -> None:
    """Note the limit of a crawl that begins; ConfError if it began with another one."""
    begun_with = facts.fact("limit")
    if begun_with is None:
        facts.note("limit", str(limit))
    elif begun_with != str(limit):
        raise ConfError(
            f"{crawl.crawl_id} began with a limit of {begun_with}, not {limit}; keep it, or give "
            "another --now for another crawl"
        )


def seed(site: Site, frontier: Frontier, new: Sequence[Platform], crawl: Crawl) -> None:
    """Fill a frontier with what the lake knows, then where discovery begins."""
    watched = {one.name: watched_for(one) for one in new}
    listings = known_listings(site.lake, watched, crawl.now) if watched else ()
    for name, links in _batches(listings):
        frontier.add(None, name, links)
    for one in new:
        words = seeds.search_words(one, site.brands, adopted(site.state, one.name))
        frontier.add(None, one.name, seeds.seeds(one, words))
        frontier.make_durable()
        frontier.note(seeded(one.name), crawl.now.isoformat())


def unseeded(facts: Facts, due: Sequence[Platform]) -> list[Platform]:
    """Give the platforms whose part of the frontier was not filled yet."""
    return [one for one in due if not facts.fact(seeded(one.name))]


def seeded(platform: str) -> str:
    """Give the name of the fact that a platform's part of the frontier is filled."""
    return f"seeded:{platform}"


def _batches(links: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    for name, group in groupby(links, key=lambda pair: pair[0]):
        while batch := [link for _, link in islice(group, _SEED_BATCH)]:
            yield name, batch
