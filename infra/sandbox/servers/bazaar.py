"""bazaar: a German-run marketplace of server-rendered pages with JSON-LD and gzip sitemaps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup

from infra.sandbox.servers import sitemap
from infra.sandbox.servers.exchange import Answer, Ask, redirect
from infra.sandbox.servers.lists import List, show
from infra.sandbox.servers.shelf import leaf
from infra.sandbox.servers.shop import Market, Shop
from infra.sandbox.servers.wording import euro, long_day, plain, share, slug
from infra.sandbox.world import Offer, Seller

PAGE = 36
SITEMAP = 500
_SCHEMA = "https://schema.org/"
_CONDITIONS = {"new": "New", "used": "Used", "refurbished": "Refurbished"}


def item_path(offer: Offer) -> str:
    """Give the address that a listing is known by."""
    return f"/item/{offer.listing_id}/{slug(offer.title, 'item')}"


def _home(shop: Shop, _ask: Ask) -> Answer:
    offers = shop.shelf.offers(shop.shelf.live()[:PAGE])
    return shop.page("home", offers=offers)


def _item(shop: Shop, _ask: Ask, item: str, name: str = "") -> Answer:
    offer = shop.shelf.offer(item)
    if offer is None:
        return shop.gone(item)
    if item_path(offer) != f"/item/{item}/{name}":
        return redirect(shop.url(item_path(offer)), 301)
    return shop.page(
        "item",
        offer=offer,
        seller=shop.shelf.seller(offer.seller_id),
        offers=shop.shelf.beside(item, 16),
        marked_up=marked_up(shop, offer),
    )


def _shop(shop: Shop, ask: Ask, seller: str) -> Answer:
    found = shop.shelf.seller(seller)
    if found is None:
        return shop.missing()
    here = List(found.name, f"/shop/{seller}?page=", shop.shelf.of_seller(seller))
    return show(shop, here, ask.number("page"), PAGE, seller=found)


def _category(shop: Shop, ask: Ask, name: str) -> Answer:
    category = shop.categories.get(name)
    if category is None:
        return shop.missing()
    here = List(" > ".join(category.path), f"/c/{name}?page=", shop.shelf.aisle(name))
    return show(shop, here, ask.number("page"), PAGE)


def _search(shop: Shop, ask: Ask) -> Answer:
    words = ask.fields().get("q", "")
    path = f"/search?{urlencode({'q': words})}&page="
    here = List(f"Results for “{words}”", path, shop.shelf.found(words))
    return show(shop, here, ask.number("page"), PAGE)


def _sitemap_index(shop: Shop, _ask: Ask) -> Answer:
    count = leaf(shop.shelf.live(), 1, SITEMAP).last
    names = [f"/sitemaps/listings-{at}.xml.gz" for at in range(1, count + 1)]
    urls = [shop.url(name) for name in (*names, "/sitemaps/shops-1.xml.gz")]
    return sitemap.xml(sitemap.index((url, shop.today) for url in urls))


def _sitemap_listings(shop: Shop, _ask: Ask, at: str) -> Answer:
    page = leaf(shop.shelf.live(), int(at), SITEMAP)
    if not page.ids:
        return shop.missing()
    rows = [
        (shop.url(item_path(offer)), sitemap.changed_on(shop, offer.listing_id, offer.listed_on))
        for offer in shop.shelf.offers(page.ids)
    ]
    return sitemap.zipped(sitemap.urlset(rows))


def _sitemap_shops(shop: Shop, _ask: Ask) -> Answer:
    offers = shop.shelf.offers(shop.shelf.live())
    sellers = dict.fromkeys(offer.seller_id for offer in offers)
    return sitemap.zipped(sitemap.urlset((shop.url(f"/shop/{one}"), None) for one in sellers))


def marked_up(shop: Shop, offer: Offer) -> Markup:
    """Give the JSON-LD of a listing, safe inside a script element."""
    graph = [_breadcrumbs(shop, offer), product(shop, offer, item_path(offer))]
    text = msgspec.json.encode({"@context": _SCHEMA, "@graph": graph}).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag is left in it


def product(shop: Shop, offer: Offer, path: str) -> dict[str, Any]:
    """Give the schema.org Product of a listing; what the offer lacks is left out."""
    seller = shop.shelf.seller(offer.seller_id)
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
        "offers": _offer(shop, offer, seller, path),
        "hasVariant": _variants(offer),
    }
    return {name: value for name, value in marks.items() if value}


def _offer(shop: Shop, offer: Offer, seller: Seller | None, path: str) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "@type": "Offer",
        "url": shop.url(path),
        "price": plain(offer.price),
        "priceCurrency": offer.currency,
        "availability": _availability(is_available=offer.is_available),
    }
    if offer.condition in _CONDITIONS:
        marks["itemCondition"] = f"{_SCHEMA}{_CONDITIONS[offer.condition]}Condition"
    if seller:
        address = shop.url(f"/shop/{seller.seller_id}")
        marks["seller"] = {"@type": "Organization", "name": seller.name, "url": address}
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


MARKET = Market(
    name="bazaar",
    title="Bazaar",
    language="en",
    routes=(
        (r"/", _home),
        (r"/item/(?P<item>[\w.-]+)", _item),
        (r"/item/(?P<item>[\w.-]+)/(?P<name>[a-z0-9-]*)", _item),
        (r"/shop/(?P<seller>[\w.-]+)", _shop),
        (r"/c/(?P<name>[a-z0-9-]+)", _category),
        (r"/search", _search),
        (r"/sitemap_index\.xml", _sitemap_index),
        (r"/sitemaps/listings-(?P<at>\d{1,6})\.xml\.gz", _sitemap_listings),
        (r"/sitemaps/shops-1\.xml\.gz", _sitemap_shops),
    ),
    robots=(
        "# Bazaar GmbH\nUser-agent: *\nDisallow: /archive/\nDisallow: /basket\n"
        "Disallow: /*?sort=\n\nSitemap: {address}/sitemap_index.xml\n"
    ),
    trap="/archive/",
    is_packed=True,
    has_tags=True,
    words={"euro": euro, "share": share, "long_day": long_day, "item_path": item_path},
)
