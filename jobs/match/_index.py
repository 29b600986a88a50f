"""One automaton over every name and number of the alliance, and how its hits are read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

import ahocorasick_rs
import msgspec
import polars as pl

from conf.brand import Brand
from jobs.clean._fold import fold

Kind = Literal["mark", "alias", "nickname", "mpn"]
LEAST_NUMBER = 5  # characters; a shorter style number is any number
LEAST_JOINED = 6  # letters of a name of several words that may be written as one
LEAST_GUESSED = 4  # letters; a shorter name looks like too many words
TWINS = {"i": "l", "l": "i"}  # a capital i of another alphabet folds to either
_LATIN_NAME = re.compile("[a-z]+( [a-z]+)?")
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BETWEEN = re.compile(r"[^\w]+|_")


class Sign(msgspec.Struct, frozen=True, gc=False):
    """A folded name or number, and what it stands for."""

    phrase: str
    kind: Kind
    brand: str
    product_key: str | None = None


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A sign where it stands in a folded text."""

    sign: Sign
    start: int
    end: int


class Index:
    """Finds signs in folded text: the longest where several begin, whole words only."""

    def __init__(self, brands: tuple[Brand, ...]) -> None:
        signs: dict[str, list[Sign]] = {}
        for sign in _signs(brands):
            standing = signs.setdefault(sign.phrase, [])
            if sign.brand not in {one.brand for one in standing}:
                standing.append(sign)
        phrases = sorted(signs)
        self._standing = [signs[phrase] for phrase in phrases]
        self._automaton = ahocorasick_rs.AhoCorasick(
            phrases, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )
        self._by_letter = _guessable(signs)

    def find(self, text: str | None) -> list[Hit]:
        """Give the hits in a folded text, from left to right."""
        return self.find_each(pl.Series([text], dtype=pl.String)).get(0, [])

    def find_each(self, texts: pl.Series) -> dict[int, list[Hit]]:
        """Give the hits in each folded text of a column that has any, by row, left to right.

        The column is searched as one text: no name goes over a line's end, and what a call costs
        is paid once and not for every row.
        """
        column = texts.fill_null("").str.replace_all("\n", " ", literal=True)
        text = "\n".join(column)
        ends = (column.str.len_chars().cast(pl.Int64) + 1).cum_sum().to_list()
        found: dict[int, list[Hit]] = defaultdict(list)
        row, first = 0, 0  # the row at hand, and where it begins
        for which, start, end in self._automaton.find_matches_as_indexes(text):
            if not is_whole(text, start, end):
                continue
            while ends[row] <= start:
                first = ends[row]
                row += 1
            for sign in self._standing[which]:
                found[row].append(Hit(sign, start - first, end - first))
        return found

    def guessable(self, length: int, at: int, letter: str) -> Sequence[Sign]:
        """Give the marks and aliases of a length that may show a letter at a place."""
        return self._by_letter.get((length, at, letter), ())


def is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether no letter or digit goes on at either edge; Chinese has no such edges."""
    ahead, behind = text[start - 1 : start], text[end : end + 1]
    return not (
        (ahead.isalnum() and _goes_on(ahead, text[start]))
        or (behind.isalnum() and _goes_on(text[end - 1], behind))
    )


def _goes_on(one: str, other: str) -> bool:
    both_letters = one.isalnum() and other.isalnum()
    return both_letters and not (_EASTERN.match(one) or _EASTERN.match(other))


def _signs(brands: tuple[Brand, ...]) -> Iterator[Sign]:
    """Give the signs of every brand, the strongest kind first."""
    for brand in brands:
        for product in brand.products:
            for number in sorted(numbers(product.mpn)):
                yield Sign(number, "mpn", brand.key, f"{brand.key}/{product.key}")
    kinds: tuple[Kind, ...] = ("mark", "alias", "nickname")
    for kind in kinds:
        for brand in brands:
            for name in _names(brand, kind):
                yield from (Sign(phrase, kind, brand.key) for phrase in sorted(phrases(name)))


def _names(brand: Brand, kind: Kind) -> tuple[str, ...]:
    return {
        "mark": brand.marks or (brand.name,),
        "alias": brand.aliases,
        "nickname": brand.nicknames,
        "mpn": (),
    }[kind]


def phrases(name: str) -> set[str]:
    """Give the folded forms of a name: as it is, and as one word when it has several."""
    folded = " ".join(fold(name).text.split())
    bare = " ".join(_BETWEEN.sub(" ", folded).split())
    joined = bare.replace(" ", "")
    spelt = folded.replace(" & ", " and ")
    forms = {folded, folded.replace(" & ", "&"), spelt, bare, bare.replace(" ", "-")}
    return {*forms, *([joined] if len(joined) >= LEAST_JOINED else [])} - {""}


def numbers(mpn: str | None) -> set[str]:
    """Give the folded forms of a style number; none when it is too common to mean anything."""
    folded = fold(mpn or "").text.strip()
    bare = _BETWEEN.sub("", folded)
    is_telling = len(bare) >= LEAST_NUMBER and any(map(str.isdigit, bare))
    return {folded, bare, _BETWEEN.sub(" ", folded)} if is_telling else set()


def _guessable(signs: dict[str, list[Sign]]) -> dict[tuple[int, int, str], list[Sign]]:
    """Give the marks and aliases of one or two Latin words, by length and by letter and place."""
    found: dict[tuple[int, int, str], list[Sign]] = {}
    for phrase, standing in sorted(signs.items()):
        if not (_LATIN_NAME.fullmatch(phrase) and len(phrase) >= LEAST_GUESSED):
            continue
        named = [one for one in standing if one.kind in {"mark", "alias"}]
        for at, letter in enumerate(phrase):
            for shown in {letter, TWINS.get(letter, letter)}:
                found.setdefault((len(phrase), at, shown), []).extend(named)
    return found
