"""Finds listings by category and by words, without a list of all their texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from infra.sandbox.world.goods import goods
from infra.sandbox.world.offers import words_of
from infra.sandbox.world.stage import Live, Stage

MOST_FOUND = 500  # as on marketplaces, which do not page on for ever either
MOST_READ = 4000  # texts that one search reads


def in_category(stage: Stage, category: tuple[str, ...], day: int) -> Sequence[str]:
    """Give the ids of the listings in a category or under it."""
    language = stage.market.language
    wanted = [
        at
        for at, path in enumerate(goods().categories.values())
        if path[language][: len(category)] == category
    ]
    live = stage.live(day)
    numbers = goods().category_of[stage.subjects(live).numbers]
    return stage.listed(_part(live, np.isin(numbers, wanted)))


def search(stage: Stage, words: str, day: int) -> Sequence[str]:
    """Give the ids of listings whose title or description holds all the words.

    Words that belong to some of the goods are looked for among those; any others among all. What
    stands far behind among very many is not found, as on large marketplaces.
    """
    wanted = words.casefold().split()
    if not wanted:
        return ()
    live = stage.live(day)
    likely = [one for word in wanted if len(one := _subjects(word)) > 0]
    if likely and len(live.places) > MOST_READ:
        numbers = stage.subjects(live).numbers
        live = _part(live, np.isin(numbers, np.concatenate(likely)))
    found = []
    for listing_id in stage.listed(_first(live)):
        text = words_of(stage, listing_id)
        if all(word in text for word in wanted):
            found.append(listing_id)
            if len(found) == MOST_FOUND:
                break
    return tuple(found)


@cache
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


def _part(live: Live, is_wanted: NDArray[np.bool_]) -> Live:
    return Live(live.places[is_wanted], live.generations[is_wanted])


def _first(live: Live) -> Live:
    return Live(live.places[:MOST_READ], live.generations[:MOST_READ])
