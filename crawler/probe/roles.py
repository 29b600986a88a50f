"""Which shapes of a site's addresses are listings, sellers and lists, by what their pages show."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from crawler.pages.syntax.about import is_like
from crawler.probe.chart import FEW, Chart
from crawler.probe.shapes import Shape
from crawler.probe.sight import Sight, amounts

_SELLER = re.compile(
    r"sell|shop|store|vendor|merchant|user|profil|member|maker|dealer|trader|boutique|h(?:ae|ä)nd|"
    r"verk(?:ae|ä)uf|anbieter|tienda|vended|perfil|vend|negozi|loja|winkel|verkop|sprzed|sklep|"
    r"prodejc|magaz|satici|mağaza|dianpu|maijia|shangjia|店|卖家|賣家|商家|продав|магазин|ショップ|出品",
    re.IGNORECASE,
)
_ENOUGH = 0.5
_MOST_OWN = 3  # sellers that one listing's page names
_FEWEST = 3
_HUB = 3  # lists that a page must lead to, to be worth asking for them


def reads_as_listing(chart: Chart, sight: Sight) -> bool:
    """Say whether a page is about one product: its price is not that of something it lists."""
    shown = chart.shown(sight)
    cards = [url for shape in shown for url in chart.cards(sight, shape)]
    if sight.listing is None:
        return _repeats_its_card(chart, sight) and sight.has_price_outside(cards)
    if sight.is_answer or not shown:
        return True
    is_seen = sight.listing.provenance.get("price_text") == "selector"
    if is_seen and not sight.has_price_outside(cards):
        return False
    title = sight.listing.title_text
    # A list's first card may read as its product: then the heading is not the product's name.
    return is_like(title, sight.heading) or not any(
        is_like(sight.cards[url], title) for url in cards
    )


def _repeats_its_card(chart: Chart, sight: Sight) -> bool:
    """Say whether a page shows the name and the price that stand on a card that leads to it."""
    if sight.is_answer:
        return False
    said = chart.said_of(sight)
    texts = sight.page.pieces
    told = {one for text in texts for one in amounts(text)} | set(amounts(" ".join(texts)))
    return not told.isdisjoint(said.amounts) and any(map(said.names_it, texts))


def listing_shapes(chart: Chart) -> list[Shape]:
    """Give the shapes that may be listings, the likeliest first: by cards, then by number."""
    found = []
    for shape in chart.every:
        priced = sum(one.url in chart.carded for one in shape.members)
        if shape.varies and (priced or len(shape.members) >= _FEWEST):
            found.append((priced, len(shape.members), shape))
    ranked = sorted(found, key=lambda one: (-one[0], -one[1], one[2].text))
    return [shape for *_, shape in ranked]


def listing_shape(chart: Chart, candidates: Sequence[Shape]) -> Shape | None:
    """Give the first shape whose pages read as products, and that leads to no other such shape."""
    shares = {shape.key: share_of_listings(chart, shape) or 0.0 for shape in candidates}
    good = [shape for shape in candidates if shares[shape.key] >= _ENOUGH]
    final = [shape for shape in good if not _is_list_of(chart, shape, good)] or good
    return next((shape for shape in final if shares[shape.key] > _ENOUGH), None) or next(
        iter(final), None
    )


def _is_list_of(chart: Chart, shape: Shape, others: Sequence[Shape]) -> bool:
    leads = [one for one in chart.leads_to(shape) if one != shape and one in others]
    return any(shape not in chart.leads_to(one) for one in leads)


def share_of_listings(chart: Chart, shape: Shape) -> float | None:
    """Give the share of a shape's pages that read as one product; None if none was read.

    What every page leads to is left out if anything else is there: menus lead to lists.
    """
    pages = chart.read(shape)
    own = [one for one in pages if one.url not in chart.frame] or pages
    said = [reads_as_listing(chart, one) for one in own]
    return sum(said) / len(said) if said else None


def lists_among(chart: Chart, listing: Shape) -> list[str]:
    """Give those addresses of the listings' own shape that are lists: shops without folders."""
    pages = {one.url: one for one in chart.read(listing)}
    read = [
        url
        for url, one in pages.items()
        if listing in chart.shown(one) and not reads_as_listing(chart, one)
    ]
    menu = [url for url in menu_among(chart, listing) if url not in pages]
    return [*read, *menu] if read else []


def menu_among(chart: Chart, listing: Shape) -> list[str]:
    """Give those addresses of the listings' own shape that every page leads to."""
    return [one.url for one in listing.members if one.url in chart.frame]


def seller_shape(chart: Chart, listing: Shape) -> Shape | None:
    """Give the shape of the sellers that listings' pages lead to; None if they lead to none."""
    listings = [one for one in chart.read(listing) if reads_as_listing(chart, one)]
    others = [one for one in chart.pages if one not in listings]
    ranked = []
    for shape in chart.every:
        if shape == listing or not shape.varies:
            continue
        own = [
            {url for url in one.links if url not in chart.frame and chart.shape_of(url) == shape}
            for one in listings
        ]
        named = [urls for urls in own if 1 <= len(urls) <= _MOST_OWN]
        if len(named) >= _ENOUGH * max(1, len(listings)) and len(set().union(*named)) > 1:
            is_said = any(_SELLER.search(part or "") for part in shape.parts)
            is_said = is_said or any(_SELLER.search(name) for name, _ in shape.query)
            ranked.append((is_said, len(named), -len(shape.parts), shape))
    ranked.sort(key=lambda one: one[:3], reverse=True)
    return next((shape for is_said, *_, shape in ranked if is_said), None) or (
        ranked[0][-1] if ranked and _are_sold_by(chart, ranked[0][-1], others) else None
    )


def _are_sold_by(chart: Chart, shape: Shape, others: Sequence[Sight]) -> bool:
    """Say whether a shape that no word calls sellers is unlike a category: no list leads to it."""
    return not any(chart.shape_of(url) == shape for one in others for url in one.links)


def index_shapes(
    chart: Chart, listing: Shape, taken: Collection[Shape]
) -> list[tuple[Shape, Sight]]:
    """Give the shapes of lists of listings, each with the page that shows most of them.

    Behind them, the shapes of pages that only lead to such lists.
    """
    best: dict[str, tuple[int, Shape, Sight]] = {}
    for asked, sight in chart.sights.items():
        shape = chart.shape_of(asked)
        if shape is None or shape == listing or shape in taken:
            continue
        count = listed(chart, sight, listing)
        if count >= FEW and count > best.get(shape.text, (0,))[0]:
            best[shape.text] = (count, shape, sight)
    lists = [(shape, sight) for _, shape, sight in best.values()]
    return lists + _hubs(chart, [shape for shape, _ in lists], {listing.text, *best})


def _hubs(
    chart: Chart, lists: Sequence[Shape], taken: Collection[str]
) -> list[tuple[Shape, Sight]]:
    found: dict[str, tuple[Shape, Sight]] = {}
    for asked, sight in chart.sights.items():
        shape = chart.shape_of(asked)
        if shape is None or shape.text in taken or not shape.parts:
            continue
        own = [url for url in sight.links if url not in chart.frame]
        if sum(chart.shape_of(url) in lists for url in own) >= _HUB:
            found.setdefault(shape.text, (shape, sight))
    return list(found.values())


def listed(chart: Chart, sight: Sight, listing: Shape) -> int:
    """Count the listings that a page leads to: beside a price, or else by its own links."""
    priced = len(chart.cards(sight, listing))
    if priced >= FEW:
        return priced
    return sum(chart.shape_of(url) == listing for url in sight.links if url not in chart.frame)
