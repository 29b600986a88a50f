"""Yields: what each word and each other way found, counterfeits among it, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
import polars as pl

from conf.place import Place
from crawler.lake import scan


class Yield(msgspec.Struct, frozen=True, kw_only=True):
    """What one way of finding gave on one platform.

    `suspect_count` counts listings at their brand's review line or over it; None while no job has
    scored any listing.
    """

    platform: str
    way: str
    word: str | None
    listing_count: int
    only_count: int  # found on this platform in no other way and by no other word
    suspect_count: int | None
    red_flag_count: int | None
    request_count: int  # pages that showed listings
    suspects_per_request: float | None
    best_rank: int | None
    last_found_on: date | None


def scored(
    lake: Place, lines: Mapping[str, float], otherwise: float, platforms: Sequence[str]
) -> pl.DataFrame | None:
    """Give each scored listing, and whether it reaches its brand's review line.

    None if there are no scores at all.
    """
    rows = scan(lake, "listing_scores")
    if rows is None:
        return None
    line = pl.col("brand").replace_strict(lines, default=otherwise, return_dtype=pl.Float64)
    return (
        rows.filter(pl.col("platform").is_in(platforms))
        .select(
            "listing_key",
            is_suspect=pl.col("suspicion") >= line.fill_null(otherwise),
            is_red_flag="is_red_flag",
        )
        .collect()
    )


def yields(
    lake: Place, scores: pl.DataFrame | None, wanted: Mapping[str, Sequence[str]]
) -> list[Yield]:
    """Give what each way found on each platform; `wanted` are the words it is searched for.

    A word that found nothing has a row too: it costs its request in every crawl.
    """
    rows = scan(lake, "finds")
    found: list[Yield] = []
    if rows is not None:
        mine = rows.filter(pl.col("platform").is_in(list(wanted)))
        found = [Yield(**row) for row in _counted(mine, scores).iter_rows(named=True)]
    known = {(one.platform, one.word) for one in found}
    for platform, words in wanted.items():
        found.extend(
            _nothing(platform, word, is_scored=scores is not None)
            for word in words
            if (platform, word) not in known
        )
    return sorted(found, key=_order)


def _counted(rows: pl.LazyFrame, scores: pl.DataFrame | None) -> pl.DataFrame:
    by = ["platform", "way", "word"]
    # Ways of a listing: one row for each, so that `n_ways` is 1 for what is found in no other.
    ways = (
        rows.group_by(*by, "listing_key")
        .agg(best_rank=pl.col("search_rank").min(), last_found_on=pl.col("found_on").max())
        .with_columns(n_ways=pl.len().over("listing_key"))
    )
    if scores is None:
        marks = [pl.lit(None, pl.Int64).alias(n) for n in ("suspect_count", "red_flag_count")]
    else:
        # scores: one row a listing
        ways = ways.join(scores.lazy(), on="listing_key", how="left", validate="m:1")
        marks = [
            pl.col("is_suspect").sum().cast(pl.Int64).alias("suspect_count"),
            pl.col("is_red_flag").sum().cast(pl.Int64).alias("red_flag_count"),
        ]
    counts = ways.group_by(by).agg(
        *marks,
        listing_count=pl.len().cast(pl.Int64),
        only_count=(pl.col("n_ways") == 1).sum().cast(pl.Int64),
        best_rank=pl.col("best_rank").min(),
        last_found_on=pl.col("last_found_on").max(),
    )
    pages = rows.group_by(by).agg(
        request_count=pl.struct("crawl_id", "source_url").n_unique().cast(pl.Int64)
    )
    return (
        counts.join(pages, on=by, how="left", nulls_equal=True, validate="1:1")
        .with_columns(suspects_per_request=pl.col("suspect_count") / pl.col("request_count"))
        .collect()
    )


def _nothing(platform: str, word: str, *, is_scored: bool) -> Yield:
    none = 0 if is_scored else None
    return Yield(
        platform=platform,
        way="search",
        word=word,
        listing_count=0,
        only_count=0,
        suspect_count=none,
        red_flag_count=none,
        request_count=0,
        suspects_per_request=None,
        best_rank=None,
        last_found_on=None,
    )


def _order(one: Yield) -> tuple[object, ...]:
    rate = one.suspects_per_request or 0.0
    return (one.platform, one.word is None, -rate, -one.listing_count, one.way, one.word or "")
