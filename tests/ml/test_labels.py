"""Which label a listing gets from what people decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from ml.labels import labels

Rows = Callable[..., pa.Table]


def day(number: int) -> datetime:
    return datetime(2026, 10, number, tzinfo=UTC)


def said(verdict: str, at: int, basis: str = "audit", **more: Any) -> dict[str, Any]:
    return {
        "subject_kind": "listing",
        "subject_key": "a:1",
        "verdict": verdict,
        "basis": basis,
        "decided_at": day(at),
    } | more


LISTINGS = pl.DataFrame(
    {
        "listing_key": ["a:1", "a:2", "a:3"],
        "seller_key": ["a:s", "a:s", "a:s"],
        "brand": ["orris", "orris", None],
        "observed_at": [day(5)] * 3,
    }
)


def labelled(rows: Rows, *decisions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = labels(pl.DataFrame(rows("decisions", *decisions)), LISTINGS)
    return {row["listing_key"]: row for row in found.to_dicts()}


@pytest.mark.parametrize(
    ("decisions", "label"),
    [
        ([said("counterfeit", 6)], True),
        ([said("counterfeit", 6), said("genuine", 7)], False),  # the newest counts
        ([said("genuine", 7), said("counterfeit", 6)], False),
        ([said("counterfeit", 6, "examination"), said("genuine", 7)], True),  # goods were examined
        ([said("unsure", 6, "examination"), said("genuine", 7)], False),
        ([said("counterfeit", 6), said("unsure", 7)], None),  # taken back
        ([said("unsure", 6), said("counterfeit", 7)], True),
        ([said("counterfeit", 6), said("genuine", 6)], None),  # two people of two minds
        ([said("counterfeit", 6), said("counterfeit", 6, "partner")], True),
        ([said("counterfeit", 4)], None),  # what was shown then is no longer there
        ([said("counterfeit", 6, subject_key="a:9")], None),  # of a listing that we do not know
    ],
)
def test_of_several_verdicts_one_counts(
    rows: Rows,
    decisions: list[dict[str, Any]],
    label: bool | None,  # noqa: FBT001 - a row of the table above
) -> None:
    found = labelled(rows, *decisions)
    assert ([row["is_counterfeit"] for row in found.values()] or [None]) == [label]


def test_a_label_weighs_what_it_rests_on(rows: Rows) -> None:
    weak = labelled(rows, said("genuine", 6, "partner"))["a:1"]
    strong = labelled(rows, said("genuine", 6, "examination"))["a:1"]
    assert (weak["weight"], strong["weight"]) == (0.7, 1.0)


def test_a_drawn_listing_speaks_for_those_not_drawn(rows: Rows) -> None:
    quarter = labelled(rows, said("genuine", 6, selection_probability=0.25))["a:1"]
    rare = labelled(rows, said("genuine", 6, selection_probability=0.001))["a:1"]
    chosen = labelled(rows, said("genuine", 6))["a:1"]
    assert (quarter["drawn"], rare["drawn"], chosen["drawn"]) == (4.0, 8.0, 0.0)


def test_a_sellers_verdict_is_spread_over_its_listings_of_brands(rows: Rows) -> None:
    seller = said("counterfeit", 6, subject_kind="seller", subject_key="a:s")
    found = labelled(rows, seller, said("genuine", 6))
    assert sorted(found) == ["a:1", "a:2"]  # a:3 offers no brand
    assert (found["a:1"]["is_counterfeit"], found["a:1"]["is_own"]) == (False, True)
    assert (found["a:2"]["is_counterfeit"], found["a:2"]["is_own"]) == (True, False)
    assert found["a:2"]["weight"] == pytest.approx(0.27)


def test_no_decision_is_no_label(rows: Rows) -> None:
    assert labelled(rows) == {}
