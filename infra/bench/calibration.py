"""How far chances are off on a new platform after 300 of its listings were audited.

    python infra/bench/calibration.py DATA [SEEDS]

DATA is a folder of real listings, read, priced and divided as infra/bench/listings.py does: whole
sources are new. Scores are ours. Of the new side 300 listings are drawn at random and their labels
told; each way to calibrate makes chances of the rest's scores, SEEDS (10) times.

The error (ECE) is the mean over ten bins, by their listings, of the distance between the mean
chance and the share of counterfeits: bins of equal width (0 to .1, .1 to .2 ...), as a model's
judgement has them and as the target means, and beside it bins of equal mass. Even true chances have
an error, as bins hold few listings: "if it were true" tells it.

An interval covers a bin of equal mass when the share found lies between the means of its ends.

How far the general line pulls was settled on direction 2 and on pairs of a replica and a genuine
source that direction 1 learns from. What counts is `pairs`: a replica source that none of those
had, with a genuine one, learned from all the others; then direction 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from infra.bench import listings_rows, listings_scores
from infra.bench.listings import DIRECTIONS, WITH, WITHOUT
from infra.bench.listings_sides import halves, of
from infra.bench.listings_sides import sides as divided
from jobs.score._scorer import Line, calibrated
from ml.calibration import FARTHEST, calibration
from ml.certainty import Audited, band, pooled
from ml.cold_start import blended, trust

LABELS, BINS, SEEDS = 300, 10, 10
INTERVALS = 3  # seeds of which intervals are made, as they cost most
FEWER = (30, 100)  # labels, for what partial pooling does before there are enough
REPLICAS = ("kallin", "waschdachs")
GENUINE = ("adidas_nike", "amazon_uk_toys", "flipkart_20k", "myntra", "wish")
LEAST_NEW = 2 * LABELS  # listings of a new side: as many are judged as are told, at least
JUDGED = "pairs"
OURS, TRUE = "pooled isotonic, ours", "if it were true"
TARGETS = {"pairs, error": "<= 0.035"}
# Measured before on other scores of the like data, 300 labels, bins of equal width.
BASELINES = {"raw": 0.188, "Platt": 0.106, "isotonic": 0.038, "Venn-Abers": 0.041}

Way = Callable[["Side", Audited, np.ndarray], np.ndarray]


class Side(msgspec.Struct, frozen=True):
    """A new side: scores and labels, and the line that other sources gave."""

    every: Audited
    general: Line


def raw(_: Side, __: Audited, at: np.ndarray) -> np.ndarray:
    """Take scores for log-odds."""
    return np.asarray(expit(at))


def general(side: Side, _: Audited, at: np.ndarray) -> np.ndarray:
    """Look at no label of the new side."""
    return calibrated(at, side.general)


def platt(_: Side, own: Audited, at: np.ndarray) -> np.ndarray:
    """Fit a line of log-odds."""
    return _logistic(own.margins[:, None], own.labels, at[:, None])


def beta(_: Side, own: Audited, at: np.ndarray) -> np.ndarray:
    """Fit log-odds on the logarithms of chance and its rest (Kull and others, AISTATS 2017)."""
    return _logistic(_two_logs(own.margins), own.labels, _two_logs(at))


def isotonic(_: Side, own: Audited, at: np.ndarray) -> np.ndarray:
    """Fit steps that rise."""
    return np.asarray(_steps(own.margins, own.labels).predict(at))


def smooth(_: Side, own: Audited, at: np.ndarray) -> np.ndarray:
    """Draw a line through the middles of such steps, as the general one is drawn."""
    return calibrated(at, calibration(own.margins, own.labels, own.weights))


def venn_abers(_: Side, own: Audited, at: np.ndarray) -> np.ndarray:
    """Merge what one label more of either kind would make (inductive Venn-Abers)."""
    low, high = venn_abers_ends(own, at)
    return np.asarray(high / (1 - low + high))


def ours(side: Side, own: Audited, at: np.ndarray) -> np.ndarray:
    """Calibrate as the product does."""
    return calibrated(at, pooled(side.general, own))


WAYS: dict[str, Way] = {
    "raw": raw,
    "general line": general,
    "Platt": platt,
    "beta": beta,
    "isotonic": isotonic,
    "isotonic, smoothed": smooth,
    "Venn-Abers": venn_abers,
    OURS: ours,
}


def venn_abers_ends(own: Audited, at: np.ndarray) -> np.ndarray:
    """Give both ends at each score, shape (2, len(at)); scores between two labels share them."""
    known = np.unique(own.margins)
    place = np.searchsorted(known, at, "left") + np.searchsorted(known, at, "right")
    _, first, inverse = np.unique(place, return_index=True, return_inverse=True)
    ends = [
        [
            _steps(np.r_[own.margins, one], np.r_[own.labels, label]).predict([one])[0]
            for one in at[first]
        ]
        for label in (0.0, 1.0)
    ]
    return np.array(ends)[:, inverse]


def _steps(margins: np.ndarray, labels: np.ndarray) -> Any:
    return IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(margins, labels)


def _logistic(seen: np.ndarray, labels: np.ndarray, at: np.ndarray) -> np.ndarray:
    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(seen, labels)
    return np.asarray(fitted.predict_proba(at)[:, 1])


def _two_logs(margins: np.ndarray) -> np.ndarray:
    chance = np.clip(expit(margins), 1e-6, 1 - 1e-6)
    return np.column_stack([np.log(chance), -np.log(1 - chance)])


def bins(chances: np.ndarray, *, is_even: bool) -> list[np.ndarray]:
    """Give which rows each bin holds: of equal mass if even, else of equal width."""
    if is_even:
        return np.array_split(np.argsort(chances, kind="stable"), BINS)
    at = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [found for one in range(BINS) if len(found := np.flatnonzero(at == one))]


def errors(chances: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Give the error over bins of equal width, and over bins of equal mass."""

    def error(parts: list[np.ndarray]) -> float:
        far = [len(at) * abs(chances[at].mean() - labels[at].mean()) for at in parts]
        return float(sum(far)) / len(labels)

    return error(bins(chances, is_even=False)), error(bins(chances, is_even=True))


def covered(chances: np.ndarray, ends: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Give the share of even bins whose found share lies within their ends, and the mean width."""
    inside = [
        ends[0][at].mean() <= labels[at].mean() <= ends[1][at].mean()
        for at in bins(chances, is_even=True)
    ]
    return float(np.mean(inside)), float((ends[1] - ends[0]).mean())


def side(own: pl.DataFrame, other: pl.DataFrame, *, has_references: bool) -> Side:
    """Score a new side by what the other taught, and draw the line that its sources give."""
    made = divided(own, other, has_references=has_references)
    folds = listings_scores.held_out(own, has_references=has_references)
    share = trust(folds)
    found = listings_scores.fold(made)
    every = _audited(blended(found, share), found.labels)
    if not folds:
        return Side(every, _as_it_is())
    scores = np.concatenate([blended(one, share) for one in folds])
    labels = np.concatenate([one.labels for one in folds])
    return Side(every, calibration(scores, labels, np.ones(len(labels))))


def _audited(scores: np.ndarray, labels: np.ndarray) -> Audited:
    return Audited(scores, labels, np.ones(len(labels)))


def _as_it_is() -> Line:
    """Give the line of scores that are log-odds; no pair of so few sources could be left out."""
    at = np.linspace(-FARTHEST, FARTHEST, 97)
    return tuple(zip(at.tolist(), expit(at).tolist(), strict=True))


def measured(one: Side, seeds: int) -> dict[str, list[float]]:
    """Draw labels again and again: mean errors of each way, and what intervals cover."""
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in range(seeds):
        told, rest = _drawn(one, seed)
        for name, made in _errors(one, told, rest, seed).items():
            found.setdefault(name, []).append(made)
        if seed < INTERVALS:
            for name, made in intervals(one, told, rest, seed).items():
                found.setdefault(name, []).append(made)
    return {name: [round(float(x), 4) for x in np.mean(made, 0)] for name, made in found.items()}


def _errors(one: Side, told: Audited, rest: Audited, seed: int) -> dict[str, tuple[float, float]]:
    labels = rest.labels
    found = {name: errors(way(one, told, rest.margins), labels) for name, way in WAYS.items()}
    for few in FEWER:
        own = told.only(np.arange(len(told)) < few)
        for name in (OURS, "isotonic"):
            made = WAYS[name](one, own, rest.margins)
            found[f"{name}, {few} labels"] = errors(made, labels)
    chances = isotonic(one, one.every, rest.margins)
    luck = np.random.default_rng(1000 + seed).random(len(labels)) < chances
    return found | {TRUE: errors(chances, luck.astype(np.float64))}


def intervals(one: Side, told: Audited, rest: Audited, seed: int) -> dict[str, tuple[float, float]]:
    """Give what the product's interval covers and its width, and Venn-Abers' alone."""
    at, chances, low, high = np.array(band(one.general, told, seed)).T
    ends = np.array([np.interp(rest.margins, at, values) for values in (low, high)])
    mine = covered(np.interp(rest.margins, at, chances), ends, rest.labels)
    ends = venn_abers_ends(told, rest.margins)
    plain = covered(ends[1] / (1 - ends[0] + ends[1]), ends, rest.labels)
    return {"covered, width: ours": mine, "covered, width: Venn-Abers": plain}


def _drawn(one: Side, seed: int) -> tuple[Audited, Audited]:
    order = np.random.default_rng(seed).permutation(len(one.every))
    return one.every.only(order[:LABELS]), one.every.only(order[LABELS:])


def main() -> None:
    """Measure; figures as JSON, last."""
    if len(sys.argv) < 2:  # noqa: PLR2004 - the data
        sys.exit("usage: python infra/bench/calibration.py DATA [SEEDS]")
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else SEEDS  # noqa: PLR2004 - SEEDS
    claims = listings_rows.read(Path(sys.argv[1])).filter(pl.col("claim") == "claim")
    figures: dict[str, Any] = {}
    for name, one in sides(claims):
        figures[name] = measured(one, seeds)
        _tell(name, one, figures[name])
    pairs = [made for name, made in figures.items() if name.startswith(JUDGED)]
    if pairs:
        mean = {way: [made[way][0] for made in pairs] for way in (*WAYS, TRUE)}
        figures["mean of pairs"] = {way: round(float(np.mean(x)), 4) for way, x in mean.items()}
        figures["pairs, error"] = figures["mean of pairs"][OURS]
        sys.stdout.write(f"\nmean of {len(pairs)} pairs: {figures['mean of pairs']}\n")
    told = {"bench": "calibration", "figures": figures, "targets": TARGETS, "baselines": BASELINES}
    sys.stdout.write(json.dumps(told) + "\n")


def sides(claims: pl.DataFrame) -> Iterator[tuple[str, Side]]:
    """Give each new side that is large enough, by name: directions, then pairs."""
    for known, (name, (own, new)) in product((WITH, WITHOUT), DIRECTIONS.items()):
        one = side(of(claims, own), of(claims, new), has_references=known == WITH)
        if len(one.every) >= LEAST_NEW:
            yield f"{name}, {known}", one
    every = set(claims["origin"].to_list())
    for pair in product(REPLICAS, GENUINE):
        both = of(claims, pair)
        if both.filter(~halves(both)).height >= LEAST_NEW and both["label"].n_unique() > 1:
            rest = of(claims, sorted(every - {*pair}))
            yield f"{JUDGED}: {' | '.join(pair)}", side(rest, both, has_references=True)


def _tell(name: str, one: Side, found: dict[str, Any]) -> None:
    share = one.every.labels.mean()
    sys.stdout.write(f"\n{name}: {len(one.every):,} listings, {share:.0%} counterfeit\n")
    for way, (first, second) in found.items():
        sys.stdout.write(f"  {way:<36}{first:.4f}  {second:.4f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
