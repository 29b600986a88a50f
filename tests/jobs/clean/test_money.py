"""Prices as shops write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf.currency import currencies
from jobs.clean._money import MOST, Money, lowest_number, money

CURRENCIES = currencies()


@pytest.mark.parametrize(
    ("text", "stated", "home", "amount", "code"),
    [
        ("US $1,234.50", None, "EUR", 1234.5, "USD"),
        ("1.234,50 €", None, "USD", 1234.5, "EUR"),
        ("£12", None, None, 12.0, "GBP"),
        ("1 234,50 kr", None, "NOK", 1234.5, "NOK"),
        ("1\u202f234,50 kr", None, None, 1234.5, "SEK"),
        ("₹1,23,456.00", None, None, 123456.0, "INR"),
        ("R$ 1.234,50", None, "USD", 1234.5, "BRL"),
        ("1280元", None, None, 1280.0, "CNY"),
        ("￥1,280", None, "CNY", 1280.0, "CNY"),
        ("¥1,280", None, "JPY", 1280.0, "JPY"),
        ("批💰2650", None, None, 2650.0, "CNY"),
        ("12.50-18.00", None, "USD", 12.5, "USD"),
        ("€18.00 – €12.50", None, None, 12.5, "EUR"),
        ("１２８０円", None, None, 1280.0, "JPY"),
        ("$450.00", "MXN", "USD", 450.0, "MXN"),
        ("$450.00", None, "MXN", 450.0, "MXN"),
        ("$450.00", None, "EUR", 450.0, "USD"),
        ("1.2万", None, "CNY", 12000.0, "CNY"),
        ("12.500 KWD", None, None, 12.5, "KWD"),
        ("49,-", "EUR", None, 49.0, "EUR"),
        ("1'299.00", "CHF", None, 1299.0, "CHF"),
        ("1.234.567,89 Kč", None, None, 1234567.89, "CZK"),
        ("٤٥٠ د.إ", None, None, 450.0, "AED"),
        ("99.99", None, None, 99.99, None),
        ("Free", None, "USD", 0.0, "USD"),
        ("gratis", None, "EUR", 0.0, "EUR"),
        ("包邮", None, "CNY", 0.0, "CNY"),
    ],
)
def test_reads(
    text: str, stated: str | None, home: str | None, amount: float, code: str | None
) -> None:
    assert money(text, stated, home, CURRENCIES) == Money(amount, code)


@pytest.mark.parametrize("text", [None, "", "面议", "price on request", "-", "9" * 14])
def test_names_no_price(text: str | None) -> None:
    assert money(text, None, "USD", CURRENCIES) is None


def test_dollars_at_the_rate_of_the_file() -> None:
    found = money("100 €", None, None, CURRENCIES)
    assert found is not None
    assert found.usd(CURRENCIES) == pytest.approx(100 * CURRENCIES.usd["EUR"])
    assert Money(1.0, None).usd(CURRENCIES) is None


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([",.", ".,", " ,", "'."]))
def test_groups_and_decimals_of_any_country(whole: int, cents: int, signs: str) -> None:
    text = f"{whole:,}".replace(",", signs[0]) + f"{signs[1]}{cents:02}"
    assert lowest_number(text) == pytest.approx(whole + cents / 100)


@given(st.text(), st.none() | st.text(), st.sampled_from([None, "USD", "CNY", "XXX"]))
def test_any_text_gives_a_price_or_none(text: str, stated: str | None, home: str | None) -> None:
    found = money(text, stated, home, CURRENCIES)
    if found is not None:
        assert 0 <= found.amount < MOST
        assert found.currency is None or found.currency in CURRENCIES.usd
