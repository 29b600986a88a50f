"""Mercado Libre: the public API's items and users, and product pages of the marketplace."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.items import Gone, Link, Observation, SellerObservation
from crawler.pages import generic
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, keyed, objects, text, values

VERSION = 1
_ITEM = Told(
    {
        "title_text": "title",
        "price_text": "price",
        "list_price_text": "original_price",
        "currency_text": "currency_id",
        "condition_text": "condition",
        "availability_text": "status",
        "stock_text": "available_quantity",
        "sold_text": "sold_quantity",
        "sku_text": ("seller_custom_field", "id"),
        "seller_id": ("seller_id", "seller.id"),
        "seller_name_text": "seller.nickname",
        "ships_from_text": (
            "seller_address.city.name",
            "seller_address.state.name",
            "seller_address.country.name",
        ),
        "listed_at_text": "date_created",
        "image_urls": ("pictures.*.secure_url", "pictures.*.url", "thumbnail"),
    },
    variants="variations.*",
    variant={
        "name": "attribute_combinations.*.value_name",
        "price_text": "price",
        "sku_text": "seller_custom_field",
    },
)
_ATTRIBUTES = Told({"brand_text": "BRAND", "gtin_text": "GTIN", "mpn_text": ("MPN", "MODEL")})
_USER = Told(
    {
        "name_text": "nickname",
        "since_text": "registration_date",
        "location_text": ("address.city", "address.state"),
        "sold_text": "seller_reputation.transactions.completed",
    }
)
_SHOP = shop.Shop(
    fields={
        "title_text": "h1.ui-pdp-title",
        "price_text": (
            ".ui-pdp-price__second-line [itemprop=price]@content",
            ".ui-pdp-price__second-line .andes-money-amount",
        ),
        "list_price_text": ".ui-pdp-price__original-value",
        "currency_text": ".ui-pdp-price__second-line [itemprop=priceCurrency]@content",
        "condition_text": ".ui-pdp-header__subtitle .ui-pdp-subtitle",
        "sold_text": ".ui-pdp-header__subtitle .ui-pdp-subtitle",
        "stock_text": ".ui-pdp-buybox__quantity__available",
        "seller_name_text": (
            ".ui-pdp-seller__link-trigger",
            ".ui-seller-data-header__title",
            ".ui-pdp-seller__header__title a",
        ),
        "description_text": ".ui-pdp-description__content",
        "category_text": ".andes-breadcrumb__item a",
        "rating_text": ".ui-pdp-review__rating",
        "review_count_text": ".ui-pdp-review__amount",
        "shipping_price_text": ".ui-pdp-media__title",
    },
    pictures=("figure.ui-pdp-gallery__figure img@data-zoom", ".ui-pdp-gallery img"),
    choices=".ui-pdp-variations__picker a[title], .ui-pdp-variations__picker label",
    original=((r"/D_(?:Q_)?NQ_(?:NP_)?(?:2X_)?", "/D_NQ_NP_2X_"), (r"-[A-Z](?=\.\w{3,4}$)", "-F")),
    only={
        "condition_text": r"^([^|]+?)\s*(?:\|.*)?$",
        "sold_text": r"^(?:[^|]*\|)?\s*(.*\d.*)$",
        "review_count_text": r"(\d[\d.]*)",
        "stock_text": r"(\d[\d.]*)",
    },
)
_CLOSED = frozenset({"closed", "inactive"})


def listing(page: Page) -> Observation | Gone | None:
    """Read an item's page, or the API's item; one that is closed is gone."""
    if shop.is_json(page):
        found = list(objects(page.json, "title", "price", "status"))[:1]
        if any(text(one, "status") in _CLOSED for one in found):
            own, url = generic.identity(page)
            return Gone(listing_id=own, url=url)
        api = (
            answer
            for one in found
            for answer in (
                ("api", _ITEM, one),
                ("api", _ATTRIBUTES, keyed(one.get("attributes"), "id", "value_name")),
            )
        )
        return shop.listing(page, shop.Shop(), api)  # type: ignore[arg-type] # "api" is a step
    return shop.listing(page, _SHOP)


def seller(page: Page) -> SellerObservation | None:
    """Read the API's user."""
    if not shop.is_json(page):
        return None
    users = list(objects(page.json, "nickname"))[:1]
    return shop.seller(page, _SHOP, (("api", _USER, one) for one in users))


def links(page: Page) -> Iterator[Link]:
    """Give the items of the API's search and its next part, the seller of an item; else links."""
    if not shop.is_json(page):
        yield from shop.links(page)
        return
    answer = page.json if isinstance(page.json, dict) else {}
    for row in values(answer, "results.*"):
        own = row.get("id") if isinstance(row, dict) else row
        if isinstance(own, str):
            yield Link(urljoin(page.url, f"/items/{own}"), "listing")
    if text(answer, "seller_id"):
        yield Link(urljoin(page.url, f"/users/{text(answer, 'seller_id')}"), "seller")
    paging = answer.get("paging")
    following = _following(page.url, paging) if isinstance(paging, dict) else None
    if following and answer.get("results"):
        yield Link(following, "index")


def _following(url: str, paging: dict[str, object]) -> str | None:
    total, offset, limit = (paging.get(name) for name in ("total", "offset", "limit"))
    if not (isinstance(total, int) and isinstance(offset, int) and isinstance(limit, int)):
        return None
    if limit < 1 or offset + limit >= total:
        return None
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "offset"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("offset", str(offset + limit))])))
