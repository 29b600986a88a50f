"""How the marketplaces write amounts, days and places."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

_YEAR = "January February March April May June July August September October November December"
_MONTHS = _YEAR.split()
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def plain(amount: Decimal) -> str:
    """Write 1234.5 as "1234.50", the form of APIs and markup."""
    return f"{amount:.2f}"


def english(amount: Decimal, sign: str) -> str:
    """Write 1234.5 as "$1,234.50"."""
    return f"{sign}{amount:,.2f}"


def continental(amount: Decimal) -> str:
    """Write 1234.5 as "1.234,50"."""
    return f"{amount:,.2f}".translate({ord(","): ".", ord("."): ","})


def euro(amount: Decimal) -> str:
    """Write 1234.5 as "1.234,50 €"."""
    return f"{continental(amount)} €"


def dollar(amount: Decimal) -> str:
    """Write 1234.5 as "US $1,234.50"."""
    return english(amount, "US $")


def pound(amount: Decimal) -> str:
    """Write 1234.5 as "£1,234.50"."""
    return english(amount, "£")


def latin(amount: Decimal, currency: str) -> str:
    """Write 1234.5 as "R$ 1.234,50" in Brazil's currency, as "MXN $ 1,234.50" in others."""
    if currency == "BRL":
        return f"R$ {continental(amount)}"
    return f"{currency} {english(amount, '$ ')}"


def indian(amount: Decimal, currency: str) -> str:
    """Write 123456 as "₹1,23,456.00"; dollars as "$123,456.00"."""
    if currency != "INR":
        return english(amount, "$")
    whole, cents = f"{amount:.2f}".split(".")
    head, tail = whole[:-3], whole[-3:]
    groups = re.findall(r"\d{1,2}(?=(?:\d\d)*$)", head)
    return f"₹{','.join([*groups, tail])}.{cents}"


def yuan(amount: Decimal, style: int) -> str:
    """Write 1280 as "1280元", "￥1,280" or "1280.00元", or keep it back ("面议": on request).

    One style in forty keeps the price back, as haggling sellers do.
    """
    style %= 40
    whole = amount.to_integral_value() == amount
    if style == 0:
        return "面议"
    if style < 14:
        return f"￥{amount:,.0f}" if whole else f"￥{amount:,.2f}"
    if style < 34:
        return f"{amount:.0f}元" if whole else f"{amount:.2f}元"
    return f"{amount:.2f}元"


def long_day(day: date) -> str:
    """Write "3 October 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def british_day(day: date) -> str:
    """Write "03/10/2026"."""
    return f"{day:%d/%m/%Y}"


def german_day(day: date) -> str:
    """Write "03.10.2026"."""
    return f"{day:%d.%m.%Y}"


def chinese_day(day: date) -> str:
    """Write "2026年10月3日"."""
    return f"{day.year}年{day.month}月{day.day}日"


def http_date(day: date) -> str:
    """Write 06:00 UTC of a day as HTTP headers do."""
    return (
        f"{_WEEKDAYS[day.weekday()]}, {day.day:02} {_MONTHS[day.month - 1][:3]} {day.year} "
        "06:00:00 GMT"
    )


def share(value: float) -> str:
    """Write 0.987 as "98.7"."""
    return f"{value * 100:.1f}"


def slug(text: str, otherwise: str = "") -> str:
    """Give the part of an address that a text becomes: "Über Uhr" is "uber-uhr"."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or otherwise
