"""Names that folding alone does not show: stars and digits at a word's edge, i for l."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import polars as pl

from jobs.match._index import LEAST_GUESSED, TWINS, Hit, Index, Sign

_TOKEN = re.compile(r"[a-z0-9*$@!|\u20ac#\u2022\u00b7]+")
_LETTER = re.compile("[a-z]")
_ODD = r"[0-9*$@!|\u20ac#\u2022\u00b7]"
_MIXED = f"[a-z]{_ODD}|{_ODD}[a-z]"  # what a text at least holds of which a word is tried
_ANY = frozenset("*#\u2022\u00b7")
_LEGIBLE = re.compile(r"[a-z0134578*$@!|\u20ac#\u2022\u00b7 ]+")  # 2, 6 and 9 pass for no letter
_READ_AS = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "$": "s",
    "@": "a",
    "!": "il",
    "|": "il",
    "\u20ac": "e",
}


def may_guess(texts: pl.Series, is_disguised: pl.Series) -> pl.Series:
    """Tell of a column which folded texts `guess` may find a name in; most it cannot."""
    return texts.is_not_null() & (is_disguised | texts.str.contains(_MIXED))


def guess(index: Index, text: str, *, is_disguised: bool) -> list[Hit]:
    """Give marks and aliases that a word of the folded text spells with odd characters.

    Only words in which such a character stands beside a letter are tried, alone and with a
    neighbour, and every word when the text is disguised anyway. At least half of the letters must
    stand as they are.
    """
    return [
        Hit(sign, start, end)
        for start, end in _spans(text, is_disguised=is_disguised)
        for sign in _spelt(index, text[start:end], is_disguised)
    ]


@lru_cache(maxsize=100_000)  # the same few words stand in most texts: 3d, 100ml, b&w
def _spelt(index: Index, word: str, is_disguised: bool) -> tuple[Sign, ...]:  # noqa: FBT001 - the cache's key
    """Give the signs that a word spells: of those that may show each of its letters there."""
    if len(word) < LEAST_GUESSED or not _LEGIBLE.fullmatch(word):
        return ()
    letters = [*_LETTER.finditer(word)]
    if not letters:
        return ()
    ends = (letters[0], letters[-1])
    fewest = min((index.guessable(len(word), one.start(), one[0]) for one in ends), key=len)
    return tuple(sign for sign in fewest if _spells(word, sign.phrase, is_disguised=is_disguised))


def _spans(text: str, *, is_disguised: bool) -> Iterator[tuple[int, int]]:
    """Give where each word to try stands, and each two that are one character apart."""
    words = [found.span() for found in _TOKEN.finditer(text)]
    tried = [is_disguised or _is_word_mixed(text[start:end]) for start, end in words]
    yield from (word for word, is_tried in zip(words, tried, strict=True) if is_tried)
    for (first, is_first), (second, is_second) in pairwise(zip(words, tried, strict=True)):
        if (is_first or is_second) and second[0] - first[1] == 1:
            yield first[0], second[1]


def _is_word_mixed(word: str) -> bool:
    """Tell it of a word, which is of odd characters and letters only."""
    return not word.isalpha() and bool(_LETTER.search(word))


def _spells(word: str, phrase: str, *, is_disguised: bool) -> bool:
    same = 0
    for shown, meant in zip(word, phrase, strict=True):
        if shown == meant:
            same += 1
        elif not (
            shown in _ANY
            or meant in _READ_AS.get(shown, "")
            or (is_disguised and TWINS.get(shown) == meant)
        ):
            return False
    return 2 * same >= len(word)
