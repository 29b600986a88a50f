"""The course of a probe: what it asks for next by what came, until it can say what a shop is."""

from __future__ import annotations

from collections.abc import Generator

from crawler.probe import entering, exploring, lists, recognised, telling, walls
from crawler.probe.findings import Failure, Findings
from crawler.probe.kinds import Roles
from crawler.probe.looking import Answers, Batch, Course
from crawler.probe.shapes import Shape
from crawler.probe.site import Site, Wish, spread

_TO_JUDGE = 3


def course(wish: Wish) -> Course[Findings]:
    """Probe a shop: yields what to fetch, returns what was found."""
    site = Site(wish)
    failure = yield from entering.front(site)
    if failure is not None:
        return _failed(site, failure)
    yield from entering.sitemaps(site)
    if (yield from _is_bare(site)):
        return _browser(site)
    known = recognised.of(site)
    if known is not None:
        found = yield from recognised.tried(site, known)
        if found is not None:
            return found
    listing = yield from _listing(site)
    if listing is None:
        return _failed(site, walls.no_shop(site.chart.pages))
    listing = yield from exploring.sample(site, listing)
    seller = yield from exploring.sellers(site, listing)
    listing = site.grown(listing)
    yield from lists.paging(site, listing, seller)
    if site.search is None:
        yield from lists.search(site, listing)
    grown = Roles(site.grown(listing), site.grown(seller) if seller else None)
    return telling.findings(site, grown)


def _listing(site: Site) -> Generator[Batch, Answers, Shape | None]:
    """Find which pages are listings: by what the front page leads to, else by the search."""
    yield from exploring.around(site)
    listing = yield from exploring.listings(site)
    if listing is None and (yield from lists.search(site, None)):
        listing = yield from exploring.listings(site)
    return listing


def _is_bare(site: Site) -> Generator[Batch, Answers, bool]:
    """Say whether pages show nothing before a browser has run their scripts."""
    if site.wish.mount or not site.front.is_bare:
        return False
    listed = [url for pages in site.listed.values() for url in pages]
    yield from site.fetch(spread(listed, _TO_JUDGE), "reading some of what its sitemaps list")
    return all(one.is_bare for one in site.sights.values())


def _failed(site: Site, failure: Failure) -> Findings:
    return Findings(
        url=site.wish.url,
        failure=failure,
        requests=site.requests,
        most_requests=site.wish.most_requests,
    )


def _browser(site: Site) -> Findings:
    mount = next((one.mount for one in site.sights.values() if one.mount), None)
    return Findings(
        url=site.wish.url,
        needs_browser=True,
        mount=mount or "h1",
        requests=site.requests,
        most_requests=site.wish.most_requests,
        sitemaps=tuple(site.listed),
    )
