"""Vendure: the shop API's product, in an answer or as a storefront's page carries it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import scripts, shop
from crawler.pages.syntax.told import Told, objects, values

VERSION = 1
_PRODUCT = Told(
    {
        "title_text": "name",
        "description_text": "description",
        "price_text": ("variants.0.priceWithTax#2", "variants.0.price#2"),
        "currency_text": "variants.0.currencyCode",
        "availability_text": ("stock", "variants.0.stockLevel"),
        "sku_text": "variants.0.sku",
        "brand_text": "brand",
        "category_text": "collections.0.breadcrumbs.*.name",
        "listed_at_text": "createdAt",
        "image_urls": ("assets.*.source", "assets.*.preview", "featuredAsset.preview"),
    },
    variants="variants.*",
    variant={
        "name": ("options.*.name", "name"),
        "price_text": ("priceWithTax#2", "price#2"),
        "sku_text": "sku",
        "availability_text": "stockLevel",
    },
)
_SHOP = shop.Shop(original=((r"(?<=[?&])(?:preset|w|h|mode|format)=\w+&?", ""), (r"[?&]+$", "")))
_BRANDS = frozenset({"brand", "marke", "marque", "marca"})


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page, or an answer of the shop API."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give the products of an answer of the shop API; else what the page links to."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    for row in objects(page.json, "slug"):
        if isinstance(row["slug"], str) and row.get("__typename") in {
            None,
            "Product",
            "SearchResult",
        }:
            yield Link(urljoin(page.url, f"/products/{quote(row['slug'])}"), "listing")


def _told(page: Page) -> Iterator[shop.Answer]:
    if shop.is_json(page):
        for product in list(objects(page.json, "name", "variants"))[:1]:
            yield "api", _PRODUCT, _with_brand(product)
        return
    for _, value in scripts.states(page.scripts, "priceWithTax"):
        for product in objects(value, "name", "slug", "variants"):
            yield "state", _PRODUCT, _with_brand(product)
            return


def _with_brand(product: dict[str, Any]) -> dict[str, Any]:
    """Add the value of the facet that holds brands, and whether any choice is in stock."""
    made = dict(product)
    for value in values(product, "facetValues.*"):
        facet = value.get("facet") if isinstance(value, dict) else None
        if isinstance(facet, dict) and str(facet.get("name")).casefold() in _BRANDS:
            made["brand"] = value.get("name")
    levels = values(product, "variants.*.stockLevel")
    made["stock"] = "IN_STOCK" if "IN_STOCK" in levels else None
    return made
