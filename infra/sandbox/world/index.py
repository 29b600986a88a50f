"""Finds listings by category and by words, without a list of all their texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.goods import goods
from infra.sandbox.world.offers import words_of
from infra.sandbox.world.stage import Stage

MOST_FOUND = 500  # as on marketplaces, which do not page on for ever either
MOST_READ = 2000  # texts that one search reads


class Index:
    """Finds what stands on one marketplace."""

    def __init__(self, stage: Stage) -> None:
        """Look on a stage."""
        self._stage = stage
        self._text = lru_cache(MOST_READ)(self._read)

    def in_category(self, category: tuple[str, ...], day: int) -> Sequence[str]:
        """Give the ids of the listings in a category or under it."""
        language = self._stage.market.language
        wanted = [
            at
            for at, path in enumerate(goods().categories.values())
            if path[language][: len(category)] == category
        ]
        live = self._stage.live(day)
        numbers = goods().category_of[self._stage.subjects(live).numbers]
        return self._stage.listed(live.part(np.isin(numbers, wanted)))

    def search(self, words: str, day: int) -> Sequence[str]:
        """Give the ids of listings whose title or description holds all the words.

        Words that are names of some goods are looked for among those, on a large marketplace; any
        others among all. What stands far behind very many is not found, as on large marketplaces.
        """
        wanted = words.casefold().split()
        if not wanted:
            return ()
        live = self._stage.live(day)
        likely = [one for word in wanted if len(one := _subjects(word)) > 0]
        if likely and len(live.places) > MOST_READ:
            numbers = self._stage.subjects(live).numbers
            live = live.part(np.isin(numbers, np.concatenate(likely)))
        read = live.part(slice(MOST_READ))
        found = (one for one in self._stage.listed(read) if _holds(self._text(one), wanted))
        return tuple(islice(found, MOST_FOUND))

    def _read(self, listing_id: str) -> str:
        entry = self._stage.entry(listing_id)
        return words_of(self._stage, entry) if entry else ""


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


@lru_cache(4096)
def _subjects(word: str) -> NDArray[np.int64]:
    """Give the numbers of the goods among whose names a word is."""
    return np.array([at for at, text in enumerate(_vocabulary()) if word in text], dtype=np.int64)


@cache
def _vocabulary() -> tuple[str, ...]:
    known = goods()
    products = [
        (
            *(one.brand.name, *one.brand.marks, *one.brand.aliases, *one.brand.nicknames),
            *(one.item.name, one.item.chinese, one.item.other, one.item.mpn, one.gtin),
        )
        for one in known.products
    ]
    others = [tuple(one.names.values()) for one in known.goods]
    return tuple(" ".join(names).casefold() for names in (*products, *others))
