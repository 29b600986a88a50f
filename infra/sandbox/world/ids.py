"""Ids that say nothing: each a number behind a cipher, written as its marketplace does."""

from __future__ import annotations

import msgspec

from infra.sandbox.world.dice import mix, stirred
from infra.sandbox.world.markets import DIGITS, LETTERS, Form

_HALF = 24  # bits
_LOW = 2**_HALF - 1
_ROUNDS = 4
_GENERATIONS = 4096
_BORN = _GENERATIONS // 2  # generation 0, so that earlier ones have a number too
MOST_PLACES = 2**20 * 8
MOST_PICTURES = 16


class Spot(msgspec.Struct, frozen=True):
    """A place of a marketplace (or an account), and the how-manyeth that stands there."""

    place: int
    generation: int


class Cipher:
    """A permutation of 48-bit numbers (Luby and Rackoff's, four rounds)."""

    def __init__(self, of: int) -> None:
        """Take the permutation of a key."""
        self._keys = tuple(mix(of, at) for at in range(_ROUNDS))

    def hide(self, number: int) -> int:
        """Give the number that stands for another."""
        left: int = number >> _HALF
        right: int = number & _LOW
        for one in self._keys:
            left, right = right, left ^ stirred(one ^ right) >> (64 - _HALF)
        return left << _HALF | right

    def show(self, number: int) -> int:
        """Give the number that another stands for."""
        left: int = number >> _HALF
        right: int = number & _LOW
        for one in reversed(self._keys):
            left, right = right ^ stirred(one ^ left) >> (64 - _HALF), left
        return left << _HALF | right


class Ids:
    """The ids of one marketplace's listings, or of its accounts."""

    def __init__(self, of: int, form: Form) -> None:
        """Write ids under a key in a marketplace's form."""
        self._cipher, self._form = Cipher(of), form
        self._width = width(form.alphabet)

    def write(self, place: int, generation: int) -> str:
        """Give the id of what stands at a place."""
        number = self._cipher.hide((generation + _BORN) * MOST_PLACES + place)
        return self._form.prefix + written(number, self._form.alphabet, self._width)

    def read(self, text: str) -> Spot | None:
        """Give what an id stands for; None if it is no id of this marketplace."""
        body = text.removeprefix(self._form.prefix)
        if text != self._form.prefix + body or len(body) != self._width:
            return None
        number = as_number(body, self._form.alphabet)
        if number is None:
            return None
        generation, place = divmod(self._cipher.show(number), MOST_PLACES)
        return Spot(place, generation - _BORN) if generation < _GENERATIONS else None


class Picture(msgspec.Struct, frozen=True):
    """Which picture of which listing."""

    market: int
    spot: Spot
    at: int


class PictureIds:
    """The ids of all pictures of a world."""

    def __init__(self, of: int) -> None:
        """Write ids under a key."""
        self._cipher, self._width = Cipher(of), width(LETTERS)

    def write(self, market: int, place: int, generation: int, at: int) -> str:
        """Give the id of a listing's picture."""
        number = ((market * MOST_PICTURES + at) * _GENERATIONS + generation + _BORN) * MOST_PLACES
        return written(self._cipher.hide(number + place), LETTERS, self._width)

    def read(self, text: str) -> Picture | None:
        """Give which picture an id stands for; None if it is no id."""
        number = as_number(text, LETTERS) if len(text) == self._width else None
        if number is None:
            return None
        rest, place = divmod(self._cipher.show(number), MOST_PLACES)
        rest, generation = divmod(rest, _GENERATIONS)
        market, at = divmod(rest, MOST_PICTURES)
        return Picture(market, Spot(place, generation - _BORN), at)


def width(alphabet: str) -> int:
    """Give how many characters the largest number takes."""
    count = 1
    while len(alphabet) ** count < 2 ** (2 * _HALF):
        count += 1
    return count


def written(number: int, alphabet: str, count: int) -> str:
    """Write a number in the digits of an alphabet."""
    if alphabet == DIGITS:
        return f"{number:0{count}}"
    found = []
    for _ in range(count):
        number, digit = divmod(number, len(alphabet))
        found.append(alphabet[digit])
    return "".join(reversed(found))


def as_number(text: str, alphabet: str) -> int | None:
    """Read a number; None if it is none, or larger than any that is written."""
    number = 0
    for letter in text:
        digit = alphabet.find(letter)
        if digit < 0:
            return None
        number = number * len(alphabet) + digit
    return number if number < 2 ** (2 * _HALF) else None
