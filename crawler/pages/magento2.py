"""Magento 2: GraphQL's product, or a page like Luma's with its x-magento-init scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import loose, shop
from crawler.pages.syntax.told import Told, objects, text, values

VERSION = 1
_COST = "price_range.minimum_price"
_API = Told(
    {
        "title_text": "name",
        "description_text": ("description.html", "short_description.html"),
        "price_text": f"{_COST}.final_price.value",
        "list_price_text": f"{_COST}.regular_price.value",
        "currency_text": f"{_COST}.final_price.currency",
        "availability_text": "stock_status",
        "stock_text": ("quantity", "only_x_left_in_stock"),
        "sku_text": "sku",
        "category_text": "categories.*.name",
        "review_count_text": "review_count",
        "image_urls": ("media_gallery.*.url", "image.url"),
    },
    variants="variants.*",
    variant={
        "name": ("attributes.*.label", "product.name"),
        "price_text": f"product.{_COST}.final_price.value",
        "sku_text": "product.sku",
        "availability_text": "product.stock_status",
    },
)
_GALLERY = Told({"image_urls": ("data.*.full", "data.*.img")})
_CHOICES = Told({}, variants="*", variant={"name": "labels.*", "price_text": "price"})
_INFO = ".product-info-main"
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1.page-title .base", "h1.page-title"),
        "price_text": (
            f'{_INFO} [data-price-type="finalPrice"] .price',
            f"{_INFO} .special-price .price",
            f'{_INFO} [data-price-type="minPrice"] .price',
            f"{_INFO} .price",
        ),
        "list_price_text": f'{_INFO} [data-price-type="oldPrice"] .price',
        "currency_text": (
            f'{_INFO} meta[itemprop="priceCurrency"]@content',
            'meta[property="product:price:currency"]@content',
        ),
        "availability_text": f"{_INFO} .stock",
        "sku_text": (f"{_INFO} .product.attribute.sku .value", f"{_INFO} .sku .value"),
        "brand_text": (
            '.additional-attributes td[data-th="Brand"]',
            '.additional-attributes td[data-th="Manufacturer"]',
        ),
        "description_text": (
            ".product.attribute.description .value",
            ".product.attribute.overview .value",
        ),
        "category_text": ".breadcrumbs li:not(.home):not(.product)",
        "rating_text": f"{_INFO} .rating-result@title",
        "review_count_text": f'{_INFO} .reviews-actions [itemprop="reviewCount"]',
    },
    pictures=(".gallery-placeholder img", ".product.media img"),
    original=((r"/media/catalog/product/cache/[^/]+(?:/[a-z_]+/\w+)*?(?=/\w/\w/)",
               "/media/catalog/product"),),
)  # fmt: skip


def listing(page: Page) -> Observation | Gone | None:
    """Read a product's page, or GraphQL's answer."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give the products of GraphQL's answer and its next page; else what the page links to."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    for row in objects(page.json, "url_key"):
        path = f"/{quote(str(row['url_key']))}{text(row, 'url_suffix') or '.html'}"
        yield Link(urljoin(page.url, path), "listing")
    for told in objects(page.json, "current_page", "total_pages"):
        here, last = told["current_page"], told["total_pages"]
        if isinstance(here, int) and isinstance(last, int) and here < last:
            yield Link(page.url.replace(f"Page:{here}", f"Page:{here + 1}")
                       .replace(f"Page%3A{here}", f"Page%3A{here + 1}"), "index")  # fmt: skip


def _told(page: Page) -> Iterator[shop.Answer]:
    if shop.is_json(page):
        yield from (("api", _API, one) for one in list(objects(page.json, "name", "sku"))[:1])
        return
    for attributes, content in page.scripts:
        if "x-magento-init" not in attributes:
            continue
        if "mage/gallery/gallery" in content:
            for found in objects(loose.parse(content), "data", "options"):
                yield "state", _GALLERY, found
        elif '"optionPrices"' in content:
            for found in objects(loose.parse(content), "attributes", "optionPrices"):
                yield "state", _CHOICES, _choices(found)
                break


def _choices(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the labels and the price of each product that the options of a page choose."""
    made: dict[str, dict[str, Any]] = {}
    every = values(config, "attributes.*")
    for option in (one for each in every for one in _options(each)):
        for key in values(option, "products.*"):
            made.setdefault(str(key), {"labels": []})["labels"].append(option.get("label"))
    for key, one in made.items():
        one["price"] = text(config["optionPrices"], f"{key}.finalPrice.amount")
    return list(made.values())


def _options(attribute: Any) -> Iterator[dict[str, Any]]:
    yield from (one for one in values(attribute, "options.*") if isinstance(one, dict))
