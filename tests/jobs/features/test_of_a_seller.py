"""What each feature tells of a seller: the facts of its listings, and the value beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from math import exp, log, log1p, nan, sqrt
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from conf import contract
from jobs import catalogue, facts
from jobs.features.seller_features import grouped, inputs_of

Listings = Sequence[dict[str, Any]]
TABLES = ("listings", "listing_matches", "sellers", "seller_features")
THEMES = ("pace", "posture", "trade", "bareness", "habits", "seller_name")
SEEN = datetime(2026, 10, 21, 6, tzinfo=UTC)
JOINED = date(2026, 9, 1)


def of(name: str, *values: Any) -> Listings:
    """Give listings that differ in one fact."""
    return [{name: value} for value in values]


def listed(*days_and_clock: tuple[int, int, int]) -> Listings:
    """Give listings of October by day, hour and minute, seen on the 21st."""
    times = (datetime(2026, 10, *one, tzinfo=UTC) for one in days_and_clock)
    return [{"listed_at": time, "observed_at": SEEN} for time in times]


def signs(*groups: str | None) -> Listings:
    """Give listings that show one group of words each; None shows nothing."""
    return [{"text_signs": [group] if group else []} for group in groups]


PUT_UP = listed((1, 6, 0), (1, 6, 0), (1, 6, 30), (11, 22, 0))
PACE: list[tuple[str, Listings, float]] = [
    ("seller_listing_span_log", listed((1, 6, 0), (11, 6, 0)), log1p(10)),
    ("seller_listing_span_log", of("listed_at", None, None), nan),
    ("seller_newest_days_log", listed((1, 6, 0), (11, 6, 0)), log1p(10)),
    ("seller_median_listed_days_log", listed((1, 6, 0), (11, 6, 0), (20, 6, 0)), log1p(10)),
    ("share_listed_in_week", listed((1, 6, 0), (11, 6, 0), (20, 6, 0), (21, 5, 0)), 0.5),
    ("seller_listing_day_count_log", PUT_UP, log1p(2)),
    ("share_listed_on_busiest_day", PUT_UP, 0.75),
    ("seller_median_gap_log", PUT_UP, log1p(30)),
    ("seller_median_gap_log", listed((1, 6, 0)), nan),
    ("seller_longest_gap_log", listed((1, 6, 0), (3, 6, 0), (13, 6, 0)), log1p(10)),
    ("seller_gap_unevenness", listed((1, 6, 0), (3, 6, 0), (5, 6, 0)), 0),
    ("seller_gap_unevenness", listed((1, 6, 0), (1, 6, 0), (5, 6, 0)), 1),
    ("seller_gap_unevenness", listed((1, 6, 0), (1, 6, 0)), nan),
    ("share_listed_within_hour", PUT_UP, 2 / 3),
    ("share_listed_in_same_minute", PUT_UP, 1 / 3),
    ("share_listed_in_factory_hours", PUT_UP, 0.75),
    ("share_listed_at_weekend", listed((3, 6, 0), (4, 6, 0), (5, 6, 0), (6, 6, 0)), 0.5),
    ("seller_hour_concentration", listed((1, 6, 0), (5, 6, 0)), 1),
    ("seller_hour_concentration", listed((1, 6, 0), (5, 18, 0)), 0),
    ("seller_hour_concentration", listed((1, 6, 0), (5, 12, 0)), sqrt(0.5)),
    (
        "seller_first_listing_days_log",
        [{**one, "seller_since_on": JOINED} for one in listed((1, 6, 0), (11, 6, 0))],
        log1p(30),
    ),
    (
        "share_listed_on_joining",
        [{**one, "seller_since_on": date(2026, 10, 1)} for one in listed((2, 6, 0), (20, 6, 0))]
        + [{"listed_at": SEEN, "seller_since_on": JOINED}],
        2 / 3,
    ),
]
RATIOS = of("price_to_reference", 0.1, 0.3, 0.5, 1.1, None)
PRICES = of("price_usd", 20.0, 20.0, 20.0, 99.0)
POSTURE: list[tuple[str, Listings, float]] = [
    ("share_fifth_of_reference", RATIOS, 0.25),
    ("share_far_below_and_new", [{**one, "condition": "new"} for one in RATIOS], 0.5),
    ("share_far_below_and_new", [{**one, "condition": "used"} for one in RATIOS], 0),
    ("share_above_reference", RATIOS, 0.25),
    ("seller_low_price_to_reference", RATIOS, 0.25),
    ("seller_high_price_to_reference", RATIOS, 0.65),
    ("seller_highest_price_to_reference", RATIOS, 1.1),
    ("seller_price_ratio_variation", of("price_to_reference", 0.1, 0.3), 0.5),
    ("seller_price_ratio_variation", of("price_to_reference", None), nan),
    ("seller_price_evidence", of("price_to_reference", None), nan),
    (
        "seller_price_follows_reference",
        [{"price_usd": 2.0**n, "reference_usd": 4.0**n - 1} for n in (8, 9, 10, 11)],
        1,
    ),
    (
        "seller_price_follows_reference",
        [{"price_usd": 9.0, "reference_usd": 99.0}, {"price_usd": 99.0, "reference_usd": 9.0}],
        -1,
    ),
    ("seller_median_reference_log", of("reference_usd", 10.0, 99.0, 500.0), log(100)),
    (
        "seller_saving_log",
        [{"price_usd": 20.0, "reference_usd": 100.0}, {"price_usd": 30.0, "reference_usd": 20.0}],
        log1p(80),
    ),
    ("seller_saving_log", of("price_usd", 20.0), nan),
    ("seller_lowest_price_log", PRICES, log(21)),
    ("seller_highest_price_log", PRICES, log(100)),
    ("seller_price_kinds_log", PRICES, log1p(2)),
    ("share_same_price", PRICES, 0.5),
    ("share_commonest_price", PRICES, 0.75),
    ("share_whole_price", of("price_amount", 20.0, 20.5), 0.5),
    ("share_charm_price", of("price_amount", 19.99, 20.0, None), 0.5),
    ("share_round_price", of("price_amount", 20.0, 25.0), 0.5),
    ("share_eight_price", of("price_amount", 168.0, 88.88, 50.0, 12.0), 0.5),
    (
        "seller_median_discount_share",
        [{"price_usd": price, "list_price_usd": 100.0} for price in (10.0, 50.0, 80.0)],
        0.5,
    ),
    (
        "share_same_discount",
        [{"price_usd": price, "list_price_usd": 100.0} for price in (30.1, 29.9, 70.0, 70.0)],
        0.5,
    ),
    (
        "share_list_price_raised",
        [{"reference_usd": 100.0, "list_price_usd": price} for price in (90.0, 200.0)],
        0.5,
    ),
    ("share_free_shipping", of("shipping_usd", 0.0, 5.0, None, 0.0), 2 / 3),
    (
        "seller_median_shipping_share",
        [{"price_usd": 30.0, "shipping_usd": cost} for cost in (0.0, 10.0, 70.0)],
        0.25,
    ),
]
SOLD = of("sold_count", 0, 10, 30, None)
STOCK = of("stock_count", 1, 100, 100, 999)
TRADE: list[tuple[str, Listings, float]] = [
    ("seller_all_sold_log", SOLD, log1p(40)),
    ("seller_all_sold_log", of("sold_count", None), nan),
    ("seller_median_sold_log", SOLD, log1p(10)),
    ("share_unsold", SOLD, 1 / 3),
    ("seller_bestseller_share", SOLD, 0.75),
    ("seller_bestseller_share", of("sold_count", 0, 0), nan),
    (
        "seller_takings_log",
        [{"price_usd": 20.0, "sold_count": 4}, {"price_usd": 5.0, "sold_count": 2}],
        log1p(90),
    ),
    (
        "seller_brand_sold_share",
        [{"brand": "velmora", "sold_count": 30}, {"brand": None, "sold_count": 10}],
        0.75,
    ),
    ("seller_all_stock_log", STOCK, log1p(1200)),
    ("seller_median_stock_log", STOCK, log1p(100)),
    ("share_same_stock", STOCK, 0.25),
    ("share_single_piece", STOCK, 0.25),
    ("share_large_stock", STOCK, 0.75),
    ("share_round_stock", STOCK, 0.5),
    ("share_round_stock", of("stock_count", 0), 0),
    (
        "seller_stock_value_log",
        [{"reference_usd": 100.0, "stock_count": 3}, {"reference_usd": 50.0, "stock_count": 2}],
        log1p(400),
    ),
    (
        "share_many_far_below",
        [{"price_to_reference": 0.2, "stock_count": count} for count in (3, 30)],
        0.5,
    ),
    ("share_to_order", of("availability", "preorder", "in_stock", None), 0.5),
    ("share_sold_out", of("availability", "out_of_stock", "in_stock"), 0.5),
    ("seller_all_reviews_log", of("review_count", 3, 4), log1p(7)),
    ("share_unreviewed", of("review_count", 0, 4, None), 0.5),
    ("seller_review_concentration", of("review_count", 6, 2), 0.75),
    (
        "seller_reviews_per_sale",
        [{"review_count": 3, "sold_count": 10}, {"review_count": 2, "sold_count": 10}],
        0.25,
    ),
    ("seller_mean_rating", of("rating_share", 0.5, 1.0), 0.75),
    ("seller_lowest_rating", of("rating_share", 0.5, 1.0), 0.5),
    ("seller_rating_spread", of("rating_share", 0.5, 1.0), 0.25),
    ("share_top_rated", of("rating_share", 1.0, 1.0, 0.8, 0.9), 0.5),
    ("seller_rating_deviation", [{"rating_share": 0.7, "seller_rating_share": 0.9}], -0.2),
    (
        "seller_brand_rating_deviation",
        [{"brand": "velmora", "rating_share": 0.6}, {"brand": None, "rating_share": 0.9}],
        -0.3,
    ),
    ("seller_brand_rating_deviation", [{"brand": "velmora", "rating_share": 0.6}], nan),
]
BARENESS: list[tuple[str, Listings, float]] = [
    ("seller_median_description_length_log", of("description", "ab", "abcd", None), log(sqrt(15))),
    ("seller_description_length_spread", of("description", "ab", "cd"), 0),
    ("seller_median_title_length_log", of("title", "abc", "abcd", "ab"), log(4)),
    ("seller_title_length_spread", of("title", "ab", "a" * 26), log(3)),
    (
        "share_titled_description",
        [
            {"title_folded": "red bag", "description_folded": "a red bag here"},
            {"title_folded": "red bag", "description_folded": "something else"},
        ],
        0.5,
    ),
    (
        "share_same_opening",
        of("title_folded", "new velmora hand bag red", "new velmora hand bag blue", "a cup"),
        1 / 3,
    ),
    (
        "share_same_ending",
        of("title_folded", "red best quality ever", "blue best quality ever", "a cup"),
        1 / 3,
    ),
    ("share_same_description_opening", of("description_folded", "x" * 64, "x" * 70), 0.5),
    ("share_same_description_opening", of("description_folded", "x" * 63, "x" * 70), 0),
    ("share_commonest_description", of("description_folded", "a", "a", "b", "c", None), 0.5),
    ("share_same_first_picture", of("image_urls", ["a", "b"], ["a"], ["b"], []), 1 / 3),
    ("share_single_picture", of("image_count", 1, 5, None), 0.5),
    ("share_commonest_image_count", of("image_count", 5, 5, 5, 1), 0.75),
    ("seller_image_count_spread", of("image_count", 4, 8), 2),
    ("seller_mean_variant_count_log", of("variant_count", 0, 3), log(2)),
    ("seller_detail_share_spread", of("condition", "new", None), 1 / 12),
    ("share_same_sku", of("sku", "a1", "a1", "a2", "a3"), 0.25),
    ("share_same_number", of("mpn", "a1", "a1", None), 0.5),
]
WORDS = {
    "share_authentic_words": "authentic",
    "share_messenger_words": "contact",
    "share_outside_payment": "payment",
    "share_customs_words": "customs",
    "share_packing_words": "packing",
    "share_flaw_words": "flaw",
    "share_receipt_words": "receipt",
    "share_hurry_words": "urgency",
    "share_links": "link",
    "share_size_runs": "size_run",
}
HABITS: list[tuple[str, Listings, float]] = [
    *((name, signs(group, "used", None, group), 0.5) for name, group in WORDS.items()),
    (
        "share_grade_in_title",
        [
            {"title_folded": "aaa bag", "text_signs": ["quality", "title:quality"]},
            {"title_folded": "bag", "text_signs": ["quality"]},
        ],
        0.5,
    ),
    ("seller_mean_trade_words", of("trade_word_count", 3, 0, None), 1.5),
    ("seller_mean_capital_share", of("title", "AB", "ab"), 0.5),
    ("seller_mean_symbol_share", of("title", "**", "a*"), 0.75),
    ("seller_language_count", of("language", "en", "zh", "en", None), 2),
    ("seller_language_count", of("language", None), nan),
    ("seller_shipping_country_count", of("ships_from_country", "CN", "DE", "CN"), 2),
    (
        "share_shipped_from_elsewhere",
        [{"seller_country": "DE", "ships_from_country": place} for place in ("CN", "DE", None)],
        0.5,
    ),
    ("share_brand_style", of("claim", "style", "claim"), 0.5),
    ("share_brand_denied", of("claim", "denied", "claim"), 0.5),
    ("share_brand_stuffed", of("claim", "several", "claim"), 0.5),
    (
        "share_mention_disguised",
        [{"is_mention_disguised": one} for one in (True, False, None)],
        0.5,
    ),
    ("share_brand_in_description_only", of("brand_source", "description", "title"), 0.5),
    ("share_brand_by_number", of("brand_source", "gtin", "title"), 0.5),
    (
        "share_brand_field_evasive",
        [{"brand": "velmora", "brand_text": text} for text in ("unbranded", "Velmora")],
        0.5,
    ),
    (
        "share_photo_of_other_product",
        [
            {"photo_product_key": "velmora/a", "product_key": "velmora/a"},
            {"photo_product_key": "velmora/b", "product_key": "velmora/a"},
        ],
        0.5,
    ),
    ("share_commonest_brand", of("brand", "velmora", "velmora", "calder", None), 2 / 3),
    ("seller_product_count_log", of("product_key", "velmora/a", "velmora/a", None), log1p(1)),
    ("seller_product_count_log", of("product_key", None), nan),
    ("seller_relisting_share", of("product_key", "velmora/a", "velmora/a"), 0.5),
    ("share_commonest_category", of("category_text", "bags", "bags", "watches"), 2 / 3),
]
SELLER_NAME: list[tuple[str, Listings, float]] = [
    ("seller_name_length", of("seller_name", "bag shop", None), 8),
    ("seller_name_length", of("seller_name", None), nan),
    ("seller_name_digit_share", of("seller_name", "ab12"), 0.5),
    ("is_seller_name_numbered", of("seller_name", "mary8812"), 1),
    ("is_seller_name_numbered", of("seller_name", "mary88"), 0),
    ("seller_name_vowel_share", of("seller_name", "anna"), 0.5),
    ("seller_name_vowel_share", of("seller_name", "小店"), nan),
    ("seller_name_longest_consonants", of("seller_name", "xqzkt lane"), 5),
    ("seller_name_longest_consonants", of("seller_name", "小店"), 0),
    ("is_seller_name_of_shop", of("seller_name", "Anna's Store"), 1),
    ("is_seller_name_of_shop", of("seller_name", "anna"), 0),
    ("is_seller_name_of_trade", of("seller_name", "Luxury Factory Direct"), 1),
    ("is_seller_name_of_trade", of("seller_name", "anna"), 0),
    ("is_seller_name_official", of("seller_name", "Velmora Official"), 1),
    ("is_seller_name_official", of("seller_name", "anna"), 0),
    (
        "share_named_after_brand",
        [
            {"seller_name": "Vel Mora Outlet", "brand": "velmora"},
            {"seller_name": "Vel Mora Outlet", "brand": "calder"},
        ],
        0.5,
    ),
    ("share_named_after_brand", of("seller_name", "anna"), nan),
    ("seller_name_count", of("seller_name", "anna", "anna two", None), 2),
]
ROWS = [*PACE, *POSTURE, *TRADE, *BARENESS, *HABITS, *SELLER_NAME]


@cache
def told() -> pl.DataFrame:
    """Give all features of all sellers of the rows: one seller a row."""
    known = [
        {"listing_key": f"a:{at}", "seller_key": f"a:{number}", **one}
        for number, (_, listings, _) in enumerate(ROWS)
        for at, one in enumerate(listings)
    ]
    columns = {}
    for table in map(contract.table, TABLES):
        prefix, names = ("seller_", facts.SELLER) if table.name == "sellers" else ("", table.names)
        for column in names:
            fact = f"{prefix}{column}"
            kind = table.arrow().field(column).type
            columns[fact] = pa.array([one.get(fact) for one in known], kind)
    assert {fact for one in known for fact in one} <= columns.keys()
    return grouped(inputs_of(pl.DataFrame(pa.table(columns))))


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda number: ROWS[number][0])
def test_what_is_told(number: int) -> None:
    """To about a thousandth of the feature's range."""
    name, _, value = ROWS[number]
    found = told().filter(pl.col("seller_key") == f"a:{number}")[name].item()
    if math.isnan(value):
        assert found is None
    else:
        known = catalogue.catalogue()[name]
        assert found == pytest.approx(value, abs=(known.highest - known.lowest) / 1000)


def test_every_feature_of_these_themes_has_a_row() -> None:
    named = {name for name, _, _ in ROWS}
    assert named == {one.name for one in catalogue.group_features() if one.theme in THEMES}


def test_the_price_evidence_of_cheap_listings_is_for_copies() -> None:
    cheap = {name: at for at, (name, *_) in enumerate(ROWS)}["share_fifth_of_reference"]
    evidence = told().filter(pl.col("seller_key") == f"a:{cheap}")["seller_price_evidence"].item()
    assert exp(evidence) > 1
