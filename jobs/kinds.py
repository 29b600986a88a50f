"""What kind of thing a listing offers, by the noun that stands where titles name the thing."""

from __future__ import annotations

from functools import cache

import ahocorasick_rs
import polars as pl

from conf import kind
from jobs.clean._fold import fold
from jobs.match._index import is_whole


def kinds(listings: pl.DataFrame) -> pl.Series:
    """Give the kind of each listing, null where no noun tells it.

    The last noun of a title is the thing ("shoe bag" is a bag); where the title has none, the first
    of the description, which begins with what is sold; else the last of the category.

    Args:
        listings: columns title_folded, description_folded, category_text.

    """
    columns = ("title_folded", "description_folded", "category_text")
    rows = listings.select(columns).iter_rows()
    found = [_kind(title, description, category) for title, description, category in rows]
    return pl.Series("kind", found, dtype=pl.String())


def _kind(title: str | None, description: str | None, category: str | None) -> str | None:
    named = _named(title)
    if named:
        return named[-1]
    told = _named(description)
    if told:
        return told[0]
    filed = _named(fold(category).text if category else None)
    return filed[-1] if filed else None


def _named(text: str | None) -> list[str]:
    """Give the kinds that a folded text names, from left to right."""
    if not text:
        return []
    automaton, of = _nouns()
    hits = automaton.find_matches_as_indexes(text)
    found = (of[which] for which, start, end in hits if is_whole(text, start, end))
    return [one for one in found if one is not None]


@cache
def _nouns() -> tuple[ahocorasick_rs.AhoCorasick, list[str | None]]:
    """Give what finds every noun, the longest where several begin, and the kinds of each."""
    folded = {fold(noun).text: one for noun, one in kind.nouns().items()}
    longest = ahocorasick_rs.MatchKind.LeftmostLongest
    return ahocorasick_rs.AhoCorasick(list(folded), matchkind=longest), list(folded.values())
