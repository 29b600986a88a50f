"""The course of a probe: what it asks for next by what came, until it can say what a shop is."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence

import msgspec

from crawler.frontier.address import canonical
from crawler.pages.syntax import answers as interface
from crawler.probe import drafting, recognised, ways
from crawler.probe.findings import Findings
from crawler.probe.looking import Answer, Answers, Batch, Course
from crawler.probe.roles import (
    index_shapes,
    listing_shapes,
    reads_as_listing,
    seller_shape,
    share_of_listings,
)
from crawler.probe.shapes import Shape, address, fits, shapes
from crawler.probe.sight import Sight, mounted

_FIRST = 24  # pages that the front page leads to, read to see what they are
_A_SHAPE = 2
_CANDIDATES = 6
_TO_JUDGE = 3
_SELLERS = 3
_HALF = 0.5
_DULL = re.compile(
    r"login|log-in|signin|sign-in|register|cart|basket|checkout|account|privacy|terms|policy|legal|"
    r"cookie|contact|imprint|impressum|help|faq|about|career|press|wishlist|compare|denglu|zhuce",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"captcha|cf-challenge|challenge-platform|are you (?:a )?human|verify you are|access denied|"
    r"unusual traffic|enable javascript and cookies",
    re.IGNORECASE,
)
_FAILED = {
    "host_closed": "it may not be asked: {detail}",
    "robots_disallowed": "its robots.txt disallows the front page",
    "disallowed": "its robots.txt disallows the front page",
}


class Wish(msgspec.Struct, frozen=True):
    """What the caller wants of a probe."""

    url: str
    name: str
    sample: int = 20
    is_loopback_allowed: bool = False
    mount: str | None = None  # a browser reads the pages, and waits for this
    sitemaps: tuple[str, ...] = ()
    requests_per_second: float | None = None


class Site:
    """What is known of a shop so far."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.home = canonical(wish.url)
        self.sights: dict[str, Sight] = {}
        self.listed: dict[str, list[str]] = {}  # pages by the sitemap that lists them
        self.refused: dict[str, Answer] = {}
        self.token_url: str | None = None
        self.paging: ways.Paging | None = None
        self.requests = 0

    def take(self, answers: Answers) -> list[Sight]:
        """Keep what came; gives the pages."""
        found = []
        for url, one in answers.items():
            if one.page is not None and one.is_page:
                found.append(self.sights.setdefault(url, Sight(one.page)))
            else:
                self.refused[url] = one
        return found

    def fetch(self, urls: Iterable[str]) -> Generator[Batch, Answers, list[Sight]]:
        """Ask for pages; gives those that came."""
        wanted = tuple(dict.fromkeys(urls))
        if not wanted:
            return []
        answers = yield Batch(wanted, self.token_url)
        self.requests += len(wanted)
        return self.take(answers)

    def shapes(self) -> list[Shape]:
        """Give the shapes of all addresses that are known."""
        urls = [url for sight in self.sights.values() for url in (*sight.links, *sight.cards)]
        for pages in self.listed.values():
            urls += pages
        return shapes(urls)

    def fits(self, shape: Shape) -> list[Sight]:
        """Give the pages that were read of a shape."""
        return [one for asked, one in self.sights.items() if _is_of(shape, asked, one.url)]


def _is_of(shape: Shape, *urls: str) -> bool:
    return any(fits(shape, address(url)) for url in urls)


def course(wish: Wish) -> Course[Findings]:
    """Probe a shop: yields what to fetch, returns what was found."""
    site = Site(wish)
    front = yield from _front(site)
    if front is not None:
        return front
    yield from _sitemaps(site)
    if _needs_browser(site) and not wish.mount:
        yield from site.fetch(_some_listed(site, _TO_JUDGE))
        if _needs_browser(site):
            return _browser(site)
    known = recognised.of(site)
    if known is not None:
        found = yield from recognised.tried(site, known)
        if found is not None:
            return found
    yield from _around(site)
    listing = yield from _listings(site)
    if listing is None:
        return Findings(
            url=wish.url,
            failure="no page of it reads as a listing with a title and a price; give the address "
            "of a page that lists goods, or write the YAML as docs/add/platform.md says",
            requests=site.requests,
        )
    yield from _sample(site, listing)
    listing = _again(site, listing)
    read = [one for one in site.fits(listing) if reads_as_listing(one)]
    others = [one for one in site.sights.values() if one not in read]
    seller = seller_shape(site.shapes(), read, others, {listing.text})
    if seller is not None:
        urls = [url for one in read for url in one.links if fits(seller, address(url))]
        yield from site.fetch(_spread(urls, _SELLERS))
    yield from _lists(site, listing, seller)
    return drafting.findings(site, listing, seller)


def _front(site: Site) -> Generator[Batch, Answers, Findings | None]:
    """Fetch the front page and robots.txt; findings if that is all there is."""
    robots = mounted(site.home) + "/robots.txt"
    wanted = (site.home,) if site.wish.mount else (site.home, robots)
    answers = yield Batch(wanted)
    site.requests += len(wanted)
    home = answers[site.home]
    site.take({site.home: home})
    said = answers.get(robots)
    sitemaps = site.wish.sitemaps or ways.named(said.page if said else None)
    site.listed = {url: [] for url in sitemaps}
    failure = _failure(home)
    if failure is not None:
        return Findings(url=site.wish.url, failure=failure, requests=site.requests)
    sight = site.sights[site.home]
    site.home = sight.url  # where it redirects to: another host, or a language's path
    site.sights[site.home] = sight
    if sight.is_answer:
        site.token_url = interface.token_address(sight.page)
    return None


def _failure(home: Answer) -> str | None:
    if home.page is None or not home.is_page:
        detail = (
            home.detail or f"the server answered {home.page.status if home.page else 'nothing'}"
        )
        if home.reason in {"http_403", "http_429", "http_503"}:
            detail += ": it turns programs away; ask its owner for leave or for a feed"
        return _FAILED.get(home.reason, "{detail}").format(detail=detail)
    text = home.page.text
    if len(text) < 50_000 and _CHALLENGE.search(text) and not Sight(home.page).cards:  # noqa: PLR2004
        return "it wants proof of a person (CAPTCHA), which is not given; ask its owner for a feed"
    return None


def _sitemaps(site: Site) -> Generator[Batch, Answers, None]:
    """Read the sitemaps that are named, or the usual ones, and the parts of their indexes."""
    base = mounted(site.home)
    first = tuple(site.listed) or tuple(base + path for path in ways.USUAL)
    if site.sights[site.home].is_answer:
        first = tuple(site.listed)
    waiting, roots = list(first), {url: url for url in first}
    for _ in range(2):
        if not waiting:
            break
        answers = yield Batch(tuple(waiting))
        site.requests += len(waiting)
        following = []
        for url in waiting:
            one = answers[canonical(url)]
            if one.page is None or not one.is_page or not one.page.is_sitemap:
                continue
            inner, pages = ways.parts_of(one.page)
            site.listed.setdefault(roots[url], [])
            site.listed[roots[url]] += [clean for page in pages if (clean := _own(site, page))]
            following += inner
            roots |= dict.fromkeys(inner, roots[url])
        waiting = following[: ways.MOST_PARTS]
    site.listed = {url: pages for url, pages in site.listed.items() if pages}


def _around(site: Site) -> Generator[Batch, Answers, None]:
    """Read some pages of each shape that the front page leads to, then what those lead to."""
    for _ in range(2 if site.sights[site.home].is_answer else 1):
        known = site.shapes()
        urls = []
        for shape in sorted(known, key=_dullness):
            members = [one.url for one in shape.members if one.url not in site.sights]
            urls += _spread(members, _A_SHAPE)
        yield from site.fetch(urls[:_FIRST])


def _dullness(shape: Shape) -> tuple[bool, bool, int]:
    return _DULL.search(shape.text) is not None, not shape.varies, -len(shape.members)


def _listings(site: Site) -> Generator[Batch, Answers, Shape | None]:
    """Read pages of those shapes that may be listings; gives the best that are, as one shape."""
    candidates = listing_shapes(site.shapes(), site.sights.values())[:_CANDIDATES]
    for shape in candidates:
        have = len(site.fits(shape))
        yield from site.fetch(_priced_first(site, shape)[: max(0, _TO_JUDGE - have)])
    shares = [(share_of_listings(shape, site.fits(shape)) or 0.0, shape) for shape in candidates]
    return next((shape for share, shape in shares if share > _HALF), None) or next(
        (shape for share, shape in shares if share >= _HALF), None
    )


def _sample(site: Site, listing: Shape) -> Generator[Batch, Answers, None]:
    have = len(site.fits(listing))
    wanted = max(0, site.wish.sample - have)
    yield from site.fetch(_priced_first(site, listing)[:wanted])


def _lists(site: Site, listing: Shape, seller: Shape | None) -> Generator[Batch, Answers, None]:
    """Find how lists go on: by their links, else by trying the usual parameters."""
    taken = {listing.text, *([seller.text] if seller else [])}
    lists = [
        sight for _, sight in index_shapes(site.shapes(), site.sights.values(), listing, taken)
    ]
    lists += site.fits(seller) if seller else []
    for sight in sorted(lists, key=lambda one: one.url == site.home):
        site.paging = site.paging or ways.paging(sight)
    if site.paging is not None or not lists:
        return
    longest = max(lists, key=lambda one: (one.url != site.home, len(one.cards)))
    for name in ways.TRIED:
        wanted = canonical(ways.Paging(name).template(longest.url).replace("{page}", "2"))
        yield from site.fetch([wanted])
        second = site.sights.get(wanted)
        new = set(second.cards) - set(longest.cards) if second is not None else set()
        if second is not None and len(new) >= _HALF * max(1, len(second.cards)):
            site.paging = ways.Paging(name)
            return


def _again(site: Site, listing: Shape) -> Shape:
    """Give the listings' shape as all that is known by now has it."""
    example = listing.members[0]
    return next((one for one in site.shapes() if fits(one, example)), listing)


def _priced_first(site: Site, shape: Shape) -> list[str]:
    """Give addresses of a shape not read yet: those that stood beside a price, then the others."""
    priced = [url for one in site.sights.values() for url in one.cards]
    known = {one.url for one in shape.members}
    rest = _spread([one.url for one in shape.members], len(shape.members))
    urls = dict.fromkeys([url for url in priced if url in known] + rest)
    asked = {*site.sights, *site.refused}
    return [url for url in urls if url not in asked]


def _needs_browser(site: Site) -> bool:
    return all(one.is_bare for one in site.sights.values())


def _browser(site: Site) -> Findings:
    mount = next((one.mount for one in site.sights.values() if one.mount), None)
    return Findings(
        url=site.wish.url,
        needs_browser=True,
        mount=mount or "h1",
        requests=site.requests,
        sitemaps=tuple(site.listed),
    )


def _some_listed(site: Site, count: int) -> list[str]:
    return _spread([url for pages in site.listed.values() for url in pages], count)


def _spread(urls: Sequence[str], count: int) -> list[str]:
    """Give some of many, from all over."""
    every = list(dict.fromkeys(urls))
    step = max(1, len(every) // max(1, count))
    return (every[::step] + every)[:count] if len(every) > count else every


def _own(site: Site, url: str) -> str | None:
    try:
        clean = canonical(url)
    except ValueError:
        return None
    return clean if mounted(clean) == mounted(site.home) else None
