"""A brand's report as a spreadsheet: the numbers of the page, and every listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from jobs.report import _summary
from jobs.report._cells import cell, cells
from jobs.report._told import Told
from jobs.report._view import View

MOST_ROWS = 1_000_000  # a sheet holds 1,048,576; more listings go on in a further sheet
_FORMATS = {
    "text": {},
    "number": {"num_format": "#,##0"},
    "points": {"num_format": "0.0"},
    "money": {"num_format": "#,##0.00"},
    "share": {"num_format": "0%"},
    "day": {"num_format": "yyyy-mm-dd"},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14},
    "word": {"bold": True, "valign": "top"},
    "prose": {"text_wrap": True, "valign": "top"},
}


class Column(msgspec.Struct, frozen=True):
    """One column of a sheet."""

    name: str  # in the frame
    head: str
    width: int = 12
    kind: str = "number"


def _text(name: str, head: str, width: int = 18) -> Column:
    return Column(name, head, width, "text")


LISTINGS = (
    Column("suspicion", "Suspicion", 10, "points"),
    _text("state", "State", 11),
    _text("is_new", "New", 6),
    _text("title", "Title", 60),
    _text("product", "Product", 30),
    Column("price_usd", "Price, USD", 11, "money"),
    Column("reference_usd", "Reference, USD", 11, "money"),
    Column("price_to_reference", "Price of reference", 10, "share"),
    Column("price_amount", "Price as shown", 11, "money"),
    _text("price_currency", "Currency", 9),
    _text("platform", "Platform", 14),
    _text("seller_name", "Seller", 24),
    _text("seller_shown", "Seller's key", 26),
    _text("ships_from_country", "Ships from", 8),
    _text("condition", "Condition", 10),
    _text("claim", "Use of the brand", 12),
    _text("mention_text", "Words that name it", 20),
    _text("is_disguised", "Disguised", 9),
    _text("reasons", "Reasons", 80),
    Column("first_seen_at", "First seen", 11, "day"),
    Column("last_seen_at", "Last seen", 11, "day"),
    _text("url", "Address", 40),
    _text("evidence_key", "Key for `countermark evidence show`", 30),
    _text("capture_id", "Capture", 20),
    _text("model", "Scored by", 20),
)
SELLERS = (
    _text("seller_name", "Seller", 28),
    _text("seller_shown", "Seller's key", 28),
    _text("platform", "Platform", 16),
    Column("flags", "Red flags"),
    Column("new_flags", "New"),
    Column("review", "To review"),
    Column("worst", "Worst suspicion", 12, "points"),
    Column("asked_usd", "Red flags ask, USD", 14, "money"),
    Column("since_on", "Shop since", 12, "day"),
    Column("first_seen_at", "First seen", 12, "day"),
)
PLATFORMS = (
    _text("platform", "Platform", 20),
    Column("live", "Live listings"),
    Column("flags", "Red flags"),
    Column("new_flags", "New"),
    Column("review", "To review"),
    Column("sellers", "Sellers of red flags"),
    Column("price_to_reference", "Median price of reference", 14, "share"),
)
DAYS = (
    Column("report_on", "Day", 12, "day"),
    Column("known", "Red flags known before"),
    Column("new", "New that day"),
)
STEPS = (
    _text("upto", "Price up to, of reference", 16),
    Column("suspect", "Red flags"),
    Column("other", "Other"),
)
JUDGED = (
    _text("name", "Platform held out", 20),
    Column("listings", "Judged"),
    Column("counterfeits", "Counterfeit"),
    Column("red_flags", "Red flags"),
    Column("precision", "Of them right", 12, "share"),
    Column("recall", "Found", 12, "share"),
)
UNREAD = (
    _text("platform", "Platform", 20),
    _text("stage", "Step", 14),
    _text("reason", "Reason", 30),
    Column("count", "How many"),
)


def write_sheets(path: Path, told: Told) -> None:
    """Write the workbook; the same rows give the same bytes."""
    import xlsxwriter

    # Rows go to disk as they are written, so that 100,000 listings cost little memory.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        made_at = datetime.combine(told.view.day, time())
        title = f"{told.view.brand.name}: suspect listings"
        book.set_properties({"title": title, "created": made_at})
        _fill(_Sheets(book), told)


def _fill(sheets: _Sheets, told: Told) -> None:
    view, titles = told.view, dict(told.titles)
    titled = pl.col("platform").replace(titles)
    sheets.words("In short", told)
    listings = _listings(view, titles)
    for first in range(0, max(1, listings.height), MOST_ROWS):
        name = "Listings" if not first else f"Listings {first // MOST_ROWS + 1}"
        sheets.frame(name, LISTINGS, listings.slice(first, MOST_ROWS))
    sheets.frame("Sellers", SELLERS, told.sellers.with_columns(titled))
    sheets.frame("Platforms", PLATFORMS, told.platforms.with_columns(titled))
    sheets.frame("Days", DAYS, _summary.every_day(view))
    sheets.frame("Prices", STEPS, _summary.price_steps(view))
    if told.judged.height:
        sheets.frame("Judgement", JUDGED, told.judged)
    sheets.frame("Not read", UNREAD, view.refused.with_columns(titled))


class _Sheets:
    """Adds sheets to a workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats = {name: book.add_format(given) for name, given in _FORMATS.items()}

    def words(self, name: str, told: Told) -> None:
        """Add a sheet with the sentences of the page."""
        view, words, meanings = told.view, told.words, told.meanings
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110)
        title = f"{view.brand.name}: suspect listings, {view.day.isoformat()}"
        sheet.write_string(0, 0, cell(title), self._formats["title"])
        lines = [("", text) for text in (words.lead, words.scale, words.saving, *words.news)]
        lines = [line for line in lines if line[1]] + [(one.word, one.text) for one in meanings]
        for row, (word, text) in enumerate(lines, start=2):
            sheet.write_string(row, 0, cell(word), self._formats["word"])
            sheet.write_string(row, 1, cell(text), self._formats["prose"])

    def frame(self, name: str, columns: Sequence[Column], frame: pl.DataFrame) -> None:
        """Add a sheet with a row of heads and the rows of a frame, in its order."""
        sheet = self._book.add_worksheet(name)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, self._formats[column.kind])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, frame.height), len(columns) - 1)
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.head, self._formats["head"])
        shown = frame.select(_cell(frame[one.name], one) for one in columns)
        writers = [_writer(sheet, one.kind) for one in columns]
        formats = [None if one.kind == "text" else self._formats[one.kind] for one in columns]
        for row, values in enumerate(shown.iter_rows(), start=1):
            for index, value in enumerate(values):
                if value is not None:
                    writers[index](row, index, value, formats[index])


def _writer(sheet: Any, kind: str) -> Any:
    """Give the writer of one kind: text is written as text, whatever it looks like."""
    return sheet.write_string if kind == "text" else sheet.write_number


def _cell(values: pl.Series, column: Column) -> pl.Series:
    """Give a column as a sheet holds it: clean text, or a number (a day is one, since 1900)."""
    if column.kind == "text":
        return cells(values.cast(pl.String))
    if column.kind == "day":
        return values.cast(pl.Date).cast(pl.Int32) + _EXCEL_DAY
    return values.fill_nan(None) if values.dtype.is_float() else values


_EXCEL_DAY = 25_569  # number of 1970-01-01 in a spreadsheet


def _listings(view: View, platforms: Mapping[str, str]) -> pl.DataFrame:
    """Give the listings with words where the table has flags and keys."""
    products = {f"{view.brand.key}/{one.key}": one.name for one in view.brand.products}
    yes = pl.lit("yes")
    return view.listings.with_columns(
        pl.col("platform").replace(dict(platforms)),
        pl.col("product_key").replace_strict(products, default=None).alias("product"),
        pl.when("is_new").then(yes).alias("is_new"),
        pl.when("is_mention_disguised").then(yes).alias("is_disguised"),
        pl.col("reasons").list.join("; "),
        (pl.col("model_name") + " " + pl.col("model_version")).alias("model"),
    )
