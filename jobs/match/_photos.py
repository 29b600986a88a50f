"""The nearest official photo of each picture, by PDQ hash."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

NEAR_BITS = 48  # of 256; at this distance 1 in 10,000 unlike pairs passes for like
_BYTES = 32
_PAIRS = 1_000_000  # compared at once: 32 MB


class Nearest(msgspec.Struct, frozen=True):
    """An official photo that a picture repeats."""

    which: int  # place among the official hashes
    distance_bits: int


def nearest(hashes: Sequence[str], official: Sequence[str]) -> list[Nearest | None]:
    """Give for each PDQ hash the nearest official one within 48 bits, the first of equals."""
    if not hashes or not official:
        return [None] * len(hashes)
    known = _bits(official)
    found: list[Nearest | None] = []
    step = max(1, _PAIRS // len(official))
    for first in range(0, len(hashes), step):
        shown = _bits(hashes[first : first + step])
        distances = np.bitwise_count(shown[:, None, :] ^ known[None, :, :]).sum(2, dtype=np.uint16)
        best = distances.argmin(1)
        for row, which in enumerate(best.tolist()):
            bits = int(distances[row, which])
            found.append(Nearest(which, bits) if bits <= NEAR_BITS else None)
    return found


def _bits(hashes: Sequence[str]) -> np.ndarray:
    """Give hashes of 64 hex digits as rows of four 64-bit words."""
    data = np.frombuffer(bytes.fromhex("".join(hashes)), dtype=np.uint8)
    return data.reshape(len(hashes), _BYTES).view(np.uint64)
