"""Names that folding alone does not show: stars and digits at a word's edge, i for l."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from jobs.match._index import Hit, Index

_TOKEN = re.compile(r"[a-z0-9*$@!|\u20ac#\u2022\u00b7]+")
_ODD = r"[0-9*$@!|\u20ac#\u2022\u00b7]"
_MIXED = re.compile(f"[a-z]{_ODD}|{_ODD}[a-z]")
_ANY = frozenset("*#\u2022\u00b7")
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
_TWINS = {"i": "l", "l": "i"}  # a capital i of another alphabet folds to either


def guess(index: Index, text: str | None, *, is_disguised: bool) -> list[Hit]:
    """Give marks and aliases that a word of the folded text spells with odd characters.

    Only words in which such a character stands beside a letter are tried, alone and with a
    neighbour, and every word when the text is disguised anyway. At least half of the letters must
    stand as they are.
    """
    if not text or not (is_disguised or _MIXED.search(text)):
        return []
    return [
        Hit(sign, start, end)
        for start, end in _spans(text, is_disguised=is_disguised)
        for sign in index.by_length.get(end - start, ())
        if _spells(text[start:end], sign.phrase, is_disguised=is_disguised)
    ]


def _spans(text: str, *, is_disguised: bool) -> Iterator[tuple[int, int]]:
    """Give where each word to try stands, and each two that are one character apart."""
    words = [found.span() for found in _TOKEN.finditer(text)]
    tried = [is_disguised or bool(_MIXED.search(text, *word)) for word in words]
    yield from (word for word, is_tried in zip(words, tried, strict=True) if is_tried)
    for (first, is_first), (second, is_second) in pairwise(zip(words, tried, strict=True)):
        if (is_first or is_second) and second[0] - first[1] == 1:
            yield first[0], second[1]


def _spells(word: str, phrase: str, *, is_disguised: bool) -> bool:
    same = 0
    for shown, meant in zip(word, phrase, strict=True):
        if shown == meant:
            same += 1
        elif not (
            shown in _ANY
            or meant in _READ_AS.get(shown, "")
            or (is_disguised and _TWINS.get(shown) == meant)
        ):
            return False
    return 2 * same >= len(word)
