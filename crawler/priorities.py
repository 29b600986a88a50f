"""What to look at again, and in which order: change rate times suspicion times value.

The jobs write scores and matches to the lake; this reads them there. Without them, all known
listings weigh alike, and only how often each changes puts them in order. A listing under notice is
looked at by every crawl, before all other known ones, until the platform has had its time twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import polars as pl

from conf.place import Place
from conf.platform import Platform
from crawler.items import Link
from crawler.lake import scan

# A listing that is gone is looked at once more at the next crawl, then once after this time: a
# marketplace that answers 404 for an hour, and a seller who comes back, both show themselves.
_SECOND_LOOK = timedelta(days=7)
_GONE_LOOKS = 3
_UNSCORED = 0.05  # weight of a listing that no job scored, beside a lake that has scores
_MIDDLE = 0.5  # weight of what nothing is known of
_DEAR_USD = 1_000.0  # an original of this price, or dearer, has the whole weight
_CHEAP = 0.1  # the least weight of a price: cheap goods are copied too
_ANSWER_DUE_DAYS = 7  # after a notice, where a platform's YAML says nothing
_KNOWN = "k"  # before every hint of a known listing: new ones have none and go first


def watched_for(platform: Platform) -> timedelta:
    """Give how long a listing is under notice: the answer may be late, and what is gone return."""
    return 2 * timedelta(days=platform.notice.answer_due_days or _ANSWER_DUE_DAYS)


def known_listings(
    lake: Place, platforms: Mapping[str, timedelta], before: datetime
) -> Iterator[tuple[str, Link]]:
    """Give the listings of some platforms that are due, as links; a lower hint is asked first.

    With each platform comes how long its listings are under notice. Due is what was there when it
    was last looked at, what is gone but not surely so, and what is under notice. Weights
    are of observations before a time, so a crawl that is killed and run again orders alike.
    """
    rows = scan(lake, "observations")
    if rows is None:
        return
    mine = rows.filter(pl.col("platform").is_in(list(platforms)) & (pl.col("observed_at") < before))
    noticed = _looks(mine).join(_noticed(lake, before), on="listing_key", how="left")
    watched = pl.col("platform").replace_strict(platforms, return_dtype=pl.Duration("us"))
    looks = noticed.with_columns(
        (pl.lit(before) - pl.col("noticed_at") <= watched)
        .fill_null(value=False)
        .alias("is_noticed")
    ).filter(_is_due(before) | pl.col("is_noticed"))
    weighed = looks.with_columns(_change(before).alias("change"))
    for name, weights in (("suspicion", _suspicion(lake)), ("value", _value(lake))):
        weighed = (
            weighed.with_columns(pl.lit(_MIDDLE).alias(name))
            if weights is None
            else weighed.join(weights, on="listing_key", how="left")
        )
    weight = (
        pl.col("change")
        * pl.col("suspicion").fill_null(_UNSCORED)
        * pl.col("value").fill_null(_MIDDLE)
    )
    priority = pl.when("is_noticed").then(1.0).otherwise(weight)
    ordered = weighed.select(
        "listing_key", "platform", "url", pl.lit(1.0).sub(priority).round(6).alias("late")
    ).sort("platform", "late", "listing_key")
    for _, platform, url, late in ordered.collect().iter_rows():
        yield platform, Link(url, "listing", f"{_KNOWN}{late:.6f}")


def _looks(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Give a row a listing: how it was last seen, how often it was looked at, how often changed."""
    at, content = pl.col("observed_at"), pl.col("content_sha256")
    return (
        rows.sort("observed_at", "observation_id")
        # A replay reads a stored page anew: one look, of which the newest reading counts.
        .unique(["listing_key", "observed_at"], keep="last", maintain_order=True)
        .group_by("listing_key", maintain_order=True)
        .agg(
            pl.col("platform", "url", "is_gone").last(),
            at.last().alias("checked_at"),
            at.first().alias("first_at"),
            pl.len().cast(pl.Int64).alias("looks"),
            (content != content.shift()).fill_null(value=False).sum().alias("changes"),
            # Looks since it was last there.
            pl.col("is_gone").reverse().cum_min().sum().alias("gone_looks"),
        )
    )


def _noticed(lake: Place, before: datetime) -> pl.LazyFrame:
    """Give when a platform was last told of each listing that nobody has called genuine since."""
    rows = scan(lake, "decisions")
    if rows is None:
        return pl.LazyFrame(
            schema={"listing_key": pl.String, "noticed_at": pl.Datetime("us", "UTC")}
        )
    mine = rows.filter((pl.col("subject_kind") == "listing") & (pl.col("decided_at") < before))
    is_notice = (pl.col("basis") == "notice") & (pl.col("verdict") == "counterfeit")
    return (
        mine.sort("decided_at", "decision_id")
        .group_by(pl.col("subject_key").alias("listing_key"))
        .agg(
            pl.col("decided_at").filter(is_notice).last().alias("noticed_at"),
            pl.col("verdict").last(),
        )
        .filter(pl.col("verdict") != "genuine")
        .select("listing_key", "noticed_at")
    )


def _is_due(before: datetime) -> pl.Expr:
    """Say which listings are looked at again: live ones, and those not surely gone."""
    is_second = pl.col("gone_looks") < _GONE_LOOKS - 1
    is_third = (pl.col("gone_looks") < _GONE_LOOKS) & (
        pl.lit(before) - pl.col("checked_at") >= _SECOND_LOOK
    )
    return ~pl.col("is_gone") | is_second | is_third


def _change(before: datetime) -> pl.Expr:
    """Give the chance that a listing changed since it was last looked at; 1 for one seen once.

    Changes come at a constant rate; the chance that an interval shows none is taken at its mean
    under Jeffreys' prior, so that what never changed yet keeps a rate that sinks with each look.
    (After Cho and Garcia-Molina, Estimating frequency of change, ACM TOIT 3(3), 2003, whose own
    estimator gives such a listing the rate 0, and so would never ask for it again.)
    """
    intervals = (pl.col("looks") - 1).cast(pl.Float64)
    days = (pl.col("checked_at") - pl.col("first_at")).dt.total_seconds() / 86_400
    since = (pl.lit(before) - pl.col("checked_at")).dt.total_seconds() / 86_400
    unchanged = (intervals - pl.col("changes") + 0.5) / (intervals + 1.0)
    rate = -unchanged.log() / (days / intervals)
    return pl.when(intervals > 0).then(1.0 - (-rate * since).exp()).otherwise(1.0)


def _suspicion(lake: Place) -> pl.LazyFrame | None:
    """Give each scored listing's suspicion as a weight."""
    rows = scan(lake, "listing_scores")
    if rows is None:
        return None
    weight = (pl.col("suspicion") / 100).clip(_UNSCORED, 1.0)
    return rows.group_by("listing_key").agg(weight.max().alias("suspicion"))


def _value(lake: Place) -> pl.LazyFrame | None:
    """Give what the original of each listing costs, as a weight that grows with its digits."""
    rows = scan(lake, "listing_matches")
    if rows is None:
        return None
    weight = (pl.col("reference_usd").log1p() / pl.lit(_DEAR_USD).log1p()).clip(_CHEAP, 1.0)
    return rows.group_by("listing_key").agg(weight.max().alias("value"))
