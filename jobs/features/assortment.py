"""What only a seller's listings together tell: one Polars aggregate a feature."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import kinds, kinds_log, repeated_share, share, spread, times, total

FAR_BELOW = 0.5
DAY = 86_400


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_seen_count_log(observed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the number of the seller's listings that were seen."""
    return observed_at.count().log1p()


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_brand_listing_count_log(brand: pl.Expr) -> pl.Expr:
    """Logarithm of the number of the seller's listings that offer an alliance brand."""
    return brand.count().log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_brand_share(brand: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that offer an alliance brand."""
    return share(brand.is_not_null())


@feature(lowest=0.0, highest=100.0, per=PER_SELLER)
def seller_brand_count(brand: pl.Expr) -> pl.Expr:
    """Number of different alliance brands that the seller offers."""
    return kinds(brand)


@feature(lowest=0.0, highest=5.0, per=PER_SELLER)
def seller_brand_entropy(brand: pl.Expr) -> pl.Expr:
    """How evenly the seller's listings spread over brands; 0 is one brand, 2 is about seven."""
    entropy = brand.count().log() - times(brand).log().mean()
    return pl.when(brand.count() > 0).then(entropy).otherwise(0.0)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_claimed(is_brand_claimed: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that offer the thing as a brand's own."""
    return share(is_brand_claimed)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_far_below_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask under half of the reference price."""
    return share(price_to_reference < FAR_BELOW)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_median_price_to_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Median of price over reference price among the seller's listings."""
    return price_to_reference.median()


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_lowest_price_to_reference(price_to_reference: pl.Expr) -> pl.Expr:
    """Lowest price over reference price among the seller's listings."""
    return price_to_reference.min()


@feature(lowest=0.0, highest=5.0, per=PER_SELLER)
def seller_price_ratio_spread(price_to_reference: pl.Expr) -> pl.Expr:
    """Spread of price over reference; small when everything is cut by the same share."""
    return spread(price_to_reference)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_price_spread(price_usd: pl.Expr) -> pl.Expr:
    """Spread of the logarithms of the seller's prices; small when all things cost the same."""
    return spread(price_usd.filter(price_usd > 0).log())


@feature(lowest=0.0, highest=15.0, per=PER_SELLER)
def seller_median_price_log(price_usd: pl.Expr) -> pl.Expr:
    """Logarithm of the median of the seller's prices in dollars."""
    return price_usd.median().log1p()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_disguised(is_disguised: pl.Expr) -> pl.Expr:
    """Share of the seller's listings whose text is disguised."""
    return share(is_disguised)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_official_photo(shows_official_photo: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that repeat a brand's own photo."""
    return share(shows_official_photo)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_replica_words(says_replica: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that say they are copies."""
    return share(says_replica)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_grade_words(says_grade: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that use the grades of copies."""
    return share(says_grade)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_trade_words(says_wholesale: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that offer trade by the lot."""
    return share(says_wholesale)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_evasive_words(says_evasive: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask to talk elsewhere or hide the logo."""
    return share(says_evasive)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_contact_ids(shows_messenger_id: pl.Expr, shows_phone_or_mail: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that give a messenger id, a phone number or a mail address."""
    return share(pl.max_horizontal(shows_messenger_id, shows_phone_or_mail))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_used_words(says_used: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that say the thing was owned before."""
    return share(says_used)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_said_new(is_said_new: pl.Expr) -> pl.Expr:
    """Share of the seller's listings given as new."""
    return share(is_said_new)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_outside_trade(is_outside_brand_trade: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ship from outside the brand's trade."""
    return share(is_outside_brand_trade)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_trusted(is_trusted_seller: pl.Expr) -> pl.Expr:
    """Share of the seller's listings for which a brand vouches: its own shop or on its list."""
    return share(is_trusted_seller)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_compatible(is_brand_compatible: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that name a brand only as what they are made for."""
    return share(is_brand_compatible)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_duplicate_title_share(title_folded: pl.Expr) -> pl.Expr:
    """Share of the seller's titles that repeat another of its titles."""
    return repeated_share(title_folded)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_same_description_share(description_folded: pl.Expr) -> pl.Expr:
    """Share of the seller's descriptions that repeat another of its descriptions."""
    return repeated_share(description_folded)


@feature(lowest=0.0, highest=8.0, per=PER_SELLER)
def seller_category_count_log(category_text: pl.Expr) -> pl.Expr:
    """Logarithm of the number of categories that the seller offers in."""
    return kinds_log(category_text)


@feature(lowest=0.0, highest=1000.0, per=PER_SELLER)
def seller_listings_per_day(listed_at: pl.Expr) -> pl.Expr:
    """Listings put up for each day between the seller's first and last."""
    days = (listed_at.max() - listed_at.min()).dt.total_seconds() / DAY
    return listed_at.count() / days.clip(lower_bound=1.0)


@feature(lowest=0.0, highest=50.0, per=PER_SELLER)
def seller_mean_image_count(image_count: pl.Expr) -> pl.Expr:
    """Mean number of pictures of the seller's listings."""
    return image_count.mean()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_mean_detail_share(detail_share: pl.Expr) -> pl.Expr:
    """Mean share of details that the seller's listings give."""
    return detail_share.mean()


@feature(lowest=0.0, highest=20.0, per=PER_SELLER)
def seller_reference_sold_log(reference_usd: pl.Expr, sold_count: pl.Expr) -> pl.Expr:
    """What the seller's sales would be worth at reference prices, as a logarithm of dollars."""
    return total(reference_usd * sold_count).log1p()
