"""How sure a score is: a platform's own calibration by its audited labels, with its interval.

A few hundred labels tell a platform's level well and its shape badly. So the general line, moved
to the platform's level, counts as some labels beside its own (partial pooling), and an isotonic
regression is drawn through both: without labels it is the general line, with many it is theirs.

The interval is the hull of two: what one more label of either kind would make of the score
(inductive Venn-Abers: Vovk and Petej, UAI 2014), and what other draws of as many labels would have.
Labels are drawn by chance from the platform's listings, so that each is a draw of its own, whoever
sells what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
import numpy as np
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, logit

from jobs.score._scorer import ELSEWHERE, Band, Line, calibrated

PULL = 60.0  # labels that the general line counts as; of 30 to 240 the best (bench calibration)
LEAST_LABELS = 30  # of a platform, drawn by chance, for it to have a line of its own
ROUNDS = 200  # in which labels are drawn again
OUTSIDE = (0.025, 0.975)  # of the draws' values, the interval's ends
TILT = 0.02  # share of the moved line in the result, so that no two log-odds get one score
SURE = 1e-6  # as near as a chance may come to 0 or 1 before its log-odds are taken
BEYOND = 1e-3  # weight of the moved line where no label lies
# How far a platform's log-odds are expected off, as deviations: where one listing of twenty is
# counterfeit and where every other is, they are three apart.
SHIFT, STRETCH = 2.0, 0.5
LEAST_STRETCH = 0.05


class Audited(msgspec.Struct, frozen=True):
    """Listings that people decided upon, with log-odds by a model that did not learn from them."""

    margins: np.ndarray
    labels: np.ndarray  # 1.0 is a counterfeit
    weights: np.ndarray  # listings that each speaks for

    def __len__(self) -> int:
        """Count them."""
        return len(self.labels)

    def only(self, which: np.ndarray) -> Audited:
        """Give some of them."""
        return Audited(self.margins[which], self.labels[which], self.weights[which])


def bands(general: Line, audited: Mapping[str, Audited], seed: int) -> dict[str, Band]:
    """Give the band of each platform that has enough labels, and one for all others.

    How far off the general line may be elsewhere, the platforms that were audited show: their
    bands' outermost ends are the ends there. One platform alone shows nothing of others.
    """
    enough = {name: own for name, own in audited.items() if len(own) >= LEAST_LABELS}
    found = {name: band(general, own, seed) for name, own in sorted(enough.items())}
    if len(found) > 1:
        at, chances = np.array(general).T
        ends = [
            np.interp(at, *np.array(one).T[[0, end]]) for one in found.values() for end in (2, 3)
        ]
        found[ELSEWHERE] = hull(at, chances, np.vstack(ends))
    return found


def pooled(general: Line, own: Audited, pull: float = PULL) -> Line:
    """Give a platform's line: its own labels, and the general line moved to their level.

    Args:
        general: line of all platforms, from log-odds to chance.
        own: labels of this platform, drawn by chance; weights count as their effective number.
        pull: labels that the moved line counts as.

    """
    moved = _moved(general, own)
    steps = _steps(*_known(general, moved, own, pull))
    knots = np.union1d(_knots(steps), _knots(general))
    return _line(knots, _tilted(steps, moved, knots))


def band(general: Line, own: Audited, seed: int) -> Band:
    """Give a platform's line with its interval: log-odds, chance, its low and its high end."""
    line = pooled(general, own)
    at, chances = np.array(line).T
    drawn = [calibrated(at, pooled(general, one)) for one in _redrawn(own, seed)]
    ends = np.quantile(drawn, OUTSIDE, axis=0)
    return hull(at, chances, np.vstack([ends, one_more(general, own, at)]))


def hull(at: np.ndarray, chances: np.ndarray, ends: np.ndarray) -> Band:
    """Give a band of the outermost of several rising ends, which the chance is never outside of."""
    low = np.minimum(chances, ends.min(axis=0))
    high = np.maximum(chances, ends.max(axis=0))
    columns = (np.asarray(one, dtype=np.float64).tolist() for one in (at, chances, low, high))
    return tuple(zip(*columns, strict=True))


def one_more(general: Line, own: Audited, at: np.ndarray) -> np.ndarray:
    """Give the chance at each log-odds if one label more were there, genuine or counterfeit.

    Returns:
        shape (2, len(at)), the lower first.

    """
    moved = _moved(general, own)
    margins, targets, weights = _known(general, moved, own, PULL)

    def chance(margin: float, label: float) -> float:
        more = _steps(np.r_[margins, margin], np.r_[targets, label], np.r_[weights, 1.0])
        return float(_tilted(more, moved, np.array([margin]))[0])

    return np.array([[chance(float(one), label) for one in at] for label in (0.0, 1.0)])


def _redrawn(own: Audited, seed: int) -> Iterator[Audited]:
    """Draw as many labels again, with return."""
    rng = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        yield own.only(rng.integers(0, len(own), len(own)))


def _moved(general: Line, own: Audited) -> Callable[[np.ndarray], np.ndarray]:
    """Give the general line with its log-odds shifted and stretched to the platform's labels.

    Two numbers, each held near to no change by a bell curve (maximum a posteriori).
    """
    told, weights = _log_odds(general, own.margins), _effective(own.weights)

    def loss(by: np.ndarray) -> tuple[float, np.ndarray]:
        odds = by[0] + by[1] * told
        off = weights * (expit(odds) - own.labels)
        far = np.array([by[0] / SHIFT, (by[1] - 1) / STRETCH])
        error = float((weights * (np.logaddexp(0, odds) - own.labels * odds)).sum())
        slope = np.array([off.sum(), (off * told).sum()]) + far / (SHIFT, STRETCH)
        return error + float(far @ far) / 2, slope

    shift, stretch = minimize(loss, np.array([0.0, 1.0]), jac=True).x
    stretch = max(float(stretch), LEAST_STRETCH)
    return lambda margins: expit(shift + stretch * _log_odds(general, margins))


def _known(
    general: Line, moved: Callable[[np.ndarray], np.ndarray], own: Audited, pull: float
) -> tuple[np.ndarray, ...]:
    """Give what the regression is drawn through: log-odds, chances and weights."""
    knots, weights = _knots(general), _effective(own.weights)
    share = weights / max(weights.sum(), 1e-12)
    return (
        np.concatenate([own.margins, own.margins, knots]),
        np.concatenate([own.labels, moved(own.margins), moved(knots)]),
        np.concatenate([weights, pull * share, np.full(len(knots), BEYOND)]),
    )


def _steps(margins: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> Line:
    """Give the steps that rise through all of this: where each begins and where it ends."""
    at, inverse = np.unique(margins, return_inverse=True)
    weight = np.bincount(inverse, weights)
    means = np.bincount(inverse, weights * targets) / weight
    risen = np.clip(isotonic_regression(means, weights=weight).x, 0.0, 1.0)
    same = np.diff(risen) == 0
    ends = ~(np.r_[False, same] & np.r_[same, False])
    return tuple(zip(at[ends].tolist(), risen[ends].tolist(), strict=True))


def _tilted(steps: Line, moved: Callable[[np.ndarray], np.ndarray], at: np.ndarray) -> np.ndarray:
    return np.asarray((1 - TILT) * calibrated(at, steps) + TILT * moved(at))


def _line(at: np.ndarray, chances: np.ndarray) -> Line:
    """Give points that rise: rounding may have let one fall by the last digit."""
    risen = np.clip(np.maximum.accumulate(chances), 0.0, 1.0)
    return tuple(zip(at.tolist(), risen.tolist(), strict=True))


def _knots(general: Line) -> np.ndarray:
    return np.array(general, dtype=np.float64)[:, 0]


def _log_odds(general: Line, margins: np.ndarray) -> np.ndarray:
    return np.asarray(logit(np.clip(calibrated(margins, general), SURE, 1 - SURE)))


def _effective(weights: np.ndarray) -> np.ndarray:
    """Scale weights so that they sum to the number of even ones that tell as much (Kish)."""
    return np.asarray(weights * weights.sum() / max(np.square(weights).sum(), 1e-12))
