"""Scores listings of a market without verdicts: by what holds everywhere, then what was learned.

What holds everywhere is the price's evidence and the rules' points for words and mentions, as
log-odds. What was learned elsewhere is added as far as it proved itself on whole sources that it
did not see; of one source alone nobody can tell its style from the fake, and nothing is added.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from jobs.score import _rules
from ml.figures import auc

POINTS = 15.0  # of the rules that make one unit of log-odds: 45 for what is twenty times likelier
TRUSTS = (0.0, 0.25, 0.5, 1.0)
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
