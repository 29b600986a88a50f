"""Scores listings of a market without verdicts: by what holds everywhere, then what was learned.

What holds everywhere is the price's evidence and the rules' points for words and mentions, as
log-odds. What was learned elsewhere is added as far as it proved itself on whole sources that it
did not see; of one source alone nobody can tell its style from the fake, and nothing is added.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl

from jobs import catalogue
from jobs.market import APART, Known, Market, learned, priced
from jobs.score import _rules
from ml.figures import auc

POINTS = 15.0  # of the rules that make one unit of log-odds: 45 for what is twenty times likelier
TRUSTS = (0.0, 0.25, 0.5, 1.0)
ROUNDS = 3
PRICE = "price_evidence"
_PRICED = "price_ratio"  # what the rules read of the price; its evidence stands for it


class Fold(msgspec.Struct, frozen=True):
    """Examples of sources that were held out, with both log-odds of each."""

    prior: np.ndarray
    learned: np.ndarray
    labels: np.ndarray


def prior(columns: _rules.Columns, price_evidence: np.ndarray) -> np.ndarray:
    """Give log-odds by what holds everywhere.

    Args:
        columns: the rules' features by name.
        price_evidence: that feature; not known counts for neither side.

    """
    blind = dict(columns) | {_PRICED: np.full(len(price_evidence), np.nan)}
    _, points = _rules.contributions(blind)
    found: np.ndarray = points.sum(axis=1) / POINTS + np.nan_to_num(price_evidence, nan=0.0)
    return found


def log_odds(facts: pl.DataFrame) -> np.ndarray:
    """Give the log-odds of priced listings (jobs/market.py) by what holds everywhere."""
    points = catalogue.vectors(facts, _rules.FEATURES)
    columns = {name: points[:, at] for at, name in enumerate(_rules.FEATURES)}
    return prior(columns, facts[PRICE].cast(pl.Float64).to_numpy())


def of_unlabelled(listings: pl.DataFrame, elsewhere: tuple[Market, float]) -> Known:
    """Learn what things cost from a market's listings, of which nobody knows what they are.

    Whatever is likelier a copy than not, by what is known so far, says nothing of what the genuine
    thing costs; the rest does, and makes known more (self-training, Yarowsky 1995).

    Args:
        listings: facts, with the column kind.
        elsewhere: another market, and how far its prices lie from those here.

    """
    known = Known((elsewhere,))
    for _ in range(ROUNDS):
        honest = listings.filter(pl.Series(log_odds(priced(listings, known)) <= 0))
        known = Known((elsewhere, (learned(honest), APART)))
    return known


def trust(folds: Sequence[Fold]) -> float:
    """Give the share of what was learned that helps most on held-out sources; the least of equals.

    Nothing without a fold: then no source could be left out on both sides of the label.
    """
    if not folds:
        return 0.0
    means = [
        np.mean([auc(blended(one, share), one.labels, np.ones(len(one.labels))) for one in folds])
        for share in TRUSTS
    ]
    return TRUSTS[int(np.argmax(means))]


def blended(fold: Fold, share: float) -> np.ndarray:
    """Give log-odds by both."""
    found: np.ndarray = fold.prior + share * fold.learned
    return found
