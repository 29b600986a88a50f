"""How the price is set: its digits, the discount it claims, and the same seller's other prices."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over

_MOST = 1e12  # beyond it a price is a fault, and its digits tell nothing


def _cents(price_amount: pl.Expr) -> pl.Expr:
    """Give a price in hundredths; missing where it is not above zero."""
    is_price = (price_amount > 0) & (price_amount < _MOST)
    return pl.when(is_price).then((price_amount * 100).round().cast(pl.Int64, strict=False))


@feature(lowest=0.0, highest=1.0)
def is_whole_price(price_amount: pl.Expr) -> pl.Expr:
    """Price has no cents (1 when so)."""
    return _cents(price_amount) % 100 == 0


@feature(lowest=0.0, highest=4.0)
def price_zero_count(price_amount: pl.Expr) -> pl.Expr:
    """Number of zeros before the cents that the price ends in; 2 is a round hundred."""
    cents = _cents(price_amount)
    first, *others = ((cents % (100 * ten) == 0).cast(pl.Int8) for ten in (10, 100, 1000, 10_000))
    return sum(others, first)


@feature(lowest=0.0, highest=1.0)
def is_eight_price(price_amount: pl.Expr) -> pl.Expr:
    """Price ends in 8 or .88, the lucky number of Chinese trade (1 when it does)."""
    cents = _cents(price_amount)
    return (cents % 100 == 88) | (cents % 1000 == 800)  # noqa: PLR2004 - told in the docstring


@feature(lowest=0.0, highest=1.0)
def is_repeated_digit_price(price_amount: pl.Expr) -> pl.Expr:
    """Price is one digit over and over, such as 88 or 666 (1 when it is)."""
    cents = _cents(price_amount)
    spans = [(10**digits, (10**digits - 1) // 9 * 100) for digits in (2, 3, 4)]
    return pl.any_horizontal(
        (cents % ones == 0) & cents.is_between(ten * 10, ten * 100, closed="left")
        for ten, ones in spans
    )


@feature(lowest=0.0, highest=1.0)
def is_discount_round(price_usd: pl.Expr, list_price_usd: pl.Expr) -> pl.Expr:
    """Takes a round number of tenths off the struck-out price, as a sale does (1 when so)."""
    tenths = (1 - over(price_usd, list_price_usd)) * 10
    return (tenths > 0.5) & ((tenths - tenths.round()).abs() < 0.05)  # noqa: PLR2004 - half a percent


@feature(lowest=0.0, highest=12.0)
def claimed_saving_log(price_usd: pl.Expr, list_price_usd: pl.Expr) -> pl.Expr:
    """Dollars under the struck-out price, as a logarithm."""
    return (list_price_usd - price_usd).clip(lower_bound=0.0).log1p()


@feature(lowest=0.0, highest=1.0)
def is_list_price_raised(list_price_usd: pl.Expr, reference_usd: pl.Expr) -> pl.Expr:
    """Struck-out price is over one and a half times the reference, to flatter (1 when so)."""
    return over(list_price_usd, reference_usd) > 1.5  # noqa: PLR2004 - told in the docstring


@feature(lowest=0.0, highest=8.0)
def shipping_log(shipping_usd: pl.Expr) -> pl.Expr:
    """Logarithm of the shipping price in dollars."""
    return shipping_usd.clip(lower_bound=0.0).log1p()


@feature(lowest=-10.0, highest=10.0)
def price_to_seller_price_log(price_log: pl.Expr, seller_median_price_log: pl.Expr) -> pl.Expr:
    """How much dearer it is than the seller's other things, as a logarithm; 0 is the median."""
    return price_log - seller_median_price_log


@feature(lowest=-10.0, highest=10.0)
def reference_to_seller_price_log(
    reference_log: pl.Expr, seller_median_price_log: pl.Expr
) -> pl.Expr:
    """How much dearer the product ought to be than what the seller sells, as a logarithm."""
    return reference_log - seller_median_price_log


@feature(lowest=1.0, highest=20.0)
def price_to_seller_lowest(
    price_to_reference: pl.Expr, seller_lowest_price_to_reference: pl.Expr
) -> pl.Expr:
    """Price ratio over the seller's lowest; 1 is the deepest cut that the seller makes."""
    return over(price_to_reference, seller_lowest_price_to_reference)


@feature(lowest=-5.0, highest=5.0)
def price_ratio_deviation(
    price_to_reference: pl.Expr,
    seller_median_price_to_reference: pl.Expr,
    seller_price_ratio_spread: pl.Expr,
) -> pl.Expr:
    """How many of the seller's usual spreads its price ratio lies over the seller's median."""
    beyond = price_to_reference - seller_median_price_to_reference
    return over(beyond, seller_price_ratio_spread)


@feature(lowest=0.0, highest=20.0)
def takings_log(price_usd: pl.Expr, sold_count: pl.Expr) -> pl.Expr:
    """What its sales brought in at its price, as a logarithm of dollars."""
    return (price_usd * sold_count).clip(lower_bound=0.0).log1p()


@feature(lowest=0.0, highest=50.0)
def images_per_hundred_dollars(image_count: pl.Expr, price_usd: pl.Expr) -> pl.Expr:
    """Pictures for each hundred dollars of the price; low when a dear thing is hardly shown."""
    return over(image_count * 100, price_usd)
