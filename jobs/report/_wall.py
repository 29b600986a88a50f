"""The wall between brands: what a report for one of them must not say of the others.

A title may name several brands, a shop may sell them all, and a seller's features count over
everything it offers. A brand sees its own listings with the names of other members taken out, and
no reason that counts what others own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from conf.brand import Brand
from jobs.catalogue import catalogue
from jobs.score._reasons import phrase

BLANK = "[another brand]"
# What these features say is about the other brands that a listing names or a seller offers.
WALLED = (
    "brand_mention_count",
    "is_brand_stuffed",
    "is_photo_of_other_brand",
    "seller_brand_count",
    "seller_brand_entropy",
    "seller_brand_listing_count_log",
    "seller_brand_share",
)
_LEAST = 4  # letters; a shorter name stands alone or is no name


class Wall:
    """Takes the names of all brands but one out of texts."""

    def __init__(self, own: Brand, brands: Iterable[Brand]) -> None:
        others = [one for one in brands if one.key != own.key]
        mine = {text.casefold() for text in (own.key, *_names(own), *own.nicknames)}
        self._patterns = _patterns(others, mine)
        self._squeezed = _squeezed_pattern(others, mine)
        self._walled = [phrase(catalogue()[name]).text.partition(":")[0] for name in WALLED]

    def text(self, text: str | None) -> str | None:
        """Give one text without the names of other brands."""
        return None if text is None else self.texts(pl.Series([text])).item()

    def texts(self, texts: pl.Series) -> pl.Series:
        """Give texts without the names of other brands."""
        for pattern in self._patterns:
            texts = texts.str.replace_all(pattern, "${1}" + BLANK)
        return texts

    def addresses(self, urls: pl.Series) -> pl.Series:
        """Give addresses; null where the address itself spells another brand, as slugs do."""
        if self._squeezed is None:
            return urls
        bare = urls.str.to_lowercase().str.replace_all(r"%20|[^\p{L}\p{N}]", "")
        names_other = bare.str.contains(self._squeezed)
        return pl.select(pl.when(~names_other).then(urls).alias(urls.name)).to_series()

    def keys(self, keys: pl.Series) -> pl.Series:
        """Give keys; null where the key itself spells another brand."""
        same = keys == self.texts(keys)
        return self.addresses(pl.select(pl.when(same).then(keys).alias(keys.name)).to_series())

    def reasons(self, reasons: pl.Series) -> pl.Series:
        """Give lists of reasons without those about other brands."""
        told = pl.element().str
        is_walled = pl.any_horizontal([told.starts_with(one) for one in self._walled])
        kept = reasons.to_frame().select(pl.all().list.eval(pl.element().filter(~is_walled)))
        return self._each_reason(kept.to_series())

    def _each_reason(self, reasons: pl.Series) -> pl.Series:
        element = pl.element()
        for pattern in self._patterns:
            element = element.str.replace_all(pattern, "${1}" + BLANK)
        return reasons.to_frame().select(pl.all().list.eval(element)).to_series()


def _names(brand: Brand) -> tuple[str, ...]:
    return (brand.name, *brand.marks, *brand.aliases)


def _patterns(others: list[Brand], mine: set[str]) -> list[str]:
    """Give patterns whose first group is what stands before the name and stays.

    A name that is no everyday word is found inside other words too (velmora_outlet); a short name
    and an everyday word must stand alone, and the latter in the capitals of its mark.
    """
    inside: set[str] = set()
    alone: set[str] = set()
    exact: set[str] = set()
    for brand in others:
        for name in _names(brand):
            if name.casefold() in mine or any(name.casefold() in own for own in mine):
                continue
            kind = exact if brand.common_words else inside if len(name) >= _LEAST else alone
            kind.add(name)
    edge = r"(^|[^\p{L}\p{N}])"
    found = []
    if inside:
        found.append(rf"(?i)()(?:{_any(inside)})")
    if alone:
        found.append(rf"(?i){edge}(?:{_any(alone)})\b")
    if exact:
        found.append(rf"{edge}(?:{_any(exact)})\b")
    return found


def _squeezed_pattern(others: list[Brand], mine: set[str]) -> str | None:
    bare = {
        re.sub(r"[^\w]|_", "", name).lower()
        for brand in others
        if not brand.common_words
        for name in _names(brand)
        if name.casefold() not in mine
    }
    long = {name for name in bare if len(name) >= _LEAST}
    return _any(long) if long else None


def _any(names: Iterable[str]) -> str:
    """Give an alternation, longest first so that a short name does not cut a longer one."""
    return "|".join(
        re.sub(r"\\? ", r"\\s+", re.escape(name))
        for name in sorted(names, key=lambda n: (-len(n), n))
    )
