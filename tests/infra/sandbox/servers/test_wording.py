"""How amounts and days are written."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.servers import wording

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("5", "₹5.00"),
        ("999", "₹999.00"),
        ("1234.5", "₹1,234.50"),
        ("123456", "₹1,23,456.00"),
        ("12345678.9", "₹1,23,45,678.90"),
    ],
)
def test_rupees_are_grouped_in_lakhs(amount: str, written: str) -> None:
    assert wording.indian(Decimal(amount), "INR") == written


def test_each_market_writes_money_its_own_way() -> None:
    amount = Decimal("1234.5")
    assert wording.dollar(amount) == "US $1,234.50"
    assert wording.euro(amount) == "1.234,50 €"
    assert wording.pound(amount) == "£1,234.50"
    assert wording.latin(amount, "MXN") == "MXN $ 1,234.50"
    assert wording.latin(amount, "BRL") == "R$ 1.234,50"
    assert wording.indian(amount, "USD") == "$1,234.50"


@pytest.mark.parametrize(
    ("style", "written"), [(0, "面议"), (1, "￥1,280"), (20, "1280元"), (39, "1280.00元")]
)
def test_yuan_have_several_styles(style: int, written: str) -> None:
    assert wording.yuan(Decimal(1280), style) == written


@given(AMOUNTS)
def test_no_digit_is_lost(amount: Decimal) -> None:
    digits = f"{amount:.2f}".replace(".", "")
    for written in (
        wording.euro(amount),
        wording.dollar(amount),
        wording.indian(amount, "INR"),
        wording.latin(amount, "BRL"),
    ):
        assert re.sub(r"\D", "", written) == digits


def test_days() -> None:
    day = date(2026, 10, 3)
    assert wording.long_day(day) == "3 October 2026"
    assert wording.british_day(day) == "03/10/2026"
    assert wording.german_day(day) == "03.10.2026"
    assert wording.chinese_day(day) == "2026年10月3日"
    assert wording.http_date(day) == "Sat, 03 Oct 2026 06:00:00 GMT"


@given(st.text(max_size=200))
def test_a_slug_is_safe_in_an_address(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,60}", wording.slug(text, "x"))
