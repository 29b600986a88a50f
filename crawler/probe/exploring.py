"""What a probe reads next, until it knows which pages are listings, and has read enough of them."""

from __future__ import annotations

import re
from collections.abc import Generator

from crawler.probe import ways
from crawler.probe.looking import Answers, Batch
from crawler.probe.roles import (
    index_shapes,
    listing_shape,
    listing_shapes,
    lists_among,
    seller_shape,
)
from crawler.probe.shapes import Shape
from crawler.probe.site import Site, spread

_FIRST = 24  # pages that the front page leads to, read to see what they are
_LATER = 12
_A_SHAPE = 2
_CANDIDATES = 6
_TO_JUDGE = 3
_SELLERS = 3
_LISTS = 6  # pages of lists that are read at a time to find more listings
_TURNS = 3
_DULL = re.compile(
    r"login|log-in|signin|sign-in|register|cart|basket|checkout|account|privacy|terms|policy|legal|"
    r"cookie|contact|imprint|impressum|help|faq|about|career|press|wishlist|compare|denglu|zhuce",
    re.IGNORECASE,
)


def around(site: Site, count: int = _FIRST) -> Generator[Batch, Answers, None]:
    """Read some pages of each shape that is known, then, of an interface, what those lead to."""
    for _ in range(2 if site.front.is_answer else 1):
        urls: list[str] = []
        for shape in sorted(site.chart.every, key=_dullness):
            wanted = _A_SHAPE - min(_A_SHAPE, len(site.chart.read(shape)))
            urls += spread(site.new(one.url for one in shape.members), wanted)
        yield from site.fetch(urls[:count], "reading some of what its front page leads to")


def listings(site: Site) -> Generator[Batch, Answers, Shape | None]:
    """Read pages of those shapes that may be listings; gives the one that is, if any."""
    found = yield from _judged(site)
    if found is None:  # the goods may lie one page deeper
        yield from around(site, _LATER)
        found = yield from _judged(site)
    return found


def sample(site: Site, listing: Shape) -> Generator[Batch, Answers, Shape]:
    """Read as many listings as are wanted, from all over the lists; gives their shape."""
    wanted = site.wish.sample
    for _ in range(_TURNS):
        listing = site.grown(listing)
        if len(listing.members) > wanted:
            break
        lists = [shape for shape, _ in index_shapes(site.chart, listing, ())]
        among = lists_among(site.chart, listing)
        read = [one for shape in lists for one in site.chart.read(shape)]
        read += [site.sights[url] for url in among if url in site.sights]
        urls = [one.url for shape in lists for one in shape.members] + among
        urls += [url for one in read for url in ways.following(one)]
        unread = site.new(dict.fromkeys(urls))
        if not unread:
            break
        yield from site.fetch(spread(unread, _LISTS), "reading more of its lists")
    listing = site.grown(listing)
    missing = max(0, wanted - len(site.chart.read(listing)))
    yield from site.fetch(site.priced_first(listing)[:missing], "reading a sample of its listings")
    return site.grown(listing)


def sellers(site: Site, listing: Shape) -> Generator[Batch, Answers, Shape | None]:
    """Find the pages of sellers that the listings lead to, and read a few."""
    seller = seller_shape(site.chart, listing)
    if seller is None:
        return None
    urls = [
        url
        for one in site.chart.read(listing)
        for url in one.links
        if site.chart.shape_of(url) == seller
    ]
    yield from site.fetch(site.new(spread(urls, _SELLERS)), "reading pages of sellers")
    return site.grown(seller)


def _judged(site: Site) -> Generator[Batch, Answers, Shape | None]:
    candidates = listing_shapes(site.chart)[:_CANDIDATES]
    for shape in candidates:
        have = len(site.chart.read(shape))
        urls = site.priced_first(shape)[: max(0, _TO_JUDGE - have)]
        yield from site.fetch(urls, "finding out which pages are listings")
    candidates = [site.grown(shape) for shape in candidates]
    return listing_shape(site.chart, candidates)


def _dullness(shape: Shape) -> tuple[bool, bool, int]:
    return _DULL.search(shape.text) is not None, not shape.varies, -len(shape.members)
