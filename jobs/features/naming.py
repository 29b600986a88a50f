"""Where and how often the listing names the brand, and how sure that is."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature
from jobs.features._over import over


@feature(lowest=0.0, highest=1.0)
def brand_place_in_title(title: pl.Expr, mention_text: pl.Expr) -> pl.Expr:
    """How far into the title the brand comes: 0 is its beginning, as shops write it."""
    at = title.str.find(mention_text, literal=True)
    return over(at, title.str.len_bytes())


@feature(lowest=0.0, highest=1.0)
def brand_share_of_title(title: pl.Expr, mention_text: pl.Expr) -> pl.Expr:
    """Share of the title that the brand's name takes; high when little else is said."""
    is_shown = title.str.contains(mention_text, literal=True) & (mention_text.str.len_chars() > 0)
    return pl.when(is_shown).then(mention_text.str.len_chars() / title.str.len_chars())


@feature(lowest=0.0, highest=10.0)
def brand_repeat_count(title: pl.Expr, description: pl.Expr, mention_text: pl.Expr) -> pl.Expr:
    """Number of times that title and description name the brand in the same words."""
    named = [text.str.count_matches(mention_text, literal=True) for text in (title, description)]
    return pl.when(mention_text.str.len_chars() > 0).then(pl.sum_horizontal(named))


@feature(lowest=0.0, highest=1.0)
def uncatalogued_brand_chance(brand_probability: pl.Expr) -> pl.Expr:
    """How surely it is of the brand and none of the products that the brand makes."""
    return brand_probability


@feature(lowest=0.0, highest=1.0)
def brands_per_title_word(brands_mentioned: pl.Expr, title_folded: pl.Expr) -> pl.Expr:
    """Brands mentioned for each word of the title; high when names are all there is to it."""
    words = title_folded.str.count_matches(r"\w+")
    return over(brands_mentioned.list.len(), words)
