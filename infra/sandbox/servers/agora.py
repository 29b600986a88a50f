"""agora: an Indian marketplace full of traps that honest software sets without meaning to.

Facets in every combination, "#" for the addresses of pages, pages past the end that lead back to
the first, a sitemap of yesterday, session ids, tracking parameters, addresses in mixed case, and a
calendar without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from urllib.parse import urlencode

from infra.sandbox.servers import sitemap
from infra.sandbox.servers.chance import number
from infra.sandbox.servers.exchange import Answer, Ask, redirect
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shelf import leaf
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import indian, long_day, plain
from infra.sandbox.world import Offer, Seller

PAGE = 32
FACETS = {
    "color": ("black", "blue", "brown", "gold", "green", "red", "silver", "white"),
    "size": ("s", "m", "l", "xl"),
    "sort": ("new", "cheap", "dear"),
}


def tracked(offer: Offer, at: int) -> str:
    """Give one of the many addresses of a listing, as links on list pages use them."""
    item, sent = offer.listing_id, f"{number('sid', offer.listing_id, at) % 2**40:010x}"
    return (
        f"/item/{item}?utm_source=list&utm_medium=card&pos={at}",
        f"/Item/{item}?ref=grid_{at}",
        f"/item/{item};jsessionid={sent}",
        f"/item/{item}?sid={sent}#details",
    )[number(item) % 4]


def facets(name: str, chosen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give the links that narrow a category further: label and address."""
    for facet, values in FACETS.items():
        for value in values:
            yield f"{facet}: {value}", f"/c/{name}?{urlencode(chosen | {facet: value})}"
    for color, size in product(FACETS["color"], FACETS["size"]):
        both = {"color": color, "size": size}
        yield f"{color}, {size}", f"/c/{name}?{urlencode(chosen | both)}"


def specs(offer: Offer) -> list[tuple[str, str]]:
    """Give the rows of the specification; what the offer lacks has none."""
    rows: tuple[tuple[str, object], ...] = (
        ("Brand", offer.brand_text),
        ("Condition", offer.condition),
        ("GTIN", offer.gtin),
        ("MPN", offer.mpn),
        ("SKU", offer.sku),
        ("Category", " > ".join(offer.category)),
        ("Ships from", ", ".join(offer.ships_from)),
        ("Delivery", _delivery(offer)),
        ("Units sold", offer.sold),
        ("In stock", offer.stock),
        ("Listed on", long_day(offer.listed_on)),
    )
    return [(name, str(value)) for name, value in rows if value is not None]


def facts(seller: Seller, listing_count: int) -> list[tuple[str, str]]:
    """Give what is told of a seller: key and text."""
    rows: list[tuple[str, object]] = [
        ("since", long_day(seller.since)),
        ("place", f"{seller.city}, {seller.country}"),
        ("score", None if seller.rating is None else f"{seller.rating * 100:.1f}%"),
        ("ratings", seller.review_count),
        ("items", listing_count),
        ("sales", seller.sold),
    ]
    rows += [("contact", line) for line in seller.contact]
    return [(key, str(value)) for key, value in rows if value is not None]


def _home(shop: Shop, _ask: Ask) -> Answer:
    return shop.page("home", offers=shop.shelf.offers(shop.shelf.live()[:PAGE]))


def _item(shop: Shop, ask: Ask, item: str) -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    return shop.page(
        "item",
        offer=offer,
        seller=shop.shelf.seller(offer.seller_id),
        offers=shop.shelf.beside(item, 12),
        chosen=ask.fields().get("variant", ""),
    )


def _seller(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/seller/{seller}?page=", shop.shelf.of_seller(seller))
    return _paged(shop, ask, here, seller=found)


def _category(shop: Shop, ask: Ask, name: str) -> Answer:
    category = shop.categories.get(name)
    if category is None:
        return shop.missing()
    chosen = {key: value for key, value in ask.fields().items() if key in FACETS}
    start = f"/c/{name}?{urlencode(chosen)}{'&' if chosen else ''}page="
    here = List(" > ".join(category.path), start, _narrowed(shop.shelf.aisle(name), chosen))
    return _paged(shop, ask, here, facets=list(facets(name, chosen)))


def _narrowed(ids: Sequence[str], chosen: dict[str, str]) -> Sequence[str]:
    """Leave a part of the ids for each colour and size that was chosen."""
    for facet in chosen.keys() - {"sort"}:
        part = len(FACETS[facet])
        ids = [one for one in ids if number(facet, chosen[facet], one) % part == 0]
    return ids


def _search(shop: Shop, ask: Ask) -> Answer:
    words = ask.fields().get("q", "")
    path = f"/search?{urlencode({'q': words})}&page="
    return _paged(shop, ask, List(f"“{words}”", path, shop.shelf.found(words)))


def _paged(
    shop: Shop,
    ask: Ask,
    here: List,
    *,
    seller: Seller | None = None,
    facets: Sequence[tuple[str, str]] = (),
) -> Answer:
    page = ask.number("page")
    if page > leaf(here.ids, page, PAGE).last:
        return redirect(shop.url(f"{here.path}1"))
    return show(shop, here, page, PAGE, seller=seller, facets=facets)


def _sitemap(shop: Shop, _ask: Ask) -> Answer:
    """Show yesterday's listings; on the first day those that were listed before it."""
    ids = shop.shelf.live(max(1, shop.day - 1))
    if shop.day == 1:
        ids = [one.listing_id for one in shop.shelf.offers(ids) if one.listed_on < shop.today]
    return sitemap.xml(sitemap.urlset((shop.url(f"/item/{one}"), None) for one in ids))


def _calendar(shop: Shop, _ask: Ask, year: str, month: str) -> Answer:
    if not 1 <= int(month) <= 12 or int(year) < 1:
        return shop.missing()
    shown = date(int(year), int(month), 1)
    later = f"{shown.year + shown.month // 12:04}/{shown.month % 12 + 1:02}"
    earlier = f"{shown.year - (shown.month == 1):04}/{(shown.month - 2) % 12 + 1:02}"
    page = shop.page("calendar", shown=shown, later=later, earlier=earlier)
    return Answer(page.body, is_trap=True)


def _delivery(offer: Offer) -> str | None:
    if offer.shipping is None:
        return None
    return indian(offer.shipping, offer.currency) if offer.shipping else "Free"


MARKET = Market(
    name="agora",
    title="Agora",
    language="en",
    routes=(
        (r"/", _home),
        (r"/(?i:item)/(?P<item>[\w.-]+)(?:;jsessionid=[0-9a-f]*)?", _item),
        (r"/(?i:seller)/(?P<seller>[\w.-]+)(?:;jsessionid=[0-9a-f]*)?", _seller),
        (r"/(?i:c)/(?P<name>[a-z0-9-]+)", _category),
        (r"/search", _search),
        (r"/events/(?P<year>\d{4})/(?P<month>\d{2})", _calendar),
        (r"/sitemap\.xml", _sitemap),
    ),
    robots=(
        "User-agent: BadBot\nDisallow: /\n\nUser-agent: *\nDisallow: /promo/\n"
        "Disallow: /*?*sort=\nAllow: /item/\n\nSitemap: {address}/sitemap.xml\n"
    ),
    trap="/promo/",
    words={
        "rupees": indian,
        "plain": plain,
        "specs": specs,
        "facts": facts,
        "tracked": tracked,
        "long_day": long_day,
    },
)
