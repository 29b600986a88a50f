"""Dates as shops show them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.clean._dates import day, moment

SEEN = datetime(2026, 11, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T05:00:00+08:00", datetime(2026, 10, 31, 21, tzinfo=UTC)),
        ("2026-11-01T05:00:00Z", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("3 days ago", SEEN - timedelta(days=3)),
        ("an hour ago", SEEN - timedelta(hours=1)),
        ("vor 3 Tagen", SEEN - timedelta(days=3)),
        ("hace 2 semanas", SEEN - timedelta(days=14)),
        ("3天前", SEEN - timedelta(days=3)),
        ("yesterday", SEEN - timedelta(days=1)),
        ("Nov 1, 2026", datetime(2026, 11, 1, tzinfo=UTC)),
        ("1. November 2026", datetime(2026, 11, 1, tzinfo=UTC)),
        ("1 de octubre de 2026", datetime(2026, 10, 1, tzinfo=UTC)),
        ("2026年10月3日", datetime(2026, 10, 3, tzinfo=UTC)),
        ("25/12/2025", datetime(2025, 12, 25, tzinfo=UTC)),
        ("12/25/2025", datetime(2025, 12, 25, tzinfo=UTC)),
        ("1790000000", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        ("Member since 2019", datetime(2019, 1, 1, tzinfo=UTC)),
        ("Mitglied seit Mai 2020", datetime(2020, 5, 1, tzinfo=UTC)),
    ],
)
def test_reads(text: str, found: datetime) -> None:
    assert moment(text, SEEN) == found


def test_the_order_of_day_and_month_is_the_markets() -> None:
    assert day("03/04/2026", SEEN) == date(2026, 4, 3)
    assert day("03/04/2026", SEEN, is_month_first=True) == date(2026, 3, 4)


@pytest.mark.parametrize("text", [None, "", "soon", "31/02/2026", "2030-01-01", "1875-01-01"])
def test_is_no_date(text: str | None) -> None:
    assert moment(text, SEEN) is None


@given(st.text())
def test_any_text_gives_a_time_that_can_be(text: str) -> None:
    found = moment(text, SEEN)
    assert found is None or found <= SEEN + timedelta(days=1)
