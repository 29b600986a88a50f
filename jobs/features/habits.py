"""What the seller's listings say and show again and again, and how they name brands."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import PER_SELLER, feature
from jobs.features._grouping import commonest_share, kinds, kinds_log, repeated_share, share


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_authentic_words(says_authentic: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that protest to be genuine."""
    return share(says_authentic)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_grade_in_title(says_grade_in_title: pl.Expr) -> pl.Expr:
    """Share of the seller's titles with a grade or a copy word."""
    return share(says_grade_in_title)


@feature(lowest=0.0, highest=10.0, per=PER_SELLER)
def seller_mean_trade_words(trade_word_count: pl.Expr) -> pl.Expr:
    """Mean number of different trade words of copies in the seller's listings."""
    return trade_word_count.mean()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_messenger_words(says_messenger: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that name a messenger or an album outside the platform."""
    return share(says_messenger)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_outside_payment(says_outside_payment: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ask for payment that the platform does not protect."""
    return share(says_outside_payment)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_customs_words(says_customs: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that promise to get past customs or to ship discreetly."""
    return share(says_customs)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_packing_words(says_packing: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that stress box, papers, tags or dust bag."""
    return share(says_packing)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_flaw_words(says_flaw: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that tell of a flaw, as owners do."""
    return share(says_flaw)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_receipt_words(says_receipt: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that name a receipt, a warranty or authorised trade."""
    return share(says_receipt)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_hurry_words(says_hurry: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that press to buy."""
    return share(says_hurry)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_links(shows_link: pl.Expr) -> pl.Expr:
    """Share of the seller's listings with an address outside the platform."""
    return share(shows_link)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_size_runs(shows_size_run: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that offer a whole run of sizes."""
    return share(shows_size_run)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_mean_capital_share(title_capital_share: pl.Expr) -> pl.Expr:
    """Mean share of capitals in the seller's titles."""
    return title_capital_share.mean()


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_mean_symbol_share(title_symbol_share: pl.Expr) -> pl.Expr:
    """Mean share of marks in the seller's titles."""
    return title_symbol_share.mean()


@feature(lowest=0.0, highest=20.0, per=PER_SELLER)
def seller_language_count(language: pl.Expr) -> pl.Expr:
    """Number of languages that the seller writes in."""
    return pl.when(language.count() > 0).then(kinds(language))


@feature(lowest=0.0, highest=30.0, per=PER_SELLER)
def seller_shipping_country_count(ships_from_country: pl.Expr) -> pl.Expr:
    """Number of countries that the seller ships from."""
    return pl.when(ships_from_country.count() > 0).then(kinds(ships_from_country))


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_shipped_from_elsewhere(is_shipped_from_elsewhere: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that ship from another country than its own."""
    return share(is_shipped_from_elsewhere)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_style(is_brand_style: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that offer something in a brand's style."""
    return share(is_brand_style)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_denied(is_brand_denied: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that say they are not the brand's."""
    return share(is_brand_denied)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_stuffed(is_brand_stuffed: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that name several brands to be found by all of them."""
    return share(is_brand_stuffed)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_mention_disguised(is_mention_disguised: pl.Expr) -> pl.Expr:
    """Share of the seller's listings whose brand is read only after a disguise is undone."""
    return share(is_mention_disguised)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_in_description_only(is_brand_in_description_only: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that hide the brand from the title."""
    return share(is_brand_in_description_only)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_by_number(is_brand_by_number: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that give the brand's own product number."""
    return share(is_brand_by_number)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_brand_field_evasive(is_brand_field_evasive: pl.Expr) -> pl.Expr:
    """Share of the seller's listings that leave the brand field at "unbranded" or the like."""
    return share(is_brand_field_evasive)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_photo_of_other_product(is_photo_of_other_product: pl.Expr) -> pl.Expr:
    """Share of the seller's official photos that are of another product than it names."""
    return share(is_photo_of_other_product)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_commonest_brand(brand: pl.Expr) -> pl.Expr:
    """Share of the seller's alliance brands that are its commonest one."""
    return commonest_share(brand)


@feature(lowest=0.0, highest=8.0, per=PER_SELLER)
def seller_product_count_log(product_key: pl.Expr) -> pl.Expr:
    """Logarithm of the number of catalogued products that the seller offers."""
    return kinds_log(product_key)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def seller_relisting_share(product_key: pl.Expr) -> pl.Expr:
    """Share of the seller's catalogued products that it offers once more."""
    return repeated_share(product_key)


@feature(lowest=0.0, highest=1.0, per=PER_SELLER)
def share_commonest_category(category_text: pl.Expr) -> pl.Expr:
    """Share of the seller's listings in its commonest category."""
    return commonest_share(category_text)
