"""What a brand's listings come to: headline numbers, sellers, platforms, days, prices."""

from __future__ import annotations

import msgspec
import polars as pl

from jobs.report._charts import MOST_DAYS, STEPS
from jobs.report._days import day_before
from jobs.report._view import View
from jobs.report._words import short_day

IS_FLAG = pl.col("state") == "red flag"
IS_REVIEW = pl.col("state") == "to review"


class Summary(msgspec.Struct, frozen=True):
    """The headline numbers of one brand on one day; live listings unless said otherwise."""

    listings: int  # all that were ever seen
    live: int
    flags: int
    new_flags: int
    review: int
    new_review: int
    gone_flags: int  # red flags that ended since the day before
    sellers: int  # behind the red flags
    platforms: int  # with a red flag
    asked_usd: float  # by the red flags whose price and reference price are known
    reference_usd: float  # of the same
    priced: int  # how many those are
    before: int | None  # red flags at the end of the day before; None when not known
    disguised: int  # red flags whose brand name is disguised


def summary(view: View) -> Summary:
    """Count a brand's listings."""
    flags = view.flags
    priced = flags.drop_nulls(["price_usd", "reference_usd"])
    return Summary(
        listings=view.listings.height,
        live=view.live.height,
        flags=flags.height,
        new_flags=_many(view, IS_FLAG & pl.col("is_new")),
        review=_many(view, IS_REVIEW),
        new_review=_many(view, IS_REVIEW & pl.col("is_new")),
        gone_flags=_many(view, pl.col("is_red_flag") & pl.col("is_newly_gone")),
        sellers=flags["seller_key"].drop_nulls().n_unique(),
        platforms=flags["platform"].n_unique(),
        asked_usd=float(priced["price_usd"].sum()),
        reference_usd=float(priced["reference_usd"].sum()),
        priced=priced.height,
        before=_before(view),
        disguised=_many(view, IS_FLAG & pl.col("is_mention_disguised")),
    )


def _many(view: View, condition: pl.Expr) -> int:
    return view.listings.filter(condition).height


def _before(view: View) -> int | None:
    rows = view.days.filter(pl.col("report_on") == day_before(view.day))
    return int(rows["red_flag_count"].sum()) if rows.height else None


def sellers(view: View) -> pl.DataFrame:
    """Give a row a seller with a live listing to look at: the most red flags first.

    Everything is counted over this brand's listings alone.
    """
    looked_at = view.listings.filter(IS_FLAG | IS_REVIEW).drop_nulls("seller_key")
    return (
        looked_at.group_by("seller_key")
        .agg(
            pl.col("seller_name").drop_nulls().first(),
            pl.col("seller_shown").first(),
            pl.col("platform").first(),
            pl.col("country").first(),
            pl.col("since_on").first(),
            IS_FLAG.sum().alias("flags"),
            (IS_FLAG & pl.col("is_new")).sum().alias("new_flags"),
            IS_REVIEW.sum().alias("review"),
            pl.col("suspicion").max().alias("worst"),
            pl.col("price_usd").filter(IS_FLAG).sum().alias("asked_usd"),
            pl.col("first_seen_at").min().alias("first_seen_at"),
        )
        .sort(["flags", "worst", "seller_key"], descending=[True, True, False])
    )


def platforms(view: View) -> pl.DataFrame:
    """Give a row a platform with a listing of the brand: the most red flags first."""
    is_live = ~pl.col("is_gone")
    ratio = pl.col("price_usd") / pl.col("reference_usd")
    return (
        view.listings.group_by("platform")
        .agg(
            is_live.sum().alias("live"),
            IS_FLAG.sum().alias("flags"),
            (IS_FLAG & pl.col("is_new")).sum().alias("new_flags"),
            IS_REVIEW.sum().alias("review"),
            pl.col("is_newly_gone").sum().alias("newly_gone"),
            pl.col("seller_key").filter(IS_FLAG).n_unique().alias("sellers"),
            ratio.filter(IS_FLAG).median().alias("price_to_reference"),
            pl.col("checked_at").max(),
        )
        .sort(["flags", "live", "platform"], descending=[True, True, False])
    )


def every_day(view: View) -> pl.DataFrame:
    """Give a row a day with a report: report_on, known and new red flags."""
    counted = view.days.group_by("report_on").agg(
        pl.col("red_flag_count").sum(), pl.col("new_red_flag_count").sum()
    )
    return counted.sort("report_on").select(
        "report_on",
        (pl.col("red_flag_count") - pl.col("new_red_flag_count")).alias("known"),
        pl.col("new_red_flag_count").alias("new"),
    )


def days(view: View) -> pl.DataFrame:
    """Give the same with the day as text, the last four weeks."""
    recent = every_day(view).tail(MOST_DAYS)
    texts = [short_day(day).rpartition(" ")[0] for day in recent["report_on"]]
    return recent.select(pl.Series("day", texts, dtype=pl.String), "known", "new")


def price_steps(view: View) -> pl.DataFrame:
    """Give how many live listings ask up to each part of the reference price.

    Returns:
        upto (text, the last is what asks more), suspect (red flags), other.

    """
    live = view.live.drop_nulls("price_to_reference")
    step = pl.lit(len(STEPS))
    for index, upto in reversed(list(enumerate(STEPS))):
        step = pl.when(pl.col("price_to_reference") <= upto).then(index).otherwise(step)
    counted = live.group_by(step.alias("step")).agg(
        IS_FLAG.sum().alias("suspect"), (~IS_FLAG).sum().alias("other")
    )
    names = [f"{upto:.0%}" for upto in STEPS] + ["more"]
    frame = pl.DataFrame({"step": range(len(names)), "upto": names})
    joined = frame.join(counted, "step", how="left", maintain_order="left")  # one row a step
    return joined.select("upto", pl.col("suspect", "other").fill_null(0))
