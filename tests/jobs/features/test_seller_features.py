"""What a seller's listings tell together, and that Spark and Polars tell the same of a row."""

from __future__ import annotations

from collections.abc import Callable
from math import log, log1p
from typing import Any

import pytest

from jobs.features.seller_features import seller_features
from jobs.stored import Stored

pytestmark = pytest.mark.spark

LISTINGS: list[dict[str, Any]] = [
    {"listing_key": "a:1", "seller_key": "a:s", "title_folded": "velora aaa", "price_usd": 20.0},
    {"listing_key": "a:2", "seller_key": "a:s", "title_folded": "velora aaa", "price_usd": 40.0},
    {"listing_key": "a:3", "seller_key": "a:s", "title_folded": "calder", "price_usd": 90.0},
    {"listing_key": "a:4", "seller_key": "a:t", "title_folded": "plain cup", "price_usd": 5.0},
]
MATCHES: list[dict[str, Any]] = [
    {"listing_key": "a:1", "brand": "velora", "claim": "claim", "price_to_reference": 0.2},
    {"listing_key": "a:2", "brand": "velora", "claim": "claim", "price_to_reference": 0.4},
    {"listing_key": "a:3", "brand": "calder", "claim": "style", "price_to_reference": 0.9},
    {"listing_key": "a:4", "brand": None, "claim": "none", "price_to_reference": None},
]


@pytest.fixture
def found(stored: Callable[..., Stored]) -> dict[str, dict[str, Any]]:
    made = seller_features(
        stored("listings", *LISTINGS, count=4),
        stored("listing_matches", *MATCHES, count=2),
        stored("sellers", {"seller_key": "a:s"}),
    )
    return {row["seller_key"]: row.asDict() for row in made.frame().collect()}


def test_a_seller_is_what_its_listings_are(found: dict[str, dict[str, Any]]) -> None:
    """Each to a thousandth of its range."""
    one = found["a:s"]
    assert one["share_far_below_reference"] == 0.667
    assert one["seller_median_price_to_reference"] == 0.4
    assert one["seller_brand_entropy"] == round(-(2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3)), 3)
    assert one["seller_brand_count"] == 2.0
    assert one["seller_seen_count_log"] == round(log1p(3), 2)
    assert one["seller_duplicate_title_share"] == 0.333
    assert one["share_grade_words"] == 0.667
    assert one["share_brand_claimed"] == 0.667


def test_what_is_not_known_stays_missing(found: dict[str, dict[str, Any]]) -> None:
    other = found["a:t"]
    assert other["share_far_below_reference"] is None
    assert other["seller_median_price_to_reference"] is None
    assert other["share_outside_trade"] is None
    assert other["seller_brand_entropy"] == 0.0
