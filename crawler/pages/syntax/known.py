"""Elements of marketplaces and shop software that many pages share, where markup is silent.

What stands here is public habit of the software, not of single pages. Each entry is tried only on
pages that hold its mark.
"""

from __future__ import annotations

from typing import Any

import msgspec

from crawler.pages.page import Page
from crawler.pages.syntax.text import line

Selectors = tuple[str, ...]


class Software(msgspec.Struct, frozen=True):
    """One kind of software: what gives it away, where it puts what; `css@name` is an attribute."""

    mark: bytes  # small letters that the markup of its pages holds
    fields: dict[str, Selectors]
    image: str | None = None
    word: str | None = None  # what only its scripts may hold


_AMAZON = Software(
    b'id="producttitle"',
    {
        "title_text": ("#productTitle",),
        "price_text": (
            "#corePrice_feature_div .a-offscreen",
            "#corePriceDisplay_desktop_feature_div .a-offscreen",
            "#priceblock_dealprice",
            "#priceblock_saleprice",
            "#priceblock_ourprice",
            "#price_inside_buybox",
            "#newBuyBoxPrice",
            "#buyNewSection .offer-price",
            "#buybox .a-color-price",
            "#olp_feature_div .a-color-price",
        ),
        "list_price_text": (".priceBlockStrikePriceString", ".basisPrice .a-offscreen"),
        "availability_text": ("#availability span", "#availability", "#outOfStock .a-color-price"),
        "sku_text": ("#ASIN@value", "input[name=ASIN]@value", "[data-asin]@data-asin"),
        "brand_text": ("#brand",),
        "seller_name_text": ("#sellerProfileTriggerId",),
        "description_text": ("#feature-bullets", "#productDescription"),
        "rating_text": ("#acrPopover@title",),
        "review_count_text": ("#acrCustomerReviewText",),
    },
    "#landingImage, #imgBlkFront",
)
_EBAY = Software(
    b"ebaystatic.com",
    {
        "title_text": (".x-item-title__mainTitle",),
        "price_text": (".x-price-primary", "#mm-saleDscPrc", "#prcIsum"),
        "sku_text": ("#descItemNumber", ".ux-layout-section__textual-display--itemId span + span"),
        "condition_text": (".x-item-condition-text .ux-textspans", "#vi-itm-cond"),
        "availability_text": (".x-quantity__availability", "#qtySubTxt"),
        "seller_name_text": (".x-sellercard-atf__info__about-seller a", ".mbg-nw"),
        "ships_from_text": ('[itemprop="availableAtOrFrom"]',),
    },
)
_WOOCOMMERCE = Software(
    b"woocommerce",
    {
        "price_text": (
            ".summary .price ins .amount",
            ".summary .price .amount",
            ".product .price .amount",
        ),
        "list_price_text": (".summary .price del .amount",),
        "sku_text": (".product_meta .sku",),
        "availability_text": (".summary .stock",),
        "category_text": (".product_meta .posted_in a",),
    },
)
_MAGENTO = Software(
    b"product-info-main",
    {
        "price_text": (
            '.product-info-main [data-price-type="finalPrice"] .price',
            ".product-info-main .special-price .price",
            ".product-info-main .price",
        ),
        "list_price_text": ('.product-info-main [data-price-type="oldPrice"] .price',),
        "sku_text": (".product-info-main .sku .value",),
        "availability_text": (".product-info-main .stock",),
    },
)
_PRESTASHOP = Software(
    b"prestashop",
    {
        "price_text": (
            ".current-price [content]@content",
            "#our_price_display",
            ".current-price span",
        ),
        "list_price_text": (".regular-price", "#old_price_display"),
        "sku_text": (".product-reference span", "#product_reference span"),
        "availability_text": ("#product-availability", "#availability_value"),
    },
    word="prestashop",
)
_EVERY = (_AMAZON, _EBAY, _WOOCOMMERCE, _MAGENTO, _PRESTASHOP)


def product(page: Page) -> dict[str, Any]:
    """Give the fields that well-known elements of a page tell."""
    found: dict[str, Any] = {}
    for one in _EVERY:
        if page.holds(one.mark) or (one.word and one.word in page.text):
            for field, selectors in one.fields.items():
                if field not in found and (text := _first(page, selectors)):
                    found[field] = text
            if one.image and (images := page.pictures(one.image)):
                found["image_urls"] = images
    return found


def _first(page: Page, selectors: Selectors) -> str | None:
    for selector in selectors:
        css, _, name = selector.partition("@")
        found = line(page.attribute(css, name)) if name else page.words(css)
        if found:
            return found
    return None
