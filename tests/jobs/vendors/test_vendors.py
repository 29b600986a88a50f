"""What is summed up of a vendor: reach, worth, places, and accounts that came and went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from jobs.vendors.vendors import summed

DAYS = {day: datetime(2026, 10, day, tzinfo=UTC) for day in range(1, 32)}
ACCOUNTS = pl.DataFrame(
    [
        ("a:1", "v", "a", 0.9, 50.0, ["velmora"], "CN"),
        ("b:2", "v", "b", 0.8, 90.0, ["calder", "velmora"], None),
        ("c:3", "w", "c", None, 70.0, None, "DE"),
    ],
    schema={
        "seller_key": pl.String,
        "vendor_key": pl.String,
        "platform": pl.String,
        "probability": pl.Float64,
        "suspicion": pl.Float64,
        "brands": pl.List(pl.String),
        "country": pl.String,
    },
    orient="row",
)


def offer(seller: str, first: int, last: int, **told: Any) -> dict[str, Any]:
    known = {
        "vendor_key": "v",
        "seller_key": seller,
        "first_seen_at": DAYS[first],
        "last_seen_at": DAYS[last],
        "is_gone": False,
        "is_red_flag": False,
        "price_usd": 10.0,
        "stock_count": None,
        "sold_count": None,
        "ships_from_country": None,
    }
    return known | told


OFFERS = pl.DataFrame(
    [
        offer("a:1", 1, 5, is_gone=True, is_red_flag=True, sold_count=7, stock_count=50),
        offer("b:2", 6, 20, is_red_flag=True, stock_count=3, ships_from_country="TR"),
        offer("b:2", 6, 20, is_red_flag=True, ships_from_country="TR"),
        offer("b:2", 7, 20, ships_from_country="CN"),
    ],
    schema_overrides={"sold_count": pl.Int64, "stock_count": pl.Int64},
)


def told(key: str) -> dict[str, Any]:
    return summed(ACCOUNTS, OFFERS).filter(pl.col("vendor_key") == key).row(0, named=True)


def test_a_vendor_is_what_its_accounts_and_listings_are() -> None:
    one = told("v")
    assert one["suspicion"] == 72.0  # the most suspect account's 90, held to be its at .8
    assert (one["seller_count"], one["platforms"]) == (2, ["a", "b"])
    assert one["brands"] == ["calder", "velmora"]
    assert one["least_probability"] == 0.8
    assert (one["listing_count"], one["live_count"], one["red_flag_count"]) == (4, 3, 3)
    assert one["sold_count"] == 7
    assert one["flagged_value_usd"] == 40.0  # what is there: three pieces and one of unknown stock
    assert one["countries"] == ["CN", "TR"]  # each named twice
    assert (one["first_seen_at"], one["last_seen_at"]) == (DAYS[1], DAYS[20])


def test_accounts_that_came_after_another_had_gone_are_counted() -> None:
    one = told("v")
    assert (one["closed_count"], one["came_back_count"], one["new_seller_count"]) == (1, 1, 2)


def test_a_vendor_of_whom_no_listing_is_known_is_told_of_as_well() -> None:
    one = told("w")
    assert (one["suspicion"], one["seller_count"], one["listing_count"]) == (70.0, 1, 0)
    assert (one["brands"], one["countries"], one["sold_count"]) == ([], ["DE"], None)
    assert one["first_seen_at"] is None
