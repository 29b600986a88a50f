"""How each listing was come by, and lists that lead on for ever; crawls of real servers."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import polars as pl
import pytest
from starlette.responses import HTMLResponse, RedirectResponse, Response

PER_PAGE = 5


def cards(*ids: str) -> str:
    return "".join(
        f'<article class="card"><a class="card-link" href="/item/{one}">x</a></article>'
        for one in ids
    )


def index(*ids: str, onward: tuple[str, ...] = ()) -> Response:
    links = "".join(f'<a rel="next" href="{url}">more</a>' for url in onward)
    return HTMLResponse(f"<html><body>{cards(*ids)}{links}</body></html>")


@pytest.fixture
def trapped(new_shop: Any) -> Any:
    """A shop whose lists a test writes itself: `lists` gives the answer to a path and its query."""

    class Trapped(new_shop):  # type: ignore[misc]
        lists: Any = None

        def _answer(self, path: str) -> Response:
            parts = urlsplit(path)
            query = {name: some[0] for name, some in parse_qs(parts.query).items()}
            given = self.lists(parts.path, query) if self.lists else None
            other: Response = super()._answer(path)
            return given if given is not None else other

    made = Trapped()
    made.start()
    yield made
    made.stop()


def ways(frame: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(frame.select("way", "word", "listing_key").iter_rows())


def test_a_listing_keeps_every_way_that_led_to_it_and_its_rank(trapped: Any, crawls: Any) -> None:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path == "/find":
            page = int(query.get("p", "1"))
            ids = trapped.listings[(page - 1) * PER_PAGE : page * PER_PAGE][:7]
            onward = (f"/find?q={quote(query['q'])}&p={page + 1}",) if len(ids) == PER_PAGE else ()
            return index(*ids, onward=onward)
        if path == "/sitemap.xml":
            return Response(
                f"<urlset><url><loc>{trapped.url('/item/111')}</loc></url></urlset>",
                media_type="application/xml",
            )
        if path == "/news.rss":
            return Response(
                "<?xml version='1.0'?><rss version='2.0'><channel><link>/</link>"
                f"<item><link>{trapped.url('/item/110?utm_source=rss')}</link></item>"
                "</channel></rss>",
                media_type="application/rss+xml",
            )
        return index("103") if path == "/shop/50" and query else None

    trapped.lists = lists
    crawls.add(
        trapped,
        kinds={
            "listing": r"/item/(?P<id>\w+)",
            "seller": r"/shop/(?P<id>\w+)$",
            "index": r"/find\?|/news\.rss|/shop/\w+\?",
        },
        discovery={
            "searches": [trapped.url("/find?q={word}&p={page}")],
            "words": ["Nord Vane 1:1"],
            "sitemaps": [trapped.url("/sitemap.xml")],
            "feeds": [trapped.url("/news.rss")],
            "categories": [trapped.url("/shop/50?page={page}")],
        },
    )
    crawls.run()
    found = crawls.frame("finds")
    searched = found.filter(pl.col("way") == "search").sort("search_rank")
    assert searched["word"].unique().to_list() == ["Nord Vane 1:1"]
    assert [key.partition(":")[2] for key in searched["listing_key"]] == trapped.listings
    assert searched["search_rank"].to_list() == list(range(1, 13))
    assert searched["page_number"].to_list() == [1] * 5 + [2] * 5 + [3] * 2
    assert searched["position"].to_list() == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]
    assert {row for row in ways(found) if row[0] != "search"} == {
        ("sitemap", None, "bazaar:111"),
        ("feed", None, "bazaar:110"),
        ("category", None, "bazaar:103"),
    }
    assert found["find_id"].n_unique() == found.height


def test_a_seller_leads_to_what_is_in_no_list(trapped: Any, crawls: Any) -> None:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path == "/c":
            return index("100")
        if path == "/shop/50":
            page = int(query.get("page", "1"))
            onward = "/shop/50?page=2" if page == 1 else "/c"
            shown = cards("100", "107") if page == 1 else cards("108")
            return HTMLResponse(
                f'<h1 class="shop-name">Shop</h1>{shown}<a rel="next" href="{onward}">more</a>'
            )
        return None

    trapped.lists = lists
    kinds = {
        "listing": r"/item/(?P<id>\w+)",
        "seller": r"/shop/(?P<id>\w+)$",
        "index": r"/c$|/shop/\w+\?page=",
    }
    crawls.add(trapped, kinds=kinds)
    crawls.run()
    found = crawls.frame("finds")
    assert ways(found.filter(pl.col("way") == "seller")) == {
        ("seller", None, "bazaar:100"),
        ("seller", None, "bazaar:107"),
        ("seller", None, "bazaar:108"),
    }
    ranks = dict(
        found.filter(pl.col("way") == "seller").select("listing_key", "search_rank").iter_rows()
    )
    assert ranks == {"bazaar:100": 1, "bazaar:107": 2, "bazaar:108": 3}
    assert sorted(crawls.frame("observations")["listing_id"]) == ["100", "107", "108"]


def test_a_mention_leads_to_another_platform_and_nowhere_else(
    trapped: Any, shop: Any, crawls: Any
) -> None:
    """In hidden elements, an agent's link, JSON; a host that nobody described is not asked."""
    target = f"127.0.0.1:{shop.port}"
    agent = quote(f"http://{target}/item/104", safe="")

    def lists(path: str, _query: dict[str, str]) -> Response | None:
        if path == "/c":
            return index("100")
        if path == "/item/100":
            page = trapped._item("100").replace(
                "</body>",
                f'<div style="display:none"><a href="http://{target}/item/103">.</a></div>'
                f'<a href="https://agent.example/buy?url={agent}&amp;via=7">get it here</a>'
                f'<script>{{"link": "http:\\/\\/{target}\\/item\\/105"}}</script>'
                f'<a href="http://{target}/c?page=2">not a listing</a>'
                '<a href="https://elsewhere.example/item/1">not ours</a></body>',
            )
            return HTMLResponse(page)
        return None

    trapped.lists = lists
    crawls.add(trapped, name="bazaar")
    crawls.add(shop, name="other", discovery={"categories": [shop.url("/c?page=9")]})
    crawls.run()
    found = crawls.frame("finds")
    assert ways(found.filter(pl.col("platform") == "other")) == {
        ("text", None, "other:103"),
        ("text", None, "other:104"),
        ("text", None, "other:105"),
    }
    seen = crawls.frame("observations").filter(pl.col("platform") == "other")
    assert sorted(seen["listing_id"]) == ["103", "104", "105"]


def test_pages_past_the_end_that_repeat_end_a_list(trapped: Any, crawls: Any) -> None:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path != "/c":
            return None
        page = int(query.get("page", "1"))
        ids = trapped.listings[(min(page, 3) - 1) * PER_PAGE :][:PER_PAGE]
        return index(*ids, onward=(f"/c?page={page + 1}",))

    trapped.lists = lists
    crawls.add(trapped, discovery={"categories": [trapped.url("/c?page={page}")]})
    crawls.run()
    assert sorted(crawls.frame("observations")["listing_id"]) == trapped.listings
    assert trapped.count("/c?page=") == 5  # three pages, and two that repeat the third
    assert crawls.reasons()["list_exhausted"] == 1


def test_pages_past_the_end_that_lead_back_end_a_list(trapped: Any, crawls: Any) -> None:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path != "/c":
            return None
        page = int(query.get("page", "1"))
        if page > 3:
            return RedirectResponse("/c?page=1")
        ids = trapped.listings[(page - 1) * PER_PAGE : page * PER_PAGE]
        return index(*ids, onward=tuple(f"/c?page={page + more}" for more in (1, 2)))

    trapped.lists = lists
    crawls.add(trapped, discovery={"categories": [trapped.url("/c?page={page}")]})
    crawls.run()
    found = crawls.frame("finds")
    assert found.height == found["find_id"].n_unique() == len(trapped.listings)
    assert found["search_rank"].sort().to_list() == list(range(1, 13))
    assert crawls.reasons()["list_exhausted"] == 1


def test_facets_that_only_repeat_are_not_followed_for_ever(trapped: Any, crawls: Any) -> None:
    """Five facets of three values: 4^5 lists of the same twelve listings."""
    facets = dict.fromkeys(("brand", "color", "size", "sort", "view"), ("a", "b", "c"))

    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path != "/c":
            return None
        chosen = {name: value for name, value in query.items() if name in facets}
        onward = [
            "/c?" + "&".join(f"{k}={v}" for k, v in sorted((chosen | {name: value}).items()))
            for name, values in facets.items()
            for value in values
        ]
        return index(*trapped.listings, onward=tuple(onward))

    trapped.lists = lists
    crawls.add(trapped)
    crawls.run()
    assert sorted(crawls.frame("observations")["listing_id"]) == trapped.listings
    # Fifteen facets of the whole list are looked at; what refines those is the same and is not.
    assert trapped.count("/c") <= 1 + 15 + 10


def test_a_calendar_without_end_is_left(trapped: Any, crawls: Any) -> None:
    def lists(path: str, _query: dict[str, str]) -> Response | None:
        if path == "/c":
            return index(*trapped.listings[:3], onward=("/events/2026/01",))
        if path.startswith("/events/"):
            year, month = map(int, path.split("/")[2:])
            onward = f"/events/{year + month // 12}/{month % 12 + 1:02d}"
            return index(onward=(onward,))
        return None

    trapped.lists = lists
    kinds = {"listing": r"/item/(?P<id>\w+)", "seller": r"/shop/(?P<id>\w+)$"}
    crawls.add(trapped, kinds=kinds)
    crawls.run()
    assert crawls.frame("observations").height == 3
    assert 20 < trapped.count("/events/") <= 60
    assert crawls.reasons()["trap"] == 1


def test_a_session_in_every_address_does_not_make_new_lists(trapped: Any, crawls: Any) -> None:
    count = iter(range(10_000))

    def lists(path: str, _query: dict[str, str]) -> Response | None:
        if path != "/c":
            return None
        return index(*trapped.listings[:4], onward=(f"/c?PHPSESSID=s{next(count)}",))

    trapped.lists = lists
    crawls.add(trapped)
    crawls.run()
    assert crawls.frame("observations").height == 4
    assert trapped.count("/c") <= 4


def test_paging_without_addresses_goes_on_by_the_template(trapped: Any, crawls: Any) -> None:
    def lists(path: str, query: dict[str, str]) -> Response | None:
        if path != "/c":
            return None
        page = int(query.get("page", "1"))
        ids = trapped.listings[(page - 1) * PER_PAGE : page * PER_PAGE]
        return HTMLResponse(f'{cards(*ids)}<a href="#" class="n">2</a><a href="#">3</a>')

    trapped.lists = lists
    crawls.add(trapped, discovery={"categories": [trapped.url("/c?page={page}")]})
    crawls.run()
    assert sorted(crawls.frame("observations")["listing_id"]) == trapped.listings
    assert crawls.frame("finds")["search_rank"].sort().to_list() == list(range(1, 13))
    assert trapped.count("/c?page=") == 4  # the fourth is empty
