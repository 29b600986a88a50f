"""Proposals: words over-represented in the titles of suspect listings; for a person to adopt.

Log-odds ratio with an informative Dirichlet prior, as z-scores: Monroe, Colaresi and Quinn,
"Fightin' Words" (2008), equations 16 to 22. The prior is what all titles say, so that a rare word
needs more than one lucky listing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import polars as pl

from conf.place import Place
from crawler.lake import scan
from crawler.words.grams import folded, grams, units

LEAST_Z = 1.96
LEAST_LISTINGS = 3
LEAST_SELLERS = 2  # what one seller alone writes may be its name, or its owner's
MOST = 20
_PRIOR_WEIGHT = 500.0  # grams that the prior counts for
_NEARLY = 0.9  # a part of a gram that stands in so many of its listings says no more than it


class Title(msgspec.Struct, frozen=True):
    """What one listing calls itself, whose it is, and whether it is suspect."""

    text: str
    seller: str | None
    is_suspect: bool


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A word to search a platform for, and what speaks for it."""

    platform: str
    word: str
    z: float
    suspect_count: int  # suspect listings whose title has it
    other_count: int
    seller_count: int  # sellers of the suspect ones
    suspect_share: float  # of all listings whose title has it


def titles(lake: Place, scores: pl.DataFrame, platform: str) -> tuple[list[Title], set[str]]:
    """Give the newest title of each scored listing of a platform, and the names of its sellers."""
    rows = scan(lake, "observations")
    if rows is None:
        return [], set()
    newest = (
        rows.filter((pl.col("platform") == platform) & pl.col("title_text").is_not_null())
        .sort("observed_at", "observation_id")
        .group_by("listing_key")
        .agg(pl.col("title_text", "seller_key", "seller_name_text").last())
        .join(scores.lazy(), on="listing_key", how="inner", validate="1:1")
        .sort("listing_key")
        .collect()
    )
    names = {folded(name) for name in newest["seller_name_text"].drop_nulls().unique()}
    chosen = newest.select("title_text", "seller_key", "is_suspect")
    return [Title(*row) for row in chosen.iter_rows()], names


def proposals(
    platform: str, shown: Sequence[Title], known: Sequence[str], never: Iterable[str] = ()
) -> list[Proposal]:
    """Give the words to propose, the most telling first.

    `known` are words of the brands and those searched already: neither they nor their parts are
    proposed. `never` are names of people and words that lead to them: no gram that holds a word of
    theirs is.
    """
    suspect, other, sellers = _counts(shown)
    scores = log_odds(suspect, other)
    names = [folded(word) for word in known]
    barred = {unit for word in never for unit in units(word)}
    barred -= {unit for word in known for unit in units(word)}
    chosen = [
        Proposal(
            platform=platform,
            word=gram,
            z=round(z, 2),
            suspect_count=suspect[gram],
            other_count=other[gram],
            seller_count=len(sellers[gram]),
            suspect_share=suspect[gram] / (suspect[gram] + other[gram]),
        )
        for gram, z in scores.items()
        if z >= LEAST_Z
        and suspect[gram] >= LEAST_LISTINGS
        and len(sellers[gram]) >= LEAST_SELLERS
        and not any(gram in name for name in names)
        and barred.isdisjoint(units(gram))
    ]
    chosen.sort(key=lambda one: (-one.z, -len(one.word), one.word))
    return _without_parts(chosen)[:MOST]


def log_odds(first: Counter[str], second: Counter[str]) -> dict[str, float]:
    """Give how much more each word of the first is said there than in the second, as z-scores."""
    sums = first.total(), second.total()
    whole = sum(sums)
    found = {}
    for word in first:
        prior = _PRIOR_WEIGHT * (first[word] + second[word]) / whole
        odds, spread = [], 0.0
        for count, total in zip((first[word], second[word]), sums, strict=True):
            given = count + prior
            odds.append(math.log(given / max(total + _PRIOR_WEIGHT - given, 1e-9)))
            spread += 1 / given
        found[word] = (odds[0] - odds[1]) / math.sqrt(spread)
    return found


def _counts(
    shown: Sequence[Title],
) -> tuple[Counter[str], Counter[str], dict[str, set[str | None]]]:
    """Count listings by gram; one title that a seller uses many times counts once."""
    suspect: Counter[str] = Counter()
    other: Counter[str] = Counter()
    sellers: dict[str, set[str | None]] = defaultdict(set)
    for one in dict.fromkeys(shown):
        found = grams(one.text)
        (suspect if one.is_suspect else other).update(found)
        if one.is_suspect:
            for gram in found:
                sellers[gram].add(one.seller)
    return suspect, other, sellers


def _without_parts(chosen: list[Proposal]) -> list[Proposal]:
    """Drop what is a part of a longer word that stands in nearly all of its listings."""
    kept = []
    for one in chosen:
        is_part = any(
            one.word != two.word
            and one.word in two.word
            and two.suspect_count >= _NEARLY * one.suspect_count
            for two in chosen
        )
        if not is_part:
            kept.append(one)
    return kept
