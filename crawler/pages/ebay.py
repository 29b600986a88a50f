"""eBay: the elements of its item pages, those of today and those of before 2022."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.items import Gone, Link, Observation, SellerObservation
from crawler.pages.page import Page
from crawler.pages.syntax import shop

VERSION = 1


def _fact(name: str) -> str:
    """Give the value of a fact about an item in today's pages."""
    return f".ux-labels-values--{name} .ux-labels-values__values-content"


_SHOP = shop.Shop(
    fields={
        "title_text": (".x-item-title__mainTitle", "#itemTitle"),
        "price_text": (".x-price-primary", "#mm-saleDscPrc", "#prcIsum", "#prcIsum_bidPrice"),
        "list_price_text": (
            ".x-additional-info__textual-display .ux-textspans--STRIKETHROUGH",
            "#orgPrc",
            "#mm-saleOrgPrc",
        ),
        "currency_text": (
            '[itemprop="offers"] [itemprop="priceCurrency"]@content',
            '[itemprop="priceCurrency"]@content',
        ),
        "availability_text": (
            ".x-quantity__availability .ux-textspans",
            ".d-quantity__availability .ux-textspans",
            "#qtySubTxt",
        ),
        "condition_text": (".x-item-condition-text .ux-textspans", "#vi-itm-cond"),
        "sku_text": (
            "#descItemNumber",
            ".ux-layout-section__textual-display--itemId span + span",
        ),
        "brand_text": (_fact("brand"), '[itemprop="brand"] [itemprop="name"]'),
        "mpn_text": (_fact("mpn"), '[itemprop="mpn"]'),
        "gtin_text": (_fact("ean"), _fact("upc"), _fact("isbn"), '[itemprop="gtin13"]'),
        "category_text": (
            ".seo-breadcrumb-text span",
            "#vi-VR-brumb-lnkLst [itemprop=name]",
            "#vi-VR-brumb-lnkLst li a",
        ),
        "seller_name_text": (
            ".x-sellercard-atf__info__about-seller a .ux-textspans",
            ".x-sellercard-atf__info__about-seller a",
            ".mbg-nw",
        ),
        "ships_from_text": (
            ".ux-labels-values--itemLocation .ux-textspans--SECONDARY",
            '[itemprop="availableAtOrFrom"]',
        ),
        "shipping_price_text": (
            ".ux-labels-values--shipping .ux-labels-values__values .ux-textspans--BOLD",
            "#fshippingCost",
        ),
        "sold_text": (".x-quantity__availability .ux-textspans + .ux-textspans", ".vi-qtyS a"),
        "stock_text": "#qtySubTxt",
    },
    pictures=(
        ".ux-image-carousel-item img@data-zoom-src",
        ".ux-image-carousel-item img",
        "#vi_main_img_fs img",
        "#icImg",
    ),
    choices=(
        'select.msku-sel option:not([value="-1"]),'
        'select.x-msku__select-box option:not([value="-1"]),'
        ".listbox__option[data-sku-value-name]"
    ),
    seller={
        "name_text": (".str-seller-card__store-name", ".mbg-id", ".user-info h1"),
        "about_text": (".str-about-description__description", "#user_bio"),
        "since_text": (
            '.str-about-description__seller-info span:lexbor-contains("Member since") + span',
            "#member_info .mem_info .info",
        ),
        "location_text": (
            '.str-about-description__seller-info span:lexbor-contains("Location") + span'
        ),
        "rating_text": (".str-seller-card__feedback-link", "#si-fb", ".perctg"),
        "sold_text": ".str-seller-card__store-stats-content div:nth-child(2)",
    },
    seller_link=(
        '.x-sellercard-atf__info a[href*="_ssn="], .x-sellercard-atf__info a[href*="/usr/"],'
        '.mbg a[href*="/usr/"]'
    ),
    has_labels=True,
    original=(
        (r"/s-l\d+(?=\.\w{3,4}$)", "/s-l1600"),
        (r"/thumbs(?=/images/g/)", ""),
        (r"/\$_\d+(?=\.jpe?g)", "/$_57"),
    ),
    only={
        "title_text": r"^(?:Details about\s+|Détails sur\s+|Dettagli su\s+|Detalles de\s+)?(.+)$",
        "price_text": r"^(.+?)\s*(?:/ea|each)?$",
        "ships_from_text": r"^(?:Located in:?\s*)?(.+)$",
        "sold_text": r"^(.*\bsold\b.*)$",
    },
)


def listing(page: Page) -> Observation | Gone | None:
    """Read `/itm/ID`."""
    return shop.listing(page, _SHOP)


def seller(page: Page) -> SellerObservation | None:
    """Read `/usr/NAME`."""
    return shop.seller(page, _SHOP)


def links(page: Page) -> Iterator[Link]:
    """Give what the page links to: results, related items, the seller."""
    yield from shop.links(page)
