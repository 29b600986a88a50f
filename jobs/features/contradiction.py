"""What the listing says against itself: words against condition, price, stock and photo."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature

HALF = 0.5
OUTSIDE = ("contact", "messenger_id", "phone_or_mail", "link")


@feature(lowest=0.0, highest=1.0)
def is_new_and_worn(condition: pl.Expr, says_used: pl.Expr, says_flaw: pl.Expr) -> pl.Expr:
    """Is given as new, and its words tell of use or flaws (1 when so)."""
    return (condition == "new") & (says_used | says_flaw)


@feature(lowest=0.0, highest=1.0)
def is_used_and_many(condition: pl.Expr, stock_count: pl.Expr, shows_size_run: pl.Expr) -> pl.Expr:
    """Is given as used, and comes in several pieces or a run of sizes (1 when so)."""
    return (condition == "used") & ((stock_count > 1) | shows_size_run)


@feature(lowest=0.0, highest=1.0)
def is_authentic_and_graded(says_authentic: pl.Expr, says_grade: pl.Expr) -> pl.Expr:
    """Protests that it is genuine in the grades that copies are sold by (1 when so)."""
    return says_authentic & says_grade


@feature(lowest=0.0, highest=1.0)
def is_cheap_and_receipted(price_to_reference: pl.Expr, says_receipt: pl.Expr) -> pl.Expr:
    """Names a receipt or warranty and asks under half of the reference price (1 when so)."""
    return (price_to_reference < HALF) & says_receipt


@feature(lowest=0.0, highest=1.0)
def is_cheap_and_packed(price_to_reference: pl.Expr, says_packing: pl.Expr) -> pl.Expr:
    """Stresses box and papers and asks under half of the reference price (1 when so)."""
    return (price_to_reference < HALF) & says_packing


@feature(lowest=0.0, highest=1.0)
def is_used_with_official_photo(condition: pl.Expr, shows_official_photo: pl.Expr) -> pl.Expr:
    """Is given as used and shows the brand's photo in place of the thing (1 when so)."""
    return (condition == "used") & shows_official_photo


@feature(lowest=0.0, highest=4.0)
def outside_way_count(text_signs: pl.Expr) -> pl.Expr:
    """Number of ways out of the platform that it gives: messenger, id, telephone or mail, link."""
    first, *others = (text_signs.list.contains(way).cast(pl.Int8) for way in OUTSIDE)
    return sum(others, first)


@feature(lowest=0.0, highest=1.0)
def is_denied_and_claimed(claim: pl.Expr, brand_text: pl.Expr, mention_text: pl.Expr) -> pl.Expr:
    """Says that it is not the brand's, or only for it, with the brand in the brand field."""
    is_field = brand_text.str.to_lowercase() == mention_text.str.to_lowercase()
    return claim.is_in(["denied", "compatible", "style"]) & is_field
