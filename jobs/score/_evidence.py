"""The words of a listing that speak against it, as the listing shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import ahocorasick_rs

from conf import lexicon
from jobs.clean._fold import fold
from jobs.clean._signs import patterns

# Features that rest on words, and the groups of the lexicon that hold them. Numbers and ids that
# people can be reached by are left out: scores hold nothing personal.
GROUPS: dict[str, tuple[str, ...]] = {
    "says_replica": ("replica",),
    "says_grade": ("quality",),
    "says_grade_in_title": ("quality", "replica"),
    "says_authentic": ("authentic",),
    "is_cheap_and_authentic": ("authentic",),
    "says_wholesale": ("wholesale",),
    "says_evasive": ("evasive",),
    "says_messenger": ("contact",),
    "says_outside_payment": ("payment",),
    "says_customs": ("customs",),
    "trade_word_kinds": ("replica", "quality", "wholesale", "evasive"),
}
TITLE_ONLY = "says_grade_in_title"
MENTIONS = frozenset(
    {"is_brand_disguised", "is_text_disguised", "is_brand_in_description_only", "is_brand_stuffed"}
)
COLUMNS = ("title", "title_folded", "description", "description_folded", "mention_text")
MOST_WORDS = 4  # a feature
MOST_TEXT = 12  # words of one piece of evidence
_BETWEEN = re.compile(r"\W+")
_WORD = re.compile(r"\S+")


def seen(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, list[str]]:
    """Give the words of one listing that each of these features rests on."""
    found: dict[str, list[str]] = {}
    for name in names:
        if name in MENTIONS and row["mention_text"]:
            found[name] = [row["mention_text"]]
        elif name in GROUPS:
            places = ("title",) if name == TITLE_ONLY else ("title", "description")
            if words := _words(row, GROUPS[name], places):
                found[name] = words[:MOST_WORDS]
    return found


def evidence_text(found: Mapping[str, Sequence[str]], weightiest: Iterable[str]) -> str | None:
    """Give the words behind the weightiest features in one line; None when no word weighs."""
    words = [word for name in weightiest for word in found.get(name, ())]
    return " · ".join(list(dict.fromkeys(words))[:MOST_TEXT]) or None


def _words(row: Mapping[str, Any], groups: tuple[str, ...], places: tuple[str, ...]) -> list[str]:
    """Give the groups' words in these texts, as shown, in their order."""
    words: list[str] = []
    for name in places:
        if row[f"{name}_folded"]:
            words += _in_text(row[name] or "", row[f"{name}_folded"], groups)
    return list(dict.fromkeys(words))


@lru_cache(maxsize=32)  # several features rest on the same groups
def _in_text(original: str, folded: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    words, automaton = _automaton(groups)
    found = automaton.find_matches_as_indexes(_spaced(folded), overlapping=True)
    first: dict[str, int] = {}
    for which, at, _ in found:
        first[words[which]] = min(at, first.get(words[which], at))
    hits = [(at, one) for one, at in first.items()]
    outer = [(at, one) for at, one in sorted(hits) if not _is_inside(at, one, hits)]
    return tuple(_shown(original, one.strip()) for _, one in outer[:MOST_WORDS])


@lru_cache(maxsize=4)  # one text is asked for group after group
def _spaced(folded: str) -> str:
    return f" {_BETWEEN.sub(' ', folded)} "


@cache
def _automaton(groups: tuple[str, ...]) -> tuple[list[str], ahocorasick_rs.AhoCorasick]:
    """Give the groups' words as they stand in spaced text, and what finds each."""
    words = sorted({one for group in groups for one in patterns(lexicon.words(group))})
    return words, ahocorasick_rs.AhoCorasick(words)


def _is_inside(at: int, one: str, hits: Sequence[tuple[int, str]]) -> bool:
    """Tell whether a longer hit covers this one: "mirror copy" and not "mirror" besides."""
    end = at + len(one.rstrip())
    return any(
        start <= at and end <= start + len(other) and len(other) > len(one) for start, other in hits
    )


@lru_cache(maxsize=4)  # one text is asked for phrase after phrase
def _folded_words(original: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Give where each word of a text stands, and what it folds to."""
    places = [(word.start(), word.end()) for word in _WORD.finditer(original)]
    return places, [_BETWEEN.sub(" ", _folded(original[a:b])).strip() for a, b in places]


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    return fold(word).text


def _shown(original: str, phrase: str) -> str:
    """Give the words of `original` that fold to the phrase; the phrase where they are not found."""
    places, folded = _folded_words(original)
    for first in range(len(places)):
        joined = ""
        for last in range(first, min(first + phrase.count(" ") + 2, len(places))):
            joined = f"{joined} {folded[last]}".strip()
            if joined == phrase:
                return original[places[first][0] : places[last][1]].strip(".,;:!?()[]\"'| ")
    return phrase
