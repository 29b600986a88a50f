"""Find in the shown text the words that a hit in the folded text came from."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from jobs.clean._fold import fold

_WORD = re.compile(r"\S+")
MOST_WORDS = 16  # letters set apart are words of their own


def shown(original: str, folded: str, start: int, end: int) -> str:
    """Give the part of `original` that folds to `folded[start:end]`."""
    if len(original) == len(folded):
        part = original[start:end]
        if part.lower() == folded[start:end] or fold(part).text == folded[start:end]:
            return part
    return _shortest(original, folded[start:end]) or folded[start:end]


def _shortest(original: str, phrase: str) -> str | None:
    """Give the fewest words of `original` whose folded text holds the phrase."""
    ends = [(word.start(), word.end()) for word in _WORD.finditer(original)]
    for count in range(1, min(MOST_WORDS, len(ends)) + 1):
        for first in range(len(ends) - count + 1):
            part = original[ends[first][0] : ends[first + count - 1][1]]
            if phrase in _folded(part):
                return part
    return None


@lru_cache(maxsize=200_000)  # words stand in many texts
def _folded(part: str) -> str:
    return fold(part).text


@lru_cache(maxsize=100_000)
def is_plain(text: str, phrase: str, names: tuple[str, ...]) -> bool:
    """Tell whether shown words are the phrase as anyone writes it: case, spaces, full width."""
    wide = unicodedata.normalize("NFKC", text)
    if _bare(wide) == _bare(phrase):
        return not _is_set_apart(text, phrase)
    return any(_bare(wide) == _bare(name) for name in names)


def stands_out(original: str, text: str) -> bool:
    """Tell whether capitals mark a word as a name: others are small, or the next is one too.

    At the head of a title a capital means nothing unless the name goes on.
    """
    has_small = any(word.islower() for word in original.split())
    if not (has_small and any(letter.isupper() for letter in text)):
        return False
    behind = original.lstrip().removeprefix(text)
    goes_on = behind.lstrip()[:1]
    return behind == original.lstrip() or text.isupper() or goes_on.isupper() or goes_on.isdigit()


def _bare(text: str) -> str:
    """Drop what is neither letter nor digit, and case."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _is_set_apart(text: str, phrase: str) -> bool:
    """Tell whether the letters of one word stand apart, as in N I K E."""
    gaps = sum(not letter.isalnum() for letter in text.strip())
    return " " not in phrase and 2 * gaps >= len(phrase)
