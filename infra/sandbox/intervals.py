"""Shares and AUC with intervals that know that a seller's listings resemble each other.

Whole sellers are drawn with replacement, never single listings: a seller's fifty copies of one
listing say hardly more than one does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

DRAWS = 400
FEW = 10  # under so many sellers their draws are too much alike to tell how sure a share is
_CELLS = 4_000_000  # of one block of draws: 32 MB
_TAIL = 0.025  # on either side of an interval that holds in 95 of 100 draws
_Z = 1.959964  # the same in standard deviations


class Share(msgspec.Struct, frozen=True):
    """How many of how many, and the 95 % interval; no value when there are none to count."""

    hits: int
    of: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Area(msgspec.Struct, frozen=True):
    """The AUC and its 95 % interval; None where too few are of one class."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


def share(hits: Flags, among: Flags, sellers: Codes, seed: int = 0) -> Share:
    """Give the share of hits among the rows of `among`; `sellers` says whose each row is."""
    count = int(among.sum())
    if not count:
        return Share(0, 0)
    _, whose = np.unique(sellers[among], return_inverse=True)
    per_seller = np.bincount(whose).astype(np.float64)
    hits_per_seller = np.bincount(whose, weights=hits[among].astype(np.float64))
    hit_count = int(hits_per_seller.sum())
    if len(per_seller) < FEW or hit_count in {0, count}:
        low, high = _wilson(hit_count / count, len(per_seller))
    else:
        drawn = [
            (weights @ hits_per_seller) / (weights @ per_seller)
            for weights in _draws(len(per_seller), seed)
        ]
        low, high = _middle(np.concatenate(drawn))
    return Share(hit_count, count, hit_count / count, low, high)


def area(scores: Floats, positives: Flags, sellers: Codes, seed: int = 0) -> Area:
    """Give the AUC: the chance that a positive scores above a negative, ties counting half."""
    if positives.all() or not positives.any():
        return Area()
    order = np.argsort(scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order], append=np.inf))  # last row of each tie
    is_positive = positives[order]
    names, whose = np.unique(sellers[order], return_inverse=True)
    value = _auc(np.ones(len(order)), is_positive, ends)
    drawn = [
        one
        for block in _draws(len(names), seed)
        for weights in block
        if (one := _auc(weights[whose], is_positive, ends)) is not None
    ]
    low, high = _middle(np.asarray(drawn)) if drawn else (0.0, 0.0)
    return Area(value, low, high) if low < high else Area(value)


def _auc(weights: Floats, positives: Flags, ends: Codes) -> float | None:
    """Give the AUC of sorted rows of some weight; `ends` are the last rows of equal scores."""
    above = np.diff(np.cumsum(weights * positives)[ends], prepend=0.0)
    below = np.cumsum(weights * ~positives)[ends]
    tied = np.diff(below, prepend=0.0)
    pairs = above.sum() * below[-1]
    return float((above * (below - tied / 2)).sum() / pairs) if pairs else None


def _draws(count: int, seed: int) -> Iterator[Floats]:
    """Give how often each seller was drawn, a block of draws at a time."""
    chance = np.random.default_rng(seed)
    step = max(1, min(DRAWS, _CELLS // count))
    for first in range(0, DRAWS, step):
        size = min(step, DRAWS - first)
        yield chance.multinomial(count, np.full(count, 1 / count), size).astype(np.float64)


def _middle(drawn: Floats) -> tuple[float, float]:
    low, high = np.quantile(drawn, (_TAIL, 1 - _TAIL))
    return float(low), float(high)


def _wilson(value: float, sellers: int) -> tuple[float, float]:
    """Give Wilson's interval, as if each seller had one listing."""
    spread = _Z * math.sqrt(value * (1 - value) / sellers + _Z**2 / (4 * sellers**2))
    middle, scale = value + _Z**2 / (2 * sellers), 1 + _Z**2 / sellers
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
