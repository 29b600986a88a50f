"""How the seller's listings sell together: sales, stock, reviews and ratings."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import largest_share, repeated_share, share, spread, total
from jobs.features._over import over


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_all_sold_log(sold_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number sold by all of the seller's listings that were seen."""
    return total(sold_count).log1p()


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_median_sold_log(sold_count: pl.Expr) -> pl.Expr:
    """Logarithm of the median number sold by the seller's listings."""
    return sold_count.median().log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_unsold(sold_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that have sold nothing."""
    return share(sold_count == 0)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_bestseller_share(sold_count: pl.Expr) -> pl.Expr:
    """Share of the seller's sales that its best-selling listing has."""
    return largest_share(sold_count)


@feature(lowest=0.0, highest=20.0, per=PER_SELLER)
def seller_takings_log(price_usd: pl.Expr, sold_count: pl.Expr) -> pl.Expr:
    """What the seller's sales brought in at its prices, as a logarithm of dollars."""
    return total(price_usd * sold_count).log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_brand_sold_share(sold_count: pl.Expr, brand: pl.Expr) -> pl.Expr:
    """Share of the seller's sales that are of alliance brands."""
    of_brands = sold_count.filter(brand.is_not_null()).sum()
    return pl.when(sold_count.sum() > 0).then(of_brands / sold_count.sum())


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_all_stock_log(stock_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number in stock over all of the seller's listings that were seen."""
    return total(stock_count).log1p()


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_median_stock_log(stock_count: pl.Expr) -> pl.Expr:
    """Logarithm of the median stock of the seller's listings."""
    return stock_count.median().log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_stock(stock_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings with just the stock of another; high when it is made up."""
    return repeated_share(stock_count)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_single_piece(stock_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings of a single piece, as owners have."""
    return share(stock_count == 1)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_large_stock(stock_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings with a hundred pieces and more in stock."""
    return share(stock_count >= 100)  # noqa: PLR2004 - told in the docstring


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_round_stock(stock_count: pl.Expr) -> pl.Expr:
    """Share of the seller's stocks that are a multiple of ten, as made-up ones are."""
    return share((stock_count > 0) & (stock_count % 10 == 0))


@feature(lowest=0.0, highest=20.0, per=PER_SELLER)
def seller_stock_value_log(reference_usd: pl.Expr, stock_count: pl.Expr) -> pl.Expr:
    """What the seller's stock would be worth at reference prices, as a logarithm of dollars."""
    return total(reference_usd * stock_count).log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_many_far_below(is_many_far_below: pl.Expr) -> pl.Expr:
    """Share of the seller's listings of ten pieces and more under half of the reference price."""
    return share(is_many_far_below)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_to_order(is_to_order: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that are made or fetched to order."""
    return share(is_to_order)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_sold_out(availability: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that are sold out."""
    return share(availability == "out_of_stock")


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_all_reviews_log(review_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number of reviews of all of the seller's listings that were seen."""
    return total(review_count).log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_unreviewed(review_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings without a review."""
    return share(review_count == 0)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_review_concentration(review_count: pl.Expr) -> pl.Expr:
    """Share of the reviews of the seller's listings that one of them has."""
    return largest_share(review_count)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_reviews_per_sale(review_count: pl.Expr, sold_count: pl.Expr) -> pl.Expr:
    """Reviews over sales of all of the seller's listings that were seen."""
    return over(total(review_count), total(sold_count))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_mean_rating(rating_share: pl.Expr) -> pl.Expr:
    """Mean rating of the seller's listings over the best there is."""
    return rating_share.mean()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_lowest_rating(rating_share: pl.Expr) -> pl.Expr:
    """Lowest rating among the seller's listings over the best there is."""
    return rating_share.min()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_rating_spread(rating_share: pl.Expr) -> pl.Expr:
    """Spread of the ratings of the seller's listings; 0 when all are rated alike."""
    return spread(rating_share)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_top_rated(rating_share: pl.Expr) -> pl.Expr:
    """Share of the seller's rated listings with the best rating there is."""
    return share(rating_share >= 1)


@feature(lowest=-1.0, highest=1.0, per=PER_SELLER)
def seller_rating_deviation(rating_to_seller_rating: pl.Expr) -> pl.Expr:
    """Mean rating of the seller's listings less the rating on its own page."""
    return rating_to_seller_rating.mean()


@feature(lowest=-1.0, highest=1.0, per=PER_SELLER)
def seller_brand_rating_deviation(rating_share: pl.Expr, brand: pl.Expr) -> pl.Expr:
    """Mean rating of what it offers of alliance brands, less that of its other listings."""
    is_brand = brand.is_not_null()
    return rating_share.filter(is_brand).mean() - rating_share.filter(~is_brand).mean()
