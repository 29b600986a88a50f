"""Read the country of a place as shops write it: "Shenzhen, China", "Versand aus Deutschland"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from jobs.clean._money import plain_digits

_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{2}(?![A-Za-z])")
_BREAK = re.compile(r"[,;/|()>:\u00b7\u2013-]+")
_PHRASE_LENGTH = 4  # words in the longest name, "united states of america"
_HAN = re.compile("[\u0600-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def country(text: str | None, names: Mapping[str, str]) -> str | None:
    """Give the ISO 3166 code; None when no known name is in the text.

    The last part names the country when several parts do ("Paris, Texas, USA" is US). Two bare
    capitals are a code only when nothing else is said.
    """
    if text is None:
        return None
    plain = plain_digits(text)
    parts = [part.strip() for part in _BREAK.split(plain) if part.strip()]
    for part in reversed(parts):
        if found := _named(part.lower(), names):
            return found
    codes = set(names.values())
    bare = [match for match in _CODE.findall(plain) if match in codes]
    return bare[-1] if bare else None


def _named(part: str, names: Mapping[str, str]) -> str | None:
    if part in names:
        return names[part]
    if _HAN.search(part):  # written without spaces between words
        return next((names[name] for name in _unspaced(tuple(names)) if name in part), None)
    words = part.split()
    for length in range(min(_PHRASE_LENGTH, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            phrase = " ".join(words[start : start + length]).strip(".!")
            # A short code inside a sentence is more often a word: "ships to us", "de".
            if phrase in names and len(phrase) > 2:  # noqa: PLR2004 - length of a code
                return names[phrase]
    return None


@lru_cache(maxsize=4)
def _unspaced(names: tuple[str, ...]) -> tuple[str, ...]:
    found = [name for name in names if _HAN.search(name)]
    return tuple(sorted(found, key=len, reverse=True))
