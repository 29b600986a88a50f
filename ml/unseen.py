"""What a model of this make says of platforms, times and sellers that it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import numpy as np

from conf.errors import ModelError
from conf.model import Model
from ml.examples import Examples
from ml.fitting import (
    by_brand,
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
RANDOM_FOLDS = 5


class Scored(msgspec.Struct, frozen=True):
    """Examples that were judged, and the score of each."""

    examples: Examples
    scores: np.ndarray


def on_platforms(
    model: Model,
    examples: Examples,
    variants: Mapping[str, np.ndarray] | None = None,
    learned_from: Examples | None = None,
) -> dict[str, np.ndarray]:
    """Give each listing's chance by a model that saw nothing of its platform, calibration included.

    Args:
        model: whose make is judged; it is fitted anew for each platform.
        examples: what is judged.
        variants: other vectors of the same listings, by name: what an attack made of them.
        learned_from: other examples to learn from, those of an older version.

    Returns:
        by the name of the variant, "" for the listings as they are; NaN for platforms with too few
        labels to be judged.

    Raises:
        ModelError: one platform alone has enough labels.

    """
    given = {"": examples.vectors, **(variants or {})}
    found = {name: np.full(len(examples), np.nan) for name in given}
    platforms = list(by_platform(examples))
    if len(platforms) < LEAST_PLATFORMS:
        raise ModelError(
            "the decisions tell enough of one platform alone; a model is judged on platforms that "
            "it did not see: import another partner's decisions"
        )
    teachers = examples if learned_from is None else learned_from
    for platform, held_out in platforms:
        rest = without(teachers, platform, examples.only(held_out))
        line, _ = calibrate(model, rest)
        trees = fit(model, rest)
        for name, vectors in given.items():
            found[name][held_out] = probabilities(trees, line, vectors[held_out])
    return found


def without(teachers: Examples, platform: str, held_out: Examples) -> Examples:
    """Give the examples of other platforms whose texts nearly repeat none of those held out."""
    own = teachers.platforms == platform
    return teachers.only(~own & ~np.isin(teachers.groups, held_out.groups))


def later(model: Model, examples: Examples) -> Scored:
    """Score what was decided later than everything that was learned from.

    Sellers of the later time are new ones: one whose listings were learned from is left out, and
    so is a text that nearly repeats one of those.

    Raises:
        ModelError: the decisions were made at one time.

    """
    line = np.quantile(examples.days, 1 - LATER_SHARE)
    early, late = examples.only(examples.days < line), examples.only(examples.days >= line)
    is_new = ~np.isin(late.sellers, early.sellers) & ~np.isin(late.groups, early.groups)
    late = late.only(is_new & (late.population > 0))
    if not (_is_mixed(early) and _is_mixed(late)):
        raise ModelError(
            "the decisions were made at one time; a model is judged on later ones than it learned "
            "from: import decisions of other days"
        )
    return Scored(late, margins(fit(model, early), late.vectors))


def sellers(model: Model, examples: Examples) -> Scored:
    """Score sellers that were not learned from, each of five groups in turn."""
    return _known(examples, held_out_margins(model, examples, list(by_seller(examples))))


def brands(model: Model, examples: Examples) -> Scored:
    """Score brands that were not learned from, each of five groups in turn.

    Their sellers may be known from what they offer of other brands, as they would be.
    """
    return _known(examples, held_out_margins(model, examples, list(by_brand(examples))))


def at_random(model: Model, examples: Examples) -> Scored:
    """Score a split drawn at random, which flatters: the same sellers and texts are on both sides.

    It stands beside the other figures as a warning and decides nothing.
    """
    fold = np.random.default_rng(model.seed).permutation(len(examples)) % RANDOM_FOLDS
    alone = replace(examples, groups=np.arange(len(examples)))
    parts = [(f"fold {one + 1}", fold == one) for one in range(RANDOM_FOLDS)]
    return _known(examples, held_out_margins(model, alone, parts))


def by_absence(model: Model, examples: Examples) -> Scored:
    """Score with a control that sees only what sellers and marketplaces leave out.

    What it learns is a marketplace's habit, not a fake; a model whose examples let it succeed
    would do the same.
    """
    blind = np.where(np.isnan(examples.vectors), 1.0, 0.0).astype(np.float32)
    blind *= tells_absence(model.features)
    return _control(model, replace(examples, vectors=blind))


def permuted(model: Model, examples: Examples) -> Scored:
    """Score with a control whose labels were shuffled: an AUC of a half, or something leaks."""
    order = np.random.default_rng(model.seed).permutation(len(examples))
    return _control(model, replace(examples, labels=examples.labels[order]))


def _control(model: Model, examples: Examples) -> Scored:
    plain = msgspec.structs.replace(
        model, monotone={}, parameters=model.parameters | {"masked_copies": 0}
    )
    return _known(examples, held_out_margins(plain, examples, list(by_platform(examples))))


def _known(examples: Examples, scores: np.ndarray) -> Scored:
    at = ~np.isnan(scores) & (examples.population > 0)
    return Scored(examples.only(at), scores[at])


def _is_mixed(examples: Examples) -> bool:
    return bool(len(examples)) and 0 < float(examples.labels.mean()) < 1
