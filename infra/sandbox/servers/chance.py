"""Repeatable chance, and the bad moods of a server that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import msgspec

Thing = TypeVar("Thing")


class Mood(msgspec.Struct, frozen=True):
    """How a server treats one address: so many failures first, a pause before each answer."""

    failures: int = 0
    status: int = 200
    pause_s: float = 0.0


CALM = Mood()


def number(*parts: object) -> int:
    """Give a number in 0..2**64-1 that follows from the parts alone."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def pick(things: Sequence[Thing], *parts: object) -> Thing:
    """Give one of the things."""
    return things[number(*parts) % len(things)]


def mood(*parts: object) -> Mood:
    """Say how the server takes an address: about 35 of 1,000 answer badly or late.

    The failures come first and then end, so that whoever asks again gets the page.
    """
    drawn = number("mood", *parts) % 1000
    if drawn < 6:
        return Mood(failures=1, status=429)
    if drawn < 11:
        return Mood(failures=1, status=500)
    if drawn < 14:
        return Mood(failures=2, status=503)
    if drawn < 34:
        return Mood(pause_s=0.1 + (drawn - 14) * 0.02)
    return CALM
