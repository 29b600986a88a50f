"""Saleor: its GraphQL product, in an answer or in a storefront's page, beside JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

import msgspec

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import loose, scripts, shop
from crawler.pages.syntax.gathered import Step
from crawler.pages.syntax.told import Told, keyed, objects, values

VERSION = 1
_COST = "pricing.priceRange.start.gross"
_PRODUCT = Told(
    {
        "title_text": "name",
        "price_text": (f"{_COST}.amount", "variants.0.pricing.price.gross.amount"),
        "list_price_text": "pricing.priceRangeUndiscounted.start.gross.amount",
        "currency_text": (f"{_COST}.currency", "variants.0.pricing.price.gross.currency"),
        "availability_text": ("isAvailable?", "there?"),
        "sku_text": ("defaultVariant.sku", "variants.0.sku"),
        "brand_text": ("named.brand", "named.Brand"),
        "category_text": "category.name",
        "rating_text": "rating",
        "listed_at_text": "created",
        "image_urls": ("media.*.url", "thumbnail.url"),
    },
    variants="variants.*",
    variant={
        "name": "name",
        "price_text": "pricing.price.gross.amount",
        "sku_text": "sku",
        "availability_text": "there?",
    },
)
_TEXT = Told({"description_text": ("blocks.*.data.text", "plain")})
_SHOP = shop.Shop(
    fields={
        "title_text": "h1",
        "price_text": '[data-testid="ProductElement_Price"]',
        "description_text": '[data-testid="ProductElement_Description"]',
    },
    choices='[data-testid="VariantSelector"] [role="radio"]',
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page, or an answer of the API."""
    found = shop.listing(page, _SHOP, _told(page))
    if isinstance(found, Observation) and found.provenance.get("brand_text") == "jsonld":
        # The storefront's linked data has the category for a brand.
        provenance = {name: step for name, step in found.provenance.items() if name != "brand_text"}
        return msgspec.structs.replace(found, brand_text=None, provenance=provenance)
    return found


def links(page: Page) -> Iterator[Link]:
    """Give the products of an answer of the API; else what the page links to."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    for row in objects(page.json, "slug", "pricing"):
        if isinstance(row["slug"], str):
            yield Link(urljoin(page.url, f"/products/{quote(row['slug'])}"), "listing")


def _told(page: Page) -> Iterator[shop.Answer]:
    if shop.is_json(page):
        products = list(objects(page.json, "name", "pricing", "variants"))[:1]
        yield from (each for one in products for each in _answers("api", one))
        return
    for _, value in scripts.states(page.scripts, "quantityAvailable"):
        for product in objects(value, "name", "pricing", "variants"):
            yield from _answers("state", product)
            return


def _answers(step: Step, product: dict[str, Any]) -> Iterator[shop.Answer]:
    made = dict(product)
    rows = [one for one in values(product, "variants.*") if isinstance(one, dict)]
    made["variants"] = [
        {**one, "there": one["quantityAvailable"] > 0}
        if isinstance(one.get("quantityAvailable"), int)
        else one
        for one in rows
    ]
    flags = [one["there"] for one in made["variants"] if "there" in one]
    made["there"] = any(flags) if flags else None
    made["named"] = {
        name: next(iter(values(found, "*.name")), None)
        for name, found in keyed(product.get("attributes"), "attribute.slug", "values").items()
    }
    yield step, _PRODUCT, made
    written = product.get("description")  # blocks of EditorJS, as a text of JSON
    blocks = loose.parse(written) if isinstance(written, str) else written
    yield step, _TEXT, blocks if isinstance(blocks, dict) else {"plain": written}
