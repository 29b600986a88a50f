"""Chance that follows from keys alone: one number at a time, or for millions of places at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Thing = TypeVar("Thing")
Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]

_MASK = 2**64 - 1
_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # splitmix64


def key(*parts: object) -> int:
    """Give the key that some names and numbers stand for."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def mix(of: int, *parts: int) -> int:
    """Give the number in 0..2**64-1 that follows from a key and some numbers."""
    for part in parts:
        of = stirred((of ^ part & _MASK) + _STEP & _MASK)
    return of


def stirred(number: int) -> int:
    """Turn a number into another that has nothing visible to do with it, and back never."""
    number = (number ^ number >> 30) * _FIRST & _MASK
    number = (number ^ number >> 27) * _SECOND & _MASK
    return number ^ number >> 31


def mixed(of: int | Numbers, parts: Places | Numbers) -> Numbers:
    """Give what `mix` gives, for many numbers at once."""
    number = (np.uint64(of) if isinstance(of, int) else of) ^ parts.astype(np.uint64)
    number = number + np.uint64(_STEP)
    number = (number ^ number >> np.uint64(30)) * np.uint64(_FIRST)
    number = (number ^ number >> np.uint64(27)) * np.uint64(_SECOND)
    return number ^ number >> np.uint64(31)


def part(numbers: Numbers, shift: int, width: int) -> Places:
    """Give numbers below `width` from the bits above `shift`."""
    return ((numbers >> np.uint64(shift)) % np.uint64(width)).astype(np.int64)


class Dice:
    """A row of numbers that follows from its key."""

    __slots__ = ("_state",)

    def __init__(self, of: int, *parts: int) -> None:
        """Begin the row of a key and some numbers."""
        self._state = mix(of, *parts)

    def number(self) -> int:
        """Give the next number, in 0..2**64-1."""
        self._state = self._state + _STEP & _MASK
        return stirred(self._state)

    def share(self) -> float:
        """Give the next share, in 0..1 without 1."""
        return (self.number() >> 11) / 2**53

    def below(self, end: int) -> int:
        """Give a whole number in 0..end-1."""
        return self.number() % end

    def happens(self, chance: float) -> bool:
        """Say whether something of this chance happens."""
        return self.share() < chance

    def between(self, low: float, high: float) -> float:
        """Give a number between two others."""
        return low + (high - low) * self.share()

    def scaled(self, low: float, high: float) -> float:
        """Give a number between two others, as often in each order of magnitude."""
        return low * math.exp(math.log(high / low) * self.share())

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Give one of the things."""
        return things[self.number() % len(things)]

    def weighed(self, weights: dict[Thing, float]) -> Thing:
        """Give one of the things, each as often as it weighs."""
        left = self.share() * sum(weights.values())
        for thing, weight in weights.items():
            left -= weight
            if left < 0:
                return thing
        return next(reversed(weights))

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """Give some of the things, none twice, in a new order."""
        left = list(things)
        return [left.pop(self.number() % len(left)) for _ in range(min(count, len(left)))]
