"""Which seller accounts belong to which vendor, with keys that stay from day to day."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from pyspark.sql import DataFrame

from conf import contract
from jobs.stored import Stored
from jobs.vendors._clusters import clusters
from jobs.vendors._decided import CONFIRMED, PAIR, decisions, numbered, standing
from jobs.vendors._gathered import everything, given
from jobs.vendors._stable import keyed

# Log-odds from which a pair is a link: likelier one vendor than two. Where nothing was learned from
# decisions, .86 of pairs are right on worlds made to be hard (bench vendors), so that who acts on a
# vendor looks at the chance of each link.
LINE = 0.0


def vendor_members(
    seller_links: Stored,
    seller_scores: Stored,
    listing_sightings: Stored,
    link_decisions: Stored,
    *,
    before: pl.DataFrame,
) -> DataFrame:
    """Group linked accounts into vendors; a suspect account that is linked to nobody is one alone.

    What people decided holds: a confirmed pair is one vendor, a forbidden one never is, and a cut
    link counts nothing.
    """
    links = everything(seller_links, seller_links.table.names)
    scores = everything(seller_scores, ("seller_key", "platform", "red_flag_count"))
    ruled = standing(everything(link_decisions, link_decisions.table.names))
    seen = everything(listing_sightings, ("seller_key", "first_seen_at", "last_seen_at"))
    return given(members(links, scores, seen, ruled, before), contract.table("vendor_members"))


def members(
    links: pl.DataFrame,
    scores: pl.DataFrame,
    seen: pl.DataFrame,
    ruled: pl.DataFrame,
    before: pl.DataFrame,
) -> pl.DataFrame:
    """Give the rows of the table.

    Args:
        links: rows of seller_links.
        scores: seller_key, platform, red_flag_count; one row a seller.
        seen: seller_key, first_seen_at, last_seen_at of every listing.
        ruled: what people decided (`_decided.standing`).
        before: the table's rows of the last run.

    """
    grouped = _grouped(links, scores, ruled)
    first = seen.group_by("seller_key").agg(pl.col("first_seen_at").min())
    # first, grouped: one row a seller
    groups = grouped.join(first, on="seller_key", how="left", maintain_order="left")
    keys = keyed(
        groups.select("seller_key", "group", "first_seen_at"),
        before.select("seller_key", "vendor_key"),
        before["vendor_key_before"].drop_nulls().unique(),
    )
    # keys: one row a seller
    rows = groups.join(keys, on="seller_key", how="left", maintain_order="left")
    rows = rows.join(_surest(links, ruled, rows), on="seller_key", how="left")
    return _since(rows, before, seen.select(pl.col("last_seen_at").max()).item()).select(
        contract.table("vendor_members").names
    )


def _grouped(links: pl.DataFrame, scores: pl.DataFrame, ruled: pl.DataFrame) -> pl.DataFrame:
    """Give seller_key, platform and group (a number) of all accounts that a vendor is told of."""
    sellers = scores.sort("seller_key")
    keys = sellers["seller_key"]
    pairs = numbered(links, keys).select("left", "right", "log_odds", "log_odds_less")
    groups = clusters(pairs, len(keys), decisions(ruled, keys), LINE)
    rows = sellers.with_columns(pl.Series("group", groups))
    is_told = (pl.len().over("group") > 1) | (pl.col("red_flag_count") > 0)
    return rows.filter(is_told).select("seller_key", "platform", "group")


def _surest(links: pl.DataFrame, ruled: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give the chance of each account's surest link within its vendor; 1 of a confirmed one."""
    sure = ruled.filter(pl.col("verdict") == CONFIRMED).select(
        *PAIR, pl.lit(1.0).alias("probability")
    )
    both = pl.concat([links.select(*PAIR, "probability"), sure])
    ends = pl.concat(
        both.select(pl.col(one).alias("seller_key"), pl.col(other).alias("_other"), "probability")
        for one, other in (PAIR, PAIR[::-1])
    )
    key = rows.select("seller_key", "vendor_key")
    # key: one row a seller
    known = ends.join(key, on="seller_key", how="inner").join(
        key.rename({"seller_key": "_other", "vendor_key": "_others"}), on="_other", how="inner"
    )
    within = known.filter(pl.col("vendor_key") == pl.col("_others"))
    return within.group_by("seller_key").agg(pl.col("probability").max())


def _since(rows: pl.DataFrame, before: pl.DataFrame, now: datetime | None) -> pl.DataFrame:
    """Tell since when each account belongs to its vendor, and to which it belonged before."""
    was = before.select(
        "seller_key",
        pl.col("vendor_key").alias("_was"),
        pl.col("vendor_key_before").alias("_before"),
        pl.col("since_at").alias("_since"),
    )
    # was: one row a seller
    both = rows.join(was, on="seller_key", how="left", maintain_order="left")
    stays = pl.col("vendor_key") == pl.col("_was")
    return both.with_columns(
        pl.when(stays).then("_before").otherwise("_was").alias("vendor_key_before"),
        pl.when(stays).then("_since").otherwise(pl.lit(now)).alias("since_at"),
    )
