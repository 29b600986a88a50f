"""Texts from outside as cells of a spreadsheet: shown as they are, never run, never breaking it."""

from __future__ import annotations

import polars as pl

from jobs.report._title import hidden_named

LONGEST = 4000  # characters; a cell holds 32,767 at most
# Excel, LibreOffice and what reads an exported CSV take these at the start for a formula.
_FORMULA = r"^([=+\-@\t\r\n＝＋－＠])"  # noqa: RUF001 - the wide forms are taken for formulas too
# No XML file may hold control characters, and the others print as nothing: each is named instead.
_HIDDEN = r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}]"


def cells(texts: pl.Series) -> pl.Series:
    """Give texts as cells; one that could be taken for a formula begins with an apostrophe."""
    cut = texts.str.slice(0, LONGEST).str.replace(_FORMULA, "'${1}")
    if not cut.str.contains(_HIDDEN).any():
        return cut
    named = cut.map_elements(hidden_named, return_dtype=pl.String)
    return pl.select(pl.when(cut.str.contains(_HIDDEN)).then(named).otherwise(cut)).to_series()


def cell(text: str) -> str:
    """Give one text as a cell."""
    return str(cells(pl.Series([text], dtype=pl.String)).item())
