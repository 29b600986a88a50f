"""What was learned elsewhere is trusted as far as it helped on sources that it did not see."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.score import _rules
from ml.cold_start import POINTS, Fold, blended, prior, trust


def features(**given: list[float]) -> dict[str, np.ndarray]:
    size = len(next(iter(given.values())))
    known = {name: np.full(size, np.nan) for name in _rules.FEATURES}
    return known | {name: np.array(values) for name, values in given.items()}


def test_words_and_price_add_up() -> None:
    columns = features(says_replica=[1.0, 0.0, 0.0], price_ratio=[0.1, 0.1, 0.1])
    found = prior(columns, np.array([2.0, 2.0, np.nan]))
    # The rules' own steps of the price do not count beside its evidence.
    assert found == pytest.approx([35 / POINTS + 2.0, 2.0, 0.0])


def folded(helps: float) -> Fold:
    rng = np.random.default_rng(3)
    labels = np.repeat([1.0, 0.0], 100)
    return Fold(rng.normal(size=200) + labels, helps * labels + rng.normal(size=200) / 9, labels)


def test_what_helps_on_unseen_sources_is_trusted_and_what_harms_is_not() -> None:
    assert trust([folded(3.0)]) == 1.0
    assert trust([folded(-3.0)]) == 0.0
    assert trust([]) == 0.0  # one source of a label: its style cannot be told from the fake


def test_of_equals_the_least_is_taken() -> None:
    even = Fold(np.array([1.0, 0.0]), np.zeros(2), np.array([1.0, 0.0]))
    assert trust([even]) == 0.0


def test_trust_weighs_what_was_learned() -> None:
    fold = Fold(np.array([1.0]), np.array([4.0]), np.array([1.0]))
    assert blended(fold, 0.25).tolist() == [2.0]
