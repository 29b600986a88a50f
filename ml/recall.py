"""How much of the counterfeits is above a line: estimated from what was drawn, not assumed.

What people looked at for a reason of their own counts itself; what was drawn with a known chance
speaks for the rest of its stratum (Hájek's estimator, the strata's sizes being known). A sum of
weighted rare finds is no bell curve, and none found is not none there: each sum's interval is Fay
and Feuer's by gamma distributions (Statistics in Medicine 16, 1997), with a seller's finds as one,
as they come together.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from jobs.judged import Interval

DRAWS = 4000


class Looked(msgspec.Struct, frozen=True):
    """What was decided upon, one row a listing.

    `chances` is that with which each was drawn, NaN for what was not drawn.
    """

    strata: np.ndarray  # as texts
    is_above: np.ndarray  # over the line that recall is asked of
    is_counterfeit: np.ndarray
    chances: np.ndarray
    sellers: np.ndarray

    def __len__(self) -> int:
        """Count them."""
        return len(self.strata)


class Recall(msgspec.Struct, frozen=True):
    """Share of the counterfeits that is above the line, and what it rests on."""

    recall: Interval | None  # None while nothing drawn tells of what is below
    above: Interval  # counterfeits
    below: Interval
    listings: int  # that the figures speak for
    unseen: int  # in strata of which nothing was drawn; the figures say nothing of them
    drawn: int
    known: int  # decided upon without a draw; each counts itself alone


class Sum(msgspec.Struct, frozen=True):
    """A weighted count of finds, its variance, and what one find more could add."""

    total: float
    variance: float
    largest: float

    def draws(self, rng: np.random.Generator) -> np.ndarray:
        """Draw values that the true count may have: half as if no find were missed, half as if."""
        low = _gamma(self.total, self.variance, rng, DRAWS // 2)
        more, variance = self.total + self.largest, self.variance + self.largest**2
        return np.concatenate([low, _gamma(more, variance, rng, DRAWS // 2)])


def recall(looked: Looked, counts: Mapping[tuple[str, bool], int], seed: int) -> Recall:
    """Estimate which share of the counterfeits is above the line.

    Args:
        looked: every listing that was decided upon, surely.
        counts: listings there are, by stratum and whether above the line.
        seed: of the interval's draws.

    """
    weights, unseen = weighed(looked, counts)
    sums = [counted(looked, weights, looked.is_above == side) for side in (True, False)]
    above, below = (one.draws(np.random.default_rng(seed + at)) for at, one in enumerate(sums))
    is_drawn = ~np.isnan(looked.chances)
    total = sums[0].total + sums[1].total
    tells = bool((is_drawn & ~looked.is_above).any()) and total > 0
    shares = above / np.maximum(above + below, 1e-12)
    return Recall(
        recall=_interval(sums[0].total / total, shares) if tells else None,
        above=_interval(sums[0].total, above),
        below=_interval(sums[1].total, below),
        listings=sum(counts.values()) - unseen,
        unseen=unseen,
        drawn=int(is_drawn.sum()),
        known=int((~is_drawn).sum()),
    )


def weighed(looked: Looked, counts: Mapping[tuple[str, bool], int]) -> tuple[np.ndarray, int]:
    """Give how many listings each speaks for, and for how many nobody does."""
    weights, unseen = np.where(np.isnan(looked.chances), 1.0, 0.0), 0
    for (stratum, is_above), count in counts.items():
        own = (looked.strata == stratum) & (looked.is_above == is_above)
        drawn = own & ~np.isnan(looked.chances)
        rest = max(count - int((own & ~drawn).sum()), 0)
        raw = 1.0 / looked.chances[drawn]
        if len(raw):
            weights[drawn] = np.maximum(raw * rest / raw.sum(), 1.0)
        else:
            unseen += rest
    return weights, unseen


def counted(looked: Looked, weights: np.ndarray, which: np.ndarray) -> Sum:
    """Count the finds of some rows; what stands for itself alone adds no doubt."""
    beyond = np.sqrt(weights * np.maximum(weights - 1.0, 0.0))  # of a find that was drawn
    finds = which & (looked.is_counterfeit > 0)
    _, seller = np.unique(looked.sellers[finds].astype(str), return_inverse=True)
    together = np.bincount(seller, beyond[finds]) if finds.any() else np.zeros(1)
    largest = float(beyond[which].max()) if which.any() else 0.0
    return Sum(float(weights[finds].sum()), float(np.square(together).sum()), largest)


def _gamma(mean: float, variance: float, rng: np.random.Generator, size: int) -> np.ndarray:
    if mean <= 0 or variance <= 0:
        return np.full(size, mean)
    return rng.gamma(mean**2 / variance, variance / mean, size)


def _interval(value: float, draws: np.ndarray) -> Interval:
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(float(value), float(low), float(high))
