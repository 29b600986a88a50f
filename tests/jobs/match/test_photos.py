"""The nearest official photo within 48 bits."""

from __future__ import annotations

from jobs.match._photos import Nearest, nearest

BLACK = "0" * 64
WHITE = "f" * 64


def flipped(bits: int) -> str:
    return f"{(1 << bits) - 1:064x}"


def test_a_picture_repeats_a_photo_within_48_bits() -> None:
    assert nearest([flipped(0), flipped(48), flipped(49)], [BLACK]) == [
        Nearest(0, 0),
        Nearest(0, 48),
        None,
    ]


def test_the_nearest_of_several_is_taken_and_the_first_of_equals() -> None:
    assert nearest([flipped(250)], [BLACK, WHITE, WHITE]) == [Nearest(1, 6)]


def test_nothing_to_compare_is_nothing_found() -> None:
    assert nearest([BLACK], []) == [None]
    assert nearest([], [BLACK]) == []
