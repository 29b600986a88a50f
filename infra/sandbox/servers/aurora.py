"""aurora: a shop that is a script: its pages are empty until a browser has run it.

The data that the script fetches wants a proof that only the script computes, so that without a
browser nothing of a listing can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.sandbox.servers import sitemap
from infra.sandbox.servers.exchange import Answer, Ask, json
from infra.sandbox.servers.shelf import leaf
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import dollar, share
from infra.sandbox.world import Offer

PAGE = 24
SALT = "aurora-borealis"
_SCRIPT = Path(__file__).parent / "templates" / "aurora" / "app.js"


def proof(target: str) -> str:
    """Give what the script sends along with a request for `target`: FNV-1a over it and a salt."""
    value = 0x811C9DC5
    for byte in (SALT + target).encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"


def _shell(shop: Shop, _ask: Ask) -> Answer:
    return shop.page("shell")


def _item(shop: Shop, _ask: Ask, item: str) -> Answer:
    return shop.page("shell") if shop.shelf.offer(item) else shop.gone(item)


def _maker(shop: Shop, _ask: Ask, seller: str) -> Answer:
    return shop.page("shell") if shop.shelf.seller(seller) else shop.missing()


def _script(_shop: Shop, _ask: Ask) -> Answer:
    age = (("cache-control", "max-age=3600"),)
    return Answer(_SCRIPT.read_bytes(), kind="text/javascript; charset=utf-8", headers=age)


def _item_data(shop: Shop, ask: Ask, item: str) -> Answer:
    offer = shop.shelf.offer(item)
    if not _is_proved(ask) or offer is None:
        return _closed()
    seller = shop.shelf.seller(offer.seller_id)
    shown = {
        "kind": "product",
        "title": offer.title,
        "description": offer.description,
        "price": dollar(offer.price),
        "list-price": _amount(offer.list_price),
        "availability": "In stock" if offer.is_available else "Sold out",
        "condition": offer.condition,
        "brand": offer.brand_text,
        "gtin": offer.gtin,
        "mpn": offer.mpn,
        "sku": offer.sku,
        "category": " / ".join(offer.category),
        "ships-from": ", ".join(offer.ships_from),
        "shipping": "Free" if offer.shipping == 0 else _amount(offer.shipping),
        "sold": offer.sold,
        "stock": offer.stock,
        "rating": None if offer.rating is None else f"{offer.rating:.1f}",
        "review-count": offer.review_count,
        "listed-on": offer.listed_on,
    }
    return json(
        {
            "shown": shown,
            "language": offer.language,
            "seller": {"id": offer.seller_id, "name": seller.name if seller else ""},
            "images": [f"/img/{one}.jpg" for one in offer.images],
            "links": offer.outgoing_urls,
            "variants": [
                {"sku": v.sku, "name": v.name, "amount": dollar(v.price), "left": v.is_available}
                for v in offer.variants
            ],
            "cards": [_card(one) for one in shop.shelf.beside(item, 8)],
            "reviews": shop.reviews(offer),
        }
    )


def _maker_data(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if not _is_proved(ask) or found is None:
        return _closed()
    ids = shop.shelf.of_seller(seller)
    shown = {
        "kind": "maker",
        "name": found.name,
        "about": found.about,
        "since": found.since,
        "location": f"{found.city}, {found.country}",
        "feedback": None if found.rating is None else f"{share(found.rating)}%",
        "review-count": found.review_count,
        "listing-count": len(ids),
        "sold-count": found.sold,
    }
    about = {"shown": shown, "language": found.language, "contact": found.contact}
    return json(about | _cards(shop, ids, ask.number("page"), f"/maker/{seller}?page="))


def _collection_data(shop: Shop, ask: Ask, name: str) -> Answer:
    category = shop.categories.get(name)
    if not _is_proved(ask) or category is None:
        return _closed()
    shown = {"shown": {"kind": "collection", "name": " / ".join(category.path)}}
    page = ask.number("page")
    return json(shown | _cards(shop, shop.shelf.aisle(name), page, f"/collections/{name}?page="))


def _search_data(shop: Shop, ask: Ask) -> Answer:
    if not _is_proved(ask):
        return _closed()
    words = ask.fields().get("q", "")
    ids = shop.shelf.found(words) if words else shop.shelf.live()
    shown = {"shown": {"kind": "search", "name": words or "New arrivals"}}
    return json(shown | _cards(shop, ids, ask.number("page"), f"/search?q={quote(words)}&page="))


def _cards(shop: Shop, ids: Sequence[str], number: int, path: str) -> dict[str, Any]:
    page = leaf(ids, number, PAGE)
    return {
        "cards": [_card(one) for one in shop.shelf.offers(page.ids)],
        "next": f"{path}{page.number + 1}" if page.has_more else None,
    }


def _card(offer: Offer) -> dict[str, Any]:
    return {
        "href": f"/product/{offer.listing_id}",
        "title": offer.title,
        "amount": dollar(offer.price),
        "image": f"/img/{offer.images[0]}.jpg" if offer.images else None,
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else dollar(amount)


def _menu(shop: Shop) -> list[dict[str, str]]:
    return [{"slug": one.slug, "name": " / ".join(one.path)} for one in shop.categories.values()]


def _is_proved(ask: Ask) -> bool:
    return ask.headers.get("x-aurora-proof") == proof(ask.target)


def _closed() -> Answer:
    return json({"error": "forbidden"}, 403)


def _sitemap(shop: Shop, _ask: Ask) -> Answer:
    rows = sitemap.listings(shop, shop.shelf.live(), "/product/")
    return sitemap.xml(sitemap.urlset(rows))


MARKET = Market(
    name="aurora",
    title="Aurora",
    language="en",
    routes=(
        (r"/", _shell),
        (r"/product/(?P<item>[\w.-]+)", _item),
        (r"/maker/(?P<seller>[\w.-]+)", _maker),
        (r"/collections/[a-z0-9-]+", _shell),
        (r"/search", _shell),
        (r"/assets/app\.js", _script),
        (r"/_data/product/(?P<item>[\w.-]+?)\.json", _item_data),
        (r"/_data/maker/(?P<seller>[\w.-]+?)\.json", _maker_data),
        (r"/_data/collections/(?P<name>[a-z0-9-]+)\.json", _collection_data),
        (r"/_data/search\.json", _search_data),
        (r"/sitemap\.xml", _sitemap),
    ),
    robots=(
        "User-agent: *\nDisallow: /wholesale/\nDisallow: /_data/private/\n"
        "Sitemap: {address}/sitemap.xml\n"
    ),
    trap="/wholesale/",
    words={"menu": _menu},
)
