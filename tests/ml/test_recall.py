"""How much is above a line, from what was drawn: by hand, and how often the interval holds it."""

from __future__ import annotations

import numpy as np
import pytest

from ml.recall import Looked, recall

NAN = float("nan")


def looked(*rows: tuple[str, bool, bool, float, str]) -> Looked:
    strata, above, fake, chances, sellers = zip(*rows, strict=True)
    return Looked(
        np.array(strata, dtype=object),
        np.array(above),
        np.array(fake, dtype=float),
        np.array(chances, dtype=float),
        np.array(sellers, dtype=object),
    )


def test_what_was_drawn_speaks_for_its_stratum() -> None:
    """Above, all four were looked at, three are fakes; below, one of two drawn of forty is one."""
    rows = [("a", True, fake, NAN, f"s{at}") for at, fake in enumerate((True, True, True, False))]
    rows += [("a", False, True, 0.05, "t"), ("a", False, False, 0.05, "u")]
    found = recall(looked(*rows), {("a", True): 4, ("a", False): 40}, seed=1)
    assert (found.above.value, found.above.low, found.above.high) == (3.0, 3.0, 3.0)
    assert found.below.value == 20.0
    assert found.recall is not None
    assert found.recall.value == pytest.approx(3 / 23)
    assert found.recall.low < 3 / 23 < found.recall.high
    assert (found.listings, found.unseen, found.drawn, found.known) == (44, 0, 2, 4)


def test_none_found_is_not_none_there() -> None:
    rows = [("a", True, True, 1.0, f"s{at}") for at in range(30)]
    rows += [("a", False, False, 0.01, f"t{at}") for at in range(100)]
    found = recall(looked(*rows), {("a", True): 30, ("a", False): 10_000}, seed=1)
    assert found.recall is not None
    assert found.recall.value == 1.0
    assert found.below.high > 200  # three of a hundred would not have been found 5 times of 100
    assert found.recall.low < 0.2


def test_nothing_drawn_below_is_no_recall() -> None:
    rows = [("a", True, True, NAN, "s"), ("a", False, True, NAN, "t")]
    found = recall(looked(*rows), {("a", True): 5, ("a", False): 50}, seed=1)
    assert found.recall is None
    assert (found.unseen, found.listings) == (53, 2)


def test_a_stratum_drawn_from_more_often_counts_no_more() -> None:
    """Fakes sit in a small stratum that is drawn from ten times as often as the large one."""
    rows = [("rare", False, True, 0.1, f"s{at}") for at in range(10)]
    rows += [("usual", False, False, 0.01, f"t{at}") for at in range(10)]
    found = recall(looked(*rows), {("rare", False): 100, ("usual", False): 1000}, seed=1)
    assert found.below.value == 100.0


def test_an_interval_of_95_holds_the_truth_about_as_often() -> None:
    """Of 300 draws from a known world, with sellers whose listings are alike."""
    rng = np.random.default_rng(3)
    size = 6000
    sellers = rng.integers(0, 1500, size)
    is_bad = rng.random(1500) < 0.06
    fake = is_bad[sellers] & (rng.random(size) < 0.8)
    above = np.where(fake, rng.random(size) < 0.7, rng.random(size) < 0.03)
    truth = (fake & above).sum() / fake.sum()
    band = rng.integers(0, 3, size)
    strata = np.array([f"band {one}" for one in band], dtype=object)
    counts = {
        (f"band {one}", side): int(((band == one) & (above == side)).sum())
        for one in range(3)
        for side in (True, False)
    }
    held, values = [], []
    for seed in range(300):
        chance = np.where(above, 0.5, 0.05 * (1 + band))
        at = np.flatnonzero(rng.random(size) < chance)
        drawn = Looked(strata[at], above[at], fake[at].astype(float), chance[at], sellers[at])
        found = recall(drawn, counts, seed).recall
        assert found is not None
        held.append(found.low <= truth <= found.high)
        values.append(found.value)
    assert np.mean(values) == pytest.approx(truth, abs=0.03)
    assert 0.93 <= np.mean(held) <= 1.0
