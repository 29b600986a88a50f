"""What a seller's listings and page say that points at a person comes together by seller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conf.site import Site
from jobs import graph
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import run_all
from jobs.stored import Stored
from jobs.tables import LakeTables
from jobs.vendors.identifiers import identifiers

pytestmark = pytest.mark.spark

HOMES = {"bazaar": "DE"}
WECHAT, PHONE = "wechat", "phone"


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 6, tzinfo=UTC)


def listing(number: int, seller: str | None, day: int = 1, **texts: Any) -> dict[str, Any]:
    return {
        "listing_key": f"bazaar:{number}",
        "platform": "bazaar",
        "seller_key": seller and f"bazaar:{seller}",
        "observed_at": at(day),
        "observation_id": f"o{number}",
        "capture_id": f"c{number}",
        **texts,
    }


def page(seller: str, day: int = 1, **texts: Any) -> dict[str, Any]:
    return {
        "seller_key": f"bazaar:{seller}",
        "platform": "bazaar",
        "observed_at": at(day),
        "observation_id": f"o-{seller}",
        "capture_id": f"c-{seller}",
        **texts,
    }


@pytest.fixture
def found(stored: Callable[..., Stored]) -> Callable[..., dict[tuple[str, str, str], Any]]:
    """`found(listings, sellers)`: rows by seller, kind and value."""

    def make(
        listings: list[dict[str, Any]], sellers: list[dict[str, Any]]
    ) -> dict[tuple[str, str, str], Any]:
        made = identifiers(
            stored("listings", *listings, count=4),
            stored("sellers", *sellers, count=2),
            home_countries=HOMES,
        )
        rows = [row.asDict() for row in made.frame().collect()]
        keys = [(row["seller_key"], row["kind"], row["value"]) for row in rows]
        assert len(set(keys)) == len(keys)
        return dict(zip(keys, rows, strict=True))

    return make


def test_one_row_tells_everywhere_that_a_value_stands(found: Callable[..., Any]) -> None:
    told = found(
        [
            listing(1, "s", 1, title="Watch, vx：LXY0788"),
            listing(2, "s", 3, description="加V lxy0788"),
            listing(3, "s", 2, description="加V lxy0788"),
            listing(4, "s", 5, description="a plain watch, ref 116610"),
            listing(5, None, 5, description="加V lxy0788"),  # of nobody
        ],
        [page("s", 4, contact="WeChat: lxy0788"), page("t", 4, about="a plain shop")],
    )
    assert told == {
        ("bazaar:s", WECHAT, "lxy0788"): {
            "seller_key": "bazaar:s",
            "kind": WECHAT,
            "value": "lxy0788",
            "shown_text": "lxy0788",
            "places": ["listing.description", "listing.title", "seller.contact"],
            "listing_count": 3,
            "first_seen_at": at(1).replace(tzinfo=None),
            "last_seen_at": at(4).replace(tzinfo=None),
            "listing_key": "bazaar:2",
            "observation_id": "o2",
            "capture_id": "c2",
        }
    }


def test_a_page_alone_tells_where_no_listing_does(found: Callable[..., Any]) -> None:
    told = found([], [page("s", contact="Tel. ０３０ 23125 123 E-mail: abc123@mail.example")])
    row = told["bazaar:s", PHONE, "+493023125123"]
    assert (row["shown_text"], row["listing_count"]) == ("０３０ 23125 123", 0)
    assert (row["listing_key"], row["observation_id"]) == (None, "o-s")
    assert ("bazaar:s", "mail", "abc123@mail.example") in told


def test_whose_country_a_number_without_a_prefix_is_of(found: Callable[..., Any]) -> None:
    """The seller's; else where the listing ships from; else the platform's."""
    told = found(
        [
            listing(1, "s", description="Tel. 07700 900123"),
            listing(2, "t", description="Tel. 07700 900123", ships_from_country="GB"),
            listing(3, "u", description="Tel. 030 23125 123"),
        ],
        [page("s", country="GB"), page("t"), page("u")],
    )
    assert set(told) == {
        ("bazaar:s", PHONE, "+447700900123"),
        ("bazaar:t", PHONE, "+447700900123"),
        ("bazaar:u", PHONE, "+493023125123"),
    }


def test_links_beside_a_text_count_too(found: Callable[..., Any]) -> None:
    urls = ["https://abc.x.yupoo.com/albums", "https://t.me/luckyshop"]
    told = found([listing(1, "s", outgoing_urls=urls), listing(2, "s", outgoing_urls=[])], [])
    assert {key[1:]: row["places"] for key, row in told.items()} == {
        ("page", "abc.x.yupoo.com"): ["listing.outgoing_urls"],
        ("telegram", "luckyshop"): ["listing.outgoing_urls"],
    }


def seen(number: int, day: int, seller: str, text: str) -> dict[str, Any]:
    return {
        "observation_id": f"{number}{day}".zfill(64),
        "listing_key": f"bazaar:{number}",
        "platform": "bazaar",
        "listing_id": str(number),
        "seller_id": seller,
        "seller_key": f"bazaar:{seller}",
        "content_sha256": f"{number}{day}".zfill(64),
        "title_text": "A watch",
        "description_text": text,
        "observed_at": at(day),
        "observed_on": at(day).date(),
    }


def run(site: Site) -> dict[str, Any]:
    names = ("listings", "sellers", "identifiers")
    givens = Givens(site, date(2026, 11, 9))
    return {one.table: one for one in run_all(LakeTables(site), graph.chosen(names), givens)}


def rows(site: Site) -> set[tuple[Any, ...]]:
    told = Lake(site.lake).frame("identifiers")
    columns = ["seller_key", "value", "listing_count", "last_seen_at"]
    return set(told.select(columns).iter_rows())


@pytest.mark.usefixtures("spark")
def test_a_changed_listing_changes_only_its_seller(
    site: Site, add_bronze: Callable[..., int]
) -> None:
    shop = {"seller_key": "bazaar:s", "platform": "bazaar", "seller_id": "s"}
    add_bronze(
        "seller_observations",
        {**shop, "contact_text": "WeChat: lxy0788", "observed_at": at(1)},
    )
    add_bronze(
        "observations",
        seen(1, 1, "s", "加V lxy0788"),
        seen(2, 1, "t", "QQ 1234567"),
        seen(3, 1, "u", "nothing at all"),
    )
    assert run(site)["identifiers"].rows_written == 2
    assert rows(site) == {
        ("bazaar:s", "lxy0788", 1, at(1)),
        ("bazaar:t", "1234567", 1, at(1)),
    }

    assert run(site)["identifiers"].status == "unchanged"

    add_bronze("observations", seen(2, 2, "t", "QQ 7654321"), seen(1, 2, "s", "sold out"))
    again = run(site)["identifiers"]
    assert again.how == "touched keys"
    assert rows(site) == {
        ("bazaar:s", "lxy0788", 0, at(1)),  # its page says so still
        ("bazaar:t", "7654321", 1, at(2)),
    }
