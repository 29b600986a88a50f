"""The facts: one wide row a listing, with its match, its seller and what its seller's listings say.

Features read these columns and nothing else. Jobs, models and receipts join them the same way:
every listing once, with nulls where a table has no row for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

import polars as pl

from conf import contract
from jobs.buckets import Bucket
from jobs.merging import nothing
from jobs.stored import Stored

# Columns of `sellers` that become facts, each prefixed with `seller_`.
SELLER = (
    "since_on",
    "country",
    "rating_share",
    "review_count",
    "listing_count",
    "sold_count",
    "has_contact",
)
_KEYS = {"listing_key", "seller_key"}


@cache
def row_columns() -> tuple[str, ...]:
    """Name the facts that are known before sellers are grouped."""
    seller = tuple(f"seller_{name}" for name in SELLER)
    return (*contract.table("listings").names, *_match_columns(), *seller)


@cache
def group_columns() -> tuple[str, ...]:
    """Name the facts that `seller_features` brings."""
    return tuple(name for name in contract.table("seller_features").names if name not in _KEYS)


@cache
def _match_columns() -> tuple[str, ...]:
    return tuple(name for name in contract.table("listing_matches").names if name not in _KEYS)


def join_facts(
    listings: pl.DataFrame,
    listing_matches: pl.DataFrame,
    sellers: pl.DataFrame,
    seller_features: pl.DataFrame,
) -> pl.DataFrame:
    """Give the facts that these columns tell: one row a listing, in the order of `listings`."""
    matches = listing_matches.select("listing_key", *_of(_match_columns(), listing_matches.columns))
    renamed = [pl.col(name).alias(f"seller_{name}") for name in _of(SELLER, sellers.columns)]
    features = seller_features.select("seller_key", *_of(group_columns(), seller_features.columns))
    return (
        listings.join(matches, on="listing_key", how="left", maintain_order="left")
        .join(
            sellers.select("seller_key", *renamed),
            on="seller_key",
            how="left",
            maintain_order="left",
        )
        .join(features, on="seller_key", how="left", maintain_order="left")
    )


def read_facts(
    bucket: Bucket,
    columns: Collection[str],
    listings: Stored,
    listing_matches: Stored,
    sellers: Stored,
    seller_features: Stored,
) -> pl.DataFrame:
    """Read one bucket's listings, and beside them what else these facts need; also the keys."""
    keys = ("listing_key", "seller_key")
    mine = listings.of(bucket, [*keys, *_of(listings.table.names, columns)])
    matches = listing_matches.of(bucket, ["listing_key", *_of(_match_columns(), columns)])
    told = [name for name in SELLER if f"seller_{name}" in columns]
    whose = [
        one.of_keys(mine["seller_key"], ["seller_key", *names]) if names else nothing(one.table)
        for one, names in ((sellers, told), (seller_features, _of(group_columns(), columns)))
    ]
    wanted = dict.fromkeys([*keys, *columns])
    return join_facts(mine, matches, *whose).select(list(wanted))


def _of(names: Iterable[str], wanted: Collection[str]) -> list[str]:
    return [name for name in names if name in wanted]
