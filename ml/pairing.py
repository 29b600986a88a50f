"""Learns which pairs of offers are one product, and from where on a pair is taken for it."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from jobs.match._likeness import likeness, rarity
from jobs.match._offer import Offer
from jobs.match._pool import NAMES, Pool
from jobs.score._scorer import xgboost

FOLDS, SEEDS = 5, (0, 1, 2)
ROUNDS = 500
PARAMETERS = {
    "objective": "binary:logistic",
    "max_depth": 6,
    "eta": 0.04,
    "subsample": 0.8,
    "colsample_bytree": 0.4,
    "min_child_weight": 2,
    "lambda": 2.0,
    "nthread": 1,
}
LINES = np.linspace(0.05, 0.95, 91)


class Pairs(msgspec.Struct, frozen=True):
    """Pairs as places in two lists of offers, each offer once."""

    ours: tuple[Offer, ...]
    theirs: tuple[Offer, ...]
    at: tuple[tuple[int, int], ...]


class Pairing(msgspec.Struct, frozen=True):
    """What was learned: models whose mean is the chance of being one product, and a line."""

    boosters: tuple[Any, ...]  # of XGBoost
    line: float

    def chance(self, vectors: np.ndarray) -> np.ndarray:
        """Give the chance that each pair is one product."""
        rows = xgboost().DMatrix(vectors)
        return np.asarray(np.mean([one.predict(rows) for one in self.boosters], axis=0))


def measured(pairs: Pairs) -> tuple[tuple[str, ...], np.ndarray]:
    """Give every measure of each pair: names, and float32 of shape (pairs, names)."""
    rare = rarity([*pairs.ours, *pairs.theirs])
    made = [likeness(pairs.ours[i], pairs.theirs[j], rare) for i, j in pairs.at]
    names = tuple(made[0]) if made else ()
    own = np.array([list(one.values()) for one in made], dtype=np.float32)
    standing = Pool(pairs.ours, pairs.theirs).standing(pairs.at)
    return (*names, *NAMES), np.hstack([own, standing.astype(np.float32)])


def learned(vectors: np.ndarray, labels: np.ndarray) -> Pairing:
    """Learn from labelled pairs; the line is the best by F1 of pairs that a model has not seen."""
    unseen = np.zeros(len(labels))
    fold = _folds(labels)
    for number in range(FOLDS):
        is_in = fold != number
        fitted = _fitted(vectors[is_in], labels[is_in], SEEDS[0])
        unseen[~is_in] = fitted.predict(xgboost().DMatrix(vectors[~is_in]))
    line = float(LINES[np.argmax([f1(labels, unseen > one) for one in LINES])])
    return Pairing(tuple(_fitted(vectors, labels, seed) for seed in SEEDS), line)


def f1(labels: np.ndarray, found: np.ndarray) -> float:
    """Give the harmonic mean of precision and recall, 0 to 1."""
    right = int((labels & found).sum())
    return 2 * right / max(1, int(labels.sum()) + int(found.sum()))


def _folds(labels: np.ndarray) -> np.ndarray:
    """Give each pair a fold, with as many of either label in each."""
    fold = np.zeros(len(labels), dtype=int)
    chance = np.random.default_rng(0)
    for label in (False, True):
        places = chance.permutation(np.flatnonzero(labels == label))
        fold[places] = np.arange(len(places)) % FOLDS
    return fold


def _fitted(vectors: np.ndarray, labels: np.ndarray, seed: int) -> Any:
    matrix = xgboost().DMatrix(vectors, label=labels)
    return xgboost().train(PARAMETERS | {"seed": seed}, matrix, ROUNDS)
