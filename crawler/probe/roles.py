"""Which shapes of a site's addresses are listings, sellers and lists, by what their pages show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from crawler.pages.syntax.about import is_like
from crawler.probe.shapes import Shape, address, fits
from crawler.probe.sight import Sight

_SELLER = re.compile(
    r"sell|shop|store|vendor|merchant|user|profil|member|maker|dealer|trader|boutique|h(?:ae|ä)nd|"
    r"verk(?:ae|ä)uf|anbieter|tienda|vended|perfil|vend|negozi|loja|winkel|verkop|sprzed|sklep|"
    r"prodejc|magaz|satici|mağaza|dianpu|maijia|shangjia|店|卖家|賣家|商家|продав|магазин|ショップ|出品",
    re.IGNORECASE,
)
_ENOUGH = 0.5
_COMMON = 0.6  # links on so many pages are the site's frame, not a page's own
_MOST_OWN = 3  # sellers that one listing's page names
_FEWEST = 3


def reads_as_listing(sight: Sight) -> bool:
    """Say whether a page is about one product: a list's heading is none of its cards' names."""
    if sight.listing is None:
        return False
    if len(sight.cards) < _FEWEST or sight.is_answer:
        return True
    if not sight.has_own_price and sight.listing.provenance.get("price_text") == "selector":
        return False
    title = sight.listing.title_text
    names = [text for url, text in sight.cards.items() if url != sight.url]
    # A list's first card may read as its product: then the heading is not the product's name.
    return is_like(title, sight.heading) or not any(is_like(text, title) for text in names)


def listing_shapes(every: Sequence[Shape], sights: Iterable[Sight]) -> list[Shape]:
    """Give the shapes that may be listings, the likeliest first: by cards, then by number."""
    cards = Counter[str]()
    for sight in sights:
        for url in sight.cards:
            cards[url] += 1
    found = []
    for shape in every:
        if shape.varies:
            priced = sum(one.url in cards for one in shape.members)
            found.append((priced, len(shape.members), shape))
    ranked = sorted(found, key=lambda one: (-one[0], -one[1], one[2].text))
    return [shape for priced, members, shape in ranked if priced or members >= _FEWEST]


def share_of_listings(shape: Shape, sights: Iterable[Sight]) -> float | None:
    """Give the share of a shape's pages that read as one product; None if none was read."""
    said = [reads_as_listing(one) for one in sights if fits(shape, address(one.url))]
    return sum(said) / len(said) if said else None


def frame(sights: Sequence[Sight]) -> set[str]:
    """Give the links that most pages of a site show."""
    counts = Counter(url for one in sights for url in one.links)
    return {url for url, count in counts.items() if count >= max(3, _COMMON * len(sights))}


def seller_shape(
    every: Sequence[Shape],
    listings: Sequence[Sight],
    others: Sequence[Sight],
    taken: Collection[str],
) -> Shape | None:
    """Give the shape of the sellers that listings' pages lead to; None if they lead to none."""
    common = frame([*listings, *others])
    ranked = []
    for shape in every:
        if shape.text in taken or not shape.varies:
            continue
        own = [
            {url for url in one.links if url not in common and fits(shape, address(url))}
            for one in listings
        ]
        named = [urls for urls in own if 1 <= len(urls) <= _MOST_OWN]
        if len(named) >= _ENOUGH * max(1, len(listings)) and len(set().union(*named)) > 1:
            is_said = any(_SELLER.search(part or "") for part in shape.parts)
            is_said = is_said or any(_SELLER.search(name) for name, _ in shape.query)
            ranked.append((is_said, len(named), -len(shape.parts), shape))
    ranked.sort(key=lambda one: one[:3], reverse=True)
    return next((shape for is_said, *_, shape in ranked if is_said), None) or (
        ranked[0][-1] if ranked and _are_sold_by(ranked[0][-1], others) else None
    )


def _are_sold_by(shape: Shape, others: Sequence[Sight]) -> bool:
    """Say whether a shape that no word calls sellers is unlike a category: no list leads to it."""
    return not any(fits(shape, address(url)) for one in others for url in one.links)


def index_shapes(
    every: Sequence[Shape], sights: Iterable[Sight], listing: Shape, taken: Collection[str]
) -> list[tuple[Shape, Sight]]:
    """Give the shapes of lists of listings, each with the page that shows most of them."""
    best: dict[str, tuple[int, Shape, Sight]] = {}
    for sight in sights:
        shape = next((one for one in every if fits(one, address(sight.url))), None)
        if (
            shape is None
            or shape.text in taken
            or (reads_as_listing(sight) and not sight.is_answer)
        ):
            continue
        count = listed(sight, listing)
        if count >= _FEWEST - 1 and count > best.get(shape.text, (0,))[0]:
            best[shape.text] = (count, shape, sight)
    return [(shape, sight) for _, shape, sight in best.values()]


def listed(sight: Sight, listing: Shape) -> int:
    """Count the listings that a page leads to."""
    return sum(fits(listing, address(url)) for url in sight.cards or sight.links)
