"""What to look at next: doubt times value, unlike each other, and a share by chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.choosing import (
    RANDOM,
    Alike,
    Candidates,
    at_stake,
    diverse,
    picks,
    uncertainty,
    weight,
)


def candidates(chances: np.ndarray, sellers: np.ndarray, codes: np.ndarray) -> Candidates:
    return Candidates(
        chances,
        at_stake(chances, np.ones(len(chances))),
        lambda at: Alike(codes[at], (sellers[at],)),
    )


def test_doubt_is_largest_in_the_middle_and_value_at_most_doubles() -> None:
    assert uncertainty(np.array([0.0, 0.5, 1.0])).tolist() == [0.0, 1.0, 0.0]
    factors = weight(np.array([1.0, 1_000_000.0, 10.0]))
    assert factors[0] < factors[2] < factors[1]
    assert factors.max() <= 2 * factors.min() + 1e-9 or factors.min() >= 0.5
    assert weight(np.array([5.0, 5.0])).tolist() == [0.75, 0.75]


def test_no_seller_comes_twice_before_others_and_no_copy_before_what_is_unlike() -> None:
    """The second of seller 1 scores more than seller 2's; the copy of the first scores more too."""
    scores = np.array([1.0, 0.95, 0.9, 0.5])
    codes = np.array([[1, 1], [2, 2], [1, 1], [3, 3]])
    sellers = np.array([1, 1, 2, 3])
    assert diverse(scores, Alike(codes, (sellers,)), 4).tolist() == [0, 3, 2, 1]


def test_what_is_drawn_has_its_chance_and_what_is_chosen_speaks_for_itself() -> None:
    rng = np.random.default_rng(1)
    chances = rng.random(1000)
    given = candidates(chances, np.arange(1000), rng.integers(0, 9, (1000, 5)))
    found = picks(given, 50, 0.2, np.random.default_rng(2))
    is_drawn = np.array([kind == RANDOM for kind in found.kinds])
    assert (len(set(found.at.tolist())), is_drawn.sum()) == (50, 10)
    assert found.probabilities[is_drawn] == pytest.approx(10 / 960)
    assert (found.probabilities[~is_drawn] == 1).all()
    assert is_drawn[:25].sum() == 5  # half of the list holds half of them
    assert uncertainty(chances[found.at[~is_drawn]]).mean() > 0.9
    # So weighed, the list speaks for all candidates on the mean of many.
    sums = []
    for seed in range(300):
        one = picks(given, 50, 0.5, np.random.default_rng(seed))
        sums.append((chances[one.at] / one.probabilities).sum())
    assert np.mean(sums) == pytest.approx(chances.sum(), rel=0.03)


@given(st.integers(0, 30), st.integers(1, 40), st.floats(0, 1))
def test_any_budget_is_met_as_far_as_there_are_candidates(
    count: int, budget: int, share: float
) -> None:
    rng = np.random.default_rng(count)
    given = candidates(rng.random(count), np.zeros(count), rng.integers(0, 2, (count, 3)))
    found = picks(given, budget, share, rng)
    assert len(found.at) == len({*found.at.tolist()}) == min(count, budget)
    assert ((found.probabilities > 0) & (found.probabilities <= 1)).all()
