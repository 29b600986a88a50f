"""Shopify: the product as JSON (`/products/HANDLE.json` or `.js`), or as themes print it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import scripts, shop
from crawler.pages.syntax.told import Told, Where, objects, values

VERSION = 1
_SHARED: dict[str, Where] = {
    "title_text": "title",
    "description_text": ("body_html", "description", "content"),
    "brand_text": "vendor",
    "category_text": ("product_type", "type"),
    "sku_text": "variants.0.sku",
    "gtin_text": "variants.0.barcode",
    "listed_at_text": ("published_at", "created_at"),
    "image_urls": ("images.*.src", "images.*", "featured_image", "image.src"),
}
_VARIANT: dict[str, Where] = {"name": "title", "sku_text": "sku", "availability_text": "available?"}
# The Admin's own way of writing: amounts in units. A missing `available` says nothing.
_UNITS = Told(
    {
        **_SHARED,
        "price_text": "variants.0.price",
        "list_price_text": "variants.0.compare_at_price",
        "currency_text": "variants.0.price_currency",
        "availability_text": "variants.*.available?",
    },
    variants="variants.*",
    variant={**_VARIANT, "price_text": "price"},
)
# What themes and the Ajax API write: amounts in hundredths, whatever the currency.
_CENTS = Told(
    {
        **_SHARED,
        "price_text": ("price#2", "variants.0.price#2"),
        "list_price_text": ("compare_at_price#2", "variants.0.compare_at_price#2"),
        "availability_text": ("available?", "variants.*.available?"),
    },
    variants="variants.*",
    variant={**_VARIANT, "price_text": "price#2"},
)
_COUNTED = Told(  # what the page tells those who count its visitors
    {
        "price_text": "variants.0.price#2",
        "brand_text": "vendor",
        "category_text": "type",
        "sku_text": "variants.0.sku",
    },
    variants="variants.*",
    variant={"name": ("public_title", "name"), "price_text": "price#2", "sku_text": "sku"},
)
_CURRENCY = Told({"currency_text": "active"})
_SIZE = (
    r"_(?:\d+x\d*|x\d+|pico|icon|thumb|small|compact|medium|large|grande|master)"
    r"(?:_crop_\w+)?(?:@[23]x)?(?=\.\w{3,4}(?:\?|$))"
)
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1.product-title", ".product__title h1", ".product-single__title", "h1"),
        "price_text": (".price-item--sale", ".price-item--regular", ".product__price"),
        "list_price_text": ".price--on-sale s.price-item--regular",
        "brand_text": ".product__vendor",
        "description_text": (".product__description", ".product-single__description"),
    },
    pictures=(".product__media img", ".product-single__photo img"),
    original=(
        (_SIZE, ""),
        (r"(?<=[?&])(?:width|height|crop)=\w+&?", ""),
        (r"[?&]$", ""),
    ),
)
_SAMPLE = "Default Title"  # of a product without choices


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page, or its JSON."""
    found = shop.listing(page, _SHOP, _told(page))
    if isinstance(found, Observation) and [one.name for one in found.variants] == [_SAMPLE]:
        provenance = {name: step for name, step in found.provenance.items() if name != "variants"}
        return msgspec.structs.replace(found, variants=(), provenance=provenance)
    return found


def links(page: Page) -> Iterator[Link]:
    """Give the products of `/products.json` and its next page; else what the page links to."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    rows = values(page.json, "products.*")
    for row in rows:
        if isinstance(row, dict) and row.get("handle"):
            yield Link(urljoin(page.url, f"/products/{row['handle']}"), "listing")
    number = re.search(r"([?&]page=)(\d+)", page.url)
    if rows and number:
        yield Link(page.url.replace(number[0], f"{number[1]}{int(number[2]) + 1}"), "index")


def _told(page: Page) -> Iterator[shop.Answer]:
    if shop.is_json(page):
        for product in objects(page.json, "title", "variants"):
            yield "api", _UNITS if "body_html" in product else _CENTS, product
            return
        return
    own = urlsplit(page.url).path.rpartition("/")[2]
    for product in _printed(page):
        if product.get("handle") == own:
            yield "state", _CENTS, product
            break
    counted = page.state("var meta")
    if isinstance(counted, dict) and isinstance(counted.get("product"), dict):
        yield "state", _COUNTED, counted["product"]
    yield "state", _CURRENCY, page.state("Shopify.currency")


def _printed(page: Page) -> Iterator[dict[str, Any]]:
    for _, value in scripts.states(page.scripts, "compare_at_price"):
        yield from objects(value, "handle", "variants", "price")
