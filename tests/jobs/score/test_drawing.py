"""Listings are drawn by chance: the same ones from the same day, each with the chance it says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.score._drawing import allocated, banded, drawn, strata, whole
from jobs.score.audit_sample import prepared

DAY = date(2026, 11, 1)


def world(size: int = 3000) -> pl.DataFrame:
    rng = np.random.default_rng(1)
    points = 100 * rng.beta(0.5, 4, size)
    return pl.DataFrame(
        {
            "listing_key": [f"a:{at}" for at in range(size)],
            "platform": rng.choice(["a", "b", "c"], size, p=[0.7, 0.28, 0.02]),
            "seller_key": [f"s{at % 300}" for at in range(size)],
            "brand": [None if at % 3 else "orris" for at in range(size)],
            "language": rng.choice(["en", "zh"], size),
            "suspicion": points,
        }
    )


def draw(rows: pl.DataFrame, budget: int, day: date, parts: int = 1) -> pl.DataFrame:
    known = prepared(rows, {"orris": 60.0}, day)
    told = [strata(known.gather_every(parts, at), budget) for at in range(parts)]
    return drawn(pl.concat(told), budget, day)


@pytest.mark.parametrize(
    ("suspicion", "review", "band", "is_under"),
    [
        (0.0, 50.0, "0-10", True),
        (10.0, 50.0, "10-25", True),
        (25.0, 50.0, "25-50", True),
        (49.99, 50.0, "25-50", True),
        (50.0, 50.0, "50-100", False),
        (50.0, 60.0, "25-60", True),
        (12.0, 10.0, "10-100", False),
    ],
)
def test_bands_end_at_the_line_of_review(
    suspicion: float, review: float, band: str, *, is_under: bool
) -> None:
    (row,) = banded(pl.DataFrame({"suspicion": [suspicion], "review": [review]})).to_dicts()
    assert (row["band"], row["is_under_review"]) == (band, is_under)


def test_the_budget_is_spent_mostly_under_the_line_and_repeats_to_the_listing() -> None:
    found = draw(world(), 40, DAY)
    assert 38 <= found.height <= 41
    assert 0.7 <= found["is_under_review"].mean() <= 0.9  # type: ignore[operator] # a number
    again = draw(world().sample(fraction=1, shuffle=True, seed=3), 40, DAY, parts=4)
    assert found.sort("listing_key").equals(again.sort("listing_key").select(found.columns))
    other = draw(world(), 40, DAY + timedelta(days=1))
    assert len(set(found["listing_key"]) & set(other["listing_key"])) < 5


def test_every_listing_is_drawn_as_often_as_its_chance_says() -> None:
    """Weighed back, 400 days' draws count the listings, and those of the smallest platform."""
    rows = world()
    counts: dict[str, list[float]] = {"all": [], "c": [], "points": []}
    for day in range(400):
        found = draw(rows, 40, DAY + timedelta(days=day))
        weight = 1 / found["selection_probability"]
        counts["all"].append(float(weight.sum()))
        counts["c"].append(float(weight.filter(found["platform"] == "c").sum()))
        counts["points"].append(float((weight * found["suspicion"]).sum()))
    assert np.mean(counts["all"]) == pytest.approx(rows.height, rel=0.03)
    assert np.mean(counts["c"]) == pytest.approx((rows["platform"] == "c").sum(), rel=0.25)
    assert np.mean(counts["points"]) == pytest.approx(float(rows["suspicion"].sum()), rel=0.05)


def test_a_small_table_is_taken_whole() -> None:
    found = draw(world(5), 40, DAY)
    assert found.height == 5
    assert found["selection_probability"].to_list() == [1.0] * 5


def test_more_goes_where_there_is_more_doubt() -> None:
    every: dict[str, Any] = {
        "count": [1000, 1000],
        "points": [0, 3_000_000],  # hundredths: means of 0 and of 30
        "is_under_review": [True, True],
    }
    low, high = allocated(pl.DataFrame(every), 50)
    assert low + high == pytest.approx(50)
    assert 4 < high / low < 5  # 0.46 against 0.1, the least doubt there is


@given(st.lists(st.floats(0, 20), max_size=30), st.floats(0, 0.999))
def test_rounding_keeps_the_sum_and_each_part_within_one(parts: list[float], start: float) -> None:
    found = whole(parts, start)
    assert abs(found.sum() - sum(parts)) < 1 + 1e-6
    assert all(abs(one - part) < 1 + 1e-6 for one, part in zip(found, parts, strict=True))
