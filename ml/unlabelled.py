"""Learns from confirmed counterfeits and from listings of which nobody knows what they are.

Bags (Mordelet and Vert 2014, "A bagging SVM to learn from positive and unlabeled examples", Pattern
Recognition Letters 37): each model learns the confirmed against a few unlabelled rows, drawn anew,
and the mean of their log-odds counts. A counterfeit among the unlabelled misleads the few models
that drew it, and not all. Unlike theirs, every bag sets a third of the groups aside, confirmed rows
among them, and scores those alone: then what is nearly a row that was learned from never scores it,
and a confirmed row's score is made the very way that an unlabelled one's is.

How many are confirmed (Elkan and Noto, KDD 2008, "Learning classifiers from only positive and
unlabeled data"): with g(x) the chance that a listing is labelled, the confirmed share c of all
counterfeits is the mean of g over confirmed rows that g did not learn from, and the chance of being
counterfeit is g(x) / c. Two things must hold, and in the field neither is a matter of course:

- *Labels fall on counterfeits completely at random.* They do not where brands choose what to send
  notices for: then c is that of listings like the chosen, and what is never chosen is not seen.
  Where the chance of being looked at is known (`chance` of ml/labels.py), `share_by_chance` needs
  no such belief, and `trusted` makes the confirmed stand for all.
- *What is confirmed can be told apart.* Where genuine listings look the same as some counterfeits,
  g is less than c there, c comes out too low and the share of counterfeits too high: it is an upper
  bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import isotonic_regression
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from conf.errors import ModelError
from conf.model import Model
from jobs.judged import Interval
from ml.fitting import margins, unfitted
from ml.labels import MOST

BAGS = 30
ASIDE = 3  # one group of so many is set aside by a bag: each row is scored by BAGS / ASIDE models
LEAST_POSITIVES = 8  # confirmed rows; of fewer no share is worth telling
LEAST_DRAWN = 100  # unlabelled rows of a bag, as trees want some to split at all
FOLDS = 5
ROUNDS = 200
OUTSIDE = (0.025, 0.975)

# Of vectors, labels (1.0 is confirmed), weights and a seed: something that `margins` can ask.
Fit = Callable[[np.ndarray, np.ndarray, np.ndarray, int], Any]


class Rows(msgspec.Struct, frozen=True):
    """Listings, one row each: confirmed counterfeits, and others of which nothing is known."""

    vectors: np.ndarray  # float32, columns as the model names its features
    is_confirmed: np.ndarray
    weights: np.ndarray  # how much a row is trusted; of unlabelled rows 1 says nothing
    groups: np.ndarray  # numbers; rows of one number never judge each other
    stands: np.ndarray | None = (
        None  # listings that each row was drawn from; None: every row for one
    )

    def __len__(self) -> int:
        """Count them."""
        return len(self.is_confirmed)


class Bagged(msgspec.Struct, frozen=True):
    """Models of all bags, and the log-odds of each row by those that set its group aside."""

    models: tuple[Any, ...]
    out_of_bag: np.ndarray

    def margins(self, vectors: np.ndarray) -> np.ndarray:
        """Give the log-odds of new rows: the mean of all models'."""
        return np.asarray(np.mean([margins(one, vectors) for one in self.models], axis=0))


class Share(msgspec.Struct, frozen=True):
    """How many of the counterfeits are confirmed, and how many there are, with intervals."""

    confirmed: Interval  # of all counterfeits: c
    counterfeit: Interval  # of all rows: the class prior
    hidden: Interval  # of the unlabelled rows


def fitter(model: Model) -> Fit:
    """Give what fits a bag as a training does (ml/fitting.py), by a seed of the bag's own."""
    made = unfitted(model)
    return lambda vectors, labels, weights, seed: made.fit(
        vectors, labels, weights, model.features, model.monotone, seed
    )


def joined(*keys: np.ndarray) -> np.ndarray:
    """Number the groups of rows that share any of several keys, directly or by others.

    Args:
        keys: of each row, say its seller and the group of its text (ml/groups.py).

    """
    count = len(keys[0])
    rows, places, first = [], [], count
    for key in keys:
        _, at = np.unique(key.astype(str), return_inverse=True)
        rows.append(np.arange(count))
        places.append(first + at)
        first += int(at.max(initial=-1)) + 1
    ends = (np.concatenate(rows), np.concatenate(places))
    graph = coo_matrix((np.ones(len(ends[0])), ends), shape=(first, first))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found[:count], dtype=np.int64)


def bagged(fit: Fit, rows: Rows, seed: int, bags: int = BAGS) -> Bagged:
    """Learn from many draws of the unlabelled rows beside the confirmed ones.

    Each bag has as many unlabelled rows as confirmed ones, at least `LEAST_DRAWN`, and both count
    alike. The same rows and seed give the same models.

    Args:
        fit: fits one bag, for instance `fitter(model)`.
        rows: what is learned from, and scored out of bag.
        seed: of the draws, and of each fit.
        bags: models, no fewer than `ASIDE`, so that every row is out of some bag.

    Raises:
        ModelError: nothing is confirmed or nothing unlabelled, all that is of one kind is of one
            group, or there are too few bags.

    """
    check(rows)
    if bags < ASIDE:
        raise ModelError(f"{bags} bags leave rows without a score; give at least {ASIDE}")
    rng = np.random.default_rng(seed)
    models = []
    sums, times = np.zeros(len(rows)), np.zeros(len(rows))
    for at in range(bags):
        if at % ASIDE == 0:
            parts = _parts(rows, ASIDE, rng)
        aside = parts == at % ASIDE
        which = _drawn(rows, ~aside, rng)
        labels = rows.is_confirmed[which].astype(np.float64)
        weights = even(labels, rows.weights[which])
        models.append(fit(rows.vectors[which], labels, weights, int(rng.integers(1 << 31))))
        sums[aside] += margins(models[-1], rows.vectors[aside])
        times[aside] += 1
    return Bagged(tuple(models), sums / times)


def check(rows: Rows) -> None:
    """Hold rows to what bags need.

    Raises:
        ModelError: nothing is confirmed or nothing unlabelled, or all that is of one kind is of
            one group.

    """
    kinds = {"confirmed as counterfeit": rows.is_confirmed, "unlabelled": ~rows.is_confirmed}
    for name, which in kinds.items():
        if not which.any():
            raise ModelError(
                f"of {len(rows)} listings none is {name}: learning from confirmed and unlabelled "
                "listings needs both"
            )
        if len(np.unique(rows.groups[which])) < 2:  # noqa: PLR2004 - one to learn from, one aside
            raise ModelError(
                f"every listing that is {name} is of one group (seller or text): nothing could be "
                "set aside; confirm counterfeits of another seller"
            )


def confirmed_share(scores: np.ndarray, rows: Rows, seed: int) -> Share:
    """Give Elkan and Noto's c by log-odds of rows whose groups were not learned from.

    The chance of being confirmed is drawn through the scores of some groups (isotonic regression)
    and read at others', so that it is held out twice. The interval draws groups again, each draw
    with lines of its own; trees are not fitted again, so that of few confirmed rows it is too
    narrow. See the module for what must hold.

    Args:
        scores: one a row, as `Bagged.out_of_bag`; any that rank.
        rows: the same rows; how much they are trusted does not count.
        seed: of folds and draws.

    Raises:
        ModelError: fewer than `LEAST_POSITIVES` are confirmed, or as `check`.

    """
    check(rows)
    _check_enough(rows)
    rng = np.random.default_rng(seed)
    folds = _parts(rows, FOLDS, rng)
    labels = rows.is_confirmed.astype(np.float64)

    def shares(times: np.ndarray) -> tuple[float, float, float]:
        chances = _held_out_chances(scores, labels, times, folds)
        own = times * labels
        return _shares(float((own * chances).sum() / own.sum()), own.sum() / times.sum())

    return _with_intervals(shares, rows, rng)


def share_by_chance(chance: np.ndarray, rows: Rows, seed: int) -> Share:
    """Give the same by the known chances with which listings were looked at; nothing is believed.

    A counterfeit that was looked at with a chance of a fifth speaks for five (Horvitz and Thompson
    1952); what was looked at for a reason of its own speaks for itself. Where draws went on for
    days, each day's speak for all listings again: give the chance of being drawn on any of them, or
    take ml/recall.py, which knows what was drawn and found genuine as well.

    Args:
        chance: of each row, that it was looked at; NaN where unknown, as `chance` of ml/labels.py.
        rows: every listing that could be drawn; vectors and weights do not count.
        seed: of the draws of groups that the interval rests on.

    Raises:
        ModelError: fewer than `LEAST_POSITIVES` were confirmed by a known chance.

    """
    known = rows.is_confirmed & ~np.isnan(chance)
    if (count := int(known.sum())) < LEAST_POSITIVES:
        raise ModelError(
            f"{count} listings with a known chance of being looked at are confirmed; a share needs "
            f"{LEAST_POSITIVES}: have more drawn (`countermark model queue`)"
        )
    speaks = np.where(rows.is_confirmed, 1.0 / np.where(known, chance, 1.0), 0.0)

    def shares(times: np.ndarray) -> tuple[float, float, float]:
        confirmed, every = float((times * rows.is_confirmed).sum()), float(times.sum())
        return _shares(confirmed / max(float((times * speaks).sum()), 1.0), confirmed / every)

    return _with_intervals(shares, rows, np.random.default_rng(seed))


def trusted(weights: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Give weights by which confirmed rows of known chance stand for all counterfeits.

    As in ml/labels.py, none speaks for more than `MOST`; of an unknown chance one speaks for
    itself.
    """
    speaks = np.clip(1.0 / np.where(np.isnan(chance), 1.0, chance), 1.0, MOST)
    return np.asarray(weights * speaks)


def posterior(chances: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """Give the chance of being counterfeit by that of being confirmed, at most 1.

    Args:
        chances: g(x), the chance of being confirmed.
        share: c, or where labels do not fall at random the known chance of each row.

    """
    return np.clip(chances / share, 0.0, 1.0)


def confirmed_chances(scores: np.ndarray, rows: Rows, seed: int) -> np.ndarray:
    """Give g(x) of each row, by lines through scores of groups that are not its own."""
    check(rows)
    folds = _parts(rows, FOLDS, np.random.default_rng(seed))
    return _held_out_chances(scores, rows.is_confirmed.astype(np.float64), _times(rows), folds)


def _times(rows: Rows) -> np.ndarray:
    """Give how many listings each row stands for."""
    return np.ones(len(rows)) if rows.stands is None else rows.stands


def _parts(rows: Rows, count: int, rng: np.random.Generator) -> np.ndarray:
    """Divide groups at random: each row's part; groups with confirmed rows are dealt out evenly."""
    names, group = np.unique(rows.groups, return_inverse=True)
    order = rng.permutation(len(names))
    has = np.bincount(group, rows.is_confirmed) > 0
    dealt = np.concatenate([order[has[order]], order[~has[order]]])
    part = np.empty(len(names), dtype=np.int64)
    part[dealt] = np.arange(len(names)) % count
    return part[group]


def _drawn(rows: Rows, may: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give the places of a bag: every confirmed row that may be, and as many others."""
    confirmed = np.flatnonzero(may & rows.is_confirmed)
    others = np.flatnonzero(may & ~rows.is_confirmed)
    count = min(max(len(confirmed), LEAST_DRAWN), len(others))
    return np.concatenate([confirmed, rng.choice(others, count, replace=False)])


def even(labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Scale weights so that both kinds count alike, and a row 1 in the mean."""
    own = np.where(labels > 0, weights / weights[labels > 0].sum(), 0.0)
    others = np.where(labels > 0, 0.0, weights / weights[labels == 0].sum())
    return np.asarray((own + others) * len(labels) / 2)


def _held_out_chances(
    scores: np.ndarray, labels: np.ndarray, times: np.ndarray, folds: np.ndarray
) -> np.ndarray:
    """Give each row's chance of being confirmed by a line that rises through the other folds."""
    found = np.empty(len(scores))
    for fold in np.unique(folds):
        own = folds == fold
        found[own] = np.interp(scores[own], *_line(scores[~own], labels[~own], times[~own]))
    return found


def _line(
    scores: np.ndarray, labels: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give knots of an isotonic regression; rows that were not drawn count nothing."""
    counted = times > 0
    at, inverse = np.unique(scores[counted], return_inverse=True)
    weight = np.bincount(inverse, times[counted])
    means = np.bincount(inverse, times[counted] * labels[counted]) / weight
    return at, isotonic_regression(means, weights=weight).x


def _shares(confirmed: float, labelled: float) -> tuple[float, float, float]:
    """Give c, the share of counterfeits, and that among the unlabelled; no more than all."""
    confirmed = min(max(confirmed, labelled), 1.0)
    every = labelled / confirmed
    return confirmed, every, (every - labelled) / (1.0 - labelled)


def _with_intervals(
    shares: Callable[[np.ndarray], tuple[float, float, float]],
    rows: Rows,
    rng: np.random.Generator,
) -> Share:
    """Give the shares, with intervals by drawing groups again."""
    names, group = np.unique(rows.groups, return_inverse=True)
    count = len(names)
    drawn: list[tuple[float, float, float]] = []
    while len(drawn) < ROUNDS:
        times = np.bincount(rng.integers(0, count, count), minlength=count)[group]
        if 0 < (times * rows.is_confirmed).sum() < times.sum():
            drawn.append(shares(times * _times(rows)))
    low, high = np.quantile(drawn, OUTSIDE, axis=0)
    value = shares(_times(rows))
    return Share(
        *(Interval(*(float(x) for x in one)) for one in zip(value, low, high, strict=True))
    )


def _check_enough(rows: Rows) -> None:
    if (count := int(rows.is_confirmed.sum())) < LEAST_POSITIVES:
        raise ModelError(
            f"{count} listings are confirmed as counterfeit; a share needs {LEAST_POSITIVES}: "
            "import more decisions"
        )
