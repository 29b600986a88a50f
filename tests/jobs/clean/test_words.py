"""Words with a known meaning: condition, availability, ways to reach a seller."""

from __future__ import annotations

import polars as pl
import pytest

from jobs.clean._availability import availability
from jobs.clean._condition import condition
from jobs.clean._contact import has_contact
from jobs.clean._words import each, tidy


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("https://schema.org/NewCondition", "new"),
        ("https://schema.org/UsedCondition", "used"),
        ("RefurbishedCondition", "refurbished"),
        ("Brand New with tags", "new"),
        ("Used - like new", "used"),
        ("neu & ovp", "new"),
        ("gebraucht", "used"),
        ("generalüberholt", "refurbished"),
        ("全新", "new"),
        ("95新", "used"),
        ("б/у", "used"),
        ("see text", None),
        (None, None),
    ],
)
def test_condition(text: str | None, meaning: str | None) -> None:
    assert condition(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("https://schema.org/InStock", "in_stock"),
        ("http://schema.org/OutOfStock", "out_of_stock"),
        ("PreOrder", "preorder"),
        ("Not in stock", "out_of_stock"),
        ("nicht auf Lager", "out_of_stock"),
        ("auf Lager", "in_stock"),
        ("3 left", "in_stock"),
        ("有货", "in_stock"),
        ("已售", "out_of_stock"),
        ("Agotado", "out_of_stock"),
        ("0", "out_of_stock"),
        ("perhaps", None),
        (None, None),
    ],
)
def test_availability(text: str | None, meaning: str | None) -> None:
    assert availability(text) == meaning


@pytest.mark.parametrize(
    ("text", "is_contact"),
    [
        ("WhatsApp us", True),
        ("加微信 abc", True),
        ("write to shop@example.com", True),
        ("+86 138 0000 0000", True),
        ("since 2019, 98 % positive", False),
        ("ref 126610", False),
        (None, False),
    ],
)
def test_contact(text: str | None, is_contact: bool) -> None:  # noqa: FBT001 - a table of rows
    assert has_contact(text) is is_contact


def test_white_space_is_tidied_and_nothing_is_null() -> None:
    texts = pl.Series("t", [" a\n b\u00a0c ", "  ", None])
    assert tidy(texts).to_list() == ["a b c", None, None]


def test_equal_texts_are_read_once() -> None:
    asked: list[str | None] = []

    def read(text: str | None) -> int:
        asked.append(text)
        return len(text or "")

    assert each(pl.Series(["aa", "b", "aa", None]), read, pl.Int64).to_list() == [2, 1, 2, 0]
    assert sorted(asked, key=str) == [None, "aa", "b"]
