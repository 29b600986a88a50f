"""Judges a model on platforms, times and sellers that it did not learn from; never at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from math import isnan

import msgspec
import numpy as np
import polars as pl

from conf.model import Model
from jobs import catalogue
from jobs.judged import SURE, Attack, Cost, Interval, Judged, Slice
from jobs.score._scorer import calibrated
from jobs.score._scoring import AUTOMATIC, RED_FLAG
from ml import costs, figures, unseen
from ml.attacks import ATTACKS, Reread, attacked
from ml.certainty import LEAST_LABELS, Audited, pooled
from ml.examples import Examples
from ml.fitting import PARTS, parts_of
from ml.tactics import tactics

LEAST_ATTACKED = 20  # counterfeits, for an attack's recall to be told
TELLS_ALL = 0.99  # AUC of a single feature that no honest sign reaches
POINTS = 80  # of a curve
AS_TOLD = ((0.0, 0.0), (1.0, 1.0))  # a calibration that leaves chances as they are


class Seen(msgspec.Struct, frozen=True):
    """Judged examples with what is counted of them, row for row."""

    examples: Examples
    rows: pl.DataFrame  # their facts
    chances: np.ndarray
    price: np.ndarray  # suspicion by the price alone
    variants: Mapping[str, np.ndarray]  # chances after each attack
    weights: np.ndarray  # listings that each speaks for
    based: np.ndarray  # the same at the model's base rate

    @property
    def flags(self) -> np.ndarray:
        """Which are red flags."""
        found: np.ndarray = 100 * self.chances > RED_FLAG
        return found


def judgement(
    model: Model,
    version: str,
    rows: pl.DataFrame,
    examples: Examples,
    now: datetime,
    again: Reread | None = None,
) -> Judged:
    """Judge a model of this make on these examples.

    Args:
        model: whose make is judged.
        version: its number.
        rows: the labelled facts, as ml/frame.py reads them.
        examples: the same as vectors, in the same order.
        now: when.
        again: reads texts that attacks changed.

    Raises:
        ModelError: the labels come from one platform alone, or one time.

    """
    seen = _seen(model, rows, examples, again)
    return _judged(model, version, seen, _apart(model, examples), now)


class Apart(msgspec.Struct, frozen=True):
    """What is held out otherwise than by platform, and the controls."""

    later: Interval
    sellers: Interval
    brands: Interval
    missing: float
    permuted: float
    random: float


def _apart(model: Model, examples: Examples) -> Apart:
    return Apart(
        later=_auc(unseen.later(model, examples), model.seed),
        sellers=_auc(unseen.sellers(model, examples), model.seed),
        brands=_auc(unseen.brands(model, examples), model.seed),
        missing=_mean_auc(unseen.by_absence(model, examples)),
        permuted=_mean_auc(unseen.permuted(model, examples)),
        random=_auc(unseen.at_random(model, examples), model.seed).value,
    )


def _seen(model: Model, rows: pl.DataFrame, examples: Examples, again: Reread | None) -> Seen:
    """Score every example by a model that did not see its platform, as it is and attacked."""
    changed = attacked(rows, rows["is_counterfeit"], again)
    vectors = {name: catalogue.vectors(one, model.features) for name, one in changed.items()}
    chances = unseen.on_platforms(model, examples, vectors)
    at = ~np.isnan(chances[""]) & (examples.population > 0)
    kept = examples.only(at)
    facts = rows.filter(pl.Series(at))
    ratio = facts["price_to_reference"].fill_null(1.0).to_numpy()
    return Seen(
        examples=kept,
        rows=facts,
        chances=chances[""][at],
        price=-ratio,
        variants={name: one[at] for name, one in chances.items() if name},
        weights=kept.population,
        based=figures.rebased(kept.labels, kept.population, model.base_rate),
    )


def _judged(model: Model, version: str, seen: Seen, apart: Apart, now: datetime) -> Judged:
    """Count everything that the judged rows tell, each figure with its interval."""
    sure = partial(_sure, seen.examples, model.seed)
    own, chances, flags, weights = seen.examples, seen.chances, seen.flags, seen.weights
    labels, by_rules = own.labels, own.by_rules
    rule_flags = by_rules > RED_FLAG
    automatic = 100 * chances >= AUTOMATIC

    def ap(scores: np.ndarray) -> Interval | None:
        return _or_none(sure(lambda w: figures.average_precision(scores, labels, w), seen.based))

    def right(which: np.ndarray) -> Interval | None:
        def share(w: np.ndarray) -> float:
            return figures.precision(which, labels, w)

        return _or_none(figures.share_interval(share, which, weights, own.sellers, model.seed))

    def auc(scores: np.ndarray) -> Interval:
        return sure(lambda w: mean_auc(scores, own, w), weights)

    def gain(w: np.ndarray) -> float:
        return mean_auc(chances, own, w) - mean_auc(by_rules, own, w)

    return Judged(
        model_name=model.name,
        model_version=version,
        judged_at=now,
        labels=model.label,
        listings=len(own),
        counterfeits=int(labels.sum()),
        platforms=len(set(own.platforms)),
        sellers=len(set(own.sellers)),
        precision=right(flags),
        recall=_or_none(sure(lambda w: figures.recall(flags, labels, w), weights)),
        red_flags=int(flags.sum()),
        platform_auc=auc(chances),
        later_auc=apart.later,
        seller_auc=apart.sellers,
        brand_auc=_or_none(apart.brands),
        rules_auc=auc(by_rules),
        rules_precision=right(rule_flags),
        missing_auc=apart.missing,
        permuted_auc=apart.permuted,
        random_auc=apart.random,
        calibration_error=figures.calibration_error(chances, labels, weights),
        own_calibration_error=own_calibration_error(chances, own),
        automatic_precision=right(automatic),
        automatic_listings=int(automatic.sum()),
        base_rate=model.base_rate,
        average_precision=ap(chances),
        rules_average_precision=ap(by_rules),
        price_auc=auc(seen.price),
        price_average_precision=ap(seen.price),
        gain_over_rules=_or_none(sure(gain, weights)),
        top_share=model.review_share,
        top_precision=_or_none(
            sure(
                lambda w: figures.precision_of_top(chances, labels, w, model.review_share),
                seen.based,
            )
        ),
        sure_recall=_or_none(
            sure(lambda w: figures.recall_at_precision(chances, labels, w, SURE), seen.based)
        ),
        costs=_costs(model, seen, rule_flags),
        curve=curve(chances, labels, seen.based),
        rules_curve=curve(by_rules, labels, seen.based),
        reliability=_reliability(chances, labels, weights),
        leak_suspects=tuple(_suspects(model, own)),
        slices=tuple(slices(seen)),
        attacks=tuple(_attacks(seen)),
    )


def own_calibration_error(chances: np.ndarray, examples: Examples) -> float | None:
    """Give the calibration error where a platform's own labels calibrate it.

    Each fifth of a platform's sellers is calibrated by the labels of the others; None where no
    platform has enough.
    """
    groups, found = parts_of(examples.sellers), np.full(len(chances), np.nan)
    known = Audited(chances, examples.labels, examples.population)
    for name in sorted(set(examples.platforms)):
        for group in range(PARTS):
            own = (examples.platforms == name) & (groups == group)
            others = (examples.platforms == name) & (groups != group)
            if own.any() and others.sum() >= LEAST_LABELS:
                found[own] = calibrated(chances[own], pooled(AS_TOLD, known.only(others)))
    at = ~np.isnan(found)
    if not at.any():
        return None
    return figures.calibration_error(found[at], examples.labels[at], examples.population[at])


def _costs(model: Model, seen: Seen, rule_flags: np.ndarray) -> tuple[Cost, ...]:
    labels = seen.examples.labels
    best = costs.cheapest(seen.chances, labels, seen.based, model.costs)
    ways = {
        "red flags of the model": seen.flags,
        "the line that costs least here": best,
        "red flags of the rules": rule_flags,
        "everything": np.ones(len(labels), dtype=bool),
    }
    return costs.costs(ways, labels, seen.based, model.costs)


def curve(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> tuple[tuple[float, float], ...]:
    """Give recall and precision at no more than some points."""
    points = figures.precision_recall(scores, labels, weights)
    step = max(1, len(points) // POINTS)
    return tuple((round(x, 4), round(y, 4)) for x, y in [*points[::step], points[-1]])


def _reliability(
    chances: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> tuple[tuple[float, float, float], ...]:
    found = figures.reliability(chances, labels, weights)
    total = float(weights.sum())
    return tuple((told, share, weight / total) for told, share, weight in found)


def mean_auc(scores: np.ndarray, examples: Examples, weights: np.ndarray) -> float:
    """Give the mean of the platforms' AUCs; pooled, a platform's level would count as skill."""
    found = []
    for name in sorted(set(examples.platforms)):
        own = examples.platforms == name
        one = figures.auc(scores[own], examples.labels[own], weights[own])
        found += [] if isnan(one) else [one]
    return float(np.mean(found)) if found else float("nan")


def slices(seen: Seen) -> Iterator[Slice]:
    """Give the figures of each platform, language and brand, and of each tactic of counterfeits."""
    own = seen.examples
    kinds = (("platform", own.platforms), ("language", own.languages), ("brand", own.brands))
    for kind, values in kinds:
        for name in sorted(set(values)):
            yield _slice(seen, kind, str(name), values == name)
    genuine = own.labels == 0
    for name, shows in tactics(seen.rows):
        if (shows & ~genuine).any():
            yield _slice(seen, "tactic", name, shows | genuine)


def _slice(seen: Seen, kind: str, name: str, own: np.ndarray) -> Slice:
    chances, flags, weights = seen.chances[own], seen.flags[own], seen.weights[own]
    labels = seen.examples.labels[own]
    return Slice(
        kind=kind,
        name=name,
        listings=int(own.sum()),
        counterfeits=int(labels.sum()),
        auc=_known(figures.auc(chances, labels, weights)),
        red_flags=int(flags.sum()),
        precision=_known(figures.precision(flags, labels, weights)),
        recall=_known(figures.recall(flags, labels, weights)),
        average_precision=_known(figures.average_precision(chances, labels, seen.based[own])),
        calibration_error=figures.calibration_error(chances, labels, weights),
    )


def _attacks(seen: Seen) -> Iterator[Attack]:
    """Give what each attack did to the counterfeits that were red flags before."""
    own = seen.examples
    is_fake = own.labels > 0
    if is_fake.sum() < LEAST_ATTACKED:
        return
    for name, chances in seen.variants.items():
        yield Attack(
            name=name,
            meaning=ATTACKS[name].meaning,
            listings=int(is_fake.sum()),
            recall=figures.recall(seen.flags, own.labels, seen.weights),
            recall_after=figures.recall(100 * chances > RED_FLAG, own.labels, seen.weights),
            auc=_known(mean_auc(seen.chances, own, seen.weights)),
            auc_after=_known(mean_auc(chances, own, seen.weights)),
        )


def _suspects(model: Model, examples: Examples) -> Iterator[str]:
    """Name features that tell the labels alone, in either direction: what is that good leaks."""
    for at, name in enumerate(model.features):
        values = np.nan_to_num(examples.vectors[:, at], nan=-1.0)
        one = mean_auc(values, examples, examples.population)
        if not isnan(one) and max(one, 1 - one) >= TELLS_ALL:
            yield name


def _auc(one: unseen.Scored, seed: int) -> Interval:
    own = one.examples
    return _sure(own, seed, lambda w: figures.auc(one.scores, own.labels, w), own.population)


def _mean_auc(one: unseen.Scored) -> float:
    return mean_auc(one.scores, one.examples, one.examples.population)


def _sure(
    examples: Examples, seed: int, figure: Callable[[np.ndarray], float], weights: np.ndarray
) -> Interval:
    return figures.interval(figure, weights, examples.sellers, seed)


def _or_none(one: Interval) -> Interval | None:
    return None if isnan(one.value) else one


def _known(value: float) -> float | None:
    return None if isnan(value) else value
