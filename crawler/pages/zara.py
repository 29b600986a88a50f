"""Zara: the data layer of its pages and linked data, which has one product a size."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, objects

VERSION = 1
_PRODUCT = Told(
    {
        "sku_text": "detail.displayReference",
        "category_text": ("sectionName", "familyName"),
        "list_price_text": ("detail.colors.0.oldPrice#2", "oldPrice#2"),
    },
    variants="detail.colors.*.sizes.*",
    variant={"name": "name", "price_text": "price#2", "availability_text": "availability"},
)
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1.product-detail-info__header-name", "h1.product-name", "h1"),
        "price_text": (".product-detail-info .money-amount__main", ".price__amount"),
        "description_text": (".product-detail-description", ".expandable-text"),
    },
    pictures=(".product-detail-images img", ".media-image__image"),
    choices=".product-size-info__main-label, .size-selector__size-list .product-size-info",
    original=((r"/w/\d+/", "/w/1920/"),),
)


def listing(page: Page) -> Observation | Gone | None:
    """Read an article's page."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    for product in list(objects(page.state("window.zara.dataLayer"), "detail", "name"))[:1]:
        yield "state", _PRODUCT, product
