"""How suspect each seller is, from its listings and from what they tell together."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from jobs.score._scoring import RED_FLAG

WORST = 3  # listings that a seller is held to: one wrong flag makes no suspect seller
HALF, MANY, SOME = 0.5, 0.5, 0.3


def seller_scores(
    listing_scores: DataFrame, seller_features: DataFrame, sellers: DataFrame
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


def _of_listings(listing_scores: DataFrame) -> DataFrame:
    """Give each seller's counts and suspicion from its listings' scores."""
    is_brands = F.col("brand").isNotNull()
    is_flag = F.col("is_red_flag")
    worst = F.slice(
        F.sort_array(F.collect_list(F.when(is_brands, F.col("suspicion"))), asc=False), 1, WORST
    )
    counted = (
        listing_scores.where(F.col("seller_key").isNotNull())
        .groupBy("seller_key")
        .agg(
            F.first("platform").alias("platform"),
            F.count(F.lit(1)).alias("listing_count"),
            F.count_if(is_brands).alias("brand_listing_count"),
            F.count_if(is_brands & is_flag).alias("red_flag_count"),
            F.max("suspicion").alias("worst_suspicion"),
            F.sort_array(F.collect_set(F.when(is_flag, F.col("brand")))).alias("brands"),
            worst.alias("_worst"),
        )
    )
    share = F.col("red_flag_count") / F.col("brand_listing_count")
    total = F.aggregate("_worst", F.lit(0.0), lambda sum_, one: sum_ + one)
    mean = F.when(F.size("_worst") > 0, total / F.size("_worst"))
    return counted.withColumn("suspicion", F.round(mean * (0.6 + 0.4 * share), 2)).drop("_worst")


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
