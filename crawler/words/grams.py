"""Grams: the runs of words, or of Chinese characters, that a title holds and one could search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_WORDS = 3
MOST_CHARACTERS = 4
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:[:.'’-][^\W_\u3400-\u9fff]+)*")  # noqa: RUF001 - as sellers type it
_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGITS = re.compile(r"\d")
_FEW_DIGITS = 4  # more of them in a word are a phone, a size or an id
_LONGEST = 24  # characters of a word: longer ones are ids


def folded(text: str) -> str:
    """Give a text as words are compared: one width, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(title: str) -> set[str]:
    """Give the grams of a title, each once; none that may be a person's number or id."""
    found: set[str] = set()
    words: list[str] = []
    for run in _RUN.findall(folded(title)):
        if _HAN.match(run):
            found.update(_characters(run))
            found.update(_joined(words))
            words = []
        else:
            words.append(run)
    return found | set(_joined(words))


def units(text: str) -> set[str]:
    """Give the single words of a text, and the pairs of its Chinese characters."""
    found: set[str] = set()
    for run in _RUN.findall(folded(text)):
        pairs = {run[at : at + 2] for at in range(len(run) - 1)} if _HAN.match(run) else set()
        found |= pairs or {run}
    return found


def may_be_personal(word: str) -> bool:
    """Say whether a word may be a phone, an account or another person's id."""
    count = len(_DIGITS.findall(word))
    has_both = count > 1 and any(one.isalpha() for one in word)
    return count > _FEW_DIGITS or (has_both and count > 2) or len(word) > _LONGEST  # noqa: PLR2004 - "v5", "7a", "1:1" are grades


def _characters(run: str) -> Iterator[str]:
    for length in range(2, MOST_CHARACTERS + 1):
        for at in range(len(run) - length + 1):
            yield run[at : at + length]


def _joined(words: list[str]) -> Iterator[str]:
    for length in range(1, MOST_WORDS + 1):
        for at in range(len(words) - length + 1):
            some = words[at : at + length]
            if not any(may_be_personal(one) for one in some) and any(map(_says, some)):
                yield " ".join(some)


def _says(word: str) -> bool:
    """Say whether a word alone could find something: one letter or a bare number cannot."""
    return len(word) > 1 and not word.isdecimal()
