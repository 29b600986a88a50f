"""What a brand's report tells, worked out once for the page and the spreadsheet alike."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import polars as pl

from jobs.judged import Judged
from jobs.report import _summary
from jobs.report._sentences import MOST_NEW, Sentences, sentences
from jobs.report._sureness import Meaning, judged_platforms, sureness
from jobs.report._view import View

MOST_CARDS = 50
MOST_SELLERS = 25


class Told(msgspec.Struct, frozen=True):
    """One brand on one day, counted and put into words."""

    view: View
    titles: Mapping[str, str]  # of each platform by its name
    summary: _summary.Summary
    words: Sentences
    meanings: tuple[Meaning, ...]
    worst: pl.DataFrame  # the listings that are shown one by one, the most suspect first
    fresh: pl.DataFrame  # the red flags of the day, the most suspect first
    sellers: pl.DataFrame  # every seller with a listing to look at
    platforms: pl.DataFrame  # every platform with a listing
    judged: pl.DataFrame  # the model's judgement by platform; no row when only rules score


def told(view: View, judged: Judged | None, titles: Mapping[str, str]) -> Told:
    """Work out a report.

    Args:
        view: what the brand may see.
        judged: what the model's last judgement found; None when no model has been judged.
        titles: title of each platform by its name.

    """
    found = _summary.summary(view)
    worst = view.listings.filter(_summary.IS_FLAG | _summary.IS_REVIEW).head(MOST_CARDS)
    fresh = view.listings.filter(_summary.IS_FLAG & pl.col("is_new")).head(MOST_NEW)
    sellers = _summary.sellers(view)
    counts = (min(MOST_SELLERS, sellers.height), sellers.height)
    return Told(
        view=view,
        titles=titles,
        summary=found,
        words=sentences(view, found, worst.height, counts),
        meanings=sureness(view, judged),
        worst=worst,
        fresh=fresh,
        sellers=sellers,
        platforms=_summary.platforms(view),
        judged=judged_platforms(judged),
    )
