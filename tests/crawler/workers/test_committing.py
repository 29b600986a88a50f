"""Sealed batches go to the lake together, and none waits for long."""

from __future__ import annotations

from crawler.workers.committing import Company


def due(*looks: tuple[float, int]) -> list[bool]:
    """Whether they go, at each look: a moment, and how many wait."""
    company = Company()
    return [company.is_due(count, now) for now, count in looks]


def test_one_batch_waits_for_others_until_none_comes() -> None:
    assert due((0.0, 0), (0.1, 1), (0.6, 2), (1.1, 3)) == [False] * 4
    assert due((0.0, 1), (0.5, 1), (0.7, 1)) == [False, False, True]


def test_nobody_waits_for_more_than_five_seconds() -> None:
    looks = [(number / 2, number) for number in range(1, 12)]
    assert due(*looks) == [False] * 10 + [True]


def test_many_go_at_once_and_the_next_ones_wait_anew() -> None:
    assert due((0.0, 49), (0.1, 50), (0.2, 0), (9.0, 1), (9.5, 2)) == [
        False,
        True,
        False,
        False,
        False,
    ]
