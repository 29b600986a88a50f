from __future__ import annotations

import pytest

from conf.platform import Discovery, Kinds, Platform
from crawler.guard import Guard, is_refined
from crawler.lists import listed, next_page

SHOP = Platform(
    name="shop",
    title="Shop",
    pages="shop",
    home="https://shop.example/",
    hosts=("shop.example",),
    kinds=Kinds(listing=r"/item/(?P<id>\w+)", seller=r"/shop/(?P<id>\w+)/?$"),
    verified="sandbox",
    discovery=Discovery(
        feeds=("https://shop.example/new?as=rss",),
        categories=("https://shop.example/c/all?page={page}", "https://shop.example/l/p{page}/"),
        searches=(
            "https://shop.example/find?q={word}&p={page}",
            "https://shop.example/s/{word}/{page}",
        ),
    ),
)


@pytest.mark.parametrize(
    ("address", "way", "word", "page", "offset"),
    [
        ("/find?p=3&q=nord+vane", "search", "nord vane", 3, None),
        ("/find?q=%E6%B4%9E%E7%8E%89%E6%98%A5", "search", "洞玉春", 1, None),
        ("/find?limit=40&p=3&q=x", "search", "x", 3, 80),
        ("/s/nord/2", "search", "nord", 2, None),
        ("/c/all?page=7", "category", None, 7, None),
        ("/l/p12/", "category", None, 12, None),
        ("/sitemap_items.xml.gz", "sitemap", None, 1, None),
        ("/new?as=rss", "feed", None, 1, None),
        ("/shop/anna", "seller", None, 1, None),
        ("/shop/anna?page=2", "seller", None, 2, None),
        ("/shop/anna/p4/", "seller", None, 4, None),
        # By habit, where no template says:
        ("/catalogsearch/result?keyword=nord&pg=2", "search", "nord", 2, None),
        ("/watches/page/3", "category", None, 3, None),
        ("/watches?start=48", "category", None, None, 48),
        ("/v2/items?cursor=eyJhIjoxfQ", "category", None, None, None),
        ("/events/2026/11", "category", None, 1, None),
    ],
)
def test_an_address_tells_which_page_of_which_list_it_is(
    address: str, way: str, word: str | None, page: int | None, offset: int | None
) -> None:
    found = listed(SHOP, f"https://shop.example{address}")
    assert (found.way, found.word, found.page_number, found.offset) == (way, word, page, offset)


def test_pages_of_a_list_share_its_key_and_facets_do_not() -> None:
    keys = [
        listed(SHOP, f"https://shop.example{path}").key
        for path in (
            "/c/all",
            "/c/all?page=2",
            "/c/all?PHPSESSID=abc&page=2",
            "/c/all?color=red&page=2",
            "/c/all?color=red",
        )
    ]
    assert keys[0] == keys[1] == keys[2]
    assert keys[3] == keys[4] != keys[0]


def test_a_refinement_is_a_list_with_one_more_facet() -> None:
    whole, red, small_red, blue = (
        listed(SHOP, f"https://shop.example/c/all{query}")
        for query in ("?page=1", "?color=red", "?color=red&size=s", "?color=blue")
    )
    assert is_refined(whole, red)
    assert is_refined(red, small_red)
    assert not is_refined(red, blue)
    assert not is_refined(small_red, red)


def test_the_next_page_is_named_by_the_template() -> None:
    address = "https://shop.example/find?p=3&q=nord+%26+s%C3%B6hne"
    onward = next_page(SHOP, address)
    assert onward == "https://shop.example/find?q=nord+%26+s%C3%B6hne&p=4"
    assert next_page(SHOP, "https://shop.example/watches?page=2") is None


def test_a_guard_forgets_the_oldest_lists_first_and_holds_no_more_than_it_may() -> None:
    guard = Guard()
    first = listed(SHOP, "https://shop.example/find?q=first")
    assert guard.look(first, ["a"])
    assert not guard.look(first, ["a"])
    for number in range(30):
        other = listed(SHOP, f"https://shop.example/find?q={number}")
        guard.look(other, (f"{number}-{one}" for one in range(10_000)))
    assert guard.kept <= 200_000
    assert guard.look(first, ["a"])  # forgotten, so it is new again: at worst a page too many


def test_a_list_that_goes_on_after_a_repeat_is_not_ended() -> None:
    guard = Guard()
    own = listed(SHOP, "https://shop.example/c/all")
    for shown in (["a", "b"], ["a", "b"], ["c"], ["c"]):
        guard.look(own, shown)
        assert guard.ended(own) is None
    guard.look(own, [])
    assert guard.ended(own) == "list_exhausted"
    assert guard.tell(own, "list_exhausted")
    assert not guard.tell(own, "list_exhausted")
