"""harbor: a JSON API; lists give their rows' addresses and the next page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.items import Link, Observation, SellerObservation, Variant
from crawler.pages.page import Page, own_id
from crawler.pages.syntax.gathered import Fields, Gathered, variants
from crawler.pages.syntax.text import addresses, plain, scalar


def listing(page: Page) -> Observation | None:
    """Read `/v2/items/ID`."""
    shown = page.json
    if not isinstance(shown, dict) or not shown.get("title"):
        return None
    here = page.own("listing")
    found = Gathered()
    found.put("api", _fields(shown))
    description = found.values.get("description_text")
    outgoing = page.outgoing(*(shown.get("links") or ()), *addresses(description))
    found.put("api", {"outgoing_urls": outgoing})
    return found.observation(scalar(shown.get("id")) or own_id(here), here.url)


def seller(page: Page) -> SellerObservation | None:
    """Read `/v2/sellers/ID`."""
    shown = page.json
    if not isinstance(shown, dict) or not shown.get("name"):
        return None
    here = page.own("seller")
    feedback = shown.get("feedback") or {}
    found = Gathered()
    found.put(
        "api",
        {
            "name_text": scalar(shown.get("name")),
            "about_text": plain(shown.get("about")),
            "since_text": scalar(shown.get("member_since")),
            "location_text": _place(shown.get("location")),
            "rating_text": share_text(feedback.get("positive_share")),
            "review_count_text": scalar(feedback.get("count")),
            "listing_count_text": scalar(shown.get("listing_count")),
            "sold_text": scalar(shown.get("sold_count")),
            "contact_text": "\n".join(map(str, shown.get("contact") or ())),
        },
    )
    return found.seller(scalar(shown.get("id")) or own_id(here), here.url)


def links(page: Page) -> Iterator[Link]:
    """Give the items of a list and its next page; the seller of an item, the items of a seller."""
    shown = page.json
    if not isinstance(shown, dict):
        return
    for row in shown.get("data") or ():
        yield from _link(page, row.get("href"), "listing")
    yield from _link(page, shown.get("next"), "index")
    yield from _link(page, shown.get("items"), "index")
    yield from _link(page, (shown.get("seller") or {}).get("href"), "seller")


def share_text(share: float | None) -> str | None:
    """Write a share as per cent: a bare 1 would be taken for one of five stars."""
    return None if share is None else f"{100 * share:.4g}%"


def _link(page: Page, url: str | None, kind: Any) -> Iterator[Link]:
    whole = page.absolute(url)
    if whole:
        yield Link(whole, kind)


def _fields(shown: dict[str, Any]) -> Fields:
    asked, seller_ = shown.get("price") or {}, shown.get("seller") or {}
    quantity, rating = shown.get("quantity") or {}, shown.get("rating") or {}
    shipping = shown.get("shipping") or {}
    return {
        "title_text": scalar(shown.get("title")),
        "description_text": plain(shown.get("description")),
        "price_text": asked.get("formatted") or scalar(asked.get("amount")),
        "list_price_text": _money(shown.get("list_price")),
        "currency_text": scalar(asked.get("currency")),
        "availability_text": scalar(shown.get("availability")),
        "condition_text": scalar(shown.get("condition")),
        "brand_text": scalar(shown.get("brand")),
        "gtin_text": scalar(shown.get("gtin")),
        "mpn_text": scalar(shown.get("mpn")),
        "sku_text": scalar(shown.get("sku")),
        "category_text": " > ".join(shown.get("category") or ()),
        "seller_id": scalar(seller_.get("id")),
        "seller_name_text": scalar(seller_.get("name")),
        "ships_from_text": _place(shipping.get("from")),
        "shipping_price_text": _money(shipping.get("cost")),
        "sold_text": scalar(quantity.get("sold")),
        "stock_text": scalar(quantity.get("available")),
        "rating_text": scalar(rating.get("average")),
        "review_count_text": scalar(rating.get("count")),
        "listed_at_text": scalar(shown.get("created_at")),
        "language_text": scalar(shown.get("language")),
        "image_urls": tuple(image["url"] for image in shown.get("images") or ()),
        "variants": variants(*(_variant(one) for one in shown.get("variants") or ())),
    }


def _variant(shown: dict[str, Any]) -> Variant:
    return Variant(
        name=scalar(shown.get("name")) or "",
        price_text=_money(shown.get("price")),
        sku_text=scalar(shown.get("sku")),
        availability_text="in_stock" if shown.get("available") else "out_of_stock",
    )


def _money(shown: dict[str, Any] | None) -> str | None:
    return (shown.get("formatted") or scalar(shown.get("amount"))) if shown else None


def _place(shown: dict[str, Any] | None) -> str | None:
    return ", ".join(filter(None, (shown.get("city"), shown.get("country")))) if shown else None
