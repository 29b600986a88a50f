"""How far listings and scores have moved since a model was trained, feature by feature.

What there was to score when it was trained is kept with the model as shares of a few bins; what
there is now is counted in the same bins. The population stability index is the sum of
(now - then) * ln(now / then). Where nothing has changed it is chi-squared over the counts
(Yurdakul, Statistical Properties of Population Stability Index, 2018), so an index counts only if
chance would hardly reach it; the listings of one seller being alike, sellers are what is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import sqrt
from statistics import NormalDist
from typing import Literal

import msgspec
import numpy as np

from conf.model import Watch

FILE = "reference.json"  # beside the model's
BINS = 10  # of a feature, and one for what is missing
SCORE_BINS = 200  # of the chance, all as wide
LEAST_SELLERS = 30  # of a platform, for its shares to tell anything
EVERY = "every platform"
SCORE = "score"
_CHANCE = 0.01  # of one false alarm among all that is looked at
_LEAST_SHARE = 1e-4  # a bin that was or is empty

Level = Literal["steady", "watch", "alarm"]
Edges = tuple[float, ...]


class Shape(msgspec.Struct, frozen=True):
    """How a platform's listings lay in the bins of each feature, and of the score."""

    listings: int
    sellers: int
    features: dict[str, tuple[float, ...]]  # shares; the last is of what is missing
    scores: tuple[float, ...]


class Reference(msgspec.Struct, frozen=True):
    """What a model was trained at: bins, and shapes by platform."""

    edges: dict[str, Edges]
    shapes: dict[str, Shape]
    prevalence: float  # of counterfeits among the examples, for which chances are calibrated
    examples: int = 0
    decided_until: datetime = datetime(1970, 1, 1, tzinfo=UTC)  # newest decision learned from


class Frame(msgspec.Struct, frozen=True):
    """Listings as a model sees them: vectors as it names its features, and its chances."""

    names: tuple[str, ...]
    vectors: np.ndarray
    chances: np.ndarray
    platforms: np.ndarray
    sellers: np.ndarray

    def only(self, which: np.ndarray) -> Frame:
        """Give some of the listings."""
        parts = (self.vectors, self.chances, self.platforms, self.sellers)
        return Frame(self.names, *[one[which] for one in parts])


class Moved(msgspec.Struct, frozen=True):
    """How far one feature, or the score, has moved on one platform."""

    platform: str
    feature: str
    psi: float
    chance_psi: float  # what chance alone may reach
    level: Level


def reference(frame: Frame, prevalence: float) -> Reference:
    """Give what is kept of the listings that a model was trained at."""
    edges = {name: _edges(frame.vectors[:, at]) for at, name in enumerate(frame.names)}
    return Reference(edges, shapes(frame, edges), prevalence)


def shapes(frame: Frame, edges: Mapping[str, Edges]) -> dict[str, Shape]:
    """Give the shape of each platform with enough sellers, and of all together."""
    found = {EVERY: _shape(frame, edges)}
    for name in sorted(set(frame.platforms.tolist())):
        one = _shape(frame.only(frame.platforms == name), edges)
        if one.sellers >= LEAST_SELLERS:
            found[name] = one
    return found


def moved(then: Reference, frame: Frame, watch: Watch) -> list[Moved]:
    """Say how far each feature and the score have moved, the farthest first.

    A platform that was not there, or had too few sellers, is told by all platforms together.
    """
    now = shapes(frame, then.edges)
    pairs = [(name, then.shapes[name], one) for name, one in now.items() if name in then.shapes]
    tests = max(1, sum(len(one.features) + 1 for _, _, one in pairs))
    found = []
    for platform, before, after in pairs:
        for feature, old, new in _columns(before, after):
            if not (sum(old) and sum(new)):  # no listing on one side
                continue
            index = psi(old, new)
            reach = by_chance(_bins(old, new), before.sellers, after.sellers, _CHANCE / tests)
            found.append(Moved(platform, feature, index, reach, _level(index, reach, watch)))
    return sorted(found, key=lambda one: (-one.psi, one.platform, one.feature))


def strange(then: Reference, frame: Frame) -> list[str]:
    """Name the platforms that have listings enough now and had not when the model was trained."""
    return [name for name in shapes(frame, then.edges) if name not in then.shapes]


def psi(then: Sequence[float], now: Sequence[float]) -> float:
    """Give the population stability index of two lists of shares."""
    old, new = (np.maximum(np.asarray(one, dtype=float), _LEAST_SHARE) for one in (then, now))
    return float(((new - old) * np.log(new / old)).sum())


def by_chance(bins: int, then: int, now: int, chance: float) -> float:
    """Give the index that so many bins reach by chance alone, no oftener than that chance."""
    if bins < 2:  # noqa: PLR2004 - one bin holds everything then and now
        return 0.0
    return (1 / max(then, 1) + 1 / max(now, 1)) * _chi_squared(bins - 1, 1 - chance)


def prevalence(scores: Sequence[float], trained: float, rounds: int = 200) -> float:
    """Estimate the share of counterfeits behind chances that were calibrated for another share.

    Expectation maximisation by Saerens, Latinne and Decaestecker (Neural Computation 14, 2002), on
    the shares of the chances' bins. It holds as far as counterfeits look as they did.
    """
    shares = np.asarray(scores, dtype=float)
    chances = (np.arange(len(shares)) + 0.5) / len(shares)
    found = trained
    for _ in range(rounds):
        up, down = chances * found / trained, (1 - chances) * (1 - found) / (1 - trained)
        found = float(np.clip((shares * up / (up + down)).sum(), 1e-6, 1 - 1e-6))
    return found


def _edges(column: np.ndarray) -> Edges:
    known = column[~np.isnan(column)]
    if not known.size:
        return ()
    cuts = np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])
    # Of a feature that is mostly one value the bins begin behind it; so its other values are told.
    return tuple(float(one) for one in np.unique(np.r_[cuts, known.min()]) if one < known.max())


def _shape(frame: Frame, edges: Mapping[str, Edges]) -> Shape:
    columns = zip(frame.names, frame.vectors.T, strict=True)
    features = {name: _shares(column, edges[name]) for name, column in columns if name in edges}
    bins = np.minimum((frame.chances * SCORE_BINS).astype(int), SCORE_BINS - 1)
    scores = np.bincount(bins, minlength=SCORE_BINS) / max(len(bins), 1)
    sellers = len(set(frame.sellers.tolist()))
    return Shape(len(bins), sellers, features, tuple(scores.round(6).tolist()))


def _shares(column: np.ndarray, edges: Edges) -> tuple[float, ...]:
    """Give the share of each bin: up to and with each edge, beyond the last, missing."""
    bins = np.searchsorted(np.array(edges), column, side="left")
    bins[np.isnan(column)] = len(edges) + 1
    counts = np.bincount(bins, minlength=len(edges) + 2) / max(len(column), 1)
    return tuple(counts.round(6).tolist())


def _columns(before: Shape, after: Shape) -> list[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    features = [(name, old, after.features[name]) for name, old in before.features.items()]
    return [*features, (SCORE, _tenths(before.scores), _tenths(after.scores))]


def _tenths(scores: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(np.reshape(scores, (BINS, -1)).sum(axis=1).tolist())


def _bins(old: Sequence[float], new: Sequence[float]) -> int:
    return sum(a > 0 or b > 0 for a, b in zip(old, new, strict=True))


def _level(index: float, reach: float, watch: Watch) -> Level:
    if index <= reach or index < watch.psi_watch:
        return "steady"
    return "alarm" if index >= watch.psi_alarm else "watch"


def _chi_squared(freedom: int, chance: float) -> float:
    """Give a quantile of chi-squared, by Wilson and Hilferty's cube."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + NormalDist().inv_cdf(chance) * sqrt(part)) ** 3)
