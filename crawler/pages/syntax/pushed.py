"""The product that a page's scripts tell to whoever counts its visitors."""

from __future__ import annotations

from typing import Any

from crawler.pages.page import Page
from crawler.pages.syntax import scripts
from crawler.pages.syntax.about import is_like
from crawler.pages.syntax.nested import objects
from crawler.pages.syntax.text import scalar

_FIELDS = {
    "title_text": ("name", "title", "productName", "product_name", "item_name"),
    "price_text": ("price", "currentPrice", "current_price", "salePrice", "finalPrice"),
    "sku_text": ("sku", "productSku"),
    "brand_text": ("brand", "item_brand", "manufacturer"),
    "currency_text": ("currency", "currencyCode", "priceCurrency"),
}
_NUMBERS = ("sku", "productSku", "partNumber", "productId", "product_id", "item_id", "id")
_INNER = ("value", "amount", "current", "price", "name")


def product(page: Page, title: str | None) -> dict[str, Any]:
    """Give the first product in a script that has a price and the page's own name."""
    for _, value in scripts.states(page.scripts, "rice"):  # price, Price, salePrice
        for node in objects(value):
            name = _told(node, _FIELDS["title_text"])
            if name and _told(node, _FIELDS["price_text"]) and is_like(name, title):
                return {field: _told(node, names) for field, names in _FIELDS.items()}
    return {}


def code(page: Page, title: str | None) -> str | None:
    """Give the number of the first product in a script that has the page's own name."""
    for word in ("sku", "productId", "rice"):
        if word not in page.text:
            continue
        for _, value in scripts.states(page.scripts, word):
            for node in objects(value):
                found = _told(node, _NUMBERS)
                if found and is_like(_told(node, _FIELDS["title_text"]), title):
                    return found
    return None


def _told(node: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = node.get(name)
        if isinstance(value, dict):
            value = next((value[inner] for inner in _INNER if inner in value), None)
        if (found := scalar(value)) and any(sign.isalnum() for sign in found):
            return found
    return None
