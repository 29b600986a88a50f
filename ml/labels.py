"""Labels from what people decided: one a listing, with how much it is to be trusted.

People err and change their minds, so of several verdicts on one thing an examination of the goods
outweighs any look at a page, and else the newest counts; two opposite verdicts of one moment, and
a newest that says "unsure", leave no label. A verdict is about what was shown when it was given: a
listing that has changed since is not labelled by it.
"""

from __future__ import annotations

import polars as pl

# How much a label weighs, by what the verdict rests on.
TRUST = {"examination": 1.0, "brand": 1.0, "notice": 0.9, "audit": 0.9, "partner": 0.7}
SPREAD = 0.3  # of a seller's verdict, on each of its listings of a brand
MOST = 8.0  # a listing chosen with a chance of one in fifty speaks for eight others, not for fifty

COLUMNS = (
    "listing_key",
    "is_counterfeit",
    "weight",
    "drawn",
    "chance",
    "basis",
    "decided_by",
    "decided_at",
    "is_own",
)


def labels(decisions: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """Give one row a labelled listing, sorted by key.

    Args:
        decisions: rows of the table.
        listings: listing_key, seller_key, brand and observed_at of every listing.

    Returns:
        columns of COLUMNS: the label, its trust, how many listings it speaks for (0 when it was
        not drawn with a known chance), that chance (null then), what it rests on, who decided and
        when, and whether the verdict was on the listing itself and not on its seller.

    """
    own = _of_listings(verdicts(decisions, "listing"), listings)
    spread = _of_sellers(verdicts(decisions, "seller"), listings)
    both = pl.concat([own, spread.join(own, on="listing_key", how="anti")])
    return both.select(COLUMNS).sort("listing_key")


def verdicts(decisions: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Give the verdict that counts of each listing or seller; none where people are not sure."""
    is_examined = pl.col("basis") == "examination"
    chosen = (
        decisions.filter(pl.col("subject_kind") == kind)
        # An examination is unsure as well, and then tells nothing that a look could not.
        .with_columns((is_examined & (pl.col("verdict") != "unsure")).alias("_is_examined"))
        .with_columns(pl.col("selection_probability").max().over("subject_key").alias("_chance"))
        .filter(pl.col("_is_examined") == pl.col("_is_examined").max().over("subject_key"))
        .filter(pl.col("decided_at") == pl.col("decided_at").max().over("subject_key"))
        .filter(pl.col("verdict").n_unique().over("subject_key") == 1)
        .filter(pl.col("verdict") != "unsure")
    )
    trust = pl.col("basis").replace_strict(TRUST, return_dtype=pl.Float64)
    strongest = pl.struct("basis", "decided_by").sort_by(-trust, "basis", "decided_by").first()
    found = chosen.group_by("subject_key").agg(
        (pl.col("verdict").first() == "counterfeit").alias("is_counterfeit"),
        trust.max().alias("weight"),
        (1.0 / pl.col("_chance").first()).clip(1.0, MOST).fill_null(0.0).alias("drawn"),
        pl.col("_chance").first().alias("chance"),
        strongest.alias("_by"),
        pl.col("decided_at").first(),
    )
    return found.unnest("_by")


def agreement(decisions: pl.DataFrame) -> tuple[int, int]:
    """Count the listings upon which two sure verdicts were given, and those where they agree.

    People err too: where they disagree in one of twenty, no model can agree with them in more.
    """
    sure = decisions.filter((pl.col("subject_kind") == "listing") & (pl.col("verdict") != "unsure"))
    twice = sure.group_by("subject_key").agg(pl.len(), pl.col("verdict").n_unique().alias("kinds"))
    twice = twice.filter(pl.col("len") > 1)
    return twice.height, twice.filter(pl.col("kinds") == 1).height


def _of_listings(found: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    # listings: one row a listing
    known = found.join(listings, left_on="subject_key", right_on="listing_key", how="inner")
    return known.filter(pl.col("decided_at") >= pl.col("observed_at")).select(
        pl.col("subject_key").alias("listing_key"),
        "is_counterfeit",
        "weight",
        "drawn",
        "chance",
        "basis",
        "decided_by",
        "decided_at",
        pl.lit(value=True).alias("is_own"),
    )


def _of_sellers(found: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """Spread a seller's verdict over its listings of brands; other things it may sell honestly."""
    branded = listings.filter(pl.col("brand").is_not_null())
    # found: one row a seller
    known = branded.join(found, left_on="seller_key", right_on="subject_key", how="inner")
    return known.filter(pl.col("decided_at") >= pl.col("observed_at")).select(
        "listing_key",
        "is_counterfeit",
        pl.col("weight") * SPREAD,
        pl.lit(0.0).alias("drawn"),
        pl.lit(None, pl.Float64).alias("chance"),
        "basis",
        "decided_by",
        "decided_at",
        pl.lit(value=False).alias("is_own"),
    )
