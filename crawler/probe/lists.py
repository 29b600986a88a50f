"""How the lists of a shop go on, and whether its search leads to listings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator
from urllib.parse import quote_plus

from crawler.frontier.address import canonical
from crawler.probe import ways
from crawler.probe.looking import Answers, Batch
from crawler.probe.roles import index_shapes, listed, lists_among
from crawler.probe.shapes import FEW, Shape
from crawler.probe.sight import Sight
from crawler.probe.site import Site

_HALF = 0.5
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2}")
_MOST_WORDS = 6
_LONGEST_TEXT = 2_000


def paging(site: Site, listing: Shape, seller: Shape | None) -> Generator[Batch, Answers, None]:
    """Find how lists go on: by their links, else by trying the usual parameters."""
    taken = (seller,) if seller else ()
    lists = [sight for _, sight in index_shapes(site.chart, listing, taken)]
    lists += site.chart.read(seller) if seller else []
    lists += [site.sights[url] for url in lists_among(site.chart, listing) if url in site.sights]
    for sight in sorted(lists, key=lambda one: one.url == site.home):
        site.paging = site.paging or ways.paging(sight)
    if site.paging is not None or not lists:
        return
    longest = max(lists, key=lambda one: (one.url != site.home, len(one.cards)))
    for one in ways.tried(longest.page.language):
        wanted = canonical(one.template(longest.url).replace("{page}", "2"))
        yield from site.fetch([wanted], "trying how its lists go on")
        second = site.sights.get(wanted)
        new = set(second.cards) - set(longest.cards) if second is not None else set()
        if second is not None and new and len(new) >= _HALF * len(second.cards):
            site.paging = one
            return


def search(site: Site, listing: Shape | None) -> Generator[Batch, Answers, bool]:
    """Try the site's search; gives whether it led to things that stand beside a price."""
    template = site.front.search
    if template is None or site.front.is_answer:
        return False
    found: set[str] = set()
    for word in dict.fromkeys(_words(site, listing)):
        url = canonical(template.replace("{word}", quote_plus(word)))
        sights = yield from site.fetch([url], f"trying its search for {word!r}")
        if url in site.refused and site.refused[url].reason.startswith("robots"):
            return False
        if sights and _leads_on(site, sights[0], listing):
            _keep(site, template, sights[0])
            found |= sights[0].cards.keys()
        if site.search is not None and (listing is not None or len(found) >= FEW):
            break
    return site.search is not None


def _keep(site: Site, template: str, sight: Sight) -> None:
    """Keep a search that leads to listings, with the number of its pages if one tells it."""
    found = ways.paging(sight)
    is_counted = found is not None and found.parameter and not found.is_offset
    if found is not None and is_counted:
        site.search = f"{template}&{found.parameter}={{page}}"
    site.search = site.search or template
    site.paging = site.paging or found


def _leads_on(site: Site, sight: Sight, listing: Shape | None) -> bool:
    if listing is not None:
        return listed(site.chart, sight, listing) > 0
    return bool(sight.cards)


def _words(site: Site, listing: Shape | None) -> Iterator[str]:
    """Give words to search for: of titles that were read, else the caller's and the site's own."""
    if listing is not None:
        titles = [one.listing.title_text or "" for one in site.chart.read(listing) if one.listing]
        titles = titles or [text for one in site.chart.pages for text in one.cards.values()]
        counts = Counter(word for text in titles for word in set(_WORD.findall(text)))
        yield from (word for word, _ in counts.most_common(1))
        return
    yield from site.wish.words[:_MOST_WORDS]
    text = " ".join(site.front.page.pieces)[:_LONGEST_TEXT]
    placed = [
        node.attributes.get("placeholder") or "" for node in site.front.page.tree.css("input")
    ]
    longest = sorted(dict.fromkeys(_WORD.findall(f"{' '.join(placed)} {text}")), key=len)
    yield from longest[-_MOST_WORDS:]
