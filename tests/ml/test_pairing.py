"""What is learned of pairs: the line is of pairs that were not seen, and chances are chances."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.match._offer import Said, offer
from ml import pairing
from ml.pairing import Pairs, f1, learned, measured

MAKERS = ("velora", "orris", "calder", "nortik")


@pytest.fixture(scope="module")
def pairs() -> tuple[Pairs, np.ndarray]:
    """Products of four makers, each with one offer of it and offers of its neighbours."""
    products = [f"{MAKERS[n % 4]} runner ab{1000 + 7 * n} black" for n in range(80)]
    offers = [f"{MAKERS[n % 4]} ab-{1000 + 7 * n} running shoe" for n in range(80)]
    at = [(n, (n + 4 * step) % 80) for n in range(80) for step in range(4)]
    ours, theirs = (tuple(offer(Said(title=text)) for text in side) for side in (products, offers))
    return Pairs(ours, theirs, tuple(at)), np.array([i == j for i, j in at])


def test_numbers_tell_products_apart(
    pairs: tuple[Pairs, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "ROUNDS", 30)
    names, vectors = measured(pairs[0])
    assert vectors.shape == (320, len(names))
    is_train = np.arange(320) % 5 < 4
    found = learned(vectors[is_train], pairs[1][is_train])
    chance = found.chance(vectors[~is_train])
    assert ((chance >= 0) & (chance <= 1)).all()
    assert f1(pairs[1][~is_train], chance > found.line) > 0.95


def test_learning_again_gives_the_same(
    pairs: tuple[Pairs, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "ROUNDS", 10)
    _, vectors = measured(pairs[0])
    one, other = (learned(vectors, pairs[1]) for _ in range(2))
    np.testing.assert_array_equal(one.chance(vectors), other.chance(vectors))
    assert one.line == other.line


def test_chance_labels_teach_nothing(
    pairs: tuple[Pairs, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control that would show a label among the measures."""
    monkeypatch.setattr(pairing, "ROUNDS", 30)
    _, vectors = measured(pairs[0])
    labels = np.random.default_rng(1).permutation(pairs[1])
    is_train = np.arange(320) % 5 < 4
    found = learned(vectors[is_train], labels[is_train])
    assert f1(labels[~is_train], found.chance(vectors[~is_train]) > found.line) < 0.6


@pytest.mark.parametrize(
    ("labels", "found", "expected"),
    [
        ([1, 1, 0, 0], [1, 1, 0, 0], 1.0),
        ([1, 1, 0, 0], [1, 0, 1, 0], 0.5),
        ([0, 0], [0, 0], 0.0),
    ],
)
def test_f1(labels: list[int], found: list[int], expected: float) -> None:
    assert f1(np.array(labels, dtype=bool), np.array(found, dtype=bool)) == expected
