"""schema.org JSON-LD of a listing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from markupsafe import Markup

from infra.sandbox.servers.shop import Shop
from infra.sandbox.servers.wording import plain, slug
from infra.sandbox.world import Offer

_SCHEMA = "https://schema.org/"
_CONDITIONS = {"new": "New", "used": "Used", "refurbished": "Refurbished"}


def linked_data(shop: Shop, offer: Offer, path: str, sellers: str) -> Markup:
    """Give the JSON-LD of a listing, safe inside a script element.

    `path` is the listing's, `sellers` what stands before a seller's id in an address.
    """
    graph = [_breadcrumbs(shop, offer), product(shop, offer, path, sellers)]
    text = msgspec.json.encode({"@context": _SCHEMA, "@graph": graph}).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag is left in it


def product(shop: Shop, offer: Offer, path: str, sellers: str) -> dict[str, Any]:
    """Give the schema.org Product of a listing; what the offer lacks is left out."""
    marks = {
        "@type": "Product",
        "name": offer.title,
        "description": offer.description,
        "image": [shop.image(one) for one in offer.images],
        "sku": offer.sku,
        "mpn": offer.mpn,
        "gtin13": offer.gtin,
        "category": " > ".join(offer.category),
        "brand": {"@type": "Brand", "name": offer.brand_text} if offer.brand_text else None,
        "aggregateRating": _rating(offer),
        "offers": _offer(shop, offer, path) | _sold_by(shop, offer, sellers),
        "hasVariant": _variants(offer),
    }
    return {name: value for name, value in marks.items() if value}


def _sold_by(shop: Shop, offer: Offer, sellers: str) -> dict[str, Any]:
    seller = shop.shelf.seller(offer.seller_id)
    if seller is None:
        return {}
    address = shop.url(sellers + seller.seller_id)
    return {"seller": {"@type": "Organization", "name": seller.name, "url": address}}


def _offer(shop: Shop, offer: Offer, path: str) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "@type": "Offer",
        "url": shop.url(path),
        "price": plain(offer.price),
        "priceCurrency": offer.currency,
        "availability": _availability(is_available=offer.is_available),
    }
    if offer.condition in _CONDITIONS:
        marks["itemCondition"] = f"{_SCHEMA}{_CONDITIONS[offer.condition]}Condition"
    if offer.stock is not None:
        marks["inventoryLevel"] = {"@type": "QuantitativeValue", "value": offer.stock}
    if offer.list_price:
        marks["priceSpecification"] = {
            "@type": "UnitPriceSpecification",
            "priceType": f"{_SCHEMA}ListPrice",
            **_price(offer.list_price, offer.currency),
        }
    marks["shippingDetails"] = _shipping(offer)
    return marks


def _shipping(offer: Offer) -> dict[str, Any]:
    city, country = offer.ships_from
    origin = {"@type": "PostalAddress", "addressLocality": city, "addressCountry": country}
    shipping: dict[str, Any] = {"@type": "OfferShippingDetails", "shippingOrigin": origin}
    if offer.shipping is not None:
        rate = {"value": plain(offer.shipping), "currency": offer.currency}
        shipping["shippingRate"] = {"@type": "MonetaryAmount", **rate}
    return shipping


def _variants(offer: Offer) -> list[dict[str, Any]]:
    return [
        {
            "@type": "Product",
            "name": one.name,
            "sku": one.sku,
            "offers": {
                "@type": "Offer",
                **_price(one.price, offer.currency),
                "availability": _availability(is_available=one.is_available),
            },
        }
        for one in offer.variants
    ]


def _rating(offer: Offer) -> dict[str, Any] | None:
    if offer.rating is None or not offer.review_count:
        return None
    values = {"ratingValue": f"{offer.rating:.1f}", "reviewCount": offer.review_count}
    return {"@type": "AggregateRating", **values, "bestRating": 5}


def _price(amount: Decimal, currency: str) -> dict[str, str]:
    return {"price": plain(amount), "priceCurrency": currency}


def _availability(*, is_available: bool) -> str:
    return _SCHEMA + ("InStock" if is_available else "OutOfStock")


def _breadcrumbs(shop: Shop, offer: Offer) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": at,
                "name": name,
                "item": shop.url(f"/search?q={slug(name)}"),
            }
            for at, name in enumerate(offer.category, start=1)
        ],
    }
