"""WooCommerce: the Store API's product, or a page with the plugin's classes and variations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import loose, shop
from crawler.pages.syntax.told import Told, objects

VERSION = 1
_API = Told(
    {
        "title_text": "name",
        "description_text": ("description", "short_description"),
        "price_text": "prices.price#prices.currency_minor_unit",
        "list_price_text": "prices.regular_price#prices.currency_minor_unit",
        "currency_text": "prices.currency_code",
        "availability_text": ("is_in_stock?", "stock_availability.text"),
        "stock_text": "low_stock_remaining",
        "sku_text": "sku",
        "brand_text": "brands.0.name",
        "category_text": "categories.*.name",
        "rating_text": "average_rating",
        "review_count_text": "review_count",
        "image_urls": "images.*.src",
    },
    variants="variations.*",
    variant={"name": "attributes.*.value"},
)
_VARIATIONS = Told(
    {"image_urls": "*.image.full_src"},
    variants="*",
    variant={
        "name": "attributes.*",
        "price_text": "display_price",
        "sku_text": "sku",
        "availability_text": "is_in_stock?",
    },
)
_SUMMARY = ".summary"
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1.product_title", ".wp-block-post-title"),
        "price_text": (
            f"{_SUMMARY} .price ins .amount",
            f"{_SUMMARY} .price > .amount",
            f"{_SUMMARY} .price .amount",
            ".wc-block-components-product-price ins .amount",
            ".wc-block-components-product-price .amount",
        ),
        "list_price_text": (
            f"{_SUMMARY} .price del .amount",
            ".wc-block-components-product-price del .amount",
        ),
        "sku_text": (".product_meta .sku", ".wp-block-woocommerce-product-sku .sku"),
        "availability_text": f"{_SUMMARY} .stock",
        "category_text": (".product_meta .posted_in a", ".woocommerce-breadcrumb a"),
        "brand_text": (".product_meta .brand_in a", ".product_brand a"),
        "description_text": (
            "#tab-description",
            ".woocommerce-product-details__short-description",
        ),
        "rating_text": ".woocommerce-product-rating .star-rating strong.rating",
        "review_count_text": ".woocommerce-product-rating .count",
    },
    pictures=(
        ".woocommerce-product-gallery__image a@href",
        ".woocommerce-product-gallery__image img@data-large_image",
    ),
    original=((r"-\d{2,4}x\d{2,4}(?=\.\w{3,4}(?:\?|$))", ""),),
)
_FORM = "form.variations_form"


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page, or its JSON."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give the products of a list of the Store API and its next page; else the page's links."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    rows = page.json if isinstance(page.json, list) else []
    for row in rows:
        if isinstance(row, dict) and (url := shop.whole(page, row.get("permalink"))):
            yield Link(url, "listing")
    number = re.search(r"([?&]page=)(\d+)", page.url)
    if rows and number:
        yield Link(page.url.replace(number[0], f"{number[1]}{int(number[2]) + 1}"), "index")


def _told(page: Page) -> Iterator[shop.Answer]:
    if shop.is_json(page):
        yield from (("api", _API, one) for one in list(objects(page.json, "name", "prices"))[:1])
        return
    if "data-product_variations" in page.text:
        choices = loose.parse(page.attribute(_FORM, "data-product_variations") or "")
        if isinstance(choices, list):
            yield "state", _VARIATIONS, choices
