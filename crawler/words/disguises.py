"""Disguises: how sellers write a mark so that its owner does not find it; the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

MOST = 12  # spellings of one mark
_SHORTEST = 4  # letters; what is shorter turns into everyday words
_DIGITS = str.maketrans("oieasOIEAS", "0134501345")
_LEET = {"o": "0", "i": "1", "e": "3", "a": "4", "s": "5"}
_LIKE = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у"}  # noqa: RUF001 - Cyrillic
_PAIRS = (("m", "rn"), ("w", "vv"), ("d", "cl"), ("l", "I"), ("ck", "k"), ("ph", "f"))
_HAN = re.compile(r"[\u3400-\u9fff]")
_VOWELS = "aeiou"


def disguises(mark: str, most: int = MOST) -> tuple[str, ...]:
    """Give up to so many disguised spellings of a mark, always the same, from each way in turn.

    Digits for letters, letters left out, doubled or spaced, and letters that look alike; of a mark
    in Chinese, signs between its characters. Its sound and its nicknames stand in the brand's YAML.
    """
    word = " ".join(mark.split())
    is_han = _HAN.search(word) is not None
    if not is_han and sum(one.isalpha() for one in word) < _SHORTEST:
        return ()
    ways = (_apart(word, "·* "),) if is_han else _latin(word.lower())
    turns = (one for turn in zip_longest(*ways) for one in turn if one)
    known = {word.casefold()}
    found = dict.fromkeys(one for one in turns if one.casefold() not in known)
    return tuple(found)[:most]


def _latin(word: str) -> tuple[Iterator[str], ...]:
    return (
        _leet(word),
        _dropped(word),
        _apart(word, " .-"),
        _alike(word),
        _doubled(word),
        _swapped(word),
    )


def _leet(word: str) -> Iterator[str]:
    """Give digits for letters: one letter at each place, then all."""
    for at, letter in enumerate(word):
        if at and letter in _LEET:
            yield word[:at] + _LEET[letter] + word[at + 1 :]
    yield word.translate(_DIGITS)


def _dropped(word: str) -> Iterator[str]:
    """Leave out an inner vowel, then all of them."""
    for at, letter in enumerate(word[1:-1], 1):
        if letter in _VOWELS:
            yield word[:at] + word[at + 1 :]
    bare = word[0] + "".join(one for one in word[1:] if one not in _VOWELS)
    if len(bare) >= _SHORTEST:
        yield bare


def _apart(word: str, signs: str) -> Iterator[str]:
    """Put a sign between the characters."""
    solid = word.replace(" ", "")
    for sign in signs:
        yield sign.join(solid)


def _alike(word: str) -> Iterator[str]:
    """Write letters as what looks like them."""
    for letter, other in _PAIRS:
        if letter in word:
            yield word.replace(letter, other)
    for letter, other in _LIKE.items():
        if letter in word:
            yield word.replace(letter, other)


def _doubled(word: str) -> Iterator[str]:
    """Write a double letter once, or the last one twice."""
    for at in range(1, len(word)):
        if word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]
    yield word + word[-1]


def _swapped(word: str) -> Iterator[str]:
    """Change two neighbours within the word."""
    for at in range(1, len(word) - 2):
        if word[at] != word[at + 1] and " " not in word[at : at + 2]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
