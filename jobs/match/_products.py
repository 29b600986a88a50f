"""Which product of a brand a listing offers, and how surely: a chance for each that it may be.

A conditional logit (McFadden 1974): each product that the listing may be, and "none of them", has
log-odds that are a weighed sum of signs (conf/weights.yaml), and the chances are their softmax.
That of the brand itself is a logistic of what shows it, so that the answers sum to one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from math import exp, log
from statistics import median

import msgspec
from rapidfuzz.distance import Levenshtein

from conf.brand import Brand
from conf.weights import Weights, weights
from jobs.match._catalogue import MOST, Catalogue, Shelf, Titled, words_of
from jobs.match._index import is_whole

LEAST_NAMED = 0.8  # of a name's words, by rarity, that name a product by themselves
LINE = 0.5  # of chance, from which a product is told
_LEAST_SPELT = 5  # letters; a shorter word looks like too many others
_ALIKE = 0.8  # spelling of two words that are taken for one
_FARTHEST = 3.0  # log of price over reference; beyond, a price tells no more

Signs = tuple[float, ...]  # in the order of OfProduct, or of OfNone, in conf/weights.py


class Clues(msgspec.Struct, frozen=True):
    """What of a listing tells its product."""

    title: str  # folded
    description: str = ""  # folded
    mpn: str = ""  # folded
    by_gtin: str | None = None
    by_mpn: frozenset[str] = frozenset()  # products whose numbers stand in it
    by_photo: str | None = None
    price_usd: float | None = None
    claim: str = "claim"  # how the brand is used


class Choice(msgspec.Struct, frozen=True):
    """The products that a listing may be, each with its signs, and those of none of them."""

    keys: tuple[str, ...]
    signs: tuple[Signs, ...]
    of_none: Signs


class Answer(msgspec.Struct, frozen=True):
    """The product that a listing is, if one is told, and the chance that it is, given its brand."""

    product_key: str | None = None
    source: str | None = None
    chance: float = 0.0


class Products:
    """The alliance's products, and what tells one from another."""

    def __init__(
        self,
        brands: tuple[Brand, ...],
        reference_usd: dict[str, float | None],
        weighed: Weights | None = None,
    ) -> None:
        self.catalogue = Catalogue(brands)
        self.by_gtin = self.catalogue.by_gtin
        self.reference_usd = reference_usd
        self.weights = weighed or weights()
        self._of_product: Signs = msgspec.structs.astuple(self.weights.product)
        self._of_none: Signs = msgspec.structs.astuple(self.weights.none)
        self._median_usd = _medians(reference_usd)
        self.brand_chance = cache(self._brand_chance)

    def reference(self, product_key: str | None, brand: str) -> float | None:
        """Give the reference price of the product in dollars, else the brand's median."""
        if product_key and (known := self.reference_usd.get(product_key)) is not None:
            return known
        return self._median_usd.get(brand)

    def is_named(self, brand: str, title: str | None) -> bool:
        """Tell whether the folded title names a product of the brand."""
        known = self.catalogue.shelf(brand).vocabulary.intersection(words_of(title or ""))
        led = self.catalogue.titled(brand, known)
        return any(one.named >= LEAST_NAMED for one in led)

    def _brand_chance(self, source: str | None, claim: str, *, is_disguised: bool) -> float:
        """Give the chance that it is of the brand found; without one, of any all the same."""
        signs = self.weights.brand
        if source is None:
            return _logistic(signs.unseen)
        odds = getattr(signs, source) + getattr(signs, claim, 0.0)
        return _logistic(odds + signs.disguised * is_disguised)

    def answer(self, brand: str, clues: Clues) -> Answer:
        """Give the product of the brand that the listing is."""
        choice = self.choice(brand, clues)
        if not choice.keys:
            return Answer()
        chances = self.chances(choice)
        best = max(range(len(chances)), key=lambda at: (chances[at], choice.keys[at]))
        if chances[best] < LINE:
            return Answer(chance=0.0)
        return Answer(choice.keys[best], _source(choice.signs[best]), chances[best])

    def chances(self, choice: Choice) -> list[float]:
        """Give the chance of each product of a choice; what they lack of 1 is that of none."""
        odds = [_sum(self._of_product, signs) for signs in choice.signs]
        none = _sum(self._of_none, choice.of_none)
        most = max(none, *odds)
        parts = [exp(one - most) for one in odds]
        whole = exp(none - most) + sum(parts)
        return [part / whole for part in parts]

    def choice(self, brand: str, clues: Clues) -> Choice:
        """Give the products of the brand that a listing may be, some ten, with their signs."""
        shelf = self.catalogue.shelf(brand)
        words = frozenset(words_of(clues.title))
        known = words & shelf.vocabulary
        led = self.catalogue.titled(brand, known)
        exact, stems = self._numbered(clues)
        shown = {clues.by_gtin, clues.by_photo, *exact, *stems} - {one.product_key for one in led}
        more = sorted(key for key in shown if key and key in shelf.words)[:MOST]
        led = (*led, *(shelf.titled(key, known) for key in more))
        is_plain = any(one.named >= 1.0 for one in led)
        unknown = () if is_plain else tuple(one for one in words - known if _is_long(one))
        signs = tuple(
            (
                float(one.product_key == clues.by_gtin),
                float(one.product_key in exact),
                float(one.product_key in stems),
                float(one.product_key == clues.by_photo),
                one.named,
                float(one.named >= 1.0),
                _spelt(shelf, one, unknown),
                0.0 if is_plain else _told(shelf, one, known, clues.description),
                one.others,
                *self._dear(clues.price_usd, one.product_key),
            )
            for one in led
        )
        keys = tuple(one.product_key for one in led)
        return Choice(keys, signs, _of_none(clues, is_known=bool(exact or stems)))

    def _numbered(self, clues: Clues) -> tuple[Collection[str], Collection[str]]:
        """Give the products whose style numbers a listing gives, and those of which a part."""
        if clues.by_mpn:
            return clues.by_mpn, ()
        exact, stems = self.catalogue.numbered(clues.title)
        if not clues.mpn:
            return exact, stems
        own, own_stems = self.catalogue.numbered(clues.mpn)
        return exact | own, stems | own_stems

    def _dear(self, price_usd: float | None, key: str) -> tuple[float, float]:
        """Give how much dearer and how much cheaper than its reference a listing is."""
        reference = self.reference_usd.get(key)
        if not price_usd or not reference or price_usd <= 0:
            return 0.0, 0.0
        # Logarithms apart: a quotient may be too small for a number.
        apart = max(-_FARTHEST, min(_FARTHEST, log(price_usd) - log(reference)))
        return max(0.0, apart), max(0.0, -apart)


def _of_none(clues: Clues, *, is_known: bool) -> Signs:
    of_claim = (float(clues.claim == one) for one in ("compatible", "style", "denied", "several"))
    return (1.0, *of_claim, float(bool(clues.mpn) and not is_known))


def _spelt(shelf: Shelf, one: Titled, unknown: tuple[str, ...]) -> float:
    """Give the share of a product's names that a title has in about the same spelling."""
    if not unknown or not one.named:
        return 0.0
    missing = [word for word in one.missing if _is_long(word)]
    found = [
        word
        for word in missing
        if any(Levenshtein.normalized_similarity(word, x, score_cutoff=_ALIKE) for x in unknown)
    ]
    return shelf.weight(found) / shelf.weight(shelf.words[one.product_key]) if found else 0.0


def _told(shelf: Shelf, one: Titled, known: frozenset[str], description: str) -> float:
    """Give by how much more of a product's name stands in title and description together."""
    found = [word for word in one.missing if word in description and _stands(word, description)]
    return shelf.named(one.product_key, known.union(found)) - one.named if found else 0.0


def _stands(word: str, text: str) -> bool:
    """Tell whether a word stands whole in a text that has its letters."""
    at = text.find(word)
    while at >= 0:
        if is_whole(text, at, at + len(word)):
            return True
        at = text.find(word, at + 1)
    return False


def _is_long(word: str) -> bool:
    return len(word) >= _LEAST_SPELT


def _source(signs: Signs) -> str:
    """Name what shows a product, strongest first."""
    gtin, number, stem, photo, named, *_ = signs
    if gtin:
        return "gtin"
    if number or (stem and not named):
        return "mpn"
    return "name" if named or not photo else "photo"


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + exp(-odds))


def _sum(weighed: Signs, signs: Signs) -> float:
    return sum(map(float.__mul__, weighed, signs))


def _medians(reference_usd: dict[str, float | None]) -> dict[str, float]:
    known: dict[str, list[float]] = defaultdict(list)
    for key, usd in reference_usd.items():
        if usd is not None:
            known[key.partition("/")[0]].append(usd)
    return {brand: median(values) for brand, values in known.items()}
