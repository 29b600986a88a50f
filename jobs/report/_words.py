"""Numbers, days and money as people read them."""

from __future__ import annotations

from datetime import date, datetime

_WITH_CENTS = 100  # dollars; from here on cents are noise
_MILLION = 1_000_000
_LEAST_SHARE = 0.01  # less than this is said to be, never rounded to nothing
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count(number: int, thing: str, things: str | None = None) -> str:
    """Give a number with what it counts: `1 listing`, `1,204 listings`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def spelt(number: int, thing: str, things: str | None = None) -> str:
    """Give the same with small numbers in words: `no listing`, `three listings`."""
    shown = _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"
    return f"{shown} {thing if number <= 1 else things or thing + 's'}"


def dollars(amount: float | None) -> str:
    """Give an amount in US dollars: cents under 100, then whole, then thousands and millions."""
    if amount is None:
        return "not known"
    if amount < _WITH_CENTS:
        return f"${amount:,.2f}"
    if amount < _MILLION:
        return f"${amount:,.0f}"
    return f"${amount / _MILLION:,.1f} million"


def share(part: float | None) -> str:
    """Give a share in per cent; `under 1 %` rather than a wrong zero."""
    if part is None:
        return "not known"
    if 0 < part < _LEAST_SHARE:
        return "under 1 %"
    return f"{part:.0%}".replace("%", " %")


def long_day(day: date) -> str:
    """Give a day as `Monday 2 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(day: date | datetime | None) -> str:
    """Give a day as `2 Nov 2026`."""
    return "not known" if day is None else f"{day.day} {day:%b %Y}"


def moment(at: datetime | None) -> str:
    """Give a time in UTC as `2 November 2026, 06:00 UTC`."""
    return "not known" if at is None else f"{at.day} {at:%B %Y, %H:%M} UTC"
