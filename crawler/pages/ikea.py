"""IKEA: linked data, and the article's number as its pages write it."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop

VERSION = 1
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1.range-revamp-header-section", "h1"),
        "price_text": (".pip-temp-price__sr-text", ".range-revamp-price"),
        "sku_text": (
            ".range-revamp-product-identifier__value",
            ".pip-product-identifier__value",
        ),
        "description_text": (
            ".range-revamp-product-summary__description",
            ".pip-product-summary__description",
        ),
    },
    pictures=(".range-revamp-media-grid img", ".pip-media-grid img"),
    original=((r"\?f=\w+$", ""),),
)


def listing(page: Page) -> Observation | Gone | None:
    """Read an article's page."""
    return shop.listing(page, _SHOP)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)
