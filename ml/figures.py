"""Figures of how well scores tell positives from others, and how sure those figures are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from jobs.judged import Interval

ROUNDS = 300
BINS = 10

Figure = Callable[[np.ndarray], float]  # of weights


def auc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Give the chance that a positive scores above another; ties count half, NaN without either."""
    order = np.argsort(scores, kind="stable")
    scores, labels, weights = scores[order], labels[order], weights[order]
    if not len(scores):
        return float("nan")
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    positive = np.add.reduceat(labels * weights, starts)
    negative = np.add.reduceat((1 - labels) * weights, starts)
    below = np.cumsum(negative) - negative
    total = positive.sum() * negative.sum()
    if total <= 0:
        return float("nan")
    return float((positive * (below + negative / 2)).sum() / total)


def precision(flags: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Give the share of flags that are positive; NaN without a flag."""
    flagged = (weights * flags).sum()
    return float((weights * flags * labels).sum() / flagged) if flagged > 0 else float("nan")


def recall(flags: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Give the share of positives that are flagged; NaN without a positive."""
    positives = (weights * labels).sum()
    return float((weights * flags * labels).sum() / positives) if positives > 0 else float("nan")


def calibration_error(chances: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Give the mean distance between the chance told and the share found, over ten bins."""
    error = 0.0
    for told, found, weight in reliability(chances, labels, weights):
        error += weight * abs(told - found)
    return error / float(weights.sum())


def reliability(
    chances: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> list[tuple[float, float, float]]:
    """Give the mean chance told, the share found and the weight of each bin that is not empty."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    found = []
    for one in range(BINS):
        own = weights * (bins == one)
        if (total := float(own.sum())) > 0:
            told, share = float((own * chances).sum()), float((own * labels).sum())
            found.append((told / total, share / total, total))
    return found


def precision_recall(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> list[tuple[float, float]]:
    """Give recall and precision at each score as the line, the highest score first."""
    order = np.argsort(-scores, kind="stable")
    hits, all_ = np.cumsum((labels * weights)[order]), np.cumsum(weights[order])
    ends = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
    total = max(float(hits[-1]), 1e-12)
    return [(float(hits[at] / total), float(hits[at] / all_[at])) for at in ends if all_[at] > 0]


def interval(figure: Figure, weights: np.ndarray, sellers: np.ndarray, seed: int) -> Interval:
    """Give a figure with its interval of 95 %, by drawing sellers again.

    A seller's listings are alike, so that drawing listings would make any figure look surer.
    """
    _, group = np.unique(sellers.astype(str), return_inverse=True)
    count = int(group.max()) + 1 if len(group) else 0
    rng = np.random.default_rng(seed)
    drawn = [figure(weights * _times(rng, count)[group]) for _ in range(ROUNDS)]
    known = np.array([one for one in drawn if not np.isnan(one)])
    value = figure(weights)
    if not known.size:
        return Interval(value, value, value)
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def _times(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw how often each of `count` sellers comes when as many are drawn, with return."""
    return np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)
