"""Which products of a catalogue a listing may be: a few of very many, by numbers and rare words.

What a brand's products are called is indexed word by word. A listing is looked up by its rarest
words first, until enough products were touched: a word that half of the brand's products have tells
nothing of which one it is. Style numbers are looked up as they are mangled: with other gaps, with
letters for digits, without their end.
"""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from heapq import nlargest
from math import log

import ahocorasick_rs
import msgspec

from conf.brand import Brand, Product
from jobs.clean._fold import fold

MOST = 10  # products that one listing is held against
LEAST_NUMBER = 5  # characters; a shorter style number is any number
_KEPT = 20_000  # sets of words of which it is kept what they lead to: some 20 MB
_TOUCHED = 400  # products that the words of one listing lead to, about
_SHARE_IT = 40  # products of one number, or of one but for its end; of more it tells nothing
_PIECES = 3  # of a style number that may stand apart
_EASTERN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(rf"[{_EASTERN}]+|[^\W_{_EASTERN}]+")
_DIGIT = re.compile(r"\d")
_GTIN = range(12, 15)  # digits
# What is written for a digit, or read for one when a text is freed of digits for letters.
_LOOKS = {ord(letter): digit for letter, digit in zip("oilesz", "011352", strict=True)}
_BARE = _LOOKS | {ord(sign): None for sign in string.whitespace + string.punctuation}
_UNIT = 1000  # of rarity: whole numbers add up to the same in any order


def words_of(text: str) -> list[str]:
    """Give the words of a folded text; Chinese has no gaps, so each two signs of it are one."""
    if text.isascii():
        return _WORD.findall(text)
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] >= "\u3040" and len(run) > 1 and re.match(f"[{_EASTERN}]", run):
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.append(run)
    return found


class Name(msgspec.Struct, frozen=True):
    """One name of a product, without the brand's own words."""

    words: frozenset[str]
    weight: int  # of all its words


class Titled(msgspec.Struct, frozen=True):
    """What the words of a title tell of one product."""

    product_key: str
    named: float  # share of its name that is among them, by rarity; its best name's
    others: float  # share of those of the brand's words that are none of its name
    missing: tuple[str, ...]  # words of its names that are not among them


class Shelf(msgspec.Struct, frozen=True):
    """What one brand's products are called."""

    rarity: Mapping[str, int]  # of a word, in thousandths
    vocabulary: frozenset[str]  # all words
    having: Mapping[str, tuple[str, ...]]  # word -> keys of products
    names: Mapping[str, tuple[Name, ...]]  # by product
    words: Mapping[str, frozenset[str]]  # of all names of a product

    def weight(self, words: Iterable[str]) -> int:
        """Give the rarity of some words together."""
        return sum(map(self.rarity.__getitem__, words))

    def leads(self, known: Iterable[str]) -> list[str]:
        """Give the products that have the rarest of these words in their names, ten at most.

        Args:
            known: words that some product has.

        """
        found: dict[str, int] = defaultdict(int)
        touched = 0
        for rare, word in sorted(((self.rarity[word], word) for word in known), reverse=True):
            having = self.having[word]
            touched += len(having)
            if found and touched > _TOUCHED:
                for key in found:
                    found[key] += rare if word in self.words[key] else 0
                continue
            for key in having[:_TOUCHED]:
                found[key] += rare
        return nlargest(MOST, found, key=lambda key: (found[key], key))

    def titled(self, product_key: str, known: frozenset[str]) -> Titled:
        """Tell what the known words of a title tell of a product."""
        words = self.words[product_key]
        left = known - words
        return Titled(
            product_key,
            self.named(product_key, known),
            self.weight(left) / self.weight(known) if left else 0.0,
            tuple(sorted(words - known)),
        )

    def named(self, product_key: str, known: frozenset[str]) -> float:
        """Give the share of a product's name, by rarity, that is among words; its best name's."""
        names = self.names[product_key]
        return max((self.weight(one.words & known) / one.weight for one in names), default=0.0)


class Catalogue:
    """The alliance's products: by number, and brand by brand by the words of their names."""

    def __init__(self, brands: tuple[Brand, ...]) -> None:
        self._brands = {brand.key: brand for brand in brands}
        self.by_gtin: dict[str, str] = {}
        by_number: dict[str, list[str]] = defaultdict(list)
        by_stem: dict[str, list[str]] = defaultdict(list)
        for brand in brands:
            for product in brand.products:
                key = f"{brand.key}/{product.key}"
                if product.gtin:
                    self.by_gtin.setdefault(product.gtin.zfill(14), key)
                number, stem = _numbers(product)
                by_number[number].append(key)
                by_stem[stem].append(key)
        self._by_number, self._by_stem = (
            {one: tuple(keys) for one, keys in found.items() if one and len(keys) <= _SHARE_IT}
            for found in (by_number, by_stem)
        )
        numbers = (
            self._by_number.keys()
            | self._by_stem.keys()
            | {gtin.lstrip("0") for gtin in self.by_gtin}
        )
        self._automaton = ahocorasick_rs.AhoCorasick(sorted(numbers))
        self.shelf = cache(self._shelf)  # of a brand, made when it is first met
        self.titled = lru_cache(_KEPT)(self._titled)

    def numbered(self, text: str) -> tuple[set[str], set[str]]:
        """Give the products whose numbers stand in a folded text, and those of a part of one."""
        if not self._automaton.find_matches_as_indexes(text.translate(_BARE)):
            return set(), set()
        exact: set[str] = set()
        stems: set[str] = set()
        for number in _pieces(text):
            if len(number) in _GTIN and (key := self.by_gtin.get(number.zfill(14))):
                exact.add(key)
            exact.update(self._by_number.get(number, ()))
            stems.update(self._by_stem.get(number, ()))
        return exact, stems - exact

    def _titled(self, brand: str, known: frozenset[str]) -> tuple[Titled, ...]:
        """Give the products of the brand to which words of a title lead: few titles are unlike."""
        shelf = self.shelf(brand)
        return tuple(shelf.titled(key, known) for key in shelf.leads(known))

    def _shelf(self, brand: str) -> Shelf:
        owner = self._brands[brand]
        own = own_words(owner)
        named = {
            f"{brand}/{product.key}": [
                found
                for text in dict.fromkeys((product.name, *product.names))
                if (found := frozenset(words_of(fold(text).text)) - own)
            ]
            for product in owner.products
        }
        words = {key: frozenset().union(*names) for key, names in named.items()}
        count = Counter(word for found in words.values() for word in found)
        rarity = {
            word: 1 + round(_UNIT * log((len(words) + 1) / (many + 0.5)))
            for word, many in count.items()
        }
        having: dict[str, list[str]] = defaultdict(list)
        for key, found in words.items():
            for word in found:
                having[word].append(key)
        names = {
            key: tuple(Name(one, sum(rarity[word] for word in one)) for one in found)
            for key, found in named.items()
        }
        return Shelf(
            rarity,
            frozenset(rarity),
            {word: tuple(keys) for word, keys in having.items()},
            names,
            words,
        )


def own_words(brand: Brand) -> frozenset[str]:
    """Give the words of the brand's own names, which tell none of its products from another."""
    names = (brand.name, *brand.marks, *brand.aliases)
    return frozenset(word for name in names for word in words_of(fold(name).text))


def _numbers(product: Product) -> tuple[str, str]:
    """Give a product's style number as it is looked up, and without its last piece.

    That often is a colour or a country. One that is too common to mean anything is empty.
    """
    pieces = _WORD.findall(fold(product.mpn or "").text)
    number, stem = "".join(pieces), "".join(pieces[:-1])
    return (
        number.translate(_LOOKS) if _is_number(number) else "",
        stem.translate(_LOOKS) if _is_number(stem) else "",
    )


def _is_number(text: str) -> bool:
    return len(text) >= LEAST_NUMBER and bool(_DIGIT.search(text))


def _pieces(text: str) -> set[str]:
    """Give what may be style numbers in a folded text: words in a row, one of them with a digit."""
    words = _WORD.findall(text)
    found = set()
    for digit in [at for at, word in enumerate(words) if _DIGIT.search(word)]:
        for first in range(max(0, digit - _PIECES + 1), digit + 1):
            run = "".join(words[first:digit])
            for word in words[digit : first + _PIECES]:
                run += word
                if len(run) >= LEAST_NUMBER:
                    found.add(run.translate(_LOOKS))
    return found
