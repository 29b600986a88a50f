"""Turns a model's log-odds into probabilities, by what scores of unseen listings came to."""

from __future__ import annotations

import numpy as np

FARTHEST = 12.0  # log-odds at which nothing is doubted any more
LEAST_BLOCK = 10.0  # examples that a step of the line rests on, at least


def calibration(
    margins: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> tuple[tuple[float, float], ...]:
    """Give the points of a rising line from log-odds to probability.

    An isotonic regression whose steps are drawn through their middles, so that two listings of
    different log-odds never get one score; each step is pulled towards doubt by half an example of
    each kind, and beyond the outermost the line runs on towards certainty.
    """
    order = np.argsort(margins, kind="stable")
    # Weights speak of the population; how sure a share is, their effective number tells (Kish).
    scale = weights.sum() / np.square(weights).sum()
    blocks = _pooled(margins[order], labels[order], weights[order] * scale)
    points = [(-FARTHEST, 0.0)]
    for at, positive, weight in blocks:
        share = (positive + 0.5) / (weight + 1.0)
        if points[-1][0] < at < FARTHEST and share > points[-1][1]:
            points.append((float(at), float(share)))
    return (*points, (FARTHEST, 1.0))


def _pooled(
    margins: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> list[tuple[float, float, float]]:
    """Pool neighbours until shares rise: middle, weight of positives, weight of each block."""
    blocks: list[list[float]] = []  # sum of margins, of positives, of weights
    for margin, label, weight in zip(margins, labels, weights, strict=True):
        blocks.append([margin * weight, label * weight, weight])
        while len(blocks) > 1 and _must_join(blocks[-2], blocks[-1]):
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    if len(blocks) > 1 and blocks[-1][2] < LEAST_BLOCK:
        last = blocks.pop()
        blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return [(at / weight, positive, weight) for at, positive, weight in blocks if weight > 0]


def _must_join(before: list[float], after: list[float]) -> bool:
    falls = before[1] * after[2] >= after[1] * before[2]
    return falls or before[2] < LEAST_BLOCK
