"""Divides real listings into what is learned from and what is judged, and prices both.

With references, half of each brand's genuine listings of a side say what it costs there, and are
neither learned from nor judged. Without, nobody says what things cost on the judged side: there are
the genuine prices of the other side, and the judged listings themselves, whose labels nobody knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import product

import msgspec
import numpy as np
import polars as pl

from jobs.market import APART, Known, learned, priced
from ml.cold_start import of_unlabelled

LEAST_OF_SOURCE = 30  # listings that claim a brand, for a source to be left out by itself
IS_GENUINE = pl.col("label") == 0


class Sides(msgspec.Struct, frozen=True):
    """What is learned from and what is judged, both priced."""

    train: pl.DataFrame
    test: pl.DataFrame


def sides(own: pl.DataFrame, other: pl.DataFrame, *, has_references: bool) -> Sides:
    """Price both sides; the same listings are judged with references and without."""
    own_gives, other_gives = halves(own), halves(other)
    train, test = own.filter(~own_gives), other.filter(~other_gives)
    here = learned(own.filter(own_gives))
    elsewhere = (learned(own.filter(IS_GENUINE)), APART)
    if has_references:
        known = Known(((learned(other.filter(other_gives)), 0.0), elsewhere))
    else:
        known = of_unlabelled(test, elsewhere)
    return Sides(priced(train, Known(((here, 0.0),))), priced(test, known))


def halves(facts: pl.DataFrame) -> pl.Series:
    """Say which genuine listings give prices and are never scored: half of those of each brand."""
    order = [hashlib.sha256(key.encode()).hexdigest() for key in facts["listing_key"]]
    ranked = facts.select("origin", "brand", "label", pl.Series("order", order)).with_columns(
        pl.col("order").rank("ordinal").over("origin", "brand", "label").alias("rank")
    )
    return ranked.select(IS_GENUINE & (pl.col("rank") % 2 == 0)).to_series()


def plainly(facts: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Set prices against the median of the brand among offers, as a plain baseline does."""
    medians = (
        offers.filter(pl.col("price_usd") > 0)
        .group_by("brand")
        .agg(pl.col("price_usd").median().alias("reference_usd"), pl.len().alias("n"))
        .filter(pl.col("n") >= 3)  # noqa: PLR2004 - of fewer no median
        .drop("n")
    )
    # medians: one row a brand
    return (
        facts.drop("reference_usd", "price_to_reference")
        .join(medians, on="brand", how="left", maintain_order="left")
        .with_columns((pl.col("price_usd") / pl.col("reference_usd")).alias("price_to_reference"))
    )


def left_out(facts: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """Leave each replica source and each genuine source out together: name, the rest, the pair."""
    large = facts.group_by("origin", "label").len().filter(pl.col("len") >= LEAST_OF_SOURCE)
    bad, good = (sorted(large.filter(pl.col("label") == one)["origin"]) for one in (1, 0))
    for pair in product(bad, good):
        is_out = pl.col("origin").is_in(pair)
        rest = facts.filter(~is_out)
        if all(rest.filter(pl.col("label") == one).height >= LEAST_OF_SOURCE for one in (0, 1)):
            yield " | ".join(pair), rest, facts.filter(is_out)


def of(facts: pl.DataFrame, sources: Sequence[str]) -> pl.DataFrame:
    """Give the listings of some sources."""
    return facts.filter(pl.col("origin").is_in(sources))


def balanced(facts: pl.DataFrame) -> np.ndarray:
    """Give weights by which labels count alike, and within a label its sources."""
    own = pl.len().over("origin", "label")
    sources = pl.col("origin").n_unique().over("label")
    weights = facts.select(pl.len() / (own * sources)).to_series().to_numpy().astype(np.float64)
    return np.asarray(weights / weights.mean())


def clusters(facts: pl.DataFrame) -> np.ndarray:
    """Name each listing's seller; where none is known, source and brand."""
    named = pl.coalesce("seller_key", pl.concat_str("origin", "brand", separator="/"))
    return facts.select(named.fill_null(pl.col("origin"))).to_series().to_numpy().astype(str)


def in_both(facts: pl.DataFrame) -> np.ndarray:
    """Tell which listings are of brands that both labels have, the rows that do not flatter."""
    both = (~IS_GENUINE).any() & IS_GENUINE.any()
    return facts.select(both.over("brand")).to_series().to_numpy()
