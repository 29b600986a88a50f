"""Shops in the manner of django-oscar: its catalogue's templates."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, keyed

VERSION = 1
_TABLE = Told(
    {
        "gtin_text": ("UPC", "EAN", "GTIN"),
        "price_text": "Price (incl. tax)",
        "review_count_text": "Number of reviews",
    }
)
_STARS = {"One": "1", "Two": "2", "Three": "3", "Four": "4", "Five": "5"}
_MAIN = ".product_main"
_SHOP = shop.Shop(
    fields={
        "title_text": (f"{_MAIN} h1", "article.product_page h1"),
        "price_text": (f"{_MAIN} .price_color", ".product_page .price_color"),
        "availability_text": (f"{_MAIN} .availability", f"{_MAIN} .instock"),
        "description_text": ("#product_description + p", "#product_description ~ p"),
        "category_text": ".breadcrumb li:not(:first-child):not(.active)",
    },
    pictures=("#product_gallery .thumbnails a@href", "#product_gallery img"),
    choices=f'{_MAIN} select[name="child_id"] option:not([value=""])',
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    rows = [
        {"name": head.text(strip=True), "value": cell.text(strip=True)}
        for row in page.all(".product_page table tr")
        if (head := row.css_first("th")) is not None and (cell := row.css_first("td")) is not None
    ]
    table = keyed(rows, "name", "value")
    table = {name: one for name, one in table.items() if one not in {"-", "0"} or "review" in name}
    yield "selector", _TABLE, table
    stars = (page.attribute(f"{_MAIN} .star-rating", "class") or "").split()
    yield (
        "selector",
        Told({"rating_text": "stars"}),
        {"stars": next((_STARS[one] for one in stars if one in _STARS), None)},
    )
