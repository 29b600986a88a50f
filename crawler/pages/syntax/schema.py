"""schema.org nodes, from JSON-LD or microdata, as fields of a listing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from crawler.items import Variant
from crawler.pages.syntax.gathered import variants
from crawler.pages.syntax.jsonld import Node, types
from crawler.pages.syntax.text import plain, scalar

PRODUCTS = ("Product", "ProductGroup", "IndividualProduct", "ProductModel", "Vehicle", "Car")
_GTINS = ("gtin13", "gtin14", "gtin12", "gtin8", "gtin", "ean", "isbn", "upc")
_OFFERS = ("offers", "Offers", "offer")
_MOST = 200
_USUAL_BEST = {None, "5", "5.0"}

Absolute = Callable[[str | None], str | None]


def product(node: Node, absolute: Absolute) -> dict[str, Any]:
    """Give the fields that one product node tells; `absolute` completes addresses."""
    every = list(offers(node))
    chosen = best(every, node)
    seller = one(chosen.get("seller") or chosen.get("offeredBy"))
    return {
        "title_text": name_of(node),
        "description_text": _long(node.get("description")),
        "brand_text": name_of(one(node.get("brand"))) or name_of(one(node.get("manufacturer"))),
        "sku_text": text(node.get("sku")) or text(chosen.get("sku")),
        "mpn_text": text(node.get("mpn")) or text(chosen.get("mpn")),
        "gtin_text": _first(node, _GTINS) or _first(chosen, _GTINS) or _product_id(node),
        "category_text": _category(node.get("category")),
        "condition_text": text(chosen.get("itemCondition")) or text(node.get("itemCondition")),
        "seller_name_text": name_of(seller),
        "image_urls": images(node.get("image"), absolute) or images(node.get("images"), absolute),
        "variants": _variants(node, every),
        **price(chosen),
        **_rating(node),
        **_delivery(chosen),
    }


def price(offer: Node) -> dict[str, Any]:
    """Give price, struck-out price, currency, availability and stock of one offer."""
    parts = [one(part) for part in many(offer.get("priceSpecification"))]
    listed = [part for part in parts if "listprice" in str(part.get("priceType", "")).lower()]
    others = [part for part in parts if part not in listed]
    asked = text(offer.get("price")) or text(offer.get("lowPrice"))
    currency = text(offer.get("priceCurrency"))
    for part in (*others, *listed):
        currency = currency or text(part.get("priceCurrency"))
    for part in others:
        asked = asked or text(part.get("price")) or text(part.get("minPrice"))
    level = one(offer.get("inventoryLevel"))
    return {
        "price_text": asked,
        "currency_text": currency,
        "list_price_text": next((text(part.get("price")) for part in listed), None),
        "availability_text": text(offer.get("availability")),
        "stock_text": text(level.get("value")) or text(offer.get("inventoryLevel")),
    }


def offers(node: Node) -> Iterator[Node]:
    """Give the offers of a product, those within an aggregate after it."""
    for name in _OFFERS:
        for offer in many(node.get(name)):
            if isinstance(offer, dict):
                yield offer
                yield from (inner for inner in many(offer.get("offers")) if isinstance(inner, dict))


def best(every: list[Node], node: Node) -> Node:
    """Give the offer that a product's page is about: with a price, and of the product's own sku."""
    priced = [one for one in every if price(one)["price_text"] not in {None, "0", "0.00"}]
    single = [one for one in priced if "AggregateOffer" not in types(one)]
    own = text(node.get("sku"))
    matching = [one for one in single if own and text(one.get("sku")) == own]
    for choice in (matching, single, priced, every):
        if choice:
            return choice[0]
    return {}


def offered(nodes: Iterable[Node]) -> str | None:
    """Give what an offer in stock says of its availability; None if none of them is in stock.

    A thing of several sizes is there as long as one of them is.
    """
    said = (price(offer)["availability_text"] for node in nodes for offer in offers(node))
    return next(
        (text for text in said if text and text.endswith(("InStock", "LimitedAvailability"))), None
    )


def seller_address(node: Node) -> str | None:
    """Give the address of the seller of a product's offer."""
    offer = best(list(offers(node)), node)
    seller = one(offer.get("seller") or offer.get("offeredBy"))
    return text(seller.get("url")) or text(seller.get("@id"))


def images(value: Any, absolute: Absolute) -> tuple[str, ...]:
    """Give the addresses of pictures, each once."""
    found = []
    for image in many(value):
        address = image
        if isinstance(image, dict):
            address = image.get("contentUrl") or image.get("url") or image.get("@id")
        whole = absolute(text(one_value(address)))
        if whole:
            found.append(whole)
    return tuple(dict.fromkeys(found))


def breadcrumbs(node: Node) -> str | None:
    """Give the path of a BreadcrumbList, joined by " > "."""
    names = []
    for part in many(node.get("itemListElement")):
        if isinstance(part, dict):
            inner = part.get("item")
            names.append(name_of(part) or (name_of(inner) if isinstance(inner, dict) else None))
    return " > ".join(name for name in names if name) or None


def many(value: Any) -> list[Any]:
    """Give a value as a list."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return listed[:_MOST]


def one_value(value: Any) -> Any:
    """Give a value, or the first of a list."""
    return next(iter(many(value)), None)


def one(value: Any) -> Node:
    """Give the first node of a value; a bare text is its name; an empty node for nothing."""
    first = one_value(value)
    if isinstance(first, dict):
        return first
    return {"name": first} if isinstance(first, str) else {}


def text(value: Any) -> str | None:
    """Give the text of a value, of its first one, or of the `@value` within."""
    first = one_value(value)
    if isinstance(first, dict):
        first = one_value(first.get("@value", first.get("name")))
    return scalar(first)


def name_of(node: Node) -> str | None:
    """Give the name of a node, without markup."""
    found = text(node.get("name"))
    return plain(found) if found and "<" in found else found


def _long(value: Any) -> str | None:
    """Give a long text with its line breaks."""
    first = one_value(value)
    return plain(first) if isinstance(first, str) else plain(text(first))


def _first(node: Node, names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := text(node.get(name)))), None)


def _product_id(node: Node) -> str | None:
    """Give a number that `productID` writes as "ean:4006381333931"."""
    kind, _, number = (text(node.get("productID")) or "").partition(":")
    return number if number and kind.lower() in _GTINS else None


def _category(value: Any) -> str | None:
    names = [name_of(part) if isinstance(part, dict) else scalar(part) for part in many(value)]
    found = [name for name in names if name and not urlsplit(name).scheme]
    return " > ".join(found) or None


def _rating(node: Node) -> dict[str, Any]:
    rating = one(node.get("aggregateRating"))
    return {
        "rating_text": rating_text(rating),
        "review_count_text": text(rating.get("reviewCount")) or text(rating.get("ratingCount")),
    }


def rating_text(rating: Node) -> str | None:
    """Give a rating's value, with its best where that is not 5."""
    value, most = text(rating.get("ratingValue")), text(rating.get("bestRating"))
    return value if value is None or most in _USUAL_BEST else f"{value}/{most}"


def _delivery(offer: Node) -> dict[str, Any]:
    details = one(offer.get("shippingDetails"))
    rate, origin = one(details.get("shippingRate")), one(details.get("shippingOrigin"))
    places = (origin.get("addressLocality"), origin.get("addressCountry"), origin.get("name"))
    return {
        "shipping_price_text": text(rate.get("value")),
        "ships_from_text": ", ".join(found for place in places if (found := text(place))) or None,
    }


def _variants(node: Node, every: list[Node]) -> tuple[Variant, ...]:
    named = [*many(node.get("hasVariant")), *many(node.get("model"))]
    inner = [_variant(one, best(list(offers(one)), one)) for one in named if isinstance(one, dict)]
    single = [offer for offer in every if "AggregateOffer" not in types(offer)]
    own = [_variant(offer, offer) for offer in single] if len(single) > 1 else []
    return variants(*inner, *own)


def _variant(node: Node, offer: Node) -> Variant | None:
    name, sku = name_of(node), text(node.get("sku"))
    if not name and not sku:
        return None
    cost = price(offer)
    return Variant(
        name=name or sku or "",
        price_text=cost["price_text"],
        sku_text=sku,
        availability_text=cost["availability_text"],
    )
