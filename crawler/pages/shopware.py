"""Shopware 6: the storefront's elements, which say what they are, or the Store API's product."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, objects

VERSION = 1
_API = Told(
    {
        "title_text": ("translated.name", "name"),
        "description_text": ("translated.description", "description"),
        "price_text": "calculatedPrice.unitPrice",
        "list_price_text": "calculatedPrice.listPrice.price",
        "availability_text": "available?",
        "stock_text": "availableStock",
        "sku_text": "productNumber",
        "gtin_text": "ean",
        "mpn_text": "manufacturerNumber",
        "brand_text": ("manufacturer.translated.name", "manufacturer.name"),
        "rating_text": "ratingAverage",
        "listed_at_text": "releaseDate",
        "image_urls": ("media.*.media.url", "cover.media.url"),
    },
)
_LISTED = ".product-detail-list-price-wrapper"
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1.product-detail-name", '[itemprop="name"].product-detail-name'),
        "price_text": (
            ".product-detail-price",
            '.product-detail-price-container meta[itemprop="price"]@content',
            'meta[property="product:price:amount"]@content',
        ),
        "list_price_text": (
            ".list-price-price",
            f"{_LISTED} > span:not(.list-price-percentage):not(.regulation-price)",
        ),
        "currency_text": (
            'meta[itemprop="priceCurrency"]@content',
            'meta[property="product:price:currency"]@content',
        ),
        "availability_text": (
            'link[itemprop="availability"]@href',
            ".product-detail-delivery-information .delivery-information",
        ),
        "sku_text": (
            ".product-detail-ordernumber",
            '[itemprop="sku"]',
            'meta[itemprop="sku"]@content',
        ),
        "gtin_text": 'meta[itemprop="gtin13"]@content',
        "mpn_text": 'meta[itemprop="mpn"]@content',
        "brand_text": (
            ".product-detail-manufacturer-link@title",
            'meta[property="product:brand"]@content',
            '[itemprop="brand"] meta[itemprop="name"]@content',
            ".product-detail-manufacturer-link",
        ),
        "description_text": ".product-detail-description-text",
        "category_text": (".breadcrumb-title", ".breadcrumb-item"),
        "review_count_text": (
            ".product-detail-reviews-link",
            'meta[itemprop="reviewCount"]@content',
        ),
        "rating_text": 'meta[itemprop="ratingValue"]@content',
    },
    pictures=(".gallery-slider-image@data-full-image", ".gallery-slider-image"),
    choices=".product-detail-configurator-option-label",
    original=((r"/thumbnail/(.+)_\d+x\d+(?=\.\w{3,4}(?:\?|$))", r"/media/\1"),),
    only={
        "review_count_text": r"(\d+)",
        "price_text": r"(.*?)\s*\*?$",
        "list_price_text": r"(.*?)\s*\*?$",
    },
)


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page, or its JSON."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    if shop.is_json(page):
        for one in list(objects(page.json, "productNumber", "calculatedPrice"))[:1]:
            yield "api", _API, one
