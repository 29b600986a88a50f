"""The facts: one wide row a listing, with its match, its seller and what its seller's listings say.

Features read these columns and nothing else. Both engines join them the same way: every listing
once, with nulls where a table has no row for it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from conf import contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

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
    listings: DataFrame, listing_matches: DataFrame, sellers: DataFrame, seller_features: DataFrame
) -> DataFrame:
    """Give the facts as a Spark frame: one row a listing."""
    # seller_features: one row a seller
    return join_rows(listings, listing_matches, sellers).join(
        seller_features.select("seller_key", *group_columns()), on="seller_key", how="left"
    )


def join_rows(listings: DataFrame, listing_matches: DataFrame, sellers: DataFrame) -> DataFrame:
    """Give the facts that are known before sellers are grouped: one row a listing."""
    from pyspark.sql import functions as F  # noqa: N812 - the name everyone knows

    matches = listing_matches.select("listing_key", *_match_columns())
    renamed = [F.col(name).alias(f"seller_{name}") for name in SELLER]
    # listing_matches: one row a listing; sellers: one row a seller
    return listings.join(matches, on="listing_key", how="left").join(
        sellers.select("seller_key", *renamed), on="seller_key", how="left"
    )


def join_facts_polars(
    listings: pl.DataFrame,
    listing_matches: pl.DataFrame,
    sellers: pl.DataFrame,
    seller_features: pl.DataFrame,
) -> pl.DataFrame:
    """Give the facts as a Polars frame: one row a listing, in the order of `listings`."""
    matches = listing_matches.select("listing_key", *_match_columns())
    renamed = [pl.col(name).alias(f"seller_{name}") for name in SELLER]
    return (
        listings.join(matches, on="listing_key", how="left", maintain_order="left")
        .join(
            sellers.select("seller_key", *renamed),
            on="seller_key",
            how="left",
            maintain_order="left",
        )
        .join(
            seller_features.select("seller_key", *group_columns()),
            on="seller_key",
            how="left",
            maintain_order="left",
        )
    )
