"""BigCommerce: BCData's attributes, then the product view of Cornerstone and its children."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, objects

VERSION = 1
_ATTRIBUTES = Told(
    {
        "price_text": ("price.with_tax.formatted", "price.without_tax.formatted"),
        "list_price_text": (
            "price.non_sale_price_with_tax.formatted",
            "price.non_sale_price_without_tax.formatted",
            "price.rrp_with_tax.formatted",
            "price.rrp_without_tax.formatted",
        ),
        "currency_text": ("price.with_tax.currency", "price.without_tax.currency"),
        "availability_text": "instock?",
        "stock_text": "stock",
        "sku_text": "sku",
        "gtin_text": ("gtin", "upc"),
        "mpn_text": "mpn",
    },
)
_SHOP = shop.Shop(
    fields={
        "title_text": "h1.productView-title",
        "price_text": (
            ".productView-price [data-product-price-with-tax]",
            ".productView-price [data-product-price-without-tax]",
        ),
        "list_price_text": (
            ".productView-price [data-product-non-sale-price-with-tax]",
            ".productView-price [data-product-non-sale-price-without-tax]",
            ".productView-price [data-product-rrp-price-with-tax]",
        ),
        "brand_text": (
            ".productView-brand",
            ".productView[data-product-brand]@data-product-brand",
        ),
        "sku_text": "[data-product-sku]",
        "gtin_text": "[data-product-upc]",
        "mpn_text": "[data-product-mpn]",
        "condition_text": '.productView-info-name:lexbor-contains("Condition") + dd',
        "stock_text": ".form-field--stock:not(.u-hiddenVisually) [data-product-stock]",
        "description_text": ("#tab-description", ".productView-description"),
        "category_text": (
            ".breadcrumb:not(.is-active):not(:first-child) .breadcrumb-label",
            ".breadcrumbs li:not(:first-child):not(:last-child)",
        ),
        "review_count_text": ("#productReview_link", ".productView-reviewLink"),
        "shipping_price_text": '.productView-info-name:lexbor-contains("Shipping") + dd',
    },
    pictures=(
        ".productView-thumbnail-link@data-image-gallery-zoom-image-url",
        ".productView-image@data-zoom-image",
        ".productView-image img",
    ),
    choices=(
        ".productView-options .form-option-variant,"
        ".productView-options option[data-product-attribute-value]"
    ),
    original=((r"/images/stencil/[^/]+/", "/images/stencil/original/"),),
    only={"review_count_text": r"(\d+)"},
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    if "product_attributes" in page.text:
        for found in list(objects(page.state("BCData"), "product_attributes"))[:1]:
            yield "state", _ATTRIBUTES, found["product_attributes"]
