"""When the seller puts up listings: in bursts, by the clock, all at once after joining."""

from __future__ import annotations

from math import pi

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import commonest_share, kinds, share, spread

DAY, HOUR, MINUTE = 86_400, 3_600, 60


def _days(later: pl.Expr, earlier: pl.Expr) -> pl.Expr:
    return ((later - earlier).dt.total_seconds() / DAY).clip(lower_bound=0.0)


def _gaps(listed_at: pl.Expr) -> pl.Expr:
    """Give the seconds between one listing and the next."""
    return listed_at.sort().diff().dt.total_seconds()


@feature(lowest=0.0, highest=9.0, per=PER_SELLER)
def seller_listing_span_log(listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the days between the seller's first and last putting up of a listing."""
    return _days(listed_at.max(), listed_at.min()).log1p()


@feature(lowest=0.0, highest=9.0, per=PER_SELLER)
def seller_newest_days_log(observed_at: pl.Expr, listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the days since the seller last put up a listing."""
    return _days(observed_at.max(), listed_at.max()).log1p()


@feature(lowest=0.0, highest=9.0, per=PER_SELLER)
def seller_median_listed_days_log(observed_at: pl.Expr, listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the median days that the seller's listings have been up."""
    return _days(observed_at, listed_at).median().log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_in_week(observed_at: pl.Expr, listed_at: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that were put up in the week before they were seen."""
    return share(_days(observed_at, listed_at) < 7)  # noqa: PLR2004 - told in the docstring


@feature(lowest=0.0, highest=8.0, per=PER_SELLER)
def seller_listing_day_count_log(listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the number of days on which the seller put up listings."""
    return pl.when(listed_at.count() > 0).then(kinds(listed_at.dt.date()).log1p())


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_on_busiest_day(listed_at: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that were put up on its busiest day."""
    return commonest_share(listed_at.dt.date())


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_median_gap_log(listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the median minutes between one putting up of a listing and the next."""
    return (_gaps(listed_at).median() / MINUTE).log1p()


@feature(lowest=0.0, highest=9.0, per=PER_SELLER)
def seller_longest_gap_log(listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the longest pause in days between one putting up of a listing and the next."""
    return (_gaps(listed_at).max() / DAY).log1p()


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_gap_unevenness(listed_at: pl.Expr) -> pl.Expr:
    """Spread of the pauses between listings over their mean; 0 is a machine's, over 1 bursts."""
    whole = (listed_at.max() - listed_at.min()).dt.total_seconds()
    mean = whole / (listed_at.count() - 1)
    return pl.when(whole > 0).then(spread(_gaps(listed_at)) / mean)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_within_hour(listed_at: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that followed another of its within the hour."""
    return share(_gaps(listed_at) < HOUR)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_in_same_minute(listed_at: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that followed another of its within the minute."""
    return share(_gaps(listed_at) < MINUTE)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_in_factory_hours(listed_at: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that were put up from 9 to 18 o'clock in China."""
    return share(listed_at.dt.hour().is_between(1, 9))  # of universal time


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_at_weekend(listed_at: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that were put up on a Saturday or Sunday."""
    return share(listed_at.dt.weekday() > 5)  # noqa: PLR2004 - Friday


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_hour_concentration(listed_at: pl.Expr) -> pl.Expr:
    """How much the seller lists at one time of the day: 1 is always the same, 0 is any.

    Length of the mean of the hours as points on a circle (Mardia & Jupp 2000, Directional
    Statistics, 2.3).
    """
    hours = listed_at.dt.hour() + listed_at.dt.minute() / 60
    angle = hours * (2 * pi / 24)
    return (angle.cos().mean() ** 2 + angle.sin().mean() ** 2).sqrt()


@feature(lowest=0.0, highest=9.0, per=PER_SELLER)
def seller_first_listing_days_log(days_from_joining_log: pl.Expr) -> pl.Expr:
    """Logarithm of the days from the seller's joining to the oldest of its listings."""
    return days_from_joining_log.min()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_listed_on_joining(days_from_joining_log: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that were put up in the month that it joined in."""
    return share(days_from_joining_log < 3.434)  # noqa: PLR2004 - log1p of thirty days
