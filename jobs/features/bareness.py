"""How bare the seller's listings are, and how much they are made after one template."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import commonest_share, repeated_share, share, spread

OPENING = 16  # characters: two or three words


@feature(lowest=0.0, highest=12.0, per=PER_SELLER)
def seller_median_description_length_log(description_length_log: pl.Expr) -> pl.Expr:
    """Logarithm of the median length of the seller's descriptions."""
    return description_length_log.median()


@feature(lowest=0.0, highest=6.0, per=PER_SELLER)
def seller_description_length_spread(description_length_log: pl.Expr) -> pl.Expr:
    """How much the lengths of the seller's descriptions differ; 0 is one template."""
    return spread(description_length_log)


@feature(lowest=0.0, highest=8.0, per=PER_SELLER)
def seller_median_title_length_log(title_length_log: pl.Expr) -> pl.Expr:
    """Logarithm of the median length of the seller's titles."""
    return title_length_log.median()


@feature(lowest=0.0, highest=4.0, per=PER_SELLER)
def seller_title_length_spread(title_length_log: pl.Expr) -> pl.Expr:
    """How much the lengths of the seller's titles differ; 0 is one template."""
    return spread(title_length_log)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_titled_description(is_title_in_description: pl.Expr) -> pl.Expr:
    """Share of the seller's descriptions that repeat the title word for word."""
    return share(is_title_in_description)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_opening(title_folded: pl.Expr) -> pl.Expr:
    """Share of the seller's titles that begin like another of its titles."""
    return repeated_share(title_folded.str.slice(0, OPENING))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_ending(title_folded: pl.Expr) -> pl.Expr:
    """Share of the seller's titles that end like another of its titles."""
    return repeated_share(title_folded.str.slice(-OPENING))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_description_opening(description_folded: pl.Expr) -> pl.Expr:
    """Share of the seller's descriptions that begin like another of its descriptions."""
    return repeated_share(description_folded.str.slice(0, 4 * OPENING))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_commonest_description(description_folded: pl.Expr) -> pl.Expr:
    """Share of the seller's descriptions that are its commonest one."""
    return commonest_share(description_folded)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_first_picture(image_urls: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that show first what another of its shows first."""
    return repeated_share(image_urls.list.first())


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_single_picture(image_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings with one picture."""
    return share(image_count == 1)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_commonest_image_count(image_count: pl.Expr) -> pl.Expr:
    """Share of the seller's listings with its commonest number of pictures."""
    return commonest_share(image_count)


@feature(lowest=0.0, highest=50.0, per=PER_SELLER)
def seller_image_count_spread(image_count: pl.Expr) -> pl.Expr:
    """Spread of the number of pictures among the seller's listings; 0 is one template."""
    return spread(image_count)


@feature(lowest=0.0, highest=6.0, per=PER_SELLER)
def seller_mean_variant_count_log(variant_count_log: pl.Expr) -> pl.Expr:
    """Logarithm of the usual number of variants of the seller's listings."""
    return variant_count_log.mean()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_detail_share_spread(detail_share: pl.Expr) -> pl.Expr:
    """Spread of the share of details that the seller's listings give; 0 is one template."""
    return spread(detail_share)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_sku(sku: pl.Expr) -> pl.Expr:
    """Share of the seller's stock numbers that repeat another of its listings'."""
    return repeated_share(sku)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_same_number(mpn: pl.Expr) -> pl.Expr:
    """Share of the seller's manufacturer's numbers that repeat another of its listings'."""
    return repeated_share(mpn)
