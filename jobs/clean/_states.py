"""The states of a thing among observations of it, in Polars: what `_newest.py` says, for all days.

A state begins with the observation that shows other content than the one before it, in the order
of (observed_at, observation_id), whenever either of them was written. The newest state is
therefore the one that begins with the earliest observation after the last one that showed anything
else, which is the rule of `newest_states`; a state that was left and came back is a new one.
"""

from __future__ import annotations

import polars as pl

WHEN = ("observed_at", "observation_id")  # orders the observations of one thing
CONTENT = "content_sha256"
# What `sightings` looks at.
SEEN = ("listing_key", "platform", "seller_key", *WHEN, "is_gone")


def states(observations: pl.DataFrame, key: str, content: str = CONTENT) -> pl.DataFrame:
    """Give the observation that began each state, with how long the state was seen.

    Rows are in the order of key and time; `_until_at` is when the state was seen last and
    `_sightings` how often. The content must not be null.
    """
    ordered = observations.sort(key, *WHEN)
    begins = (pl.col(content) != pl.col(content).shift(1)) | (pl.col(key) != pl.col(key).shift(1))
    run = begins.fill_null(value=True).cum_sum().alias("_run")  # the very first has none before it
    return (
        ordered.with_columns(run)
        .with_columns(
            pl.col("observed_at").last().over("_run").alias("_until_at"),
            pl.len().over("_run").cast(pl.Int64).alias("_sightings"),
        )
        .unique("_run", keep="first", maintain_order=True)
        .drop("_run")
    )


def newest(observations: pl.DataFrame, key: str) -> pl.DataFrame:
    """Give the observation that began each thing's newest state: one row a key."""
    return states(observations, key).unique(key, keep="last", maintain_order=True)


def sightings(observations: pl.DataFrame) -> pl.DataFrame:
    """Give what `listing_sightings` says of these observations: one row a listing."""
    shown = pl.col("observed_at").filter(~pl.col("is_gone"))
    return (
        observations.sort("listing_key", *WHEN)
        .group_by("listing_key", maintain_order=True)
        .agg(
            pl.col("platform", "seller_key").last(),
            pl.col("observed_at").first().alias("first_seen_at"),
            shown.max().alias("last_seen_at"),
            pl.col("observed_at").last().alias("checked_at"),
            pl.len().cast(pl.Int64).alias("sighting_count"),
            pl.col("is_gone").last(),
        )
    )
