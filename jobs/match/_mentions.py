"""Brands' names in a column of texts: where they stand, how they are used, as they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
import polars as pl

from conf.brand import Brand
from jobs.match._context import Use, uses
from jobs.match._disguise import guess, may_guess
from jobs.match._index import Hit, Index
from jobs.match._shown import is_plain, shown, stands_out


class Mention(msgspec.Struct, frozen=True, gc=False):
    """A brand's name in one of the listing's texts."""

    brand: str
    use: Use
    text: str  # as shown
    is_disguised: bool
    is_exact: bool  # an everyday word, written with the capitals of the registered mark


class Names(msgspec.Struct, frozen=True):
    """How a brand writes its names."""

    spellings: tuple[str, ...]
    is_common: bool  # they are everyday words


class Said(msgspec.Struct, frozen=True):
    """What a column of texts says, by row; rows that say nothing are left out."""

    mentions: Mapping[int, list[Mention]]
    numbers: Mapping[int, list[str]]  # product_keys, as their numbers stand


def names(brands: Collection[Brand]) -> dict[str, Names]:
    """Give how each brand writes its names, by key."""
    return {
        one.key: Names((*one.marks, *one.aliases, *one.nicknames), one.common_words)
        for one in brands
    }


def said(
    index: Index,
    known: Mapping[str, Names],
    originals: pl.Series,
    folded: pl.Series,
    is_disguised: pl.Series,
) -> Said:
    """Give what the texts of a column say of brands.

    Args:
        index: of the brands' names and numbers.
        known: how each brand writes its names.
        originals: the texts as shown.
        folded: the same, as `fold` gives them.
        is_disguised: whether anything of the listing is.

    """
    hits = index.find_each(folded)
    named = {
        row: named
        for row, some in hits.items()
        if (named := [hit for hit in some if hit.sign.kind != "mpn"])
    }
    guessed = _guessed(index, folded, is_disguised, but=named)
    found = {
        row: _mentions(known, original, text, some, is_guessed=is_guessed)
        for which, is_guessed in ((named, False), (guessed, True))
        for (row, some), original, text in zip(
            which.items(), originals[[*which]], folded[[*which]], strict=True
        )
        if original
    }
    return Said(found, numbers(hits))


def numbers(hits: Mapping[int, list[Hit]]) -> dict[int, list[str]]:
    """Give the products whose style numbers each row gives, of the rows that give one."""
    keys = ((row, [hit.sign.product_key for hit in some]) for row, some in hits.items())
    return {row: found for row, some in keys if (found := [key for key in some if key])}


def _guessed(
    index: Index, folded: pl.Series, is_disguised: pl.Series, *, but: Collection[int]
) -> dict[int, list[Hit]]:
    """Give the guessed hits, by row, of texts in which no name stands as it is."""
    tried = [row for row in may_guess(folded, is_disguised).arg_true() if row not in but]
    found = {
        row: guess(index, text, is_disguised=flag)
        for row, text, flag in zip(tried, folded[tried], is_disguised[tried], strict=True)
    }
    return {row: some for row, some in found.items() if some}


def _mentions(
    known: Mapping[str, Names], original: str, folded: str, hits: list[Hit], *, is_guessed: bool
) -> list[Mention]:
    found = []
    for hit, use in zip(hits, uses(folded, hits), strict=True):
        text = shown(original, folded, hit.start, hit.end)
        own = known[hit.sign.brand]
        is_disguised = is_guessed or not is_plain(text, hit.sign.phrase, own.spellings)
        # Asked only of names that may be everyday words.
        is_exact = own.is_common and text in own.spellings and stands_out(original, text)
        found.append(Mention(hit.sign.brand, use, text, is_disguised, is_exact))
    return found
