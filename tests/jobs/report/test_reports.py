"""What stands against brands, and what platforms showed, counted on a few rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest
from pyspark.sql import DataFrame

from conf import contract
from conf.brand import Brand, Gates
from jobs.conform import conform
from jobs.report.brand_report import brand_report
from jobs.report.platform_report import platform_report
from jobs.stored import Stored

if TYPE_CHECKING:
    Frame = Callable[..., DataFrame]
    Make = Callable[..., Stored]

pytestmark = pytest.mark.spark
TODAY = date(2026, 11, 2)
OLD, NEW = datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2026, 11, 2, 6, tzinfo=UTC)
ORRIS = Brand(
    key="orris", name="Orris", industry="w", country="CH", marks=("Orris",), gates=Gates(review=40)
)

# key, seller, suspicion, gone, first seen, price
LISTINGS = [
    ("b:1", "b:s", 90.0, False, OLD, 100.0),
    ("b:2", "b:s", 85.0, False, NEW, 50.0),
    ("b:3", "b:t", 95.0, True, OLD, 70.0),
    ("b:4", "b:t", 45.0, False, OLD, None),
    ("b:5", "b:t", 10.0, False, NEW, 900.0),
]


def tables(stored: Make) -> tuple[Stored, Stored, Stored, Stored]:
    """Scores, listings, sightings and matches of the same five listings."""
    scores = [
        {
            "listing_key": key,
            "platform": "b",
            "seller_key": seller,
            "brand": "orris",
            "suspicion": points,
            "is_red_flag": points > 80,
        }
        for key, seller, points, *_ in LISTINGS
    ]
    listings = [{"listing_key": key, "price_usd": price} for key, *_, price in LISTINGS]
    sightings = [
        {
            "listing_key": key,
            "platform": "b",
            "seller_key": seller,
            "is_gone": gone,
            "first_seen_at": first,
        }
        for key, seller, _, gone, first, _ in LISTINGS
    ]
    matches = [
        {"listing_key": key, "reference_usd": 1000.0, "price_to_reference": price and price / 1000}
        for key, *_, price in LISTINGS
    ]
    return (
        stored("listing_scores", *scores),
        stored("listings", *listings),
        stored("listing_sightings", *sightings),
        stored("listing_matches", *matches),
    )


def test_a_brand(stored: Make) -> None:
    made = brand_report(*tables(stored), brands=(ORRIS,), today=TODAY)
    report = conform(made, contract.table("brand_report"))
    assert isinstance(report, DataFrame)
    (row,) = report.collect()
    assert row.asDict() == {
        "report_on": TODAY,
        "brand": "orris",
        "platform": "b",
        "listing_count": 5,
        "live_count": 4,
        "new_count": 2,
        "gone_count": 1,
        "red_flag_count": 2,
        "new_red_flag_count": 1,
        "review_count": 1,
        "suspect_seller_count": 1,
        "red_flag_asked_usd": 150.0,
        "red_flag_reference_usd": 2000.0,
        "median_price_to_reference": pytest.approx(0.075),
        "worst_suspicion": 90.0,
    }


def test_one_brand_of_two_thousand(stored: Make) -> None:
    """As many conditions in one another as brands would overflow the planner's stack."""
    others = tuple(msgspec.structs.replace(ORRIS, key=f"o{at}") for at in range(2000))
    made = brand_report(*tables(stored), brands=(*others, ORRIS), today=TODAY)
    assert made.select("review_count").collect()[0].review_count == 1


def test_a_platform(frame: Frame, stored: Make) -> None:
    scores, _, sightings, _ = tables(stored)
    seen = frame(
        "observations",
        {"platform": "b", "observed_on": TODAY, "title_text": "t", "image_urls": ["u"]},
        {"platform": "b", "observed_on": TODAY, "price_text": "1", "image_urls": []},
        {"platform": "b", "observed_on": TODAY, "is_gone": True},
        {"platform": "b", "observed_on": date(2026, 11, 1)},
    )
    refused = frame(
        "refused",
        {"platform": "b", "refused_on": TODAY},
        {"platform": "dark", "refused_on": TODAY},
        {"platform": "b", "refused_on": date(2026, 11, 1)},
    )
    made = platform_report(seen, sightings, scores, refused, today=TODAY)
    report = conform(made, contract.table("platform_report"))
    assert isinstance(report, DataFrame)
    found = {row["platform"]: row for row in report.collect()}
    row = found["b"]
    assert (row["observation_count"], row["refused_count"]) == (3, 1)
    assert (row["title_share"], row["price_share"], row["seller_share"]) == (0.5, 0.5, 0.0)
    assert row["image_share"] == 0.5
    assert (row["live_count"], row["red_flag_count"], row["seller_count"]) == (4, 2, 2)
    assert row["suspects_per_10000"] == 5000.0
    dark = found["dark"]
    assert (dark["refused_count"], dark["live_count"], dark["suspects_per_10000"]) == (1, 0, None)
