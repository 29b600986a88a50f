"""What the seller is called: made-up letters, trade words, a brand's name, several names."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import kinds, share
from jobs.features._over import over

SHOP = r"(?i)shop|store|boutique|outlet|mall|旗舰|专卖|专营|店|магазин|tienda|loja|negozio"
TRADE = r"(?i)factory|wholesale|replica|luxury|discount|cheap|direct|工厂|厂家|批发|高端|奢侈"
OFFICIAL = r"(?i)official|authentic|genuine|original|官方|正品|旗舰|oficial|officiel|offiziell"


def _name(seller_name: pl.Expr) -> pl.Expr:
    """Give one of the seller's names: the one of the last listing by key."""
    return seller_name.drop_nulls().last()


@feature(lowest=0.0, highest=60.0, per=PER_SELLER)
def seller_name_length(seller_name: pl.Expr) -> pl.Expr:
    """Number of characters of the seller's name."""
    return _name(seller_name).str.len_chars()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_name_digit_share(seller_name: pl.Expr) -> pl.Expr:
    """Share of the characters of the seller's name that are digits."""
    name = _name(seller_name)
    return over(name.str.count_matches("[0-9]"), name.str.len_chars())


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def is_seller_name_numbered(seller_name: pl.Expr) -> pl.Expr:
    """Seller's name ends in three digits or more, as accounts made in rows do (1 when it does)."""
    return _name(seller_name).str.contains("[0-9]{3,}$")


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_name_vowel_share(seller_name: pl.Expr) -> pl.Expr:
    """Share of the Latin letters of the seller's name that are vowels; low in made-up ones."""
    name = _name(seller_name)
    return over(name.str.count_matches("[aeiouyAEIOUY]"), name.str.count_matches("[a-zA-Z]"))


@feature(lowest=0.0, highest=30.0, per=PER_SELLER)
def seller_name_longest_consonants(seller_name: pl.Expr) -> pl.Expr:
    """Length of the longest run of consonants in the seller's name; long in made-up ones."""
    runs = _name(seller_name).str.extract_all("(?i)[b-df-hj-np-tv-xz]+")
    return runs.list.eval(pl.element().str.len_chars()).list.max().fill_null(0)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def is_seller_name_of_shop(seller_name: pl.Expr) -> pl.Expr:
    """Seller's name says that it is a shop (1 when it does)."""
    return _name(seller_name).str.contains(SHOP)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def is_seller_name_of_trade(seller_name: pl.Expr) -> pl.Expr:
    """Seller's name speaks of factories, wholesale, luxury or low prices (1 when it does)."""
    return _name(seller_name).str.contains(TRADE)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def is_seller_name_official(seller_name: pl.Expr) -> pl.Expr:
    """Seller's name protests to be official or genuine (1 when it does)."""
    return _name(seller_name).str.contains(OFFICIAL)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_named_after_brand(seller_name: pl.Expr, brand: pl.Expr) -> pl.Expr:
    """Share of the seller's brand listings whose brand is part of the seller's name."""
    letters = _name(seller_name).str.to_lowercase().str.replace_all("[^a-z0-9]", "")
    return share(letters.str.contains(brand.str.replace_all("-", "", literal=True), literal=True))


@feature(lowest=1.0, highest=20.0, per=PER_SELLER)
def seller_name_count(seller_name: pl.Expr) -> pl.Expr:
    """Number of names that the seller's listings show it by; over 1 after a change of name."""
    return pl.when(seller_name.count() > 0).then(kinds(seller_name))
