"""What OpenGraph and product meta elements tell of a product."""

from __future__ import annotations

from typing import Any

from crawler.pages.page import Page
from crawler.pages.syntax.metas import first

_NAMES = {
    "price_text": ("product:sale_price:amount", "product:price:amount", "og:price:amount"),
    "currency_text": (
        "product:sale_price:currency",
        "product:price:currency",
        "og:price:currency",
    ),
    "availability_text": ("product:availability", "og:availability"),
    "condition_text": ("product:condition", "og:condition"),
    "brand_text": ("product:brand", "og:brand"),
    "gtin_text": ("product:gtin", "product:ean", "product:upc", "product:isbn", "og:upc"),
    "mpn_text": ("product:mfr_part_no",),
    "sku_text": ("product:retailer_item_id", "product:retailer_part_no"),
    "category_text": ("product:category",),
    "description_text": ("og:description", "description"),
}


def product(page: Page) -> dict[str, Any]:
    """Give the fields that a page's meta elements tell."""
    images = (page.absolute(url) for url in page.metas.get("og:image", ()))
    return {
        **{field: first(page.metas, *names) for field, names in _NAMES.items()},
        "image_urls": tuple(dict.fromkeys(url for url in images if url)),
    }
