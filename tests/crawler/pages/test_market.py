"""Pages of any marketplace whose YAML tells its addresses apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conf.platform import Discovery, Kinds, Platform
from crawler.pages import market
from crawler.pages.page import Page

HOME = "https://shop.example"
SHOP = Platform(
    name="shop",
    title="Shop",
    pages="market",
    home=HOME,
    hosts=("shop.example",),
    kinds=Kinds(
        listing="/item/(?P<id>[^/?]+)$", seller="/by/(?P<id>[^/?]+)$", index=r"/c(\?page=\d+)?$"
    ),
    verified="documented",
    discovery=Discovery(categories=(f"{HOME}/c?page={{page}}",)),
)


def page(path: str, body: Any) -> Page:
    """A page of the shop; anything but text is an answer in JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Page(platform=SHOP, url=HOME + path, body=text.encode())


def item(more: str) -> Page:
    """A listing's page with something below its price."""
    return page("/item/7", f"<html><body><h1>Red shoe</h1><p>12,50 €</p>{more}</body></html>")


def test_who_sells_is_whom_the_page_leads_to() -> None:
    shown = market.listing(item('<a href="/">Home</a> From <a href="/by/s1">Ann&#39;s shoes</a>'))
    assert shown is not None
    assert (shown.listing_id, shown.title_text, shown.price_text) == ("7", "Red shoe", "12,50 €")
    assert (shown.seller_id, shown.seller_name_text) == ("s1", "Ann's shoes")
    assert shown.provenance["seller_id"] == "selector"


@pytest.mark.parametrize(
    ("things", "seller"),
    [
        ({"u": {"s77": {"n": "Ann"}}}, ("s77", "Ann")),
        ({"u": {"s77": {"n": "Ann"}}, "w": {"w99": {"n": "Store room"}}}, (None, None)),
        ({"u": {"s78": {"n": "Ben"}}}, (None, None)),
        ({"u": {"s77": {"t": "Blue shoe", "pr": {"a": 3}}}}, (None, None)),
        ({}, (None, None)),
    ],
    ids=["the one it refers to", "two", "another's", "a product", "nothing"],
)
def test_the_state_tells_who_sells_where_no_link_does(
    things: dict[str, Any], seller: tuple[str | None, str | None]
) -> None:
    product = {"t": "Red shoe", "vid": "s77", "at": "w99", "pr": {"a": 12.5}}
    state = json.dumps({"e": {"p": {"7": product}, **things}})
    shown = market.listing(item(f"<script>window.__S__ = {state};</script>"))
    assert shown is not None
    assert (shown.seller_id, shown.seller_name_text) == seller


def test_an_answer_in_json_is_read_by_its_keys() -> None:
    answer = {
        "id": "7",
        "title": "Red shoe",
        "price": {"amount": "12.50", "currency": "EUR"},
        "seller": {"id": "s1", "name": "Ann", "href": f"{HOME}/by/s1"},
        "images": [{"url": f"{HOME}/img/7.jpg"}],
    }
    shown = market.listing(page("/item/7", {"data": answer}))
    assert shown is not None
    assert (shown.title_text, shown.price_text, shown.currency_text) == ("Red shoe", "12.50", "EUR")
    assert (shown.seller_id, shown.seller_name_text) == ("s1", "Ann")
    assert shown.image_urls == (f"{HOME}/img/7.jpg",)
    assert set(shown.provenance.values()) == {"api"}
    assert market.listing(page("/item/8", {"error": "not found"})) is None


def test_an_answer_leads_to_its_rows_and_by_its_cursor_on() -> None:
    listed = {"data": [{"href": f"{HOME}/item/7"}], "next_cursor": "abc"}
    urls = [link.url for link in market.links(page("/c", listed))]
    assert urls == [f"{HOME}/item/7", f"{HOME}/c?cursor=abc"]


@pytest.mark.parametrize(
    ("path", "body", "has_next"),
    [
        ("/c?page=2", '<a href="/item/7">x</a>', True),
        ("/c?page=2", "nothing more", False),
        ("/c", '<a href="/item/7">x</a>', False),
    ],
)
def test_a_list_goes_on_while_it_shows_listings(path: str, body: str, *, has_next: bool) -> None:
    found = [link.url for link in market.links(page(path, f"<html><body>{body}</body></html>"))]
    assert (f"{HOME}/c?page=3" in found) == has_next


def test_a_sellers_page_gives_the_name_that_heads_it() -> None:
    shown = market.seller(page("/by/s1", "<html><body><h1>Ann's shoes</h1></body></html>"))
    assert shown is not None
    assert (shown.seller_id, shown.name_text) == ("s1", "Ann's shoes")
