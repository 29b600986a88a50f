"""Which words tell counterfeit offers from genuine ones, learned from labels and dated.

A word counts once a seller, as sellers copy their own texts. Log-odds are taken with an
informative Dirichlet prior, the share of the word among all sellers (Monroe, Colaresi and Quinn,
Fightin' Words, 2008), so that a rare word needs more before it is believed. What is found is
proposed to a person, who knows what a word means; nothing changes a lexicon by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from math import log

import msgspec
import polars as pl

from conf import lexicon, reading
from conf.brand import Brand
from jobs.clean._fold import fold

PRIOR = 50.0  # uses that the prior is worth
SURE = 1.96  # standard errors: 95 %
LEAST_SELLERS = 5  # who use a phrase, for it to be looked at
LEAST_PLATFORMS = 2  # on which it points the same way; one alone tells the platform
LEAST_ODDS = log(1.5)  # low end of the interval, for a proposal
LONGEST, LONGEST_EASTERN = 3, 4  # words, characters of a phrase
SAME = 0.9  # of its sellers use a longer phrase too: then the longer stands for both
# Groups whose words speak against a listing; the others govern names, or speak for it.
SUSPECT = ("replica", "quality", "wholesale", "evasive", "contact", "payment", "customs")
READ = (
    "listing_key",
    "seller_key",
    "platform",
    "language",
    "title_folded",
    "description_folded",
    "observed_at",
    "is_counterfeit",
)
_WORD = re.compile(r"[^\W_]+(?:[':+-][^\W_]+)*")
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")


class Word(msgspec.Struct, frozen=True):
    """A phrase, and how it tells counterfeit offers."""

    language: str
    phrase: str
    log_odds: float  # natural: of a counterfeit seller's using it over a genuine one's
    low: float  # ends of the interval of 95 %
    high: float
    counterfeit_sellers: int  # who use it
    genuine_sellers: int
    platforms: int  # on which it points the same way
    first_seen: date
    last_seen: date
    group: str | None = None  # of the lexicon that has it


class Proposal(msgspec.Struct, frozen=True):
    """What a person may want to change in the lexicons."""

    listings: int
    sellers: int
    counterfeit_sellers: int
    add: tuple[Word, ...]
    withdraw: tuple[Word, ...]  # in a lexicon as suspect, and said by honest sellers
    confirmed: tuple[Word, ...]  # in a lexicon as suspect, and found to be


def proposal(rows: pl.DataFrame, brands: Collection[Brand], most: int) -> Proposal:
    """Propose additions and withdrawals.

    Args:
        rows: columns of READ, one row a labelled listing.
        brands: whose names are left out: they tell the brand and not the copy.
        most: additions a language, the surest first.

    """
    names = {word for one in brands for name in _names(one) for word in _WORD.findall(name)}
    found = [
        word
        for (language,), part in sorted(rows.drop_nulls("language").group_by("language"))
        for word in measured(uses(part, names), str(language), known(str(language)))
    ]
    suspect = [one for one in found if one.group in SUSPECT]
    sellers = rows.group_by(_seller()).agg(pl.col("is_counterfeit").max())
    return Proposal(
        listings=rows.height,
        sellers=sellers.height,
        counterfeit_sellers=int(sellers["is_counterfeit"].sum()),
        add=tuple(_additions(found, most)),
        withdraw=tuple(one for one in suspect if one.high < 0),
        confirmed=tuple(sorted((one for one in suspect if one.low > 0), key=_by_low)),
    )


def uses(rows: pl.DataFrame, names: Collection[str] = ()) -> pl.DataFrame:
    """Give one row for each phrase that a seller uses: platform, label, first and last day."""
    texts = rows.select(
        _seller(),
        "platform",
        "is_counterfeit",
        pl.col("observed_at").dt.date().alias("day"),
        pl.concat_str("title_folded", "description_folded", separator=" | ", ignore_nulls=True)
        .map_elements(lambda text: sorted(set(phrases(text, names))), pl.List(pl.String))
        .alias("phrase"),
    )
    said = texts.explode("phrase").drop_nulls("phrase")
    return said.group_by("seller", "phrase").agg(
        pl.col("platform").first(),
        pl.col("is_counterfeit").max(),
        pl.col("day").min().alias("first_seen"),
        pl.col("day").max().alias("last_seen"),
    )


def phrases(text: str, names: Collection[str] = ()) -> Iterator[str]:
    """Give a text's phrases: runs of words, and of characters where words are not parted."""
    words: list[str] = []
    for part in text.split("|"):
        words = [word for word in _WORD.findall(part) if not _EASTERN.search(word)]
        for length in range(1, LONGEST + 1):
            for at in range(len(words) - length + 1):
                chosen = words[at : at + length]
                if not set(chosen) & set(names) and _tells(chosen):
                    yield " ".join(chosen)
    for run in _EASTERN.findall(text):
        for length in range(2, LONGEST_EASTERN + 1):
            yield from (run[at : at + length] for at in range(len(run) - length + 1))


def measured(used: pl.DataFrame, language: str, group_of: Mapping[str, str]) -> list[Word]:
    """Give the phrases that enough sellers use, with their log-odds.

    Args:
        used: as `uses` gives them, of one language.
        language: its code.
        group_of: group of the lexicon by phrase; these are kept where longer ones have them, too.

    """
    if not used.height:
        return []
    counted = _with_odds(_counted(used, []), used)
    apart = _with_odds(_counted(used, ["platform"]), used, "platform")
    pointing = apart.select("phrase", pl.col("log_odds").sign().alias("sign"))
    same = (
        counted.select("phrase", pl.col("log_odds").sign().alias("sign"))
        .join(pointing, on=["phrase", "sign"])
        .group_by("phrase")
        .agg(pl.len().alias("platforms"))
    )
    # same: one row a phrase
    table = counted.join(same, on="phrase", how="left").filter(
        pl.col("counterfeit_sellers") + pl.col("genuine_sellers") >= LEAST_SELLERS
    )
    kept = _longest(table, set(group_of))
    return [
        Word(
            **{name: row[name] for name in Word.__struct_fields__ if name in row}
            | {"language": language, "platforms": row["platforms"] or 0},
            group=group_of.get(row["phrase"]),
        )
        for row in table.filter(pl.col("phrase").is_in(kept)).sort("phrase").iter_rows(named=True)
    ]


@cache
def known(language: str) -> dict[str, str]:
    """Give the group of each phrase of a language's lexicon, folded as texts are."""
    if language not in reading.names(lexicon.LEXICONS):
        return {}
    words = lexicon.lexicon(language).words
    return {
        fold(word).text: group
        for group in reversed(lexicon.Words.__struct_fields__)
        for word in getattr(words, group)
    }


def _counted(used: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count the sellers of either kind that use each phrase."""
    is_fake = pl.col("is_counterfeit")
    return used.group_by("phrase", *by).agg(
        is_fake.sum().cast(pl.Int64).alias("counterfeit_sellers"),
        (~is_fake).sum().cast(pl.Int64).alias("genuine_sellers"),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
    )


def _with_odds(counted: pl.DataFrame, used: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Add the log-odds with their interval: Monroe et al., equations 15, 16, 19 and 20."""
    totals = used.group_by(*by) if by else None
    is_fake = pl.col("is_counterfeit")
    sums = [is_fake.sum().alias("all_fake"), (~is_fake).sum().alias("all_genuine")]
    whole = totals.agg(sums) if totals else used.select(sums)
    share = used.group_by("phrase").agg((PRIOR * pl.len() / used.height).alias("prior"))
    # whole: one row, or one a platform; share: one row a phrase
    wide = counted.join(share, on="phrase")
    wide = wide.join(whole, on=list(by)) if by else wide.join(whole, how="cross")
    fake, genuine = (
        pl.col(name).cast(pl.Float64) + pl.col("prior")
        for name in ("counterfeit_sellers", "genuine_sellers")
    )
    rest_fake = pl.col("all_fake") + PRIOR - fake
    rest_genuine = pl.col("all_genuine") + PRIOR - genuine
    odds = (fake / rest_fake).log() - (genuine / rest_genuine).log()
    error = (1 / fake + 1 / genuine).sqrt()
    return wide.with_columns(odds.alias("log_odds"), error.alias("_error")).with_columns(
        (pl.col("log_odds") - SURE * pl.col("_error")).alias("low"),
        (pl.col("log_odds") + SURE * pl.col("_error")).alias("high"),
    )


def _longest(table: pl.DataFrame, always: Collection[str]) -> list[str]:
    """Leave out phrases that stand nearly only in one longer phrase, which says more."""
    sellers = dict(
        table.select(
            "phrase", pl.col("counterfeit_sellers") + pl.col("genuine_sellers")
        ).iter_rows()
    )
    covered = {
        part
        for phrase, count in sellers.items()
        for part in _parts(phrase)
        if count >= SAME * sellers.get(part, 0)
    }
    return [phrase for phrase in sellers if phrase in always or phrase not in covered]


def _parts(phrase: str) -> tuple[str, ...]:
    """Give a phrase without its first, and without its last word or character."""
    if _EASTERN.fullmatch(phrase):
        return phrase[1:], phrase[:-1]
    words = phrase.split(" ")
    return " ".join(words[1:]), " ".join(words[:-1])


def _additions(found: list[Word], most: int) -> Iterator[Word]:
    sure = [one for one in found if one.low >= LEAST_ODDS and one.platforms >= LEAST_PLATFORMS]
    new = [one for one in sure if one.group is None and not _is_explained(one)]
    for language in sorted({one.language for one in new}):
        yield from sorted((one for one in new if one.language == language), key=_by_low)[:most]


def _is_explained(one: Word) -> bool:
    """Tell whether a phrase holds one that is in its lexicon already."""
    groups = known(one.language).items()
    suspect = (phrase for phrase, group in groups if group in SUSPECT)
    return any(
        phrase in one.phrase if _EASTERN.search(phrase) else f" {phrase} " in f" {one.phrase} "
        for phrase in suspect
    )


def _by_low(one: Word) -> float:
    return -one.low


def _tells(words: list[str]) -> bool:
    """Tell whether words say anything: not single letters and bare numbers."""
    return any(len(word) > 1 and not word.isdigit() for word in words)


def _names(brand: Brand) -> Iterator[str]:
    for name in (*brand.marks, *brand.aliases, *brand.nicknames):
        yield fold(name).text
    yield from (fold(one.name).text for one in brand.products)


def _seller() -> pl.Expr:
    # Who sells is not always known; such a listing counts for itself.
    return pl.coalesce("seller_key", "listing_key").alias("seller")
