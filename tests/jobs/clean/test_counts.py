"""Counts and ratings as shops show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.clean._counts import count, share


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.2k sold", 1200),
        ("1,234", 1234),
        ("月销 300+", 300),
        ("1.2万", 12000),
        ("500 sold", 500),
        ("4 kr", 4),
        ("no reviews", 0),
        ("暂无评价", 0),
        ("many", None),
        (None, None),
    ],
)
def test_counts(text: str | None, number: int | None) -> None:
    assert count(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4.5 out of 5", 0.9),
        ("4,5 von 5", 0.9),
        ("4.5/5", 0.9),
        ("8 / 10", 0.8),
        ("96.7%", 0.967),
        ("96,7 %", 0.967),
        ("4.8", 0.96),
        ("0.967", 0.967),
        ("98", 0.98),
        ("★★★★☆", 0.8),
        ("120%", None),
        ("5/0", None),
        ("good", None),
        (None, None),
    ],
)
def test_shares(text: str | None, value: float | None) -> None:
    assert share(text) == (None if value is None else pytest.approx(value))


@given(st.text())
def test_any_text_is_in_range_or_none(text: str) -> None:
    number, part = count(text), share(text)
    assert number is None or number >= 0
    assert part is None or 0 <= part <= 1
