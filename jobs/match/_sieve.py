"""Tells of whole columns which listings may show a brand: most show none, and are not looked at."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import polars as pl

from jobs.match._disguise import spelt_like
from jobs.match._index import Index

_NAMED_IN = ("title_folded", "description_folded", "brand_folded")


def may_show_brand(listings: pl.DataFrame, index: Index, gtins: Collection[str]) -> pl.Series:
    """Tell of each listing whether anything in it may be a sign of a brand; often wrongly so.

    Args:
        listings: columns of `Listing` (jobs/match/_decide.py).
        index: of the brands' names and numbers.
        gtins: of their products.

    """
    named = [_holds(name, index.phrases) for name in (*_NAMED_IN, "mpn")]
    pattern = _spelt(index)
    guessed = [pl.col(name).str.contains(pattern) for name in _NAMED_IN if pattern]
    known = pl.col("gtin").is_in(list(gtins))
    shown = pl.col("photo_product_key").is_not_null()
    return listings.select(
        pl.any_horizontal("is_disguised", shown, known, *named, *guessed).fill_null(value=False)
    ).to_series()


def _holds(name: str, phrases: list[str]) -> pl.Expr:
    return pl.col(name).str.contains_any(phrases) if phrases else pl.lit(False)  # noqa: FBT003 - a literal


@lru_cache(maxsize=1)  # one index serves all batches of a task
def _spelt(index: Index) -> str:
    """Give a pattern of all names as they may be spelt with odd characters; empty without one."""
    return "|".join(map(spelt_like, index.guessable_names))
