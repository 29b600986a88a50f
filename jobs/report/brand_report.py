"""What stands against each brand on each platform, a day."""

from __future__ import annotations

from datetime import date

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf.brand import Brand, Gates
from jobs.beside import beside
from jobs.stored import Stored

DIGITS = 6  # of a sum of dollars


def brand_report(
    listing_scores: Stored,
    listings: Stored,
    listing_sightings: Stored,
    listing_matches: Stored,
    *,
    brands: tuple[Brand, ...],
    today: date,
) -> DataFrame:
    """Count and weigh the suspect listings of each brand on each platform.

    One row a brand and platform with at least one listing of the brand. "New" was first seen on
    `today`, in UTC; only live listings count as flags.
    """
    rows = beside(
        (listing_scores, ("brand", "platform", "seller_key", "suspicion", "is_red_flag")),
        (listing_sightings, ("first_seen_at", "is_gone")),
        (listings, ("price_usd",)),
        (listing_matches, ("reference_usd", "price_to_reference")),
        where=pl.col("brand").is_not_null(),
    )
    facts = rows.frame().withColumn("_review", _review_line(brands))
    is_live = ~F.col("is_gone")
    is_new = is_live & (F.to_date("first_seen_at") == F.lit(today))
    is_flag = is_live & F.col("is_red_flag")
    is_review = is_live & ~F.col("is_red_flag") & (F.col("suspicion") >= F.col("_review"))
    return facts.groupBy("brand", "platform").agg(
        F.lit(today).alias("report_on"),
        F.count(F.lit(1)).alias("listing_count"),
        F.count_if(is_live).alias("live_count"),
        F.count_if(is_new).alias("new_count"),
        F.count_if("is_gone").alias("gone_count"),
        F.count_if(is_flag).alias("red_flag_count"),
        F.count_if(is_flag & is_new).alias("new_red_flag_count"),
        F.count_if(is_review).alias("review_count"),
        F.count_distinct(F.when(is_flag, F.col("seller_key"))).alias("suspect_seller_count"),
        _sum(is_flag, "price_usd").alias("red_flag_asked_usd"),
        _sum(is_flag, "reference_usd").alias("red_flag_reference_usd"),
        F.median(F.when(is_flag, F.col("price_to_reference"))).alias("median_price_to_reference"),
        F.max(F.when(is_live, F.col("suspicion"))).alias("worst_suspicion"),
    )


def _sum(condition: Column, name: str) -> Column:
    """Sum what is known of some rows; 0 when there is none.

    Rounded, because the last bits of a sum depend on the order of its rows, which is another on
    every cluster.
    """
    return F.coalesce(F.round(F.sum(F.when(condition, F.col(name))), DIGITS), F.lit(0.0))


def _review_line(brands: tuple[Brand, ...]) -> Column:
    """Give the line from which a person looks at a listing, by brand."""
    # One condition a line, not a brand: a thousand conditions in one another overflow the planner.
    usual = Gates().review
    keys: dict[float, list[str]] = {}
    for brand in brands:
        keys.setdefault(brand.gates.review, []).append(brand.key)
    line = F.lit(usual)
    for review, own in keys.items():
        if review != usual:
            line = F.when(F.col("brand").isin(own), F.lit(review)).otherwise(line)
    return line
