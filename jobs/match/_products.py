"""Which product of a brand a listing names: by number, else by the words of its name."""

from __future__ import annotations

import re
from collections import defaultdict
from statistics import median

import msgspec
from rapidfuzz import fuzz

from conf.brand import Brand
from jobs.clean._fold import fold

LEAST_OVERLAP = 0.6  # of a name's words that must stand in the title before spelling is compared
LEAST_SHARE = 0.8
_WORD = re.compile(r"[^\W_]+")
_BY_NAME = 0.9  # a name may mean an older or a newer model; a number does not


class Name(msgspec.Struct, frozen=True):
    """One name of a product, folded."""

    product_key: str
    text: str
    words: frozenset[str]


class Named(msgspec.Struct, frozen=True):
    """A product that a title names, and how surely."""

    product_key: str
    share: float


class Products:
    """The alliance's products, by number and by name."""

    def __init__(self, brands: tuple[Brand, ...], reference_usd: dict[str, float | None]) -> None:
        self.reference_usd = reference_usd
        self.by_gtin: dict[str, str] = {}
        self._names: dict[str, list[Name]] = defaultdict(list)
        for brand in brands:
            for product in brand.products:
                key = f"{brand.key}/{product.key}"
                if product.gtin:
                    self.by_gtin.setdefault(product.gtin.zfill(14), key)
                own = _own_words(brand)
                for text in dict.fromkeys((product.name, *product.names)):
                    self._names[brand.key].extend(_name(key, text, own))
        self._median_usd = _medians(reference_usd)

    def reference(self, product_key: str | None, brand: str) -> float | None:
        """Give the reference price of the product in dollars, else the brand's median."""
        if product_key and (known := self.reference_usd.get(product_key)) is not None:
            return known
        return self._median_usd.get(brand)

    def named(self, brand: str, title: str | None) -> Named | None:
        """Give the product of the brand whose name stands best in the folded title."""
        if not title:
            return None
        words = frozenset(_WORD.findall(title))
        scored = [
            (_share(name, title, words), len(name.text), name.product_key)
            for name in self._names.get(brand, ())
        ]
        best = max(scored, default=(0.0, 0, ""), key=lambda one: (one[0], one[1], one[2]))
        if best[0] < LEAST_SHARE:
            return None
        rivals = {key for share, length, key in scored if (share, length) == best[:2]}
        return Named(best[2], _BY_NAME * best[0] / len(rivals))


def _own_words(brand: Brand) -> frozenset[str]:
    """Give the words of the brand's own names, which tell none of its products from another."""
    names = (brand.name, *brand.marks, *brand.aliases)
    return frozenset(word for name in names for word in _WORD.findall(fold(name).text))


def _name(key: str, text: str, own: frozenset[str]) -> list[Name]:
    folded = fold(text).text
    words = frozenset(_WORD.findall(folded)) - own
    return [Name(key, " ".join(_WORD.findall(folded)), words)] if words else []


def _share(name: Name, title: str, words: frozenset[str]) -> float:
    """Give how surely the title names the product, 0 to 1.

    Spelling is compared only where most of the name's words are there: it is a thousand times
    slower than looking words up. Chinese names stand in a title without spaces around.
    """
    if not name.text.isascii():
        return 1.0 if name.text.replace(" ", "") in title.replace(" ", "") else 0.0
    overlap = len(name.words & words) / len(name.words)
    if overlap in {0.0, 1.0} or overlap < LEAST_OVERLAP:
        return overlap if overlap == 1.0 else 0.0
    likeness = fuzz.token_set_ratio(" ".join(sorted(name.words)), title) / 100
    return (overlap + likeness) / 2


def _medians(reference_usd: dict[str, float | None]) -> dict[str, float]:
    known: dict[str, list[float]] = defaultdict(list)
    for key, usd in reference_usd.items():
        if usd is not None:
            known[key.partition("/")[0]].append(usd)
    return {brand: median(values) for brand, values in known.items()}
