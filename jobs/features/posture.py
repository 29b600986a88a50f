"""How the seller sets prices: how deep, how alike, by what digits, against which references."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import (
    commonest_share,
    kinds_log,
    repeated_share,
    share,
    spread,
    total,
)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_fifth_of_reference(is_fifth_of_reference: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask under a fifth of the reference price."""
    return share(is_fifth_of_reference)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_far_below_and_new(is_far_below_and_new: pl.Expr) -> pl.Expr:
    """Share of the seller's listings under half of the reference price and not said to be used."""
    return share(is_far_below_and_new)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_above_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask more than the reference price."""
    return share(price_to_reference > 1)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_low_price_to_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Price over reference price that a quarter of the seller's listings are under."""
    return price_to_reference.quantile(0.25, "linear")


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_high_price_to_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Price over reference price that a quarter of the seller's listings are over."""
    return price_to_reference.quantile(0.75, "linear")


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_highest_price_to_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Highest price over reference price among the seller's listings."""
    return price_to_reference.max()


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_price_ratio_variation(price_to_reference: pl.Expr) -> pl.Expr:
    """Spread of price over reference beside its mean; small when all is cut by one share."""
    mean = price_to_reference.mean()
    return pl.when(mean > 0).then(spread(price_to_reference) / mean)


@feature(lowest=-10.0, highest=10.0, per=PER_SELLER)
def seller_price_evidence(price_evidence: pl.Expr) -> pl.Expr:
    """How much likelier the seller's prices are of copies than of originals, in the mean."""
    return price_evidence.mean()


@feature(lowest=-1.0, highest=1.0, per=PER_SELLER)
def seller_price_follows_reference(price_log: pl.Expr, reference_log: pl.Expr) -> pl.Expr:
    """How closely the seller's prices follow the references; 1 is wholly, 0 not at all."""
    return pl.corr(price_log, reference_log)


@feature(lowest=0.0, highest=15.0, per=PER_SELLER)
def seller_median_reference_log(reference_log: pl.Expr) -> pl.Expr:
    """Logarithm of the median reference price of what the seller offers, in dollars."""
    return reference_log.median()


@feature(lowest=0.0, highest=20.0, per=PER_SELLER)
def seller_saving_log(price_usd: pl.Expr, reference_usd: pl.Expr) -> pl.Expr:
    """Logarithm of the dollars that all of the seller's prices lie under their references."""
    return total((reference_usd - price_usd).clip(lower_bound=0.0)).log1p()


@feature(lowest=0.0, highest=15.0, per=PER_SELLER)
def seller_lowest_price_log(price_log: pl.Expr) -> pl.Expr:
    """Logarithm of the seller's lowest price in dollars."""
    return price_log.min()


@feature(lowest=0.0, highest=15.0, per=PER_SELLER)
def seller_highest_price_log(price_log: pl.Expr) -> pl.Expr:
    """Logarithm of the seller's highest price in dollars."""
    return price_log.max()


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_price_kinds_log(price_usd: pl.Expr) -> pl.Expr:
    """Logarithm of the number of different prices that the seller asks."""
    return kinds_log(price_usd)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_price(price_usd: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask a price which another of its asks, too."""
    return repeated_share(price_usd)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_commonest_price(price_usd: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask its commonest price."""
    return commonest_share(price_usd)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_whole_price(is_whole_price: pl.Expr) -> pl.Expr:
    """Share of the seller's prices that have no cents."""
    return share(is_whole_price)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_charm_price(is_charm_price: pl.Expr) -> pl.Expr:
    """Share of the seller's prices that end in 9, .9, .95 or .99."""
    return share(is_charm_price)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_round_price(is_round_price: pl.Expr) -> pl.Expr:
    """Share of the seller's prices that are a whole multiple of ten."""
    return share(is_round_price)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_eight_price(is_eight_price: pl.Expr) -> pl.Expr:
    """Share of the seller's prices that end in 8 or .88."""
    return share(is_eight_price)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_median_discount_share(list_price_discount_share: pl.Expr) -> pl.Expr:
    """Median discount on the seller's struck-out prices."""
    return list_price_discount_share.median()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_discount(list_price_discount_share: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that take as many percent off as another of its."""
    return repeated_share(list_price_discount_share.round(2))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_list_price_raised(is_list_price_raised: pl.Expr) -> pl.Expr:
    """Share of the seller's struck-out prices that flatter: over one and a half references."""
    return share(is_list_price_raised)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_free_shipping(shipping_usd: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ship free, of those that tell."""
    return share(shipping_usd == 0)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_median_shipping_share(shipping_share: pl.Expr) -> pl.Expr:
    """Median share of the whole cost that is shipping among the seller's listings."""
    return shipping_share.median()
