"""AUC and average precision at one base rate, each with the interval that clusters give it."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from jobs.judged import Interval

BASE_RATE = 0.066  # share of counterfeits that a marketplace is taken to hold
ROUNDS = 300
LEAST_OF_EACH = 10  # listings of each label under which no figure is given

Floats = npt.NDArray[np.float64]


class Figures(msgspec.Struct, frozen=True):
    """How well scores rank counterfeits before genuine listings."""

    counterfeits: int
    genuine: int
    auc: Interval
    ap: Interval


def figures(
    scores: Floats, labels: Floats, clusters: npt.NDArray[np.str_], rounds: int = ROUNDS
) -> Figures | None:
    """Give the figures with intervals of 95 %, by drawing whole clusters again.

    Listings of one seller or one brand of a shop are alike; to draw single listings would make
    every figure look surer than it is. None when one label has too few.
    """
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if min(positives, negatives) < LEAST_OF_EACH:
        return None
    ranking = Ranking(scores, labels)
    _, group = np.unique(clusters, return_inverse=True)
    count = int(group.max()) + 1
    rng = np.random.default_rng(7)
    drawn = []
    for _ in range(rounds):
        times = np.bincount(rng.integers(0, count, count), minlength=count)
        drawn.append(ranking.figures(times[group].astype(np.float64)))
    value = ranking.figures(np.ones(len(labels)))
    known = [one for one in drawn if not np.isnan(one[0])]
    low, high = np.quantile(known, [0.025, 0.975], axis=0) if known else (value, value)
    auc, ap = (Interval(value[at], float(low[at]), float(high[at])) for at in (0, 1))
    return Figures(positives, negatives, auc, ap)


class Ranking:
    """Listings in the order of their scores, ready to be counted with any weights."""

    def __init__(self, scores: Floats, labels: Floats) -> None:
        """Sort once; equal scores make one group."""
        self._order = np.argsort(-scores, kind="stable")
        ranked = scores[self._order]
        self._labels = labels[self._order]
        self._starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])

    def figures(self, weights: Floats) -> tuple[float, float]:
        """Give AUC and average precision; NaN when the weights leave only one label."""
        weights = weights[self._order]
        positive = np.add.reduceat(self._labels * weights, self._starts)
        negative = np.add.reduceat((1 - self._labels) * weights, self._starts)
        if positive.sum() <= 0 or negative.sum() <= 0:
            return float("nan"), float("nan")
        positive, negative = positive / positive.sum(), negative / negative.sum()
        below = 1.0 - np.cumsum(negative)
        auc = float((positive * (below + negative / 2)).sum())
        hits = BASE_RATE * np.cumsum(positive)
        flagged = hits + (1 - BASE_RATE) * np.cumsum(negative)
        precision = np.divide(hits, flagged, out=np.zeros_like(hits), where=flagged > 0)
        return auc, float((positive * precision).sum())
