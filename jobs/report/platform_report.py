"""What each platform showed us, a day, and how well we read it."""

from __future__ import annotations

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from jobs.beside import beside
from jobs.stored import Stored


def platform_report(
    observations: DataFrame,
    listing_sightings: Stored,
    listing_scores: Stored,
    refused: DataFrame,
    *,
    today: date,
) -> DataFrame:
    """Count each platform's listings, flags and refusals, and the share of fields that were read.

    One row a platform that has a listing, an observation or a refusal of `today` (UTC). Shares
    are of the day's observations that showed a listing; null without one.
    """
    seen = _seen(observations.where(F.col("observed_on") == F.lit(today)))
    known = _known(listing_sightings, listing_scores, today)
    turned = refused.where((F.col("refused_on") == F.lit(today)) & F.col("platform").isNotNull())
    # each side: one row a platform
    counts = turned.groupBy("platform").agg(F.count(F.lit(1)).alias("refused_count"))
    joined = known.join(seen, "platform", "full").join(counts, "platform", "full")
    per = F.when(F.col("live_count") > 0, 10_000 * F.col("red_flag_count") / F.col("live_count"))
    names = [name for name in joined.columns if name.endswith("_count")]
    return joined.fillna(0, subset=names).select(
        F.lit(today).alias("report_on"),
        "platform",
        *names,
        per.alias("suspects_per_10000"),
        *SHARES,
    )


SHARES = {
    "title_share": "title_text",
    "price_share": "price_text",
    "seller_share": "seller_key",
    "image_share": "image_urls",
}


def _seen(observations: DataFrame) -> DataFrame:
    """Count the day's observations and the share of those shown that have each field."""
    is_shown = ~F.col("is_gone")
    shares = [
        F.avg(F.when(is_shown, _has(column).cast("double"))).alias(name)
        for name, column in SHARES.items()
    ]
    return observations.groupBy("platform").agg(
        F.count(F.lit(1)).alias("observation_count"), *shares
    )


def _has(name: str) -> Column:
    if name == "image_urls":
        return F.coalesce(F.size(name), F.lit(0)) > 0
    return F.col(name).isNotNull()


def _known(sightings: Stored, scores: Stored, today: date) -> DataFrame:
    """Count the listings that each platform has, by what is known of them."""
    is_live = ~F.col("is_gone")
    is_new = is_live & (F.to_date("first_seen_at") == F.lit(today))
    rows = beside(
        (sightings, ("platform", "seller_key", "first_seen_at", "is_gone")),
        (scores, ("brand", "is_red_flag")),
        how="left",
    )
    return (
        rows.frame()
        .groupBy("platform")
        .agg(
            F.count(F.lit(1)).alias("listing_count"),
            F.count_if(is_live).alias("live_count"),
            F.count_if(is_new).alias("new_count"),
            F.count_if("is_gone").alias("gone_count"),
            F.count_distinct("seller_key").alias("seller_count"),
            F.count_if(is_live & F.col("brand").isNotNull()).alias("brand_listing_count"),
            F.count_if(is_live & F.col("is_red_flag")).alias("red_flag_count"),
        )
    )
