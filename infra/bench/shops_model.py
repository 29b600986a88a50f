"""Learns what makes a shop fraudulent: boosted trees, a forest and a line over letters, together.

Their log-odds count alike. All else is chosen within what is learned from, by cross-validation in
it: the settings of each, how the mean becomes a chance, and above which chance a shop is called
fraudulent. Of the judged shops nothing is used but what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
from scipy import sparse
from scipy.special import expit, logit
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from xgboost import XGBClassifier

from infra.bench.shops_features import Told

INNER = 4  # folds within what is learned from
SEEDS = 2  # boosted models that are averaged
TREES = 100  # of the forest
GRAM_WEIGHT = 3.0
SURE = 1e-3  # as near as a chance may come to 0 or 1
BASELINE: dict[str, Any] = {
    "n_estimators": 300,
    "max_depth": 4,
    "learning_rate": 0.05,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
}
HALF = 0.5

Way = Callable[[Told, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
Fold = tuple[np.ndarray, np.ndarray]  # rows learned from, rows judged


class Judged(msgspec.Struct, frozen=True):
    """Chances of the judged shops, the line above which one is fraudulent, and what was chosen."""

    chances: np.ndarray
    line: float
    chosen: tuple[str, ...]


def boosted(depth: int) -> Way:
    """Give chances by boosted trees of a depth: the mean of several seeds."""
    settings = {
        "n_estimators": 300 if depth > 2 else 200,  # noqa: PLR2004 - shallow ones learn faster
        "learning_rate": 0.05 if depth > 2 else 0.1,  # noqa: PLR2004
        "max_depth": depth,
        "subsample": 0.7,
        "colsample_bytree": 0.4,
    }

    def way(told: Told, labels: np.ndarray, train: np.ndarray, judged: np.ndarray) -> np.ndarray:
        found = [
            trees(told.numbers, labels, (train, judged), settings, seed) for seed in range(SEEDS)
        ]
        return np.asarray(np.mean(found, axis=0))

    return way


def forest(told: Told, labels: np.ndarray, train: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Give chances by a random forest; what is unknown lies below everything."""
    numbers = np.nan_to_num(told.numbers, nan=-1.0)
    model = RandomForestClassifier(TREES, min_samples_leaf=2, n_jobs=1, random_state=0)
    model.fit(numbers[train], labels[train])
    return np.asarray(model.predict_proba(numbers[judged])[:, 1])


def linear(strength: float) -> Way:
    """Give chances by a logistic regression on numbers and letters; unknown is the mean."""

    def way(told: Told, labels: np.ndarray, train: np.ndarray, judged: np.ndarray) -> np.ndarray:
        shown = sparse.hstack(
            [sparse.csr_array(scaled(told.numbers, train)), told.grams * GRAM_WEIGHT], format="csr"
        )
        model = LogisticRegression(C=strength, solver="liblinear", max_iter=1000, random_state=0)
        model.fit(shown[train], labels[train])
        return np.asarray(model.predict_proba(shown[judged])[:, 1])

    return way


KINDS: dict[str, dict[str, Way]] = {
    "boosted": {f"boosted, depth {depth}": boosted(depth) for depth in (2, 3)},
    "forest": {"forest": forest},
    "linear": {f"linear, C {strength}": linear(strength) for strength in (0.1, 0.3, 1.0)},
}


def learned(told: Told, labels: np.ndarray, fold: Fold, groups: np.ndarray, seed: int) -> Judged:
    """Learn from one part of the shops and give the chances of another.

    Args:
        told: of all shops.
        labels: 1 is fraudulent; those of the judged are never read.
        fold: rows learned from, rows judged.
        groups: of all shops; the folds within keep them together.
        seed: of the folds within.

    """
    train, judged = fold
    ways = {name: way for kind in KINDS.values() for name, way in kind.items()}
    unseen = {name: np.zeros(len(train)) for name in ways}
    for rest, held in folds(labels[train], groups[train], INNER, seed):
        for name, way in ways.items():
            unseen[name][held] = _log_odds(way(told, labels, train[rest], train[held]))
    chosen, stretch = _chosen(unseen, labels[train])
    line = best_line(_chances(unseen, chosen, stretch))
    found = {name: _log_odds(ways[name](told, labels, train, judged)) for name in chosen}
    return Judged(_chances(found, chosen, stretch), line, chosen)


def baseline(numbers: np.ndarray, labels: np.ndarray, fold: Fold, seed: int) -> Judged:
    """Give chances by XGBoost with usual settings, as measured before; the line is a half."""
    return Judged(trees(numbers, labels, fold, BASELINE, seed), HALF, ("xgboost",))


def trees(
    numbers: np.ndarray, labels: np.ndarray, fold: Fold, settings: dict[str, Any], seed: int
) -> np.ndarray:
    """Give chances of the judged by boosted trees."""
    model = XGBClassifier(**settings, n_jobs=1, random_state=seed)
    model.fit(numbers[fold[0]], labels[fold[0]])
    return np.asarray(model.predict_proba(numbers[fold[1]])[:, 1], dtype=np.float64)


def folds(labels: np.ndarray, groups: np.ndarray, count: int, seed: int) -> Iterator[Fold]:
    """Give folds of like shares of both labels that split no group."""
    if len(np.unique(groups)) == len(groups):
        yield from StratifiedKFold(count, shuffle=True, random_state=seed).split(labels, labels)
    else:
        kept = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
        yield from kept.split(labels, labels, groups)


def best_line(chances: np.ndarray) -> float:
    """Give the line with the highest F1 to be expected if the chances are true.

    It follows from the chances alone (Lipton, Elkan and Naryanaswamy 2014), and is steadier than
    the line that was best on the labels of a few hundred shops.
    """
    ranked = np.sort(chances)[::-1]
    expected = 2 * np.cumsum(ranked) / (np.arange(len(ranked)) + 1 + ranked.sum())
    at = int(np.argmax(expected))
    below = ranked[at + 1] if at + 1 < len(ranked) else 0.0
    return float((ranked[at] + below) / 2)


def _chosen(
    unseen: dict[str, np.ndarray], labels: np.ndarray
) -> tuple[tuple[str, ...], tuple[float, float]]:
    """Choose the settings of each kind by the loss on what was held out; all kinds count alike."""
    chosen = tuple(
        min(kind, key=lambda name: _fitted(unseen[name], labels)[0]) for kind in KINDS.values()
    )
    return chosen, _fitted(_mean(unseen, chosen), labels)[1]


def _fitted(odds: np.ndarray, labels: np.ndarray) -> tuple[float, tuple[float, float]]:
    """Give the loss of log-odds after the best shift and stretch, and these (Platt 1999)."""
    model = LogisticRegression(C=1e6).fit(odds[:, None], labels)
    stretch = float(model.coef_[0, 0]), float(model.intercept_[0])
    made = stretch[0] * odds + stretch[1]
    return float(np.mean(np.logaddexp(0, made) - labels * made)), stretch


def _chances(
    odds: dict[str, np.ndarray], chosen: tuple[str, ...], stretch: tuple[float, float]
) -> np.ndarray:
    return np.asarray(expit(stretch[0] * _mean(odds, chosen) + stretch[1]))


def _mean(odds: dict[str, np.ndarray], chosen: tuple[str, ...]) -> np.ndarray:
    return np.asarray(np.mean([odds[name] for name in chosen], axis=0))


def _log_odds(chances: np.ndarray) -> np.ndarray:
    return np.asarray(logit(np.clip(chances, SURE, 1 - SURE)))


def scaled(numbers: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Give numbers in deviations from the mean, by the rows that are learned from; 0 if unknown."""
    known = ~np.isnan(numbers)
    counts = np.maximum(known[train].sum(axis=0), 1)
    off = np.where(known, numbers, 0.0)
    off = np.where(known, off - off[train].sum(axis=0) / counts, 0.0)
    deviation = off[train].std(axis=0)
    return np.asarray(off / np.where(deviation > 0, deviation, 1.0))
