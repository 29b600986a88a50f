"""Chance follows from keys, and is the same for one as for many."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.world.dice import Dice, key, mix, mixed, part

NUMBERS = st.integers(min_value=-(2**62), max_value=2**62)


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=5))
def test_many_numbers_are_mixed_as_one_is(of: int, parts: list[int]) -> None:
    many = mixed(mix(0, of), np.array(parts))
    assert many.tolist() == [mix(mix(0, of), one) for one in parts]
    assert part(many, 8, 5).tolist() == [(one >> 8) % 5 for one in many.tolist()]


def test_a_row_repeats_and_two_keys_differ() -> None:
    one, same, other = Dice(key("a"), 1), Dice(key("a"), 1), Dice(key("a"), 2)
    row = [one.number() for _ in range(5)]
    assert row == [same.number() for _ in range(5)]
    assert row != [other.number() for _ in range(5)]
    assert key("a", "b") != key("ab")


def test_draws_keep_to_their_bounds_and_weights() -> None:
    dice = Dice(key("bounds"))
    assert all(2 <= dice.scaled(2, 50) <= 50 for _ in range(200))
    assert all(-1 <= dice.between(-1, 1) <= 1 for _ in range(200))
    assert sorted(dice.some(range(5), 9)) == [0, 1, 2, 3, 4]
    drawn = Counter(dice.weighed({"often": 3.0, "seldom": 1.0}) for _ in range(4000))
    assert 0.7 < drawn["often"] / 4000 < 0.8
