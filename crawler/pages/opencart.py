"""OpenCart: the elements of its default themes, versions 2 to 4, in whatever language."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop

VERSION = 1
_LABELLED = r"^(?:[^:]{1,40}:)?\s*(.+)$"
_FACTS = "#content ul.list-unstyled li"
_SHOP = shop.Shop(
    fields={
        "title_text": ("#content h1", "h1"),
        "price_text": (
            "#content ul.list-unstyled h2 .price-new",
            "#content .price-new",
            "#content ul.list-unstyled li h2",
            "#content .product-price",
        ),
        "list_price_text": (
            '#content ul.list-unstyled li [style*="line-through"]',
            "#content .price-old",
        ),
        "brand_text": (
            '#content a[href*="manufacturer_id"]',
            '#content a[href*="product/manufacturer"]',
            f'{_FACTS}:lexbor-contains("Brand:")',
        ),
        "sku_text": f'{_FACTS}:lexbor-contains("Product Code:")',
        "availability_text": "h1 + ul.list-unstyled li:last-child",  # after brand, code, points
        "description_text": "#tab-description",
        "category_text": ".breadcrumb li:not(:first-child):not(:last-child)",
        "review_count_text": '.rating a:lexbor-contains("review")',
    },
    pictures=(
        "ul.thumbnails a.thumbnail@href",
        "#content .image a@href",
        ".thumbnails a@href",
    ),
    has_labels=True,
    choices=(
        '#product select option:not([value=""]), #product .radio label,#product .form-check label'
    ),
    original=((r"/image/cache/(.+)-\d+x\d+[a-z]*(?=\.\w{3,4}$)", r"/image/\1"),),
    only={
        "brand_text": _LABELLED,
        "sku_text": _LABELLED,
        "availability_text": _LABELLED,
        "review_count_text": r"(\d+)",
    },
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page."""
    return shop.listing(page, _SHOP)


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)
