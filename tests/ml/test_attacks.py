"""Attacks change counterfeits alone, and what the jobs make of the change."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from conf.brand import Brand, Product
from conf.site import Site
from jobs.clean._signs import lexicons
from jobs.facts import group_columns, join_facts, row_columns
from jobs.match._decide import Matcher
from ml.attacks import ATTACKS, Reread, attacked, disguised, reread
from tests.conftest import make_rows

ORRIS = Brand(
    key="orris",
    name="Orris",
    industry="watches",
    country="CH",
    marks=("Orris",),
    products=(Product(key="lago", name="Lago 38", category="watches"),),
)


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    """Give facts of listings, all other columns empty."""
    tables = {
        "listings": [
            {"listing_key": f"b:{at}", "platform": "b", "language": "en"} | row
            for at, row in enumerate(rows)
        ],
        "listing_matches": [
            {"listing_key": f"b:{at}", "brand": "orris", "reference_usd": 200.0}
            | {name: row[name] for name in ("mention_text", "price_to_reference") if name in row}
            for at, row in enumerate(rows)
        ],
        "sellers": [],
        "seller_features": [],
    }
    made = {
        name: pl.DataFrame(make_rows(name, *(_own(name, one) for one in found)))
        for name, found in tables.items()
    }
    joined = join_facts(*made.values())
    sellers = {"seller_review_count", "seller_since_on", *group_columns()}
    return joined.with_columns(
        pl.Series(name, [row.get(name) for row in rows], joined.schema[name])
        for name in sellers & set(joined.columns)
    )


def _own(table: str, row: dict[str, Any]) -> dict[str, Any]:
    from conf import contract

    return {name: value for name, value in row.items() if name in contract.table(table).names}


@pytest.fixture
def again() -> Reread:
    return Reread(Matcher((ORRIS,), {"orris/lago": 200.0}), lexicons())


FAKE = {
    "title": "Orris Lago 38 1:1 replica",
    "description": "whatsapp me for the logo",
    "mention_text": "Orris",
    "price_usd": 20.0,
    "price_amount": 20.0,
    "price_to_reference": 0.1,
    "seller_review_count": 0,
}
HONEST = {
    "title": "Orris Lago 38 steel",
    "description": "with box and papers",
    "price_usd": 190.0,
    "seller_review_count": 900,
}


def after(again: Reread, attack: str) -> dict[str, Any]:
    rows = facts(FAKE, HONEST)
    made = attacked(rows, pl.Series([True, False]), again)[attack]
    assert made["listing_key"].to_list() == rows["listing_key"].to_list()
    assert made.row(1, named=True) == rows.row(1, named=True)  # who is honest stays as it was
    return made.row(0, named=True)


def test_a_disguise_is_seen_through_or_not_by_the_jobs_own_code(again: Reread) -> None:
    found = after(again, "disguised name")
    assert found["title"] != FAKE["title"]
    assert (found["brand"], found["is_mention_disguised"]) == ("orris", True)


def test_without_its_name_a_brand_is_not_found(again: Reread) -> None:
    found = after(again, "name left out")
    assert (found["title"].strip(), found["brand"]) == ("Lago 38 1:1 replica", None)


def test_a_matched_price(again: Reread) -> None:
    found = after(again, "price matched")
    assert (found["price_usd"], found["price_to_reference"]) == (190.0, 0.95)
    assert found["price_amount"] == pytest.approx(190.0)
    assert found["title"] == FAKE["title"]


def test_a_hijacked_account(again: Reread) -> None:
    assert after(again, "hijacked account")["seller_review_count"] == 900


def test_copied_texts_take_the_words_away(again: Reread) -> None:
    found = after(again, "copied texts")
    assert (found["title"], found["description"]) == (HONEST["title"], HONEST["description"])
    assert "title:replica" not in (found["text_signs"] or [])
    every = after(again, "all of these")
    assert (every["price_to_reference"], every["seller_review_count"]) == (0.95, 900)


def test_without_a_catalogue_texts_are_left_alone(site: Site) -> None:
    assert reread(site) is None
    found = attacked(facts(FAKE, HONEST), pl.Series([True, False]), None)
    assert set(found) == {name for name, one in ATTACKS.items() if not one.is_read_anew}


@pytest.mark.parametrize("key", [f"b:{at}" for at in range(12)])
def test_a_disguised_title_is_another(key: str) -> None:
    title = "Orris Lago 38"
    made = disguised(title, "Orris", key)
    assert made != title
    assert made.endswith(" Lago 38")
    assert disguised(title, "Orris", key) == made
    assert disguised(title, None, key) == title


def test_facts_here_are_whole() -> None:
    assert set(row_columns()) <= set(facts(FAKE).columns)
