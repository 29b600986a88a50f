"""PDQ is the reference's, bit for bit; an edited copy stays near, another picture far."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pdq import pdq

# What the reference's C++ gives for pictures that arithmetic makes, as (height, width).
REFERENCE = {
    (64, 64): (
        "bdabc63135cdce3815cd6a3299cf22504cae9310a6ef69984a6752d8d6b7d4a4",
        100,
    ),
    (320, 320): (
        "f2ff3540e500a57f8fff0fff5aff5a3f70ffd3c09200f180f000f140b400f140",
        100,
    ),
    (512, 384): (
        "7fffc1ffd5ffc1ffc7c07e00d555dc009555d4009555940095f79400d59f9400",
        100,
    ),
    (129, 511): (
        "ffff2a885fdfaaeec2860071f77f2000557d777d2a0255551fffff00a0000880",
        100,
    ),
    (33, 500): (
        "c84d3b275372d649d52f6ca423737cd2afd19a894f03c27df5e71240a8bb5d00",
        100,
    ),
    (40, 50): (
        "aaad2a5a94ad4b5495ab4a56b5696ad295a86a54d5adaa5256a99556aab565aa",
        72,
    ),
}


def waves(height: int, width: int) -> np.ndarray:
    """A picture of crossing waves, another one for each size."""
    y, x = np.mgrid[0:height, 0:width]
    layers = [x * x // 37 + y * 3, x * 5 + y * y // 29, x * y // 41 + 7 * x]
    return np.stack(layers, axis=-1).astype(np.uint8)


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize(("size", "told"), REFERENCE.items(), ids=str)
def test_gives_what_the_reference_gives(size: tuple[int, int], told: tuple[str, int]) -> None:
    assert pdq(waves(*size)) == told


def test_lighter_darker_and_grainy_stay_near_another_is_far() -> None:
    first, other = waves(300, 300) // 2 + 40, waves(211, 300)
    grain = np.random.default_rng(1).integers(-8, 9, first.shape)
    near = [first + 30, first - 30, np.clip(first.astype(int) + grain, 0, 255)]
    hashes = [pdq(picture.astype(np.uint8))[0] for picture in near]
    assert all(distance(pdq(first)[0], found) <= 20 for found in hashes)
    assert distance(pdq(first)[0], pdq(other)[0]) > 80


@given(
    height=st.integers(1, 200),
    width=st.integers(1, 200),
    grey=st.integers(0, 255),
)
@settings(max_examples=30, deadline=None)
def test_any_size_has_a_hash_and_a_plain_one_no_quality(height: int, width: int, grey: int) -> None:
    found, quality = pdq(np.full((height, width, 3), grey, dtype=np.uint8))
    assert len(found) == 64
    assert quality == 0
