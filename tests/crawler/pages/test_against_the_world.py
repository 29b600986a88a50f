"""What modules read of the marketplaces' pages is what the marketplaces were told to show."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from conf.platform import platform
from crawler import pages
from crawler.items import Gone, Observation
from crawler.pages.page import Page
from infra.sandbox.servers import bazaar, harbor, plaza
from infra.sandbox.servers.exchange import Ask
from infra.sandbox.servers.marketplaces import MARKETS
from infra.sandbox.servers.shop import Shop, answer
from infra.sandbox.world import Offer, World

SEED, LISTINGS, DAY, EACH = 7, 600, 2, 25
# aurora's pages are a browser's; what ruins writes wrong on purpose its own test tells
NAMES = ("agora", "bazaar", "harbor", "jishi", "kiosk", "plaza", "ruins")
PATHS: dict[str, Callable[[Offer], str]] = {
    "harbor": lambda offer: f"/v2/items/{offer.listing_id}",
    "bazaar": bazaar.item_path,
    "kiosk": lambda offer: f"/product/{offer.listing_id}",
    "plaza": plaza.item_path,
    "jishi": lambda offer: f"/xinxi/{offer.listing_id}.html",
    "agora": lambda offer: f"/item/{offer.listing_id}",
    "ruins": lambda offer: f"/ware/{offer.listing_id}",
}


@pytest.fixture(scope="module")
def world() -> World:
    """One small world."""
    return World(SEED, LISTINGS)


def read(shop: Shop, name: str, offer: Offer) -> Observation:
    """Read one listing's page as a crawl does."""
    one = platform(name)
    address = one.home.rstrip("/") + PATHS[name](offer)
    headers = {"authorization": f"Bearer {harbor.token()}"}
    found = answer(shop, Ask(PATHS[name](offer), "", headers=headers))
    given = {key.lower(): text for key, text in dict(found.headers).items()}
    page = Page(url=address, body=found.body, platform=one, headers=given)
    shown = pages.module(one.pages).listing(page)
    assert shown is not None
    assert not isinstance(shown, Gone)
    return shown


def number(text: str | None) -> Decimal:
    """The amount of a price, whichever separators it has."""
    digits = re.sub(r"[^\d.,]", "", text or "")
    whole, _, cents = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]
    return Decimal(re.sub(r"\D", "", whole) or "0") + Decimal(f"0.{cents or 0}")


def squeezed(text: str | None) -> str:
    """A text without white space, which markup may change."""
    return "".join((text or "").split())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_is_read(name: str, world: World) -> None:
    market = next(one for one in MARKETS if one.name == name)
    shop = Shop(market, world, DAY, platform(name).home.rstrip("/"))
    offers = shop.shelf.offers(shop.shelf.live()[:EACH])
    assert len(offers) > 10
    for offer in offers:
        shown = read(shop, name, offer)
        assert shown.listing_id == offer.listing_id
        assert squeezed(shown.title_text) == squeezed(offer.title)
        assert number(shown.price_text) == offer.price
        assert shown.seller_id == offer.seller_id
        assert _told(shown) == _wanted(offer)
        assert len(shown.variants) == len(offer.variants)
        assert len(shown.image_urls) == len(offer.images)
        for text, image in zip(shown.image_urls, offer.images, strict=True):
            assert image in text


def _told(shown: Observation) -> dict[str, Any]:
    return {"gtin": shown.gtin_text, "mpn": shown.mpn_text, "sku": shown.sku_text}


def _wanted(offer: Offer) -> dict[str, Any]:
    return {"gtin": offer.gtin, "mpn": offer.mpn, "sku": offer.sku}
