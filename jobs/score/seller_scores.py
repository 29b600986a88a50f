"""How suspect each seller is, from its listings and from what they tell together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import ArrayType, StringType, StructType

from jobs.beside import beside
from jobs.exchange import exchanged
from jobs.score._scoring import RED_FLAG
from jobs.stored import Stored, bucket_count

if TYPE_CHECKING:
    import pyarrow as pa

WORST = 3  # listings that a seller is held to: one wrong flag makes no suspect seller
HALF, MANY, SOME = 0.5, 0.5, 0.3


def seller_scores(
    listing_scores: Stored, seller_features: DataFrame, sellers: DataFrame
) -> DataFrame:
    """Score each seller: the mean of its worst listings of brands, less where they are few of many.

    With a share of red flags `s` among its listings of brands it is that mean times `0.6 + 0.4 s`;
    a seller without a listing of a brand is not suspect.
    """
    features = seller_features.select("seller_key", *_FEATURES)
    # scored, sellers, seller_features: one row a seller each
    rows = (
        _of_listings(listing_scores)
        .join(sellers.select("seller_key", F.col("platform").alias("_own")), "seller_key", "full")
        .join(features, "seller_key", "left")
    )
    counts = ("listing_count", "brand_listing_count", "red_flag_count")
    return rows.select(
        "seller_key",
        F.coalesce("platform", "_own").alias("platform"),
        F.coalesce("suspicion", F.lit(0.0)).alias("suspicion"),
        (F.coalesce("suspicion", F.lit(0.0)) > RED_FLAG).alias("is_red_flag"),
        *[F.coalesce(name, F.lit(0)).alias(name) for name in counts],
        F.coalesce("worst_suspicion", F.lit(0.0)).alias("worst_suspicion"),
        F.coalesce("brands", F.array().cast("array<string>")).alias("brands"),
        F.when(F.col("red_flag_count") > 0, _reasons())
        .otherwise(F.array().cast("array<string>"))
        .alias("reasons"),
    )


_FEATURES = (
    "share_far_below_reference",
    "share_replica_words",
    "share_disguised",
    "share_contact_ids",
    "share_official_photo",
    "seller_same_description_share",
)


def _of_listings(listing_scores: Stored) -> DataFrame:
    """Give each seller's counts and suspicion from its listings' scores."""
    columns = ("seller_key", "platform", "brand", "suspicion", "is_red_flag")
    scores = beside((listing_scores, columns), where=pl.col("seller_key").is_not_null())
    count = bucket_count([listing_scores])
    return exchanged(scores, "seller_key", count, _counted, _COUNTED).frame()


_COUNTED = (
    StructType()
    .add("seller_key", "string")
    .add("platform", "string")
    .add("listing_count", "long")
    .add("brand_listing_count", "long")
    .add("red_flag_count", "long")
    .add("worst_suspicion", "double")
    .add("brands", ArrayType(StringType()))
    .add("suspicion", "double")
)


def _counted(scores: pl.DataFrame) -> pa.Table:
    """Count and weigh the listings of each seller."""
    is_brands = pl.col("brand").is_not_null()
    is_flag = is_brands & pl.col("is_red_flag")
    worst = pl.col("suspicion").filter(is_brands).sort(descending=True).head(WORST)
    counted = scores.group_by("seller_key").agg(
        pl.col("platform").first(),
        pl.len().cast(pl.Int64).alias("listing_count"),
        is_brands.sum().cast(pl.Int64).alias("brand_listing_count"),
        is_flag.sum().cast(pl.Int64).alias("red_flag_count"),
        pl.col("suspicion").max().alias("worst_suspicion"),
        pl.col("brand").filter(is_flag).unique().sort().alias("brands"),
        worst.mean().alias("suspicion"),
    )
    share = pl.col("red_flag_count") / pl.col("brand_listing_count")
    suspicion = (pl.col("suspicion") * (0.6 + 0.4 * share)).round(2)
    target = to_arrow_schema(_COUNTED)
    return counted.with_columns(suspicion).select(target.names).to_arrow().cast(target)


def _reasons() -> Column:
    """Say why, the weightiest first."""
    told = [
        F.format_string(
            "%d of %d listings of brands are red flags, the worst at %.0f",
            "red_flag_count",
            "brand_listing_count",
            "worst_suspicion",
        ),
        _if_many("share_replica_words", SOME, "%.0f %% of its listings say that they are copies"),
        _if_many(
            "share_far_below_reference",
            HALF,
            "%.0f %% of its listings ask under half of the reference price",
        ),
        _if_many("share_disguised", SOME, "%.0f %% of its listings disguise their words"),
        _if_many("share_contact_ids", SOME, "%.0f %% of its listings give a way to talk elsewhere"),
        _if_many(
            "share_official_photo", MANY, "%.0f %% of its listings repeat a brand's own photo"
        ),
        _if_many(
            "seller_same_description_share",
            MANY,
            "%.0f %% of its descriptions repeat another of them",
        ),
    ]
    return F.array_compact(F.array(*told))


def _if_many(name: str, least: float, text: str) -> Column:
    return F.when(F.col(name) >= least, F.format_string(text, 100 * F.col(name)))
