"""Walmart: the product in `__NEXT_DATA__`."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import scripts, shop
from crawler.pages.syntax.told import Told, objects, text

VERSION = 1
_PRODUCT = Told(
    {
        "title_text": "name",
        "description_text": ("longDescription", "shortDescription"),
        "price_text": ("priceInfo.currentPrice.priceString", "priceInfo.currentPrice.price"),
        "list_price_text": ("priceInfo.wasPrice.priceString", "priceInfo.listPrice.priceString"),
        "currency_text": "priceInfo.currentPrice.currencyUnit",
        "availability_text": ("availabilityStatus", "availabilityStatusV2.value"),
        "condition_text": ("conditionType", "conditionOffers.0.condition"),
        "brand_text": "brand",
        "sku_text": "usItemId",
        "gtin_text": "upc",
        "mpn_text": ("manufacturerProductId", "model"),
        "category_text": "category.path.*.name",
        "seller_id": "catalogSellerId",
        "seller_name_text": ("sellerDisplayName", "sellerName"),
        "rating_text": "averageRating",
        "review_count_text": "numberOfReviews",
        "shipping_price_text": (
            "shippingOption.shipPrice.priceString",
            "shippingOption.shipPrice.price",
        ),
        "image_urls": ("imageInfo.allImages.*.url", "imageInfo.thumbnailUrl"),
    },
    variants="variantCriteria.*.variantList.*",
    variant={"name": "name", "availability_text": "availabilityStatus"},
)
_SHOP = shop.Shop(
    fields={
        "title_text": ('h1[itemprop="name"]', "#main-title"),
        "price_text": '[itemprop="price"]',
        "seller_name_text": '[data-testid="seller-name-link"]',
    },
    pictures='[data-testid="media-thumbnail"] img',
    seller_link='[data-testid="seller-name-link"], a[href*="/seller/"]',
    original=((r"(?<=[?&])odn\w+=\w+&?", ""), (r"[?&]+$", "")),
)
_STATE = "__NEXT_DATA__"


def listing(page: Page) -> Observation | Gone | None:
    """Read `/ip/NAME/ID`."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give the items of the page's state, then what it links to."""
    for name, value in scripts.states(page.scripts, '"canonicalUrl"'):
        if name == _STATE:
            for row in objects(value, "canonicalUrl", "usItemId"):
                url = page.absolute(text(row, "canonicalUrl"))
                yield from [Link(url, "listing")] if url else []
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    for name, value in scripts.states(page.scripts, '"priceInfo"'):
        if name == _STATE:
            for product in objects(value, "usItemId", "priceInfo", "availabilityStatus"):
                yield "state", _PRODUCT, product
                return
