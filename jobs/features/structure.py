"""How the listing is built: length, pictures, variants, sales, and details given."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over

DAY = 86_400


@feature(lowest=0.0, highest=8.0)
def title_length_log(title: pl.Expr) -> pl.Expr:
    """Logarithm of the number of characters of the title."""
    return title.str.len_chars().log1p()


@feature(lowest=0.0, highest=100.0)
def title_word_count(title_folded: pl.Expr) -> pl.Expr:
    """Number of words of the title."""
    return title_folded.str.count_matches(r"\w+")


@feature(lowest=0.0, highest=12.0)
def description_length_log(description: pl.Expr) -> pl.Expr:
    """Logarithm of the number of characters of the description."""
    return description.str.len_chars().log1p()


@feature(lowest=0.0, highest=100.0)
def description_to_title(description: pl.Expr, title: pl.Expr) -> pl.Expr:
    """Length of the description over that of the title; near 1 it only repeats it."""
    length = title.str.len_chars()
    return over(description.str.len_chars(), length)


@feature(lowest=0.0, highest=4.0)
def image_count_log(image_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number of pictures."""
    return image_count.log1p()


@feature(lowest=0.0, highest=6.0)
def variant_count_log(variant_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number of variants; many sizes and colours are stock."""
    return variant_count.log1p()


@feature(lowest=0.0, highest=10.0)
def outside_link_count(outgoing_url_count: pl.Expr) -> pl.Expr:
    """Number of addresses outside the platform in the text."""
    return outgoing_url_count


@feature(lowest=0.0, highest=16.0)
def sold_count_log(sold_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number sold."""
    return sold_count.log1p()


@feature(lowest=0.0, highest=16.0)
def stock_count_log(stock_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number in stock."""
    return stock_count.log1p()


@feature(lowest=0.0, highest=1.0)
def rating(rating_share: pl.Expr) -> pl.Expr:
    """Rating of the listing over the best there is."""
    return rating_share


@feature(lowest=0.0, highest=16.0)
def review_count_log(review_count: pl.Expr) -> pl.Expr:
    """Logarithm of the number of reviews of the listing."""
    return review_count.log1p()


@feature(lowest=0.0, highest=1.0)
def reviews_per_sale(review_count: pl.Expr, sold_count: pl.Expr) -> pl.Expr:
    """Reviews over sales; many sales and no review is odd."""
    return over(review_count, sold_count)


@feature(lowest=0.0, highest=9.0)
def listed_days_log(observed_at: pl.Expr, listed_at: pl.Expr) -> pl.Expr:
    """Logarithm of the days between listing and observation."""
    days = (observed_at - listed_at).dt.total_seconds() / DAY
    return days.clip(lower_bound=0.0).log1p()


@feature(lowest=0.0, highest=1000.0)
def sales_per_day(sold_count: pl.Expr, observed_at: pl.Expr, listed_at: pl.Expr) -> pl.Expr:
    """Number sold for each day since it was listed."""
    days = (observed_at - listed_at).dt.total_seconds() / DAY
    return sold_count / days.clip(lower_bound=1.0)


@feature(lowest=0.0, highest=1.0)
def is_said_new(condition: pl.Expr) -> pl.Expr:
    """Condition is given as new (1 when it is)."""
    return condition == "new"


@feature(lowest=0.0, highest=1.0)
def is_title_in_description(title_folded: pl.Expr, description_folded: pl.Expr) -> pl.Expr:
    """Description repeats the title word for word (1 when it does)."""
    is_titled = title_folded.str.len_chars() > 0
    return pl.when(is_titled).then(description_folded.str.contains(title_folded, literal=True))


@feature(lowest=0.0, highest=1.0)
def title_word_variety(title_folded: pl.Expr) -> pl.Expr:
    """Different words of the title over its words; low when words are stuffed."""
    words = title_folded.str.extract_all(r"\w+").list
    return over(words.n_unique(), words.len())


@feature(lowest=0.0, highest=1.0)
def detail_share(
    description: pl.Expr,
    gtin: pl.Expr,
    mpn: pl.Expr,
    category_text: pl.Expr,
    condition: pl.Expr,
    image_count: pl.Expr,
) -> pl.Expr:
    """Share of six details that the listing gives; use it beside the seller's own mean."""
    given = [one.is_not_null() for one in (description, gtin, mpn, category_text, condition)]
    return pl.sum_horizontal(*given, image_count >= 3) / 6  # noqa: PLR2004 - six details, three views


@feature(lowest=-1.0, highest=1.0)
def detail_to_seller_mean(detail_share: pl.Expr, seller_mean_detail_share: pl.Expr) -> pl.Expr:
    """Share of details given, less the mean of the same seller's listings."""
    return detail_share - seller_mean_detail_share
