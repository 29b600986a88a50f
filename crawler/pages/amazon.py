"""Amazon: the elements of its product pages, which carry no linked data; the gallery's script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.items import Gone, Link, Observation, SellerObservation
from crawler.pages.page import Page
from crawler.pages.syntax import loose, shop
from crawler.pages.syntax.told import Told

VERSION = 1
_GALLERY = re.compile(r"""['"]colorImages['"]\s*:\s*\{\s*['"]initial['"]\s*:\s*(?=\[)""")
_PICTURES = Told({"image_urls": "*.best"})
_HOUSE = re.compile(  # Amazon itself sells without a link to a seller
    r"(?:sold by|vendu par|Versand durch|spedito da|enviado por|vendido por|door)"
    r"\s+(Amazon(?:\.[a-z.]*[a-z])?)",
    re.IGNORECASE,
)
_SOLD_BY = Told({"seller_name_text": ""})
_LABELLED = r"(?:Brand|Marke|Marque|Marca|Merk|Marka|Varumärke|ブランド|品牌)\s*[:\uff1a]\s*"
_VISIT = (
    r"(?:Visit the|Besuche den|Visiter la boutique|Visita lo Store di|Visita la tienda de"
    r"|Visita la Tienda de|Visite a loja|Bezoek de)\s+"
)
_SHOP = shop.Shop(
    fields={
        "title_text": "#productTitle",
        "price_text": (
            "#corePrice_feature_div .a-offscreen",
            "#corePriceDisplay_desktop_feature_div .priceToPay .a-offscreen",
            "#corePriceDisplay_desktop_feature_div .a-offscreen",
            "#apex_desktop .apexPriceToPay .a-offscreen",
            "#priceblock_dealprice",
            "#priceblock_saleprice",
            "#priceblock_ourprice",
            "#price_inside_buybox",
            "#newBuyBoxPrice",
            "#buyNewSection .offer-price",
            "#kindle-price",
            "#buybox .a-color-price",
            "#olp_feature_div .a-color-price",
        ),
        "list_price_text": (
            ".basisPrice .a-offscreen",
            "#price .priceBlockStrikePriceString",
            "#listPriceValue",
        ),
        "availability_text": (
            "#availability span",
            "#availability",
            "#outOfStock .a-color-price",
        ),
        "sku_text": ("#ASIN@value", "input[name=ASIN]@value"),
        "mpn_text": (
            'th:lexbor-contains("model number" i) + td',
            'th:lexbor-contains("part number" i) + td',
        ),
        "brand_text": ("#bylineInfo", "#brand"),
        "seller_name_text": ("#sellerProfileTriggerId", "#merchant-info a"),
        "description_text": ("#productDescription", "#feature-bullets"),
        "category_text": "#wayfinding-breadcrumbs_feature_div li a:not(#breadcrumb-back-link)",
        "rating_text": "#acrPopover@title",
        "review_count_text": "#acrCustomerReviewText",
        "shipping_price_text": (
            "[data-csa-c-delivery-price]@data-csa-c-delivery-price",
            "#price-shipping-message",
        ),
        "sold_text": "#social-proofing-faceout-title-tk_bought",
    },
    pictures=("#landingImage@data-old-hires", "#landingImage", "#imgBlkFront", "#altImages img"),
    choices='select[name^="dropdown_selected_"] option[data-a-html-content]',
    seller={
        "name_text": ("#seller-name", "#sellerName"),
        "about_text": ("#spp-expander-about-seller", "#about-seller-text", "#about-seller"),
        "contact_text": (
            "#page-section-detail-seller-info",
            "#seller-profile-container .a-unordered-list",
        ),
        "rating_text": ("#seller-info-feedback-summary .a-icon-alt", "#feedback-summary-table"),
        "review_count_text": "#seller-info-feedback-summary .feedback-detail-description",
    },
    seller_only={"review_count_text": r"\((\d[\d.,]*)"},
    seller_link='#sellerProfileTriggerId, #merchant-info a[href*="seller="]',
    original=((r"\._[^/]*_(?=\.\w{3,4}$)", ""),),
    only={
        "brand_text": rf"^(?:{_LABELLED}|{_VISIT})?(.+?)(?:[ -]Store)?$",
        "review_count_text": r"(\d[\d\s.,]*)",
        "shipping_price_text": r"^\+?\s*(.+?)(?:\.\s.*)?$",
    },
    has_labels=True,
    is_linked_data_read=False,
)


def listing(page: Page) -> Observation | Gone | None:
    """Read `/dp/ASIN`."""
    return shop.listing(page, _SHOP, _told(page))


def seller(page: Page) -> SellerObservation | None:
    """Read `/sp?seller=ID`."""
    return shop.seller(page, _SHOP)


def links(page: Page) -> Iterator[Link]:
    """Give what the page links to: results, related items, the seller."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    match = _GALLERY.search(page.text)
    rows: Any = loose.after(page.text, match.end())[0] if match else None
    if isinstance(rows, list):
        best = [one.get("hiRes") or one.get("large") for one in rows if isinstance(one, dict)]
        yield "state", _PICTURES, [{"best": url} for url in best if url]
    if house := _HOUSE.search(page.words("#merchant-info") or ""):
        yield "selector", _SOLD_BY, house[1]
