"""AliExpress: the object `runParams` (or `__AER_DATA__`) of its item pages, old names and new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, keyed, objects, values

VERSION = 1
_FREIGHT = "originalLayoutResultList.0.bizData"


def _both(module: str, component: str, *paths: str) -> tuple[str, ...]:
    """Give paths under the name of a part of the page before and after 2022."""
    return tuple(f"{part}.{path}" for part in (module, component) for path in paths)


_ITEM = Told(
    {
        "title_text": _both("titleModule", "productInfoComponent", "subject"),
        "price_text": (
            "priceModule.formatedActivityPrice",
            "priceModule.formatedPrice",
            "priceComponent.discountPrice.minActivityFormatedPrice",
            "priceComponent.discountPrice.formatedPrice",
            "priceComponent.origPrice.minFormatedPrice",
            "priceComponent.skuPriceList.0.skuVal.skuActivityAmount.formatedAmount",
            "priceComponent.skuPriceList.0.skuVal.skuAmount.formatedAmount",
        ),
        "list_price_text": (
            "priceModule.formatedPrice",
            "priceComponent.origPrice.minFormatedPrice",
            "priceComponent.skuPriceList.0.skuVal.skuAmount.formatedAmount",
        ),
        "currency_text": (
            "priceModule.minAmount.currency",
            "webEnv.currency",
            "priceComponent.skuPriceList.0.skuVal.skuAmount.currency",
        ),
        "stock_text": _both("quantityModule", "inventoryComponent", "totalAvailQuantity"),
        "sold_text": _both("titleModule", "tradeComponent", "formatTradeCount", "tradeCount"),
        "rating_text": (
            "titleModule.feedbackRating.averageStar",
            "feedbackComponent.evarageStar",
            "feedbackComponent.averageStar",
        ),
        "review_count_text": (
            "titleModule.feedbackRating.totalValidNum",
            "feedbackComponent.totalValidNum",
        ),
        "category_text": (
            "crossLinkModule.breadCrumbPathList.*.name",
            "breadcrumbComponent.pathList.*.name",
        ),
        "seller_id": _both("storeModule", "sellerComponent", "storeNum"),
        "seller_name_text": _both("storeModule", "sellerComponent", "storeName"),
        "ships_from_text": (
            f"shippingModule.generalFreightInfo.{_FREIGHT}.shipFrom",
            f"webGeneralFreightCalculateComponent.{_FREIGHT}.shipFrom",
        ),
        "shipping_price_text": (
            f"shippingModule.generalFreightInfo.{_FREIGHT}.formattedAmount",
            f"webGeneralFreightCalculateComponent.{_FREIGHT}.formattedAmount",
        ),
        "image_urls": _both("imageModule", "imageComponent", "imagePathList.*"),
        "availability_text": "there?",
    },
    variants="choices.*",
    variant={
        "name": "names.*",
        "price_text": "price",
        "sku_text": "sku",
        "availability_text": "there?",
    },
)
_SPECS = Told({"brand_text": "Brand Name", "mpn_text": "Model Number"})
_SHOP = shop.Shop(
    fields={
        "title_text": 'h1[data-pl="product-title"]',
        "price_text": (".product-price-current", '[class*="price--current"]'),
        "list_price_text": (".product-price-original", '[class*="price--original"]'),
        "seller_name_text": ('[data-pl="store-name"]', '[class*="store-detail--storeName"]'),
    },
    pictures=('[class*="image-view"] img', ".images-view-list img"),
    seller_link='a[data-pl="store-name"], .shop-name a',
    original=((r"(\.(?:jpe?g|png|webp))_[^/]*$", r"\1"),),
)


def listing(page: Page) -> Observation | Gone | None:
    """Read `/item/ID.html`."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what the page links to: results, related items, the store."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    for name in ("runParams", "__AER_DATA__"):
        state = page.state(name)
        for marks in (("titleModule",), ("productInfoComponent",)):
            for found in list(objects(state, *marks))[:1]:
                specs = _rows(found, "specsModule.props") + _rows(
                    found, "productPropComponent.props"
                )
                yield "state", _ITEM, _with_choices(found)
                yield "state", _SPECS, keyed(specs, "attrName", "attrValue")
                return


def _rows(found: dict[str, Any], path: str) -> list[Any]:
    return [one for rows in values(found, path) for one in values(rows, "*")]


def _with_choices(found: dict[str, Any]) -> dict[str, Any]:
    """Add the choices by name: what is priced speaks of them by number only."""
    names: dict[str, str] = {}
    for part in ("skuModule", "skuComponent"):
        for one in values(found, f"{part}.productSKUPropertyList.*.skuPropertyValues.*"):
            if isinstance(one, dict):
                shown = one.get("propertyValueDisplayName") or one.get("propertyValueName")
                names[str(one.get("propertyValueId"))] = str(shown)
    priced = _rows(found, "skuModule.skuPriceList")
    priced += _rows(found, "priceComponent.skuPriceList")
    choices = [_choice(one, names) for one in priced if isinstance(one, dict)]
    counts = [one["there"] for one in choices if one["there"] is not None]
    return {**found, "choices": choices, "there": any(counts) if counts else None}


def _choice(priced: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    numbers = str(priced.get("skuPropIds") or "").split(",")
    told = priced.get("skuVal")
    cost: dict[str, Any] = told if isinstance(told, dict) else {}
    asked = cost.get("skuActivityAmount") or cost.get("skuAmount") or {}
    count = cost.get("availQuantity")
    return {
        "names": [names[number] for number in numbers if number in names],
        "price": asked.get("formatedAmount") if isinstance(asked, dict) else None,
        "sku": priced.get("skuId") if priced.get("skuPropIds") else None,
        "there": count > 0 if isinstance(count, int) else None,
    }
