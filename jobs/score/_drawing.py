"""Draws listings with a known chance, the same ones from the same day and listings.

Every stratum gets its part of the budget, a number that is seldom whole; running sums are cut at
whole numbers from a start that the day gives, so that a stratum's expected draw is its part and the
budget is spent to the listing (systematic sampling; Cochran, Sampling Techniques, 1977, chapter 8).
Within a stratum those with the lowest numbers of key and day are drawn, which is by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import polars as pl

from jobs.buckets import numbers

BANDS = (0.0, 10.0, 25.0)  # points at which bands under the line of review begin
ABOVE_SHARE = 0.2  # of the budget, over the line: there people look anyway, but not by chance
LEAST_DOUBT = 0.01  # as chance of being counterfeit: no model is surer of what nobody looked at
STRATUM = ("platform", "group", "band")


def banded(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows the band of their suspicion; the last one begins at their line `review`."""
    points, review = pl.col("suspicion"), pl.col("review")
    line = review.cast(pl.Int64).cast(pl.String)
    names = [f"{low:g}-{high:g}" for low, high in pairwise(BANDS)]
    band = pl.when(points >= review).then(line + "-100")
    for name, high in zip(names, BANDS[1:], strict=True):
        band = band.when(points < high).then(pl.lit(name))  # type: ignore[assignment] # a longer chain
    band = band.otherwise(pl.lit(f"{BANDS[-1]:g}-") + line)  # type: ignore[assignment] # of cases
    return rows.with_columns(band.alias("band"), (points < review).alias("is_under_review"))


def lots(keys: pl.Series, day: date) -> pl.Series:
    """Give each key's lot of a day: numbers that look as if drawn, another order every day."""
    return numbers(keys + f" {day.isoformat()}").reinterpret(signed=False)


def strata(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """Count the rows of each stratum and keep those of its lowest lots, at most so many.

    Args:
        rows: STRATUM, is_under_review, suspicion, lot and whatever else is wanted of the drawn.
        most: a draw takes no more of one stratum.

    Returns:
        one row a stratum: its count, its hundredths of points, and a list `few` of its rows.

    """
    rest = [name for name in rows.columns if name not in {*STRATUM, "is_under_review"}]
    # Whole hundredths: the last bits of a sum of fractions depend on the order of its rows.
    points = (100 * pl.col("suspicion")).round().cast(pl.Int64)
    few = pl.struct(rest).sort_by("lot").head(most)
    return rows.group_by(*STRATUM, "is_under_review").agg(
        pl.len().alias("count"), points.sum().alias("points"), few.alias("few")
    )


def drawn(parts: pl.DataFrame, budget: int, day: date) -> pl.DataFrame:
    """Draw from the strata of all parts of a table, each as `strata` gives it.

    Returns:
        the drawn rows with STRATUM, is_under_review, stratum_count, selection_probability.

    """
    key = [*STRATUM, "is_under_review"]
    every = parts.group_by(key).agg(
        pl.col("count").sum(), pl.col("points").sum(), pl.col("few").list.explode()
    )
    every = every.sort(key)
    share = allocated(every, budget)
    take = whole(share, _start(day))
    chosen = every.with_columns(
        pl.Series("selection_probability", share) / pl.col("count"),
        pl.Series("take", take),
        pl.col("count").alias("stratum_count"),
    )
    rows = chosen.explode("few").unnest("few")
    rank = pl.struct("lot", "listing_key").rank("ordinal").over(STRATUM)
    return rows.filter(rank <= pl.col("take")).drop("lot", "take", "count", "points")


def allocated(every: pl.DataFrame, budget: int) -> np.ndarray:
    """Give each stratum its part of the budget: most to where there are many and doubt is large.

    By Neyman's rule, size times the deviation of what is looked for; the part over the line of
    review is held apart, and no stratum is given more than it has.
    """
    size = every["count"].to_numpy().astype(np.float64)
    chance = np.clip(every["points"].to_numpy() / size / 10_000, LEAST_DOUBT, 1 - LEAST_DOUBT)
    need = size * np.sqrt(chance * (1 - chance))
    under = every["is_under_review"].to_numpy()
    above = ABOVE_SHARE if 0 < under.sum() < len(under) else float(not under.any())
    part = np.zeros(len(size))
    for which, share in ((under, 1 - above), (~under, above)):
        part[which] = budget * share * need[which] / max(need[which].sum(), 1e-12)
    return np.asarray(np.minimum(part, size))


def whole(parts: Sequence[float] | np.ndarray, start: float) -> np.ndarray:
    """Round parts to whole numbers whose sum is theirs, each up or down by chance of `start`."""
    sums = np.floor(np.r_[0.0, np.cumsum(parts)].round(9) + start)
    return np.asarray(np.diff(sums).astype(np.int64))


def _start(day: date) -> float:
    lot = int.from_bytes(blake2b(day.isoformat().encode(), digest_size=6).digest())
    return float(lot / 2**48)
