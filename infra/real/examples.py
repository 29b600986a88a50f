"""Real listings as examples: matched by their texts alone, priced against what a side knows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from conf import contract
from conf.brand import Brand
from conf.model import model
from jobs import catalogue
from jobs.facts import join_facts
from jobs.match._decide import Listing, Matcher
from jobs.match.listing_matches import matched

MODEL = "counterfeit"
# Sources that state no currency, and the one that their amounts fit. The shop's catalogue has a
# shoe at 150: not rupees, as the others of its label have it.
ASSUMED_USD = ("adidas_nike",)
LEAST_PRICES = 3  # of a brand, to say what it costs
_MATCHED = [name for name in Listing.__struct_fields__ if name != "brand_folded"]
# What every source can show. A feature that reads anything else would tell the source by what is
# missing: here no replica row has a brand field, and few genuine ones have a seller.
CARRIED = frozenset(
    {
        "price_to_reference",
        "title_folded",
        "description_folded",
        "text_signs",
        "trade_word_count",
        "claim",
        "is_mention_disguised",
        "is_disguised",
        "brands_mentioned",
    }
)


def feature_names() -> tuple[str, ...]:
    """Name the model's features that read nothing but what every source can show."""
    return tuple(
        name
        for name in model(MODEL).features
        if catalogue.catalogue()[name].per is None
        and set(catalogue.fact_columns([name])) <= CARRIED
    )


def claims(listings: pl.DataFrame, brands: tuple[Brand, ...], known: pl.DataFrame) -> pl.DataFrame:
    """Give the facts of listings that offer a thing as a brand's own, with origin and label.

    The brand must stand in a text: a field for it is what only genuine sources fill in.
    """
    assumed = pl.col("platform").is_in(ASSUMED_USD) & pl.col("price_currency").is_null()
    shown = listings.with_columns(
        pl.lit(None, pl.String()).alias("brand_text"),
        pl.when(assumed)
        .then(pl.col("price_amount"))
        .otherwise(pl.col("price_usd"))
        .alias("price_usd"),
    )
    shown = shown.with_columns(pl.lit(None, pl.String()).alias("photo_product_key"))
    matches = pl.DataFrame(matched(Matcher(brands, {}), shown.select(_MATCHED)))
    shown = shown.drop("photo_product_key")
    facts = join_facts(shown, matches, _none("sellers"), _none("seller_features"))
    # known: one row a listing_key
    return facts.filter(pl.col("claim") == "claim").join(known, on="listing_key", how="inner")


def halves(facts: pl.DataFrame) -> pl.Series:
    """Say which genuine listings give prices and are never scored: half of those of each brand."""
    order = [hashlib.sha256(key.encode()).hexdigest() for key in facts["listing_key"]]
    ranked = facts.select("origin", "brand", "label", pl.Series("order", order)).with_columns(
        pl.col("order").rank("ordinal").over("origin", "brand", "label").alias("rank")
    )
    return ranked.select((pl.col("label") == 0) & (pl.col("rank") % 2 == 0)).to_series()


def prices(facts: pl.DataFrame) -> pl.DataFrame:
    """Give what each brand costs: the median price in dollars of listings that are genuine."""
    return (
        facts.filter(pl.col("price_usd") > 0)
        .group_by("brand")
        .agg(pl.col("price_usd").median().alias("reference_usd"), pl.len().alias("n"))
        .filter(pl.col("n") >= LEAST_PRICES)
        .select("brand", "reference_usd")
    )


def priced(facts: pl.DataFrame, reference: pl.DataFrame) -> pl.DataFrame:
    """Set each listing's price against the reference price of its brand, where there is one."""
    # reference: one row a brand
    return (
        facts.drop("reference_usd", "price_to_reference")
        .join(reference, on="brand", how="left", maintain_order="left")
        .with_columns((pl.col("price_usd") / pl.col("reference_usd")).alias("price_to_reference"))
    )


def balanced(facts: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Give weights by which labels count alike, and within a label its sources."""
    own = pl.len().over("origin", "label")
    sources = pl.col("origin").n_unique().over("label")
    weights = facts.select(pl.len() / (own * sources)).to_series().to_numpy().astype(np.float64)
    return np.asarray(weights / weights.mean())


def clusters(facts: pl.DataFrame) -> npt.NDArray[np.str_]:
    """Name each listing's seller; where none is known, source and brand."""
    named = pl.coalesce("seller_key", pl.concat_str("origin", "brand", separator="/"))
    return facts.select(named).to_series().to_numpy().astype(str)


def vectors(facts: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Give the features of each row."""
    return catalogue.vectors(facts, names)


@cache
def _none(table: str) -> pl.DataFrame:
    """Give a table without a row."""
    return pl.DataFrame(contract.table(table).arrow().empty_table())
