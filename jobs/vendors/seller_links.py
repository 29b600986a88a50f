"""Which pairs of seller accounts are one vendor, how sure that is, and on what evidence."""

from __future__ import annotations

import polars as pl
from pyspark.sql import DataFrame
from scipy.special import expit

from conf import contract
from jobs.stored import Stored
from jobs.vendors._explained import explained
from jobs.vendors._gathered import gathered, given
from jobs.vendors._linker import Linker
from jobs.vendors._linking import Compared, compared, linked

LEAST_TOLD = 0.05  # chance from which a link is told in words


def seller_links(
    identifiers: Stored,
    seller_traces: Stored,
    sellers: Stored,
    seller_features: Stored,
    listing_matches: Stored,
    *,
    linker: Linker,
) -> DataFrame:
    """Score pairs of sellers that share something rare; what speaks against a pair stays, too.

    What a value says depends on how many sellers share it, so that every link is scored anew. No
    value itself is told here: words say what kind is shared, and how rare it is.
    """
    found = gathered(identifiers, seller_traces, sellers, seller_features, listing_matches)
    of = compared(*found, linker.m)
    return given(told(of, linked(of, linker.model).links), contract.table("seller_links"))


def told(of: Compared, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give the table's rows: keys in place of numbers, chances, and words of likely links."""
    links = pairs.with_columns(
        probability=pl.col("log_odds").map_batches(expit, return_dtype=pl.Float64)
    )
    likely = links.filter(pl.col("probability") >= LEAST_TOLD)
    ends = (likely["left"].to_numpy(), likely["right"].to_numpy())
    words = likely.select("left", "right").with_columns(
        pl.Series("words", explained(of.index, of.about, ends, of.tied), dtype=pl.String)
    )
    keys = of.index.sellers
    # words: one row a pair
    return links.join(words, on=["left", "right"], how="left", maintain_order="left").select(
        keys.gather(links["left"]).alias("seller_key_a"),
        keys.gather(links["right"]).alias("seller_key_b"),
        "probability",
        pl.col("log_odds").cast(pl.Float64),
        pl.col("log_odds_less").cast(pl.Float64),
        "words",
    )
