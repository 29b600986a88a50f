"""What the seller's own page says: age, sales, reviews, place, contact."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over


def _age_days(observed_at: pl.Expr, seller_since_on: pl.Expr) -> pl.Expr:
    """Count days from joining to the observation; the clock is the observation's, never today's."""
    return (observed_at.dt.date() - seller_since_on).dt.total_days().clip(lower_bound=0)


@feature(lowest=0.0, highest=10.0)
def seller_age_days_log(observed_at: pl.Expr, seller_since_on: pl.Expr) -> pl.Expr:
    """Logarithm of the days since the seller joined; 4.5 is three months."""
    return _age_days(observed_at, seller_since_on).log1p()


@feature(lowest=0.0, highest=1.0)
def is_young_seller(observed_at: pl.Expr, seller_since_on: pl.Expr) -> pl.Expr:
    """Seller joined less than ninety days before (1 when so)."""
    return _age_days(observed_at, seller_since_on) < 90  # noqa: PLR2004 - told in the docstring


@feature(lowest=0.0, highest=1.0)
def seller_rating(seller_rating_share: pl.Expr) -> pl.Expr:
    """Rating of the seller over the best there is."""
    return seller_rating_share


@feature(lowest=0.0, highest=16.0)
def seller_review_count_log(seller_review_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number of reviews of the seller."""
    return seller_review_count.log1p()


@feature(lowest=0.0, highest=16.0)
def seller_sold_count_log(seller_sold_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number that the seller has sold."""
    return seller_sold_count.log1p()


@feature(lowest=0.0, highest=16.0)
def seller_listing_count_log(seller_listing_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number of listings that the seller's page tells of."""
    return seller_listing_count.log1p()


@feature(lowest=0.0, highest=1000.0)
def reviews_per_listing(seller_review_count: pl.Expr, seller_listing_count: pl.Expr) -> pl.Expr:
    """Reviews of the seller over its listings; low when the shop is stocked and unproved."""
    return over(seller_review_count, seller_listing_count)


@feature(lowest=0.0, highest=10000.0)
def seller_sales_per_day(
    seller_sold_count: pl.Expr, observed_at: pl.Expr, seller_since_on: pl.Expr
) -> pl.Expr:
    """Number sold for each day since the seller joined."""
    return seller_sold_count / _age_days(observed_at, seller_since_on).clip(lower_bound=1)


@feature(lowest=0.0, highest=1.0)
def seller_shows_contact(seller_has_contact: pl.Expr) -> pl.Expr:
    """Seller's page gives a phone, mail or messenger id (1 when it does)."""
    return seller_has_contact


@feature(lowest=0.0, highest=1.0)
def is_shipped_from_elsewhere(seller_country: pl.Expr, ships_from_country: pl.Expr) -> pl.Expr:
    """Ships from another country than the seller's own (1 when it does)."""
    return seller_country != ships_from_country


@feature(lowest=-1.0, highest=1.0)
def rating_to_seller_rating(rating_share: pl.Expr, seller_rating_share: pl.Expr) -> pl.Expr:
    """Rating of the listing less that of its seller."""
    return rating_share - seller_rating_share
