"""Zalando: linked data; the address tells the article's number."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told

VERSION = 1
_NUMBER = Told({"sku_text": "number"})
_SHOP = shop.Shop(
    fields={
        "title_text": ('[data-testid="pdp-title"]', "h1"),
        "price_text": ('[data-testid="pdp-price"]', "x-wrapper-re-1-3 span"),
        "seller_name_text": '[data-testid="seller-info"] a',
    },
    original=((r"\?.*$", ""),),
)


def listing(page: Page) -> Observation | Gone | None:
    """Read an article's page."""
    stem = page.url.partition("?")[0].removesuffix(".html")
    number = "-".join(stem.rsplit("-", 2)[1:]).upper()
    return shop.listing(page, _SHOP, [("state", _NUMBER, {"number": number})])


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)
