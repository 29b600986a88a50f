"""What only a seller's listings together tell: one Spark aggregate a feature."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812 - the name everyone knows

from jobs.catalogue import PER_SELLER, feature

FAR_BELOW = 0.5
DAY = 86_400


def _share(condition: Column) -> Column:
    """Give the share of listings where a condition holds, of those where it is known."""
    return F.avg(condition.cast("double"))


def _repeated_share(value: Column) -> Column:
    """Give the share of values that are no first of their kind."""
    return F.when(F.count(value) > 0, 1 - _kinds(value) / F.count(value))


def _kinds(value: Column) -> Column:
    """Count different values; as sets, because each `count_distinct` makes every row once more."""
    return F.size(F.collect_set(value))


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_seen_count_log(observed_at: Column) -> Column:
    """Logarithm of the number of the seller's listings that were seen."""
    return F.log1p(F.count(observed_at))


@feature(lowest=0.0, highest=16.0, per=PER_SELLER)
def seller_brand_listing_count_log(brand: Column) -> Column:
    """Logarithm of the number of the seller's listings that offer an alliance brand."""
    return F.log1p(F.count(brand))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_brand_share(brand: Column) -> Column:
    """Share of the seller's listings that offer an alliance brand."""
    return _share(brand.isNotNull())


@feature(lowest=0.0, highest=100.0, per=PER_SELLER)
def seller_brand_count(brand: Column) -> Column:
    """Number of different alliance brands that the seller offers."""
    return _kinds(brand).cast("double")


@feature(lowest=0.0, highest=5.0, per=PER_SELLER)
def seller_brand_entropy(brand: Column) -> Column:
    """How evenly the seller's listings spread over brands; 0 is one brand, 2 is about seven."""
    listed = F.collect_list(brand)

    def term(one: Column) -> Column:
        share = F.size(F.filter(listed, lambda other: other == one)) / F.size(listed)
        return -share * F.log(share)

    terms = F.transform(F.array_sort(F.array_distinct(listed)), term)
    return F.aggregate(terms, F.lit(0.0), lambda total, one: total + one)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_claimed(is_brand_claimed: Column) -> Column:
    """Share of the seller's listings that offer the thing as a brand's own."""
    return _share(is_brand_claimed)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_far_below_reference(price_to_reference: Column) -> Column:
    """Share of the seller's listings that ask under half of the reference price."""
    return _share(price_to_reference < FAR_BELOW)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_median_price_to_reference(price_to_reference: Column) -> Column:
    """Median of price over reference price among the seller's listings."""
    return F.median(price_to_reference)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_lowest_price_to_reference(price_to_reference: Column) -> Column:
    """Lowest price over reference price among the seller's listings."""
    return F.min(price_to_reference)


@feature(lowest=0.0, highest=5.0, per=PER_SELLER)
def seller_price_ratio_spread(price_to_reference: Column) -> Column:
    """Spread of price over reference; small when everything is cut by the same share."""
    return F.stddev_pop(price_to_reference)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_price_spread(price_usd: Column) -> Column:
    """Spread of the logarithms of the seller's prices; small when all things cost the same."""
    return F.stddev_pop(F.when(price_usd > 0, F.log(price_usd)))


@feature(lowest=0.0, highest=15.0, per=PER_SELLER)
def seller_median_price_log(price_usd: Column) -> Column:
    """Logarithm of the median of the seller's prices in dollars."""
    return F.log1p(F.median(price_usd))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_disguised(is_disguised: Column) -> Column:
    """Share of the seller's listings whose text is disguised."""
    return _share(is_disguised)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_official_photo(shows_official_photo: Column) -> Column:
    """Share of the seller's listings that repeat a brand's own photo."""
    return _share(shows_official_photo)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_replica_words(says_replica: Column) -> Column:
    """Share of the seller's listings that say they are copies."""
    return _share(says_replica)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_grade_words(says_grade: Column) -> Column:
    """Share of the seller's listings that use the grades of copies."""
    return _share(says_grade)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_trade_words(says_wholesale: Column) -> Column:
    """Share of the seller's listings that offer trade by the lot."""
    return _share(says_wholesale)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_evasive_words(says_evasive: Column) -> Column:
    """Share of the seller's listings that ask to talk elsewhere or hide the logo."""
    return _share(says_evasive)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_contact_ids(shows_messenger_id: Column, shows_phone_or_mail: Column) -> Column:
    """Share of the seller's listings that give a messenger id, a phone number or a mail address."""
    return _share(F.greatest(shows_messenger_id, shows_phone_or_mail))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_used_words(says_used: Column) -> Column:
    """Share of the seller's listings that say the thing was owned before."""
    return _share(says_used)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_said_new(is_said_new: Column) -> Column:
    """Share of the seller's listings given as new."""
    return _share(is_said_new)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_outside_trade(is_outside_brand_trade: Column) -> Column:
    """Share of the seller's listings that ship from outside the brand's trade."""
    return _share(is_outside_brand_trade)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_compatible(is_brand_compatible: Column) -> Column:
    """Share of the seller's listings that name a brand only as what they are made for."""
    return _share(is_brand_compatible)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_duplicate_title_share(title_folded: Column) -> Column:
    """Share of the seller's titles that repeat another of its titles."""
    return _repeated_share(title_folded)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_same_description_share(description_folded: Column) -> Column:
    """Share of the seller's descriptions that repeat another of its descriptions."""
    return _repeated_share(description_folded)


@feature(lowest=0.0, highest=8.0, per=PER_SELLER)
def seller_category_count_log(category_text: Column) -> Column:
    """Logarithm of the number of categories that the seller offers in."""
    return F.when(F.count(category_text) > 0, F.log1p(_kinds(category_text)))


@feature(lowest=0.0, highest=1000.0, per=PER_SELLER)
def seller_listings_per_day(listed_at: Column) -> Column:
    """Listings put up for each day between the seller's first and last."""
    days = (F.unix_timestamp(F.max(listed_at)) - F.unix_timestamp(F.min(listed_at))) / DAY
    return F.count(listed_at) / F.greatest(days, F.lit(1.0))


@feature(lowest=0.0, highest=50.0, per=PER_SELLER)
def seller_mean_image_count(image_count: Column) -> Column:
    """Mean number of pictures of the seller's listings."""
    return F.avg(image_count)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_mean_detail_share(detail_share: Column) -> Column:
    """Mean share of details that the seller's listings give."""
    return F.avg(detail_share)


@feature(lowest=0.0, highest=20.0, per=PER_SELLER)
def seller_reference_sold_log(reference_usd: Column, sold_count: Column) -> Column:
    """What the seller's sales would be worth at reference prices, as a logarithm of dollars."""
    return F.log1p(F.sum(reference_usd * sold_count))
