"""PrestaShop: the presented product that themes print as data-product, then their elements."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import loose, shop
from crawler.pages.syntax.told import Told

VERSION = 1
_PRINTED = Told(
    {
        "title_text": "name",
        "description_text": ("description", "description_short"),
        "price_text": ("price", "price_amount"),
        "list_price_text": ("regular_price", "regular_price_amount"),
        "availability_text": ("availability", "availability_message"),
        "condition_text": ("condition.label", "condition"),
        "sku_text": ("reference_to_display", "reference"),
        "gtin_text": ("ean13", "upc", "isbn"),
        "mpn_text": "mpn",
        "brand_text": "manufacturer_name",
        "category_text": "category_name",
        "stock_text": "quantity",
        "image_urls": ("images.*.large.url", "cover.large.url"),
    },
)
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1[itemprop=name]", "h1.h1", "h1"),
        "price_text": (
            ".current-price-value",
            ".current-price [itemprop=price]",
            ".current-price span",
            "#our_price_display",
        ),
        "list_price_text": (".product-discount .regular-price", "#old_price_display .price"),
        "currency_text": (
            '.product-prices meta[itemprop="priceCurrency"]@content',
            'meta[property="product:price:currency"]@content',
        ),
        "availability_text": ("#product-availability", "#availability_value"),
        "brand_text": (
            ".product-manufacturer a img@alt",
            ".product-manufacturer a",
            ".product-manufacturer span",
        ),
        "sku_text": (".product-reference span", "#product_reference span"),
        "description_text": ("#description .product-description", ".product-description"),
        "category_text": ".breadcrumb li:not(:first-child):not(:last-child)",
        "rating_text": ".comments-note .grade-stars@data-grade",
        "review_count_text": ".comments-note .comments-nb",
        "shipping_price_text": ".delivery-information .price",
    },
    pictures=(
        ".product-images img@data-image-large-src",
        ".product-cover img",
        "#thumbs_list a@href",
    ),
    choices=".product-variants option, .product-variants .radio-label, .product-variants .sr-only",
    original=((r"/(\d+)-\w+_default/", r"/\1/"), (r"-\w+_default(?=\.\w{3,4}$)", "")),
    only={"review_count_text": r"(\d+)"},
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    if "data-product=" in page.text:
        printed = loose.parse(
            page.attribute("#product-details[data-product]", "data-product") or ""
        )
        if isinstance(printed, dict):
            yield "state", _PRINTED, printed
