"""Figures of how well scores tell positives from others, and how sure those figures are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import binomtest

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
    group, count = _groups(sellers)
    rng = np.random.default_rng(seed)
    drawn = [figure(weights * _times(rng, count)[group]) for _ in range(ROUNDS)]
    known = np.array([one for one in drawn if not np.isnan(one)])
    value = figure(weights)
    if not known.size:
        return Interval(value, value, value)
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def share_interval(
    figure: Figure, counted: np.ndarray, weights: np.ndarray, sellers: np.ndarray, seed: int
) -> Interval:
    """Give a share of the counted rows with its interval of 95 %.

    The hull of two: sellers drawn again, and Wilson's (JASA 22, 1927) with each seller as one
    trial. Where all of few are right, every draw of them is, and tells nothing of how few they are.
    """
    drawn = interval(figure, weights, sellers, seed)
    trials = len(set(sellers[counted & (weights > 0)]))
    if not trials or np.isnan(drawn.value):
        return drawn
    hits = round(min(1.0, drawn.value) * trials)
    exact = binomtest(hits, trials).proportion_ci(method="wilson")
    return Interval(
        drawn.value, min(drawn.low, float(exact.low)), max(drawn.high, float(exact.high))
    )


def _groups(sellers: np.ndarray) -> tuple[np.ndarray, int]:
    """Give the number of each row's seller, and how many sellers there are."""
    _, group = np.unique(sellers.astype(str), return_inverse=True)
    return group, int(group.max()) + 1 if len(group) else 0


def _times(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw how often each of `count` sellers comes when as many are drawn, with return."""
    return np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)


def average_precision(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Give the mean precision over the positives, the most suspect first; NaN without a positive.

    Equal scores are one step: their order is not known and must not be guessed to advantage.
    """
    if (weights * labels).sum() <= 0:
        return float("nan")
    total = before = 0.0
    for recall_, precision_ in precision_recall(scores, labels, weights):
        total += (recall_ - before) * precision_
        before = recall_
    return total


def rebased(labels: np.ndarray, weights: np.ndarray, rate: float) -> np.ndarray:
    """Give weights by which positives make up `rate` of all, whatever share was labelled."""
    positive, negative = (weights * labels).sum(), (weights * (1 - labels)).sum()
    if positive <= 0 or negative <= 0:
        return weights
    made: np.ndarray = weights * np.where(labels > 0, rate / positive, (1 - rate) / negative)
    return made


def precision_of_top(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, share: float
) -> float:
    """Give the precision among the most suspect `share` of all: what people with so much time see.

    The scores at the edge count by the part that fits.
    """
    order = np.argsort(-scores, kind="stable")
    own, capacity = weights[order], share * weights.sum()
    taken = np.clip(capacity - (np.cumsum(own) - own), 0.0, own)
    return float((taken * labels[order]).sum() / taken.sum()) if taken.sum() > 0 else float("nan")


def recall_at_precision(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, least: float
) -> float:
    """Give the largest recall of any line above which precision is at least `least`; 0 of none."""
    if (weights * labels).sum() <= 0:
        return float("nan")
    points = precision_recall(scores, labels, weights)
    return max((found for found, right in points if right >= least), default=0.0)


def paired(
    figure: Callable[[np.ndarray, np.ndarray], float],
    scores: tuple[np.ndarray, np.ndarray],
    weights: np.ndarray,
    sellers: np.ndarray,
    seed: int,
) -> tuple[float, float, Interval, float]:
    """Give a figure of two scores, the difference with its interval, and how often the second won.

    Args:
        figure: of scores and weights.
        scores: of the same rows by both.
        weights: listings that each row speaks for.
        sellers: of each row; they are drawn again whole, both scores by the same draw.
        seed: of the draws.

    """
    first, second = (figure(one, weights) for one in scores)
    group, count = _groups(sellers)
    rng = np.random.default_rng(seed)
    drawn = [weights * _times(rng, count)[group] for _ in range(ROUNDS)]
    found = np.array([figure(scores[1], one) - figure(scores[0], one) for one in drawn])
    known = found[~np.isnan(found)]
    low, high = np.quantile(known, [0.025, 0.975]) if known.size else (0.0, 0.0)
    # A draw without a difference is half a win.
    won = float(np.mean((known > 0) + 0.5 * (known == 0))) if known.size else 0.5
    return first, second, Interval(second - first, float(low), float(high)), won
