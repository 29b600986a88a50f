"""How the listing sells: its pace, its share of the seller's trade, what is left of it."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over

DAY = 86_400


@feature(lowest=0.0, highest=1.0)
def share_of_seller_sales(sold_count: pl.Expr, seller_sold_count: pl.Expr) -> pl.Expr:
    """Share of all that the seller has sold that is this listing's."""
    return over(sold_count, seller_sold_count)


@feature(lowest=0.0, highest=1.0)
def share_of_seller_reviews(review_count: pl.Expr, seller_review_count: pl.Expr) -> pl.Expr:
    """Share of all reviews of the seller that are this listing's."""
    return over(review_count, seller_review_count)


@feature(lowest=0.0, highest=1000.0)
def reviews_per_day(review_count: pl.Expr, observed_at: pl.Expr, listed_at: pl.Expr) -> pl.Expr:
    """Reviews of the listing for each day since it was listed."""
    days = (observed_at - listed_at).dt.total_seconds() / DAY
    return review_count / days.clip(lower_bound=1.0)


@feature(lowest=-16.0, highest=16.0)
def stock_to_sold_log(stock_count: pl.Expr, sold_count: pl.Expr) -> pl.Expr:
    """Stock over sales, as a logarithm; high when much is stocked and little was sold."""
    return stock_count.log1p() - sold_count.log1p()


@feature(lowest=0.0, highest=9.0)
def days_from_joining_log(listed_at: pl.Expr, seller_since_on: pl.Expr) -> pl.Expr:
    """Logarithm of the days from the seller's joining to the listing; low in a shop made for it."""
    days = (listed_at.dt.date() - seller_since_on).dt.total_days()
    return days.clip(lower_bound=0).log1p()


@feature(lowest=0.0, highest=1.0)
def is_to_order(availability: pl.Expr) -> pl.Expr:
    """Is made or fetched to order rather than held (1 when so)."""
    return availability == "preorder"


@feature(lowest=0.0, highest=20.0)
def variants_per_image(variant_count: pl.Expr, image_count: pl.Expr) -> pl.Expr:
    """Variants for each picture; high when most of what is offered is not shown."""
    return over(variant_count, image_count)


@feature(lowest=-50.0, highest=50.0)
def images_to_seller_mean(image_count: pl.Expr, seller_mean_image_count: pl.Expr) -> pl.Expr:
    """Number of pictures, less the mean of the same seller's listings."""
    return image_count - seller_mean_image_count


@feature(lowest=0.0, highest=8.0)
def category_depth(category_text: pl.Expr) -> pl.Expr:
    """Number of levels of the category that it is put in."""
    return category_text.str.count_matches("[>/\u203a\u00bb|]") + 1
