"""PDQ, the perceptual hash of 256 bits that platforms and partners exchange.

After the reference (github.com/facebook/ThreatExchange, pdq/cpp): luma, two passes of a box filter
each way, 64 by 64 samples, the 16 by 16 lowest waves of a cosine transform, each above the median
or not. Filter and sampling are linear along each side, so they are one matrix a side here; that
needs no compiled code, which the package of that name has to be built for.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

SIDE, WAVES = 64, 16
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_PASSES = 2


def pdq(picture: np.ndarray) -> tuple[str, int]:
    """Give the hash of a picture as 64 hex digits, and its quality from 0 to 100.

    A plain picture has a low quality; under 50 the authors advise not to match.

    Args:
        picture: RGB, uint8, shape (height, width, 3).

    """
    luma = sum(picture[..., at] * share for at, share in enumerate(_LUMA))
    height, width = luma.shape
    samples = (_sampling(height) @ luma @ _sampling(width).T).astype(float)
    waves = (_cosines() @ samples @ _cosines().T).ravel()
    bits = waves > np.sort(waves)[waves.size // 2 - 1]
    return np.packbits(bits[::-1]).tobytes().hex(), _quality(samples)


def _quality(samples: np.ndarray) -> int:
    """Give how much there is to see: steps between neighbours, small ones not counted."""
    steps = [np.abs(np.diff(samples, axis=axis)) * 100 / 255 for axis in (0, 1)]
    return min(100, int(sum(np.trunc(one).sum() for one in steps)) // 90)


@lru_cache(maxsize=1024)
def _sampling(length: int) -> np.ndarray:
    """Give the matrix that filters a side of some pixels and takes 64 samples of it."""
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    half = (window + 2) // 2
    at = np.arange(length)
    left, right = np.maximum(0, at + half - window), np.minimum(length, at + half)
    taken = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(int)
    weights = np.zeros((SIDE, length))
    weights[np.arange(SIDE), taken] = 1.0
    box = (at >= left[:, None]) & (at < right[:, None])
    for _ in range(_PASSES):
        weights = weights @ (box / (right - left)[:, None])
    return weights.astype(np.float32)


@cache
def _cosines() -> np.ndarray:
    """Give the rows of the cosine transform that are kept; the first, constant one is not."""
    wave, at = np.arange(1, WAVES + 1)[:, None], np.arange(SIDE)
    cosines: np.ndarray = np.sqrt(2 / SIDE) * np.cos(np.pi / 2 / SIDE * wave * (2 * at + 1))
    return cosines
