"""Judges a model on platforms, times and sellers that it did not learn from; never at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import isnan

import msgspec
import numpy as np

from conf.errors import ModelError
from conf.model import Model
from jobs.judged import Interval, Judged, Slice
from jobs.score._scoring import RED_FLAG
from ml import figures
from ml.examples import Examples
from ml.fitting import (
    by_platform,
    by_seller,
    calibrate,
    fit,
    held_out_margins,
    margins,
    probabilities,
)
from ml.masking import tells_absence

LATER_SHARE = 0.3  # of the decisions, the newest, are the later time
LEAST_PLATFORMS = 2


class Judgement(msgspec.Struct, frozen=True):
    """What was judged, and what plots need of it: chances on held-out platforms."""

    judged: Judged
    chances: np.ndarray
    labels: np.ndarray
    weights: np.ndarray


def judgement(model: Model, version: str, examples: Examples, now: datetime) -> Judgement:
    """Judge a model of this make on these examples.

    Raises:
        ModelError: the labels come from one platform alone, or one time.

    """
    chances = on_unseen_platforms(model, examples)
    at = ~np.isnan(chances) & (examples.population > 0)
    seen = examples.only(at)
    chances, weights = chances[at], seen.population
    flags = 100 * chances > RED_FLAG
    sure = partial(_sure, seen, weights, model.seed)
    rule_flags = seen.by_rules > RED_FLAG
    found = Judged(
        model_name=model.name,
        model_version=version,
        judged_at=now,
        labels=model.label,
        listings=len(seen),
        counterfeits=int(seen.labels.sum()),
        platforms=len(set(seen.platforms)),
        sellers=len(set(seen.sellers)),
        precision=_or_none(sure(lambda w: figures.precision(flags, seen.labels, w))),
        recall=_or_none(sure(lambda w: figures.recall(flags, seen.labels, w))),
        red_flags=int(flags.sum()),
        platform_auc=sure(lambda w: mean_auc(chances, seen, w)),
        later_auc=later_auc(model, examples),
        seller_auc=seller_auc(model, examples),
        rules_auc=sure(lambda w: mean_auc(seen.by_rules, seen, w)),
        rules_precision=_or_none(sure(lambda w: figures.precision(rule_flags, seen.labels, w))),
        missing_auc=missing_auc(model, examples),
        permuted_auc=permuted_auc(model, examples),
        calibration_error=figures.calibration_error(chances, seen.labels, weights),
        slices=tuple(slices(chances, seen, weights)),
    )
    return Judgement(found, chances, seen.labels, weights)


def on_unseen_platforms(model: Model, examples: Examples) -> np.ndarray:
    """Give each listing's chance by a model that saw nothing of its platform, calibration included.

    NaN for platforms with too few labels to be judged.
    """
    chances = np.full(len(examples), np.nan)
    platforms = list(by_platform(examples))
    if len(platforms) < LEAST_PLATFORMS:
        raise ModelError(
            "the decisions tell enough of one platform alone; a model is judged on platforms that "
            "it did not see: import another partner's decisions"
        )
    for _, held_out in platforms:
        rest = examples.only(~held_out)
        line, _ = calibrate(model, rest)
        chances[held_out] = probabilities(fit(model, rest), line, examples.vectors[held_out])
    return chances


def later_auc(model: Model, examples: Examples) -> Interval:
    """Give the AUC on what was decided later than everything that was learned from.

    Sellers of the later time are new ones: one whose listings were learned from is left out.
    """
    line = np.quantile(examples.days, 1 - LATER_SHARE)
    early, late = examples.only(examples.days < line), examples.only(examples.days >= line)
    late = late.only(~np.isin(late.sellers, early.sellers) & (late.population > 0))
    if not (_is_mixed(early) and _is_mixed(late)):
        raise ModelError(
            "the decisions were made at one time; a model is judged on later ones than it learned "
            "from: import decisions of other days"
        )
    scores = margins(fit(model, early), late.vectors)
    return _sure(late, late.population, model.seed, lambda w: figures.auc(scores, late.labels, w))


def seller_auc(model: Model, examples: Examples) -> Interval:
    """Give the AUC on sellers that were not learned from, each of five groups in turn."""
    scores = held_out_margins(model, examples, list(by_seller(examples)))
    at = ~np.isnan(scores) & (examples.population > 0)
    seen, scores = examples.only(at), scores[at]
    return _sure(seen, seen.population, model.seed, lambda w: figures.auc(scores, seen.labels, w))


def missing_auc(model: Model, examples: Examples) -> float:
    """Give the AUC of a control that sees only what sellers and marketplaces leave out.

    What it learns is a marketplace's habit, not a fake; a model whose examples let it succeed
    would do the same.
    """
    blind = np.where(np.isnan(examples.vectors), 1.0, 0.0).astype(np.float32)
    blind *= tells_absence(model.features)
    return _control(model, replace(examples, vectors=blind))


def permuted_auc(model: Model, examples: Examples) -> float:
    """Give the AUC of a control whose labels were shuffled: about a half, or something leaks."""
    order = np.random.default_rng(model.seed).permutation(len(examples))
    return _control(model, replace(examples, labels=examples.labels[order]))


def _control(model: Model, examples: Examples) -> float:
    plain = msgspec.structs.replace(
        model, monotone={}, parameters=model.parameters | {"masked_copies": 0}
    )
    scores = held_out_margins(plain, examples, list(by_platform(examples)))
    at = ~np.isnan(scores) & (examples.population > 0)
    seen = examples.only(at)
    return mean_auc(scores[at], seen, seen.population)


def mean_auc(scores: np.ndarray, examples: Examples, weights: np.ndarray) -> float:
    """Give the mean of the platforms' AUCs; pooled, a platform's level would count as skill."""
    found = []
    for name in sorted(set(examples.platforms)):
        own = examples.platforms == name
        one = figures.auc(scores[own], examples.labels[own], weights[own])
        found += [] if isnan(one) else [one]
    return float(np.mean(found)) if found else float("nan")


def slices(chances: np.ndarray, examples: Examples, weights: np.ndarray) -> Iterator[Slice]:
    """Give the figures of each platform and language."""
    flags = 100 * chances > RED_FLAG
    for kind, values in (("platform", examples.platforms), ("language", examples.languages)):
        for name in sorted(set(values)):
            own = values == name
            labels, part = examples.labels[own], weights[own]
            yield Slice(
                kind=kind,
                name=str(name),
                listings=int(own.sum()),
                counterfeits=int(labels.sum()),
                auc=_known(figures.auc(chances[own], labels, part)),
                red_flags=int(flags[own].sum()),
                precision=_known(figures.precision(flags[own], labels, part)),
                recall=_known(figures.recall(flags[own], labels, part)),
            )


def _sure(
    examples: Examples, weights: np.ndarray, seed: int, figure: Callable[[np.ndarray], float]
) -> Interval:
    return figures.interval(figure, weights, examples.sellers, seed)


def _is_mixed(examples: Examples) -> bool:
    return bool(len(examples)) and 0 < float(examples.labels.mean()) < 1


def _or_none(one: Interval) -> Interval | None:
    return None if isnan(one.value) else one


def _known(value: float) -> float | None:
    return None if isnan(value) else value
