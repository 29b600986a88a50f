"""When each listing was seen, first and last."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name


def listing_sightings(observations: DataFrame) -> DataFrame:
    """Count each listing's observations and say whether the newest still showed it.

    Kept out of `listings`, so that a listing that did not change costs one narrow row a day.
    """
    when = F.struct("observed_at", "observation_id")
    return observations.groupBy("listing_key").agg(
        F.max_by("platform", when).alias("platform"),
        F.max_by("seller_key", when).alias("seller_key"),
        F.min("observed_at").alias("first_seen_at"),
        F.max(F.when(~F.col("is_gone"), F.col("observed_at"))).alias("last_seen_at"),
        F.max("observed_at").alias("checked_at"),
        F.count(F.lit(1)).alias("sighting_count"),
        F.max_by("is_gone", when).alias("is_gone"),
    )
