"""OLX: the state of its item pages in both of its families; linked data if there is any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import loose, shop
from crawler.pages.syntax.told import Told, keyed, objects, text, values

VERSION = 1
_PRERENDERED = "window.__PRERENDERED_STATE__"
_ITEM = Told(  # Asia and Latin America
    {
        "title_text": "title",
        "description_text": "description",
        "price_text": ("price.value.display", "price.value.raw"),
        "currency_text": "price.value.currency.iso_4217",
        "condition_text": "named.new_used",
        "brand_text": "named.make",
        "sku_text": "id",
        "seller_id": "user_id",
        "seller_name_text": "user.name",
        "ships_from_text": "place",
        "listed_at_text": ("created_at_first", "created_at"),
        "availability_text": "there?",
        "image_urls": ("images.*.full.url", "images.*.url"),
    },
)
_AD = Told(  # Europe and Central Asia
    {
        "title_text": "title",
        "description_text": "description",
        "price_text": ("price.displayValue", "price.regularPrice.value"),
        "currency_text": "price.regularPrice.currencyCode",
        "condition_text": "named.state",
        "brand_text": "named.brand",
        "sku_text": "id",
        "seller_id": ("user.uuid", "user.id"),
        "seller_name_text": ("user.name", "contact.name"),
        "ships_from_text": ("location.cityName", "location.city.name", "location.pathName"),
        "listed_at_text": "createdTime",
        "availability_text": "isActive?",
        "image_urls": "photos.*",
    },
)
_SHOP = shop.Shop(
    fields={
        "title_text": ('[data-cy="offer_title"]', '[data-cy="ad_title"]'),
        "price_text": '[data-testid="ad-price-container"] h3',
        "description_text": ('[data-cy="ad_description"] div', '[data-cy="ad_description"]'),
        "seller_name_text": (
            '[data-testid="user-profile-user-name"]',
            '[data-testid="trader-title"]',
        ),
        "category_text": '[data-testid="breadcrumb-item"] a',
    },
    pictures='[data-testid="ad-photo"] img, .swiper-zoom-container img',
    seller_link='[data-testid="user-profile-link"]',
    original=((r";s=\w+(?:x\w+)?(?:;.*)?$", ""), (r";s=\{width\}x\{height\}$", "")),
)


def listing(page: Page) -> Observation | Gone | None:
    """Read an ad's page."""
    return shop.listing(page, _SHOP, _told(page))


def links(page: Page) -> Iterator[Link]:
    """Give what a sitemap lists, else what the page links to."""
    yield from shop.links(page)


def _told(page: Page) -> Iterator[shop.Answer]:
    for item in _items(page):
        users = values(page.state("window.__APP"), f"states.users.elements.{text(item, 'user_id')}")
        parts = values(item, "metadata.locations.0.tree.0.addressComponents.*.name")
        status = text(item, "status.status")
        yield (
            "state",
            _ITEM,
            {
                **item,
                "user": next(iter(users), None),
                "named": keyed(item.get("parameters"), "key", "value_name"),
                "place": ", ".join(str(one) for one in reversed(parts)),
                "there": None if status is None else status == "active",
            },
        )
    for ad in _ads(page):
        named = keyed(ad.get("params"), "key", "value")
        yield "state", _AD, {**ad, "named": named}


def _items(page: Page) -> list[dict[str, Any]]:
    """Give the item that the address names, of those in the page's state."""
    elements = values(page.state("window.__APP"), "states.items.elements.*")
    return [
        one for one in elements if isinstance(one, dict) and f"-iid-{one.get('id')}" in page.url
    ]


def _ads(page: Page) -> list[dict[str, Any]]:
    at = page.text.find(_PRERENDERED)
    begin = page.text.find("=", at) if at >= 0 else -1
    if begin < 0:
        return []
    begin += len(page.text[begin:]) - len(page.text[begin:].lstrip("= \n\t"))
    state = loose.after(page.text, begin)[0]
    if isinstance(state, str):
        state = loose.parse(state)
    return list(objects(state, "title", "price", "photos"))[:1]
