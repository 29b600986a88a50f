"""What the price says: beside the reference, beside the seller's other prices, and how it ends."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over

HALF, FIFTH = 0.5, 0.2


@feature(lowest=0.0, highest=10.0)
def price_ratio(price_to_reference: pl.Expr) -> pl.Expr:
    """Asking price over the product's reference price; 0.2 is a fifth of it."""
    return price_to_reference


@feature(lowest=-6.0, highest=4.0)
def price_ratio_log(price_to_reference: pl.Expr) -> pl.Expr:
    """Natural logarithm of asking price over reference price; below -1.6 is under a fifth."""
    return pl.when(price_to_reference > 0).then(price_to_reference.log())


@feature(lowest=0.0, highest=1.0)
def is_far_below_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Asks under half of the reference price (1 when it does)."""
    return price_to_reference < HALF


@feature(lowest=0.0, highest=1.0)
def is_fifth_of_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Asks under a fifth of the reference price (1 when it does)."""
    return price_to_reference < FIFTH


@feature(lowest=0.0, highest=1.0)
def is_far_below_and_new(price_to_reference: pl.Expr, condition: pl.Expr) -> pl.Expr:
    """Asks under half of the reference price for what is not said to be used (1 when it does)."""
    is_used = condition.is_in(["used", "refurbished"]).fill_null(value=False)
    return (price_to_reference < HALF) & ~is_used


@feature(lowest=0.0, highest=12.0)
def saving_log(price_usd: pl.Expr, reference_usd: pl.Expr) -> pl.Expr:
    """Dollars under the reference price, as a logarithm; 7 is about a thousand dollars."""
    return (reference_usd - price_usd).clip(lower_bound=0.0).log1p()


@feature(lowest=0.0, highest=15.0)
def reference_log(reference_usd: pl.Expr) -> pl.Expr:
    """How dear the product is: logarithm of its reference price in dollars."""
    return reference_usd.log1p()


@feature(lowest=0.0, highest=15.0)
def price_log(price_usd: pl.Expr) -> pl.Expr:
    """Logarithm of the asking price in dollars."""
    return price_usd.log1p()


@feature(lowest=0.0, highest=1.0)
def list_price_discount_share(price_usd: pl.Expr, list_price_usd: pl.Expr) -> pl.Expr:
    """Discount on the struck-out price; 0.9 is nine tenths off."""
    return 1.0 - over(price_usd, list_price_usd)


@feature(lowest=0.0, highest=10.0)
def list_price_to_reference(list_price_usd: pl.Expr, reference_usd: pl.Expr) -> pl.Expr:
    """Struck-out price over the reference price; near 1 it was copied from the brand."""
    return over(list_price_usd, reference_usd)


@feature(lowest=0.0, highest=1.0)
def shipping_share(shipping_usd: pl.Expr, price_usd: pl.Expr) -> pl.Expr:
    """Share of the whole cost that is shipping."""
    return over(shipping_usd, shipping_usd + price_usd)


@feature(lowest=0.0, highest=1.0)
def is_charm_price(price_amount: pl.Expr) -> pl.Expr:
    """Price ends in 9, .9, .95 or .99, as shops set prices (1 when it does)."""
    cents = (price_amount * 100).round().cast(pl.Int64, strict=False) % 1000
    return (cents % 100).is_in([90, 95, 99]) | ((cents % 100 == 0) & (cents // 100 == 9))  # noqa: PLR2004 - the ending 9


@feature(lowest=0.0, highest=1.0)
def is_round_price(price_amount: pl.Expr) -> pl.Expr:
    """Price is a whole multiple of ten, as private people set prices (1 when it is)."""
    return (price_amount > 0) & (price_amount % 10 == 0)


@feature(lowest=0.0, highest=10.0)
def price_to_seller_median(
    price_to_reference: pl.Expr, seller_median_price_to_reference: pl.Expr
) -> pl.Expr:
    """Price ratio over the median price ratio of the same seller's listings."""
    return over(price_to_reference, seller_median_price_to_reference)


@feature(lowest=0.0, highest=20.0)
def stock_value_log(reference_usd: pl.Expr, stock_count: pl.Expr) -> pl.Expr:
    """What the stock would be worth at the reference price, as a logarithm of dollars."""
    return (reference_usd * stock_count).log1p()


@feature(lowest=0.0, highest=1.0)
def is_many_far_below(price_to_reference: pl.Expr, stock_count: pl.Expr) -> pl.Expr:
    """Offers ten or more pieces under half of the reference price (1 when it does)."""
    return (price_to_reference < HALF) & (stock_count >= 10)  # noqa: PLR2004 - told in the docstring
