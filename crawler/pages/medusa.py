"""Medusa: the store API's product, version 2 (in units) and 1 (in hundredths); its storefront."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, Where, objects, values

VERSION = 1
_COST = "calculated_price"
_SHARED: dict[str, Where] = {
    "title_text": "title",
    "description_text": ("description", "subtitle"),
    "sku_text": "variants.0.sku",
    "gtin_text": ("variants.0.ean", "variants.0.barcode", "variants.0.upc"),
    "mpn_text": "mid_code",
    "category_text": ("categories.*.name", "type.value", "collection.title"),
    "brand_text": ("brand.name", "metadata.brand"),
    "ships_from_text": "metadata.ships_from",
    "listed_at_text": "created_at",
    "image_urls": ("images.*.url", "thumbnail"),
}
_VARIANT: dict[str, Where] = {"name": "title", "sku_text": "sku"}
_UNITS = Told(
    {
        **_SHARED,
        "price_text": (
            f"variants.*.{_COST}.calculated_amount",
            "variants.*.prices.0.amount",
        ),
        "list_price_text": f"variants.*.{_COST}.original_amount",
        "currency_text": (
            f"variants.*.{_COST}.currency_code",
            "variants.*.prices.0.currency_code",
        ),
    },
    variants="variants.*",
    variant={**_VARIANT, "price_text": f"{_COST}.calculated_amount"},
)
_HUNDREDTHS = Told(
    {
        **_SHARED,
        "price_text": (f"variants.*.{_COST}#2", "variants.*.prices.0.amount#2"),
        "list_price_text": "variants.*.original_price#2",
        "currency_text": "variants.*.prices.0.currency_code",
    },
    variants="variants.*",
    variant={**_VARIANT, "price_text": (f"{_COST}#2", "prices.0.amount#2")},
)
_STOCK = Told({"availability_text": "there?", "stock_text": "count"})
_SHOP = shop.Shop(  # the storefront that comes with it
    fields={
        "title_text": '[data-testid="product-title"]',
        "price_text": '[data-testid="product-price"]',
        "list_price_text": '[data-testid="original-product-price"]',
        "description_text": '[data-testid="product-description"]',
    },
    pictures=(
        '[data-testid="product-container"] [id].relative img',
        '[data-testid="product-container"] img',
    ),
    choices='[data-testid="option-button"]',
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product of the store API, or a page that shows one."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give the products of a list of the store API and its next part; else the page's links."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    answer = page.json if isinstance(page.json, dict) else {}
    rows = [one for one in values(answer, "products.*") if isinstance(one, dict)]
    for row in rows:
        if isinstance(row.get("id"), str):
            yield Link(urljoin(page.url, f"/store/products/{row['id']}"), "listing")
    count, offset = answer.get("count"), answer.get("offset")
    if rows and isinstance(count, int) and isinstance(offset, int) and offset + len(rows) < count:
        yield Link(_at(page.url, offset + len(rows)), "index")


def _told(page: Page) -> Iterator[shop.Answer]:
    if not shop.is_json(page):
        return
    for product in list(objects(page.json, "title", "variants"))[:1]:
        first = next((one for one in values(product, "variants.*") if isinstance(one, dict)), {})
        is_new = isinstance(first.get(_COST), dict) or "manage_inventory" not in first
        yield "api", _UNITS if is_new else _HUNDREDTHS, product
        yield "api", _STOCK, _stock(product["variants"])


def _stock(variants: Any) -> dict[str, Any]:
    """Say whether one of the choices is there: counted, never counted, or sold beyond the count."""
    rows = [one for one in values(variants, "*") if isinstance(one, dict)]
    known = [one for one in rows if "inventory_quantity" in one]
    counts = [count for one in known if isinstance(count := one["inventory_quantity"], int)]
    free = [
        one for one in rows if one.get("allow_backorder") or one.get("manage_inventory") is False
    ]
    if not known and not free:
        return {}
    made: dict[str, Any] = {"there": bool(free) or any(count > 0 for count in counts)}
    if known and not free:
        made["count"] = sum(counts)
    return made


def _at(url: str, offset: int) -> str:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "offset"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("offset", str(offset))])))
