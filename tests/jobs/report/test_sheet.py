"""The spreadsheet: the page's numbers, every listing, and no cell that runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.report._cells import LONGEST, cell, cells
from jobs.report._writing import open_desk, write

from .conftest import NEW, OLD, ORRIS, TODAY, offer

if TYPE_CHECKING:
    from conf.site import Site

Offer = dict[str, dict[str, Any]]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝")


@pytest.fixture
def book(alliance: Site, shelve: Callable[..., None], tmp_path: Path) -> Callable[..., Any]:
    """`book(offer(1), …)`: the workbook of Orris over these listings, read back."""

    def make(*offers: Offer) -> Any:
        shelve(*offers)
        written = write(open_desk(alliance, TODAY), ORRIS, tmp_path / "out")
        return openpyxl.load_workbook(written.sheet or "")

    return make


def rows(sheet: Any) -> list[dict[str, Any]]:
    heads, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, values, strict=True)) for values in rest]


def test_no_listing(book: Callable[..., Any]) -> None:
    found = book(offer(1, brand="velmora"))
    assert rows(found["Listings"]) == []
    assert found["In short"]["B3"].value == "No listing of Orris has been seen so far."


def test_one_listing(book: Callable[..., Any]) -> None:
    found = book(offer(1, first_seen_at=NEW))
    (row,) = rows(found["Listings"])
    assert (row["Suspicion"], row["State"], row["New"]) == (90, "red flag", "yes")
    assert (row["Price, USD"], row["Reference, USD"], row["Price of reference"]) == (100, 1000, 0.1)
    assert (row["Product"], row["Platform"]) == ("Tidewater 300", "Bazaar")
    assert row["First seen"] == datetime(2026, 11, 2)  # noqa: DTZ001 - a day in a sheet has no zone
    assert row["Key for `countermark evidence show`"] == "bazaar:1"
    assert row["Scored by"] == "rules 1"
    assert found["In short"]["B3"].value == (
        "1 live listing of Orris is a red flag, new since the day before."
    )


def test_it_says_the_numbers_of_the_page(book: Callable[..., Any]) -> None:
    offers = [offer(n, first_seen_at=OLD if n % 2 else NEW) for n in range(7)]
    found = book(*offers, offer(8, suspicion=60.0), offer(9, is_gone=True))
    states = [row["State"] for row in rows(found["Listings"])]
    assert [states.count(one) for one in ("red flag", "to review", "gone")] == [7, 1, 1]
    (platform,) = rows(found["Platforms"])
    assert (platform["Red flags"], platform["New"], platform["To review"]) == (7, 4, 1)
    (seller,) = rows(found["Sellers"])
    assert (seller["Seller"], seller["Red flags"], seller["Red flags ask, USD"]) == (
        "Lucky Star",
        7,
        700,
    )
    assert [
        (row["Red flags known before"], row["New that day"]) for row in rows(found["Days"])
    ] == [
        (0, 3),
        (3, 4),
    ]
    assert sum(row["Red flags"] for row in rows(found["Prices"])) == 7


@pytest.mark.parametrize("sign", FORMULA)
def test_a_cell_never_begins_as_a_formula(book: Callable[..., Any], sign: str) -> None:
    evil = f'{sign}HYPERLINK("http://evil.example","Orris")'
    found = book(offer(1, title=evil, seller_name=evil, reasons=[evil], mention_text=evil))
    for sheet in found:
        for line in sheet.iter_rows():
            for one in line:
                assert one.data_type != "f"
                assert not str(one.value or "").startswith(FORMULA)
                assert one.hyperlink is None


def test_hidden_characters_are_named(book: Callable[..., Any]) -> None:
    (row,) = rows(book(offer(1, title="Orris\x00\u202e\ufffe"))["Listings"])
    assert row["Title"] == "Orris⟨U+0000⟩⟨U+202E⟩⟨U+FFFE⟩"


def test_the_same_rows_give_the_same_bytes(
    alliance: Site, shelve: Callable[..., None], tmp_path: Path
) -> None:
    shelve(*(offer(n, listing_key=f"bazaar:{n}") for n in range(30)))
    desk = open_desk(alliance, TODAY)
    first = write(desk, ORRIS, tmp_path / "a")
    shelve(*(offer(n, listing_key=f"bazaar:{n}") for n in reversed(range(30))))
    again = write(desk, ORRIS, tmp_path / "b")
    assert Path(first.sheet or "").read_bytes() == Path(again.sheet or "").read_bytes()
    assert Path(first.page or "").read_bytes() == Path(again.page or "").read_bytes()


@given(st.text(max_size=200))
def test_any_text_is_a_cell(text: str) -> None:
    made = cell(text)
    assert not made.startswith(FORMULA)
    assert not {unicodedata.category(letter) for letter in made} & {"Cc", "Cf", "Co", "Cs"}
    assert not {"\ufffe", "\uffff"} & set(made)  # no XML file may hold them


def test_cells_are_cut_and_nulls_stay() -> None:
    assert cells(pl.Series([None, "x" * 50_000])).str.len_chars().to_list() == [None, LONGEST]
