"""What each feature tells of one listing: the facts that are given, and the value beside them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from math import log, log1p, nan
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from conf import contract
from jobs import catalogue, facts

TABLES = ("listings", "listing_matches", "sellers", "seller_features")
JOINED = date(2026, 10, 1)
LISTED = datetime(2026, 10, 11, 6, tzinfo=UTC)
SEEN = datetime(2026, 10, 21, 6, tzinfo=UTC)

PRICING: list[tuple[str, dict[str, Any], float]] = [
    ("is_whole_price", {"price_amount": 120.0}, 1),
    ("is_whole_price", {"price_amount": 119.99}, 0),
    ("is_whole_price", {"price_amount": 0.0}, nan),
    ("price_zero_count", {"price_amount": 1200.0}, 2),
    ("price_zero_count", {"price_amount": 1201.0}, 0),
    ("price_zero_count", {"price_amount": 100.5}, 0),
    ("is_eight_price", {"price_amount": 168.0}, 1),
    ("is_eight_price", {"price_amount": 12.88}, 1),
    ("is_eight_price", {"price_amount": 80.0}, 0),
    ("is_repeated_digit_price", {"price_amount": 88.0}, 1),
    ("is_repeated_digit_price", {"price_amount": 666.0}, 1),
    ("is_repeated_digit_price", {"price_amount": 4444.0}, 1),
    ("is_repeated_digit_price", {"price_amount": 8.0}, 0),
    ("is_repeated_digit_price", {"price_amount": 667.0}, 0),
    ("is_repeated_digit_price", {"price_amount": None}, nan),
    ("is_discount_round", {"price_usd": 30.0, "list_price_usd": 100.0}, 1),
    ("is_discount_round", {"price_usd": 33.0, "list_price_usd": 100.0}, 0),
    ("is_discount_round", {"price_usd": 100.0, "list_price_usd": 100.0}, 0),
    ("is_discount_round", {"price_usd": 30.0, "list_price_usd": None}, nan),
    ("claimed_saving_log", {"price_usd": 30.0, "list_price_usd": 100.0}, log1p(70)),
    ("claimed_saving_log", {"price_usd": 130.0, "list_price_usd": 100.0}, 0),
    ("is_list_price_raised", {"list_price_usd": 900.0, "reference_usd": 500.0}, 1),
    ("is_list_price_raised", {"list_price_usd": 600.0, "reference_usd": 500.0}, 0),
    ("shipping_log", {"shipping_usd": 9.0}, log1p(9)),
    ("shipping_log", {"shipping_usd": None}, nan),
    ("price_to_seller_price_log", {"price_usd": 99.0, "seller_median_price_log": log(50)}, log(2)),
    ("price_to_seller_price_log", {"price_usd": 99.0}, nan),
    (
        "reference_to_seller_price_log",
        {"reference_usd": 999.0, "seller_median_price_log": log(10)},
        log(100),
    ),
    (
        "price_to_seller_lowest",
        {"price_to_reference": 0.4, "seller_lowest_price_to_reference": 0.1},
        4,
    ),
    (
        "price_ratio_deviation",
        {
            "price_to_reference": 0.2,
            "seller_median_price_to_reference": 0.8,
            "seller_price_ratio_spread": 0.3,
        },
        -2,
    ),
    (
        "price_ratio_deviation",  # a seller of one price has no spread to measure by
        {
            "price_to_reference": 0.2,
            "seller_median_price_to_reference": 0.2,
            "seller_price_ratio_spread": 0.0,
        },
        nan,
    ),
    ("takings_log", {"price_usd": 20.0, "sold_count": 50}, log1p(1000)),
    ("images_per_hundred_dollars", {"image_count": 3, "price_usd": 600.0}, 0.5),
    ("images_per_hundred_dollars", {"image_count": 3, "price_usd": 0.0}, nan),
]
WRITING: list[tuple[str, dict[str, Any], float]] = [
    ("title_script_count", {"title": "Velmora 包 новый"}, 3),
    ("title_script_count", {"title": "12345"}, 0),
    ("title_shouted_word_count", {"title": "VELMORA bag TOP SALE"}, 2),
    ("title_number_count", {"title": "Velmora 2024 tote 38.5 EG2196"}, 2),
    ("title_code_count", {"title": "19ss EG2196 tote 38"}, 2),
    ("title_separator_count", {"title": "【Velmora】tote/bag|women"}, 4),
    ("title_word_length", {"title_folded": "red bag - velmora"}, 17 / 3),
    ("title_word_length", {"title_folded": "--"}, nan),
    ("question_count", {"title": "new?", "description": "真的吗？ yes"}, 2),
    ("question_count", {"title": None, "description": None}, nan),
    ("title_mark_run_count", {"title": "***HOT*** -- !!!"}, 3),
    ("description_digit_share", {"description": "10 cm"}, 2 / 5),
    ("description_digit_share", {"description": ""}, nan),
    ("sentence_count_log", {"description": "It is new. Ask me! 全新。正品。"}, log1p(4)),
    ("sentence_length", {"description": "It is new. Ask me!"}, 9),
    ("sentence_length", {"description": "red bag"}, 7),
]
NAMING: list[tuple[str, dict[str, Any], float]] = [
    ("brand_place_in_title", {"title": "Velmora bag", "mention_text": "Velmora"}, 0),
    ("brand_place_in_title", {"title": "bag: Velmora", "mention_text": "Velmora"}, 5 / 12),
    ("brand_place_in_title", {"title": "red bag", "mention_text": "Velmora"}, nan),
    ("brand_share_of_title", {"title": "Velmora bag", "mention_text": "Velmora"}, 7 / 11),
    ("brand_share_of_title", {"title": "red bag", "mention_text": "Velmora"}, nan),
    (
        "brand_repeat_count",
        {"title": "Velmora bag", "description": "Velmora (Velmora)", "mention_text": "Velmora"},
        3,
    ),
    ("brand_repeat_count", {"title": "Velmora bag", "mention_text": None}, nan),
    ("uncatalogued_brand_chance", {"brand_probability": 0.7}, 0.7),
    (
        "brands_per_title_word",
        {"title_folded": "velmora orris bag", "brands_mentioned": ["a"]},
        1 / 3,
    ),
]
TURNOVER: list[tuple[str, dict[str, Any], float]] = [
    ("share_of_seller_sales", {"sold_count": 30, "seller_sold_count": 40}, 0.75),
    ("share_of_seller_sales", {"sold_count": 30, "seller_sold_count": 0}, nan),
    ("share_of_seller_reviews", {"review_count": 3, "seller_review_count": 60}, 0.05),
    ("reviews_per_day", {"review_count": 40, "listed_at": LISTED, "observed_at": SEEN}, 4),
    ("stock_to_sold_log", {"stock_count": 99, "sold_count": 0}, log(100)),
    ("stock_to_sold_log", {"stock_count": 99, "sold_count": None}, nan),
    ("days_from_joining_log", {"listed_at": LISTED, "seller_since_on": JOINED}, log1p(10)),
    ("is_to_order", {"availability": "preorder"}, 1),
    ("is_to_order", {"availability": "in_stock"}, 0),
    ("variants_per_image", {"variant_count": 12, "image_count": 3}, 4),
    ("variants_per_image", {"variant_count": 12, "image_count": 0}, nan),
    ("images_to_seller_mean", {"image_count": 2, "seller_mean_image_count": 6.5}, -4.5),
    ("category_depth", {"category_text": "Bags > Women > Totes"}, 3),
]
CONTRADICTION: list[tuple[str, dict[str, Any], float]] = [
    ("is_new_and_worn", {"condition": "new", "text_signs": ["flaw"]}, 1),
    ("is_new_and_worn", {"condition": "used", "text_signs": ["flaw"]}, 0),
    ("is_new_and_worn", {"condition": None, "text_signs": ["flaw"]}, nan),
    ("is_used_and_many", {"condition": "used", "stock_count": 20, "text_signs": []}, 1),
    ("is_used_and_many", {"condition": "used", "stock_count": 1, "text_signs": ["size_run"]}, 1),
    ("is_used_and_many", {"condition": "used", "stock_count": None, "text_signs": []}, nan),
    ("is_authentic_and_graded", {"text_signs": ["authentic", "quality"]}, 1),
    ("is_authentic_and_graded", {"text_signs": ["authentic"]}, 0),
    ("is_cheap_and_receipted", {"price_to_reference": 0.2, "text_signs": ["receipt"]}, 1),
    ("is_cheap_and_receipted", {"price_to_reference": None, "text_signs": ["receipt"]}, nan),
    ("is_cheap_and_packed", {"price_to_reference": 0.2, "text_signs": ["packing"]}, 1),
    ("is_cheap_and_packed", {"price_to_reference": 0.9, "text_signs": ["packing"]}, 0),
    (
        "is_used_with_official_photo",
        {"condition": "used", "photo_product_key": "velmora/a", "image_count": 1},
        1,
    ),
    ("is_used_with_official_photo", {"condition": "used", "image_count": 0}, nan),
    ("outside_way_count", {"text_signs": ["contact", "link", "used"]}, 2),
    ("outside_way_count", {"text_signs": None}, nan),
    (
        "is_denied_and_claimed",
        {"claim": "denied", "brand_text": "velmora", "mention_text": "Velmora"},
        1,
    ),
    ("is_denied_and_claimed", {"claim": "denied", "brand_text": None}, nan),
]


def tell(name: str, known: dict[str, Any]) -> float:
    """Give a feature of a listing of which no more than this is known."""
    columns = {}
    for table in map(contract.table, TABLES):
        prefix, names = ("seller_", facts.SELLER) if table.name == "sellers" else ("", table.names)
        for column in names:
            fact = f"{prefix}{column}"
            columns[fact] = pa.array([known.get(fact)], table.arrow().field(column).type)
    assert known.keys() <= columns.keys()
    return float(catalogue.vectors(pl.DataFrame(pa.table(columns)), [name])[0, 0])


@pytest.mark.parametrize(
    ("name", "known", "value"), [*PRICING, *WRITING, *NAMING, *TURNOVER, *CONTRADICTION]
)
def test_what_is_told(name: str, known: dict[str, Any], value: float) -> None:
    told = tell(name, known)
    assert math.isnan(told) if math.isnan(value) else told == pytest.approx(value, abs=1e-6)


def test_every_feature_of_these_themes_has_a_row() -> None:
    themes = {"pricing", "writing", "naming", "turnover", "contradiction"}
    named = {name for name, _, _ in (*PRICING, *WRITING, *NAMING, *TURNOVER, *CONTRADICTION)}
    assert named == {one.name for one in catalogue.row_features() if one.theme in themes}
