"""Alibaba: the object `detailData` of its product pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, keyed, objects, values

VERSION = 1
_LADDER, _RANGE = "product.price.productLadderPrices", "product.price.productRangePrices"
_ITEM = Told(
    {
        "title_text": "product.subject",
        "price_text": (  # the first step of the ladder: what the smallest order pays
            f"{_LADDER}.0.formatPrice",
            f"{_LADDER}.0.dollarPrice",
            f"{_RANGE}.priceRangeText",
            f"{_RANGE}.dollarPriceRangeLow",
        ),
        "category_text": "crumbs.*",
        "seller_id": "seller.companyId",
        "seller_name_text": "seller.companyName",
        "image_urls": ("pictures.*.imageUrl.big", "pictures.*.imageUrl.small"),
        "sku_text": "product.sku.skuCode",
        "rating_text": "seller.supplierRatingReviews.averageStar",
        "review_count_text": "seller.supplierRatingReviews.totalReviewCount",
        "ships_from_text": "seller.companyRegisterCountry",
    },
    variants="product.sku.skuAttrs.*.values.*",
    variant={"name": "name"},
)
_PROPERTIES = Told({"brand_text": "Brand Name", "mpn_text": "Model Number"})
_SHOP = shop.Shop(
    fields={
        "title_text": (".product-title-container h1", "h1"),
        "price_text": (".price-list .price", ".price-item .price"),
        "seller_name_text": (".company-name a", ".company-name"),
    },
    pictures=".main-image img",
    original=((r"(\.(?:jpe?g|png|webp))_[^/]*$", r"\1"),),
)
_GROUPS = ("productBasicProperties", "productKeyIndustryProperties", "productOtherProperties")
_HOME = "Home"


def listing(page: Page) -> Observation | Gone | None:
    """Read `/product-detail/NAME_ID.html`."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    for found in list(objects(page.state("detailData"), "product", "seller"))[:1]:
        yield "state", _ITEM, _tidied(found)
        rows = [one for group in _GROUPS for one in values(found, f"product.{group}.*")]
        yield "state", _PROPERTIES, keyed(rows, "attrName", "attrValue")


def _tidied(found: dict[str, Any]) -> dict[str, Any]:
    """Add the pictures without the films, and the path without its beginning."""
    crumbs = values(found, "seo.breadCrumb.pathList.*.hrefObject.name")
    media = [one for one in values(found, "product.mediaItems.*") if isinstance(one, dict)]
    pictures = [one for one in media if one.get("type") == "image"]
    return {**found, "crumbs": [one for one in crumbs if one != _HOME], "pictures": pictures}
