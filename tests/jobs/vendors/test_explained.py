"""A link is told in words that a person can check, and no identifier is told with it."""

from __future__ import annotations

import numpy as np
import polars as pl

from jobs.vendors._blocking import indexed
from jobs.vendors._evidence import traits
from jobs.vendors._explained import NAMES, explained, names
from jobs.vendors._kinds import KINDS

NIGHT = [0.0] * 2 + [30.0, 30.0] + [0.0] * 20
ALL_DAY = [5.0] * 24


def words(rows: list[tuple[str, str, str]], hours: tuple[list[float], list[float]]) -> str:
    crowd = [(f"crowd:{at:04}", "place", f"city{at}") for at in range(1198)]
    frame = pl.DataFrame([*rows, *crowd], ["seller_key", "kind", "value"], orient="row")
    index = indexed(frame.with_columns(listing_count=pl.lit(5)))
    about = traits(
        index,
        pl.DataFrame(
            {
                "seller_key": ["a:1", "b:1"],
                "platform": ["a", "b"],
                "name_folded": ["x", "y"],
                "open_days": [10, 10],
                "brands": [["velora"], ["velora"]],
                "hours": list(hours),
            }
        ),
    )
    tied = np.ones(index.values.height)
    return explained(index, about, (np.array([0]), np.array([1])), tied)[0]


def both(kind: str, *values: str) -> list[tuple[str, str, str]]:
    return [(one, kind, value) for one in ("a:1", "b:1") for value in values]


def test_a_link_in_words() -> None:
    rows = both("phone", "8613800000001") + both("sentence", *(f"s{at}" for at in range(14)))
    assert words(rows, (NIGHT, NIGHT)) == (
        "same phone (2 accounts of 1,200 have it), "
        "14 identical sentences (the rarest: 2 accounts of 1,200 have it), "
        "both edit 02:00–04:00 UTC"
    )


def test_what_speaks_against_is_told_too() -> None:
    rows = [*both("template", "t"), ("a:1", "phone", "1"), ("b:1", "phone", "2")]
    assert words(rows, (ALL_DAY, ALL_DAY)) == (
        "1 identical description (2 accounts of 1,200 have it), but different phones"
    )


def test_nothing_in_common_is_said_so() -> None:
    assert words([("a:1", "place", "x"), ("b:1", "place", "y")], (NIGHT, ALL_DAY)) == (
        "nothing in common"
    )


def test_a_number_is_never_told() -> None:
    assert "8613800000001" not in words(both("phone", "8613800000001"), (NIGHT, NIGHT))


def test_every_kind_has_words() -> None:
    assert set(NAMES) <= set(KINDS)
    assert names("price_ladder") == ("price ladder", "price ladders")
    assert names("mail") == ("mail address", "mail addresses")
