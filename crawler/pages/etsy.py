"""Etsy: the price of the buy box, linked data for the rest, then other elements."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crawler.items import Gone, Link, Observation, SellerObservation
from crawler.pages.page import Page
from crawler.pages.syntax import shop

VERSION = 1
_SHOP = shop.Shop(
    fields={
        "title_text": ("h1[data-buy-box-listing-title]", "h1[data-listing-page-title]"),
        "price_text": (
            '[data-buy-box-region="price"] p',
            '[data-selector="price-only"] p',
        ),
        "list_price_text": '[data-buy-box-region="price"] .wt-text-strikethrough',
        "description_text": (
            "[data-product-details-description-text-content]",
            "[data-id=description-text]",
        ),
        "seller_name_text": (
            'a[href*="/shop/"][href*="shop-header-name"]',
            'a[href*="/shop/"][href*="shop_"]',
        ),
    },
    pictures=(
        "img[data-carousel-first-image]@data-src-zoom-image",
        "img[data-src-zoom-image]@data-src-zoom-image",
        ".carousel-pane img",
    ),
    choices='select[id^="variation-selector"] option:not([value=""])',
    seller={
        "name_text": (".shop-name-and-title-container h1", "h1.wt-text-heading", "h1"),
        "about_text": (".shop-home-header .announcement", "[data-about-section] p"),
        "location_text": ("[data-key=user_location]", ".shop-location"),
        "since_text": ".shop-info .etsy-since",
        "sold_text": ('a[href$="/sold"]', ".shop-sales"),
        "review_count_text": ".reviews-total span",
        "rating_text": '[name="rating"]@value',
    },
    only={"price_text": r"(\S*\d[\d.,\s]*(?:\S{1,3}(?=\s|$))?)"},
    seen_first=frozenset({"price_text"}),  # linked data leaves out the buyer's tax
    seller_link='a[href*="/shop/"][href*="listing"], a[href*="/shop/"]',
    original=((r"/il_\w+(?=\.\d)", "/il_fullxfull"),),
)


def listing(page: Page) -> Observation | Gone | None:
    """Read `/listing/ID`."""
    found = shop.listing(page, _SHOP)
    if isinstance(found, Observation) and found.category_text:
        path = found.category_text.replace(" < ", " > ")  # linked data's own way to write it
        return msgspec.structs.replace(found, category_text=path)
    return found


def seller(page: Page) -> SellerObservation | None:
    """Read `/shop/NAME`."""
    return shop.seller(page, _SHOP)


def links(page: Page) -> Iterator[Link]:
    """Give what the page links to: results, related items, the shop."""
    yield from shop.links(page)
