"""harbor: a large marketplace that is read through its JSON API, with a token and cursors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode

from infra.sandbox.servers.chance import number
from infra.sandbox.servers.exchange import Answer, Ask, json
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import dollar, plain
from infra.sandbox.world import Offer

CLIENT = "public-demo"  # open to everyone, as the demo keys of real interfaces are
PAGE = 50


def token() -> str:
    """Give the bearer token of the public client."""
    return f"hb_{number('token', CLIENT):016x}"


def _root(shop: Shop, _ask: Ask) -> Answer:
    return json(
        {
            "name": "Harbor Marketplace API",
            "version": "2.14",
            "token": shop.url(f"/oauth/token?client_id={CLIENT}&client_secret={CLIENT}"),
            "items": shop.url("/v2/items{?q,category,seller,cursor}"),
            "categories": shop.url("/v2/categories"),
        }
    )


def _token(_shop: Shop, ask: Ask) -> Answer:
    sent = ask.fields() | {
        name: values[-1] for name, values in parse_qs(ask.body.decode("latin-1")).items()
    }
    if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, CLIENT):
        return _refused(401, "invalid_client", "client_id or client_secret is wrong")
    return json({"access_token": token(), "token_type": "Bearer", "expires_in": 86400})


def _categories(shop: Shop, ask: Ask) -> Answer:
    if not _is_known(ask):
        return _unknown()
    rows = [
        {"slug": one.slug, "path": one.path, "items": shop.url(f"/v2/items?category={one.slug}")}
        for one in shop.categories.values()
    ]
    return json({"object": "list", "total": len(rows), "data": rows})


def _items(shop: Shop, ask: Ask) -> Answer:
    if not _is_known(ask):
        return _unknown()
    fields = ask.fields()
    start = _start(fields.pop("cursor", ""))
    if start is None:
        return _refused(400, "bad_cursor", "cursor was not given by this interface")
    ids = _wanted(shop, fields)
    following = None
    if start + PAGE < len(ids):
        following = base64.urlsafe_b64encode(f"o:{start + PAGE}".encode()).decode().rstrip("=")
    rows = [_row(shop, offer) for offer in shop.shelf.offers(ids[start : start + PAGE])]
    query = urlencode({**fields, "cursor": following})
    return json(
        {
            "object": "list",
            "total": len(ids),
            "data": rows,
            "next_cursor": following,
            "next": shop.url(f"/v2/items?{query}") if following else None,
        }
    )


def _wanted(shop: Shop, fields: dict[str, str]) -> Sequence[str]:
    if fields.get("q"):
        return shop.shelf.found(fields["q"])
    if "category" in fields:
        return shop.shelf.aisle(fields["category"])
    if "seller" in fields:
        return shop.shelf.of_seller(fields["seller"])
    return shop.shelf.live()


def _start(cursor: str) -> int | None:
    """Read a cursor: the number of rows before it; None if it is none of ours."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    return int(text[2:]) if text[:2] == "o:" and text[2:].isdecimal() and len(text) < 12 else None


def _item(shop: Shop, ask: Ask, item: str) -> Answer:
    if not _is_known(ask):
        return _unknown()
    offer = shop.shelf.offer(item)
    if offer is None:
        is_old = shop.shelf.was_there(item)
        code = "item_gone" if is_old else "not_found"
        return _refused(410 if is_old else 404, code, f"item {item} is not on sale")
    return json(_whole(shop, offer))


def _seller(shop: Shop, ask: Ask, seller: str) -> Answer:
    if not _is_known(ask):
        return _unknown()
    found = shop.shelf.seller(seller)
    if found is None:
        return _refused(404, "not_found", f"seller {seller} is not known")
    return json(
        {
            "id": found.seller_id,
            "name": found.name,
            "about": found.about,
            "member_since": found.since,
            "location": {"city": found.city, "country": found.country},
            "feedback": {"positive_share": found.rating, "count": found.review_count},
            "listing_count": len(shop.shelf.of_seller(seller)),
            "sold_count": found.sold,
            "contact": found.contact,
            "language": found.language,
            "items": shop.url(f"/v2/items?seller={seller}"),
        }
    )


def _row(shop: Shop, offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.listing_id,
        "title": offer.title,
        "price": {"amount": plain(offer.price), "currency": offer.currency},
        "seller_id": offer.seller_id,
        "href": shop.url(f"/v2/items/{offer.listing_id}"),
        "thumbnail": shop.image(offer.images[0]) if offer.images else None,
    }


def _whole(shop: Shop, offer: Offer) -> dict[str, Any]:
    seller = shop.shelf.seller(offer.seller_id)
    city, country = offer.ships_from
    return {
        "id": offer.listing_id,
        "title": offer.title,
        "description": offer.description,
        "price": _money(offer.price, offer.currency),
        "list_price": _money(offer.list_price, offer.currency),
        "availability": "in_stock" if offer.is_available else "out_of_stock",
        "quantity": {"available": offer.stock, "sold": offer.sold},
        "condition": offer.condition,
        "brand": offer.brand_text,
        "gtin": offer.gtin,
        "mpn": offer.mpn,
        "sku": offer.sku,
        "category": offer.category,
        "seller": {
            "id": offer.seller_id,
            "name": seller.name if seller else None,
            "href": shop.url(f"/v2/sellers/{offer.seller_id}"),
        },
        "shipping": {
            "from": {"city": city, "country": country},
            "cost": _money(offer.shipping, offer.currency),
        },
        "images": [
            {"url": shop.image(one), "position": at} for at, one in enumerate(offer.images, start=1)
        ],
        "created_at": offer.listed_on,
        "rating": {"average": offer.rating, "count": offer.review_count},
        "variants": [
            {
                "sku": one.sku,
                "name": one.name,
                "price": _money(one.price, offer.currency),
                "available": one.is_available,
            }
            for one in offer.variants
        ],
        "links": offer.outgoing_urls,
        "language": offer.language,
        "related": [_row(shop, near) for near in shop.shelf.beside(offer.listing_id, 6)],
    }


def _money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    if amount is None:
        return None
    return {"amount": plain(amount), "currency": currency, "formatted": dollar(amount)}


def _is_known(ask: Ask) -> bool:
    return ask.headers.get("authorization") == f"Bearer {token()}"


def _unknown() -> Answer:
    answer = _refused(401, "unauthorized", "send Authorization: Bearer <token>")
    return Answer(answer.body, 401, answer.kind, (("www-authenticate", 'Bearer realm="harbor"'),))


def _refused(status: int, code: str, message: str) -> Answer:
    return json({"error": {"code": code, "message": message}}, status)


def _nowhere() -> Answer:
    return _refused(404, "no_route", "there is nothing at this path")


MARKET = Market(
    name="harbor",
    title="Harbor Marketplace",
    language="en",
    routes=(
        (r"/", _root),
        (r"/oauth/token", _token),
        (r"/v2/categories", _categories),
        (r"/v2/items", _items),
        (r"/v2/items/(?P<item>[\w.-]+)", _item),
        (r"/v2/sellers/(?P<seller>[\w.-]+)", _seller),
    ),
    robots="User-agent: *\nDisallow: /internal/\nAllow: /v2/\n",
    trap="/internal/",
    missing=_nowhere,
)
