"""The rate of a host: its mean is kept however late we are, and no second is too full."""

from __future__ import annotations

import math
import random
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.pace import DEBT_S, Pace, closest_s


def times(own: Pace, lateness: list[float]) -> list[float]:
    """When requests go out if each is so much later than its moment."""
    now, found = 100.0, []
    for late in lateness:
        wait = own.due(now)
        assert wait is not None
        now += wait + late
        own.sent(now)
        own.answered()
        found.append(now)
    return found


def fullest(found: list[float]) -> int:
    return max(bisect_left(found, at + 1.0) - number for number, at in enumerate(found))


def test_small_delays_cost_no_request() -> None:
    chance = random.Random(1)
    found = times(Pace(0.1, 8), [chance.uniform(0, 0.001) for _ in range(1000)])
    assert 999 / (found[-1] - found[0]) == pytest.approx(10.0, rel=0.001)


def test_a_missed_moment_is_made_up_for_little_by_little() -> None:
    late = [0.0] * 10 + [0.25] + [0.0] * 400
    found = times(Pace(0.1, 8), late)
    assert found[12] - found[11] == pytest.approx(0.0985)
    assert found[-1] - found[0] == pytest.approx(41.0)


def test_a_host_that_was_left_alone_is_owed_half_a_second() -> None:
    found = times(Pace(0.1, 8), [0.0, 60.0] + [0.0] * 1000)
    assert found[-1] - found[1] == pytest.approx(100.0 - DEBT_S)


@given(
    rate=st.integers(1, 200) | st.floats(0.1, 200),
    late=st.lists(st.floats(0, 5) | st.floats(0, 0.01), min_size=30, max_size=60),
)
def test_no_second_holds_more_than_one_beyond_the_rate(rate: float, late: list[float]) -> None:
    gap = 1 / rate
    assert 0.98 * gap < closest_s(gap) < gap
    assert fullest(times(Pace(gap, 8), late)) <= math.ceil(rate) + 1
