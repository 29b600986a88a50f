"""How each listing was come by, and lists that lead on for ever: one crawl of many real servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import polars as pl
import pytest
from starlette.responses import HTMLResponse, RedirectResponse, Response

PER_PAGE = 5
Lists = Callable[[str, dict[str, str]], Response | None]
Scenario = Callable[[Any], tuple[Lists, dict[str, Any]]]
IDS = [str(100 + number) for number in range(12)]
KINDS = {"listing": r"/item/(?P<id>\w+)", "seller": r"/shop/(?P<id>\w+)$"}


def cards(*ids: str) -> str:
    return "".join(
        f'<article class="card"><a class="card-link" href="/item/{one}">x</a></article>'
        for one in ids
    )


def index(*ids: str, onward: tuple[str, ...] = ()) -> Response:
    links = "".join(f'<a rel="next" href="{url}">more</a>' for url in onward)
    return HTMLResponse(f"<html><body>{cards(*ids)}{links}</body></html>")


def paged(query: dict[str, str], name: str = "page") -> tuple[int, list[str]]:
    page = int(query.get(name, "1"))
    return page, IDS[(page - 1) * PER_PAGE : page * PER_PAGE]


# Each gives what a shop answers in place of its own, and what its platform's YAML says of it.


def many_ways(shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        page, ids = paged(query, "p")
        onward = (f"/find?q={quote(query.get('q', ''))}&p={page + 1}",)
        rss = f"<item><link>{shop.url('/item/110?utm_source=rss')}</link></item>"
        sitemap = f"<urlset><url><loc>{shop.url('/item/111')}</loc></url></urlset>"
        return {
            "/find": index(*ids, onward=onward if len(ids) == PER_PAGE else ()),
            "/sitemap.xml": Response(sitemap, media_type="application/xml"),
            "/news": Response(f"<?xml version='1.0'?><rss><channel>{rss}</channel></rss>"),
            "/c/all": index("103"),
        }.get(path)

    return lists, {
        "kinds": KINDS | {"index": r"/find\?|/news|/c/all"},
        "discovery": {
            "searches": [shop.url("/find?q={word}&p={page}")],
            "words": ["Nord Vane 1:1"],
            "sitemaps": [shop.url("/sitemap.xml")],
            "feeds": [shop.url("/news")],
            "categories": [shop.url("/c/all")],
        },
    }


def hidden_at_a_seller(_shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path == "/shop/50":
            page = int(query.get("page", "1"))
            shown = cards("100", "107") if page == 1 else cards("108")
            more = '<a rel="next" href="/shop/50?page=2">more</a>' if page == 1 else ""
            return HTMLResponse(f'<h1 class="shop-name">Shop</h1>{shown}{more}')
        return index("100") if path == "/c" else None

    return lists, {"kinds": KINDS | {"index": r"/c$|/shop/\w+\?page="}}


def mentions(shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, _query: dict[str, str]) -> Response | None:
        if path != "/item/100":
            return index("100") if path == "/c" else None
        target = f"127.0.0.1:{shop.neighbour}"
        agent = quote(f"http://{target}/item/104", safe="")
        page = shop._item("100").replace(
            "</body>",
            f'<div style="display:none"><a href="http://{target}/item/103">.</a></div>'
            f'<a href="https://agent.example/buy?url={agent}&amp;via=7">get it here</a>'
            f'<script>{{"link": "http:\\/\\/{target}\\/item\\/105"}}</script>'
            f'<a href="http://{target}/c?page=2">not a listing</a>'
            '<a href="https://elsewhere.example/item/1">not ours</a></body>',
        )
        return HTMLResponse(page)

    return lists, {}


def mentioned(_shop: Any) -> tuple[Lists, dict[str, Any]]:
    return lambda path, _: index() if path == "/c" else None, {}


def parts_of_listings(_shop: Any) -> tuple[Lists, dict[str, Any]]:
    urls = ("/item/100#reviews", "/item/101;jsessionid=7f?utm_source=x", "/about", "mailto:a")
    body = "".join(f'<a href="{url}">x</a>' for url in urls)
    kinds = {"listing": r"/item/(?P<id>\w+)$", "index": r"/c$"}
    return (
        lambda path, _: HTMLResponse(body) if path == "/c" else None,
        {"pages": "generic", "kinds": kinds},
    )


def repeats_past_the_end(shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        page = int(query.get("page", "1"))
        _, ids = paged({"page": str(min(page, 3))})
        return index(*ids, onward=(f"/c?page={page + 1}",)) if path == "/c" else None

    return lists, {"discovery": {"categories": [shop.url("/c?page={page}")]}}


def leads_back_past_the_end(shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        page, ids = paged(query)
        if page > 3:
            return RedirectResponse("/c?page=1")
        onward = tuple(f"/c?page={page + more}" for more in (1, 2))
        return index(*ids, onward=onward) if path == "/c" else None

    return lists, {"discovery": {"categories": [shop.url("/c?page={page}")]}}


def facets(_shop: Any) -> tuple[Lists, dict[str, Any]]:
    """Five facets of three values: 4^5 lists of the same twelve listings."""
    values = dict.fromkeys(("brand", "color", "size", "sort", "view"), ("a", "b", "c"))

    def lists(path: str, query: dict[str, str]) -> Response | None:
        chosen = {name: value for name, value in query.items() if name in values}
        onward = tuple(
            "/c?" + "&".join(f"{k}={v}" for k, v in sorted((chosen | {name: value}).items()))
            for name, some in values.items()
            for value in some
        )
        return index(*IDS, onward=onward) if path == "/c" else None

    return lists, {}


def calendar(_shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, _query: dict[str, str]) -> Response | None:
        if path == "/c":
            return index(*IDS[:3], onward=("/events/2026/01",))
        if path.startswith("/events/"):
            year, month = map(int, path.split("/")[2:])
            return index(onward=(f"/events/{year + month // 12}/{month % 12 + 1:02d}",))
        return None

    return lists, {"kinds": KINDS}


def sessions(_shop: Any) -> tuple[Lists, dict[str, Any]]:
    numbers = count()

    def lists(path: str, _query: dict[str, str]) -> Response | None:
        onward = (f"/c?PHPSESSID=s{next(numbers)}",)
        return index(*IDS[:4], onward=onward) if path == "/c" else None

    return lists, {}


def hooks(shop: Any) -> tuple[Lists, dict[str, Any]]:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        _, ids = paged(query)
        body = f'{cards(*ids)}<a href="#" class="n">2</a><a href="#">3</a>'
        return HTMLResponse(body) if path == "/c" else None

    return lists, {"discovery": {"categories": [shop.url("/c?page={page}")]}}


SCENARIOS: tuple[Scenario, ...] = (
    many_ways,
    hidden_at_a_seller,
    mentions,
    mentioned,
    parts_of_listings,
    repeats_past_the_end,
    leads_back_past_the_end,
    facets,
    calendar,
    sessions,
    hooks,
)


class Seen(NamedTuple):
    """What the crawl took from one shop."""

    shop: Any
    finds: pl.DataFrame
    listings: list[str]
    reasons: Counter[str]

    def ways(self) -> set[tuple[Any, ...]]:
        """Way, word and id of each find."""
        rows = self.finds.select("way", "word", "listing_key").iter_rows()
        return {(way, word, key.partition(":")[2]) for way, word, key in rows}


@pytest.fixture(scope="module")
def seen(new_shop: Any, new_crawls: Any, tmp_path_factory: Any) -> Iterator[dict[str, Seen]]:
    """All shops, crawled at once."""

    class Listing(new_shop):  # type: ignore[misc]
        def _answer(self, path: str) -> Response:
            parts = urlsplit(path)
            query = {name: some[0] for name, some in parse_qs(parts.query).items()}
            given: Response | None = self.lists(parts.path, query)
            other: Response = super()._answer(path)
            return given if given is not None else other

    crawls = new_crawls(tmp_path_factory.mktemp("finds") / "home")
    shops = {}
    for scenario in SCENARIOS:
        shops[scenario.__name__] = shop = Listing()
        shop.lists = lambda *_: None
        shop.start()
    shops["mentions"].neighbour = shops["mentioned"].port
    for scenario in SCENARIOS:
        shop = shops[scenario.__name__]
        shop.lists, changes = scenario(shop)
        crawls.add(shop, name=scenario.__name__, **changes)
    crawls.run()
    finds, observed, refused = (
        crawls.frame(table) for table in ("finds", "observations", "refused")
    )
    assert finds["find_id"].n_unique() == finds.height
    yield {
        name: Seen(
            shop,
            finds.filter(platform=name),
            sorted(observed.filter(platform=name)["listing_id"]),
            Counter(refused.filter(platform=name)["reason"].to_list()),
        )
        for name, shop in shops.items()
    }
    for shop in shops.values():
        shop.stop()


def test_a_listing_keeps_every_way_that_led_to_it_and_its_rank(seen: dict[str, Seen]) -> None:
    found = seen["many_ways"]
    searched = found.finds.filter(way="search").sort("search_rank")
    assert searched["word"].unique().to_list() == ["Nord Vane 1:1"]
    assert [key.partition(":")[2] for key in searched["listing_key"]] == IDS
    assert searched["search_rank"].to_list() == list(range(1, 13))
    assert searched["page_number"].to_list() == [1] * 5 + [2] * 5 + [3] * 2
    assert searched["position"].to_list() == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]
    assert {row for row in found.ways() if row[0] != "search"} == {
        ("sitemap", None, "111"),
        ("feed", None, "110"),
        ("category", None, "103"),
    }


def test_a_seller_leads_to_what_is_in_no_list(seen: dict[str, Seen]) -> None:
    found = seen["hidden_at_a_seller"]
    ranks = found.finds.filter(way="seller").select("listing_key", "search_rank").iter_rows()
    assert {key.partition(":")[2]: rank for key, rank in ranks} == {"100": 1, "107": 2, "108": 3}
    assert found.listings == ["100", "107", "108"]


def test_a_mention_leads_to_another_platform_and_nowhere_else(seen: dict[str, Seen]) -> None:
    """In hidden elements, an agent's link, JSON; a host that nobody described is not asked."""
    assert seen["mentioned"].ways() == {
        ("text", None, "103"),
        ("text", None, "104"),
        ("text", None, "105"),
    }
    assert seen["mentioned"].listings == ["103", "104", "105"]
    assert seen["mentions"].listings == ["100"]


def test_a_link_to_any_part_of_a_listing_is_a_find(seen: dict[str, Seen]) -> None:
    """Whatever the page module took the link for, and however its address is written."""
    found = seen["parts_of_listings"].ways()
    assert found == {("category", None, "100"), ("category", None, "101")}


def test_pages_past_the_end_that_repeat_end_a_list(seen: dict[str, Seen]) -> None:
    found = seen["repeats_past_the_end"]
    assert found.listings == IDS
    assert found.shop.count("/c?page=") == 5  # three pages, and two that repeat the third
    assert found.reasons == {"list_exhausted": 1}


def test_pages_past_the_end_that_lead_back_end_a_list(seen: dict[str, Seen]) -> None:
    found = seen["leads_back_past_the_end"]
    assert found.listings == IDS
    assert found.finds["search_rank"].sort().to_list() == list(range(1, 13))
    assert found.reasons == {"list_exhausted": 1}


def test_facets_that_only_repeat_are_not_followed_for_ever(seen: dict[str, Seen]) -> None:
    found = seen["facets"]
    assert found.listings == IDS
    # Fifteen facets of the whole list are looked at; what refines those is the same and is not.
    assert found.shop.count("/c") <= 1 + 15


def test_a_calendar_without_end_is_left(seen: dict[str, Seen]) -> None:
    found = seen["calendar"]
    assert found.listings == IDS[:3]
    assert 20 < found.shop.count("/events/") <= 60
    assert found.reasons == {"trap": 1}


def test_a_session_in_every_address_does_not_make_new_lists(seen: dict[str, Seen]) -> None:
    assert seen["sessions"].listings == IDS[:4]
    assert seen["sessions"].shop.count("/c") <= 4


def test_paging_without_addresses_goes_on_by_the_template(seen: dict[str, Seen]) -> None:
    found = seen["hooks"]
    assert found.listings == IDS
    assert found.finds["search_rank"].sort().to_list() == list(range(1, 13))
    assert found.shop.count("/c?page=") == 4  # the fourth is empty
