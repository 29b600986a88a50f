"""Rakuten Ichiba: items of its web service's search, in either version of the answer's format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.items import Gone, Link, Observation
from crawler.pages.page import Page
from crawler.pages.syntax import shop
from crawler.pages.syntax.told import Told, objects, text

VERSION = 1
_ITEM = Told(
    {
        "title_text": "itemName",
        "description_text": "itemCaption",
        "price_text": "itemPrice",
        "currency_text": "yen",
        "availability_text": "there?",
        "sku_text": "itemCode",
        "seller_id": "shopCode",
        "seller_name_text": "shopName",
        "rating_text": "reviewAverage",
        "review_count_text": "reviewCount",
        "shipping_price_text": "postage",
        "image_urls": (
            "mediumImageUrls.*.imageUrl",
            "mediumImageUrls.*",
            "smallImageUrls.*.imageUrl",
            "smallImageUrls.*",
        ),
    },
)
_SHOP = shop.Shop(original=((r"\?_ex=\d+x\d+$", ""),))
_PASSED_ON = {"applicationId", "affiliateId", "format", "formatVersion"}


def listing(page: Page) -> Observation | Gone | None:
    """Read a search for one item's code."""
    return shop.listing(page, _SHOP, (("api", _ITEM, one) for one in _items(page)[:1]))


def links(page: Page) -> Iterator[Link]:
    """Give the items of a search or a ranking, each as a search for its code; the next page."""
    for item in _items(page):
        yield Link(_asking(page.url, {"itemCode": str(item["itemCode"])}, _PASSED_ON), "listing")
    answer = page.json if isinstance(page.json, dict) else {}
    here, last = answer.get("page"), answer.get("pageCount")
    if isinstance(here, int) and isinstance(last, int) and here < last:
        yield Link(_asking(page.url, {"page": str(here + 1)}, None), "index")


def _items(page: Page) -> list[dict[str, Any]]:
    """Give the items of an answer, with its flags as words; `postageFlag` is 0 for "included"."""
    return [_worded(one) for one in objects(page.json, "itemCode", "itemName")]


def _worded(item: dict[str, Any]) -> dict[str, Any]:
    there, postage = item.get("availability"), item.get("postageFlag")
    return {
        **item,
        "there": {"1": True, "0": False}.get(str(there)),
        "postage": "送料無料" if str(postage) == "0" else None,
        "yen": "JPY" if text(item, "itemPrice") else None,  # the service knows no other
    }


def _asking(url: str, given: dict[str, str], kept: set[str] | None) -> str:
    parts = urlsplit(url)
    query = [
        pair
        for pair in parse_qsl(parts.query)
        if pair[0] not in given and (kept is None or pair[0] in kept)
    ]
    path = parts.path if kept is None else parts.path.replace("/Ranking/", "/Search/")
    return urlunsplit(parts._replace(path=path, query=urlencode([*query, *given.items()])))
