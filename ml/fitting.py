"""Fits a model and calibrates it by what it says of marketplaces that it did not learn from."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import Any

import numpy as np

from conf.errors import ConfError
from conf.model import Model
from jobs.score._scorer import Band, Line, calibrated
from ml.calibration import calibration
from ml.certainty import Audited, bands
from ml.examples import Examples
from ml.trees import Trees

LEAST_OF_EACH = 15  # of each label, for a platform to be judged alone
FEWEST_OF_EACH = 5  # to learn from when sellers are held out
PARTS = 5  # groups of sellers, or of brands, each held out in turn

Folds = list[tuple[str, np.ndarray]]  # name of what is held out, and which examples


def unfitted(model: Model) -> Trees:
    """Give what `ml/models/<name>.py` builds.

    Raises:
        ConfError: there is no such module, or a parameter is unknown.

    """
    try:
        module = importlib.import_module(f"ml.models.{model.name}")
    except ModuleNotFoundError:
        raise ConfError(
            f"ml/models/{model.name}.py is missing; conf/models/{model.name}.yaml needs one"
        ) from None
    found: Trees = module.build(model.parameters)
    return found


def fit(model: Model, examples: Examples) -> Any:
    """Give trees that learned from all of these examples."""
    return unfitted(model).fit(
        examples.vectors,
        examples.labels,
        examples.weights,
        model.features,
        model.monotone,
        model.seed,
    )


def margins(trees: Any, vectors: np.ndarray) -> np.ndarray:
    """Give the log-odds of each row."""
    found = trees.inplace_predict(vectors, predict_type="margin", validate_features=False)
    return np.asarray(found, dtype=np.float64)


def probabilities(trees: Any, line: Line, vectors: np.ndarray) -> np.ndarray:
    """Give the calibrated probability of each row."""
    return calibrated(margins(trees, vectors), line)


def unseen_margins(model: Model, examples: Examples) -> np.ndarray:
    """Give each example's log-odds by trees that did not learn from its platform, or its seller."""
    return held_out_margins(model, examples, folds(examples))


def held_out_margins(model: Model, examples: Examples, parts: Folds) -> np.ndarray:
    """Give the log-odds of what each part holds out, by trees that learned from all else.

    NaN where no part holds an example out. Parts are fitted side by side, each by one thread.
    """
    found = np.full(len(examples), np.nan)

    def margins_of(held_out: np.ndarray) -> np.ndarray:
        return margins(fit(model, examples.apart_from(held_out)), examples.vectors[held_out])

    held = [held_out for _, held_out in parts]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for held_out, values in zip(held, pool.map(margins_of, held), strict=True):
            found[held_out] = values
    return found


def calibrate(model: Model, examples: Examples) -> tuple[Line, np.ndarray]:
    """Give the calibration line, and the log-odds of unseen examples that it rests on."""
    unseen = unseen_margins(model, examples)
    weights = examples.population
    counted = (weights > 0) & ~np.isnan(unseen)
    line = calibration(unseen[counted], examples.labels[counted], weights[counted])
    return line, unseen


def platform_bands(
    line: Line, unseen: np.ndarray, examples: Examples, seed: int
) -> dict[str, Band]:
    """Give each platform's own calibration by those of its labels that were drawn by chance."""
    counted = examples.is_own & (examples.drawn > 0) & ~np.isnan(unseen)
    audited = {}
    for name in sorted(set(examples.platforms[counted])):
        own = counted & (examples.platforms == name)
        audited[str(name)] = Audited(unseen[own], examples.labels[own], examples.drawn[own])
    return bands(line, audited, seed)


def folds(examples: Examples) -> Folds:
    """Give what to hold out in turn: platforms if there are several, else groups of sellers."""
    found = list(by_platform(examples))
    return found if len(found) > 1 else list(by_seller(examples))


def by_platform(examples: Examples) -> Iterator[tuple[str, np.ndarray]]:
    """Give each platform that has enough of both labels, and its examples."""
    for name in sorted(set(examples.platforms)):
        held_out = examples.platforms == name
        if _has_both(examples.labels[held_out]) and _has_both(examples.labels[~held_out]):
            yield str(name), held_out


def by_seller(examples: Examples) -> Iterator[tuple[str, np.ndarray]]:
    """Give groups of sellers, by a digest of their keys, and their examples."""
    return _by(examples, examples.sellers, "sellers")


def by_brand(examples: Examples) -> Iterator[tuple[str, np.ndarray]]:
    """Give groups of brands, by a digest of their keys, and their examples."""
    return _by(examples, examples.brands, "brands")


def _by(examples: Examples, keys: np.ndarray, what: str) -> Iterator[tuple[str, np.ndarray]]:
    found = parts_of(keys)
    for part in range(PARTS):
        held_out = found == part
        if held_out.any() and _has_both(examples.labels[~held_out], FEWEST_OF_EACH):
            yield f"{what} {part + 1} of {PARTS}", held_out


def parts_of(keys: np.ndarray) -> np.ndarray:
    """Give the part of each row, 0 to `PARTS` - 1: all rows of one key are in the same."""
    return np.array([_part(key) for key in keys], dtype=np.int64)


def _part(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) % PARTS


def _has_both(labels: np.ndarray, least: int = LEAST_OF_EACH) -> bool:
    positives = int((labels > 0).sum())
    return min(positives, len(labels) - positives) >= least
