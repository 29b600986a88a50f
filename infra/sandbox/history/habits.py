"""How each partner writes what it sends: forms of files, prices, days, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from infra.sandbox.history.files import Form
from infra.sandbox.servers import wording


class Habit(msgspec.Struct, frozen=True):
    """One partner's way of writing."""

    partner: str
    forms: Mapping[str, Form]  # of listings, sellers, images, decisions
    price: Callable[[Decimal, str], Any]  # of an amount and its currency
    day: Callable[[date], Any]
    moment: Callable[[datetime], Any]
    count: Callable[[int], Any]
    stars: Callable[[float], Any]
    conditions: Mapping[str, str]
    in_stock: str
    sold_out: str


def _plain_price(amount: Decimal, _currency: str) -> str:
    return f"{amount:,.2f}"


def _german_price(amount: Decimal, currency: str) -> str:
    return f"{wording.continental(amount)} {currency}"


def _number(amount: Decimal, _currency: str) -> float:
    return float(amount)


def _named_day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def _german_count(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _german_stars(stars: float) -> str:
    return f"{stars:.1f}".replace(".", ",")


HABITS = {
    habit.partner: habit
    for habit in (
        Habit(
            partner="northmall",
            forms={
                "listings": Form("csv", ".zst", separator="|"),
                "sellers": Form("csv"),
                "images": Form("csv", ".zst"),
                "decisions": Form("csv"),
            },
            price=_plain_price,
            day=_named_day,
            moment=lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
            count=str,
            stars=lambda stars: f"{stars:.1f} out of 5",
            conditions={"new": "New", "used": "Pre-owned", "refurbished": "Refurbished"},
            in_stock="In stock",
            sold_out="Sold out",
        ),
        Habit(
            partner="silkway",
            forms={
                "listings": Form("jsonl", ".gz"),
                "sellers": Form("jsonl", ".gz"),
                "images": Form("jsonl", ".gz"),
                "decisions": Form("jsonl"),
            },
            price=_number,
            day=wording.chinese_day,
            moment=lambda at: int(at.timestamp() * 1000),
            count=int,
            stars=lambda stars: round(stars, 1),
            conditions={"new": "全新", "used": "二手", "refurbished": "翻新"},
            in_stock="有货",
            sold_out="售罄",
        ),
        Habit(
            partner="vendora",
            forms={
                "listings": Form("csv", "", ";", has_bom=True),
                "sellers": Form("csv", "", ";", has_bom=True),
                "images": Form("csv", ".gz", ";"),
                "decisions": Form("csv", "", ";", has_bom=True),
            },
            price=_german_price,
            day=wording.german_day,
            moment=lambda at: f"{at:%Y-%m-%d %H:%M:%S}+00:00",
            count=_german_count,
            stars=_german_stars,
            conditions={"new": "Neu", "used": "Gebraucht", "refurbished": "Generalüberholt"},
            in_stock="Auf Lager",
            sold_out="Ausverkauft",
        ),
        Habit(
            partner="rialto",
            forms={
                "listings": Form("parquet"),
                "sellers": Form("parquet"),
                "images": Form("parquet"),
                "decisions": Form("jsonl", ".zst"),
            },
            price=_number,
            day=date.isoformat,
            moment=lambda at: at,  # a time as such: Parquet knows times
            count=int,
            stars=lambda stars: round(stars, 1),
            conditions={"new": "Nuovo", "used": "Usato", "refurbished": "Ricondizionato"},
            in_stock="Disponibile",
            sold_out="Esaurito",
        ),
    )
}
