"""Groups of listings whose texts nearly repeat each other, so that no judgement splits them.

A text in the examples that is nearly the text that is judged lets a model look sure for having
seen it. Texts are compared by MinHash over shingles of five characters (Broder 1997), found in
bands (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3): two texts that share 80 %
of their shingles share a band with a chance of 99.9 %, at 40 % of 34 %; pairs are then compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np

LEAST_LETTERS = 40  # what is shorter repeats by chance: "Nike Air Force 1"
MOST_LETTERS = 2_000
SHINGLE = 5  # characters; words would leave Chinese out
BANDS, ROWS = 16, 4
LEAST_ALIKE = 0.8  # share of the hashes that agree, of texts that are taken for one
_PRIME = (1 << 31) - 1  # a product of two numbers under it fits in 64 bits


def groups(texts: Sequence[str | None]) -> np.ndarray:
    """Give the number of each text's group; a text that repeats none is a group of its own."""
    found = np.arange(len(texts))
    signed = {at: made for at, text in enumerate(texts) if (made := sign(text)) is not None}
    for one, other in _neighbours(signed):
        if np.mean(signed[one] == signed[other]) >= LEAST_ALIKE:
            _join(found, one, other)
    return np.array([_root(found, at) for at in range(len(texts))], dtype=np.int64)


def sign(text: str | None) -> np.ndarray | None:
    """Give the least hashes of a text's shingles, shape (BANDS * ROWS,); None of a short text."""
    letters = "".join((text or "").split())[:MOST_LETTERS]
    if len(letters) < LEAST_LETTERS:
        return None
    shingles = {letters[at : at + SHINGLE] for at in range(len(letters) - SHINGLE + 1)}
    hashed = np.array([crc32(one.encode()) & _PRIME for one in shingles], dtype=np.uint64)
    a, b = _factors()
    mixed = (hashed[:, None] * a[None, :] + b[None, :]) % np.uint64(_PRIME)
    least: np.ndarray = mixed.min(axis=0)
    return least


def _neighbours(signed: dict[int, np.ndarray]) -> Iterator[tuple[int, int]]:
    """Give pairs that share a band; of many in one, each beside the next."""
    for band in range(BANDS):
        places: dict[bytes, list[int]] = defaultdict(list)
        for at, one in signed.items():
            places[one[band * ROWS : (band + 1) * ROWS].tobytes()].append(at)
        for found in places.values():
            yield from pairwise(found)


def _join(found: np.ndarray, one: int, other: int) -> None:
    low, high = sorted((_root(found, one), _root(found, other)))
    found[high] = low


def _root(found: np.ndarray, at: int) -> int:
    while found[at] != at:
        found[at] = found[found[at]]
        at = int(found[at])
    return at


def _factors() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(20_26)
    drawn = chance.integers(1, _PRIME, (2, BANDS * ROWS), dtype=np.uint64)
    return drawn[0], drawn[1]
