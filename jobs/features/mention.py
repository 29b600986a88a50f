"""How the brand is shown: claimed, disguised, denied, one of many, by photo alone."""

from __future__ import annotations

import polars as pl

from jobs.catalogue import feature


@feature(lowest=0.0, highest=1.0)
def is_brand_claimed(claim: pl.Expr) -> pl.Expr:
    """Offers the thing as the brand's own (1 when it does)."""
    return claim == "claim"


@feature(lowest=0.0, highest=1.0)
def is_brand_compatible(claim: pl.Expr) -> pl.Expr:
    """Names the brand only as what the thing is made for (1 when it does)."""
    return claim == "compatible"


@feature(lowest=0.0, highest=1.0)
def is_brand_style(claim: pl.Expr) -> pl.Expr:
    """Offers something in the brand's style (1 when it does)."""
    return claim == "style"


@feature(lowest=0.0, highest=1.0)
def is_brand_denied(claim: pl.Expr) -> pl.Expr:
    """Says that it is not the brand's (1 when it does)."""
    return claim == "denied"


@feature(lowest=0.0, highest=1.0)
def is_brand_stuffed(claim: pl.Expr) -> pl.Expr:
    """Names several brands to be found by all of them (1 when it does)."""
    return claim == "several"


@feature(lowest=0.0, highest=1.0)
def is_brand_by_photo_only(claim: pl.Expr) -> pl.Expr:
    """Shows the brand's photo and never names the brand (1 when it does)."""
    return claim == "photo_only"


@feature(lowest=0.0, highest=10.0)
def brand_mention_count(brands_mentioned: pl.Expr) -> pl.Expr:
    """Number of brands mentioned."""
    return brands_mentioned.list.len()


@feature(lowest=0.0, highest=1.0)
def is_brand_disguised(is_mention_disguised: pl.Expr) -> pl.Expr:
    """Brand can be read only after a disguise is undone (1 when so)."""
    return is_mention_disguised


@feature(lowest=0.0, highest=1.0)
def is_text_disguised(is_disguised: pl.Expr) -> pl.Expr:
    """Title or description holds look-alike, split or hidden letters (1 when so)."""
    return is_disguised


@feature(lowest=0.0, highest=1.0)
def is_brand_in_description_only(brand_source: pl.Expr) -> pl.Expr:
    """Names the brand in the description and hides it from the title (1 when so)."""
    return brand_source == "description"


@feature(lowest=0.0, highest=1.0)
def is_brand_by_number(brand_source: pl.Expr) -> pl.Expr:
    """Gives the brand's own product number (1 when it does)."""
    return brand_source.is_in(["gtin", "mpn"])


@feature(lowest=0.0, highest=1.0)
def is_style_number_without_name(
    brand_source: pl.Expr, product_key: pl.Expr, brands_mentioned: pl.Expr
) -> pl.Expr:
    """Gives a product's style number and no brand name, as code words do (1 when so)."""
    is_numbered = product_key.is_not_null() & brand_source.is_in(["mpn", "gtin"])
    return is_numbered & (brands_mentioned.list.len() == 0)


@feature(lowest=0.0, highest=1.0)
def product_certainty(product_probability: pl.Expr, product_key: pl.Expr) -> pl.Expr:
    """How surely the listing is one catalogued product."""
    return pl.when(product_key.is_not_null()).then(product_probability)


@feature(lowest=0.0, highest=1.0)
def is_photo_of_other_brand(photo_brand: pl.Expr, brand: pl.Expr) -> pl.Expr:
    """Shows one brand's official photo and names another (1 when so)."""
    return photo_brand != brand


@feature(lowest=0.0, highest=1.0)
def is_photo_of_other_product(photo_product_key: pl.Expr, product_key: pl.Expr) -> pl.Expr:
    """Shows the official photo of another product than it names (1 when so)."""
    return photo_product_key != product_key


@feature(lowest=0.0, highest=1.0)
def shows_official_photo(photo_product_key: pl.Expr, image_count: pl.Expr) -> pl.Expr:
    """Repeats a picture of the brand's own catalogue (1 when it does)."""
    return pl.when(image_count > 0).then(photo_product_key.is_not_null())


@feature(lowest=0.0, highest=1.0)
def is_official_photo_and_cheap(photo_product_key: pl.Expr, price_to_reference: pl.Expr) -> pl.Expr:
    """Repeats the brand's photo and asks under half of the reference price (1 when it does)."""
    return photo_product_key.is_not_null() & (price_to_reference < 0.5)  # noqa: PLR2004 - half


@feature(lowest=0.0, highest=1.0)
def is_from_outside_trade(is_outside_brand_trade: pl.Expr) -> pl.Expr:
    """Ships from a country that the brand's trade does not ship from (1 when it does)."""
    return is_outside_brand_trade


@feature(lowest=0.0, highest=1.0)
def is_trusted_seller(is_brand_shop: pl.Expr, is_authorised_seller: pl.Expr) -> pl.Expr:
    """Seller is the brand's own shop or on its list of authorised sellers (1 when so)."""
    return is_brand_shop | is_authorised_seller


@feature(lowest=0.0, highest=1.0)
def is_brand_field_evasive(brand_text: pl.Expr, brand: pl.Expr) -> pl.Expr:
    """Leaves the brand field at "unbranded" or the like while showing a brand (1 when so)."""
    words = r"(?i)^\W*(?:unbranded|no ?brand|generic|other|others|none|n/?a|sans marque|ohne marke|"
    rest = r"markenlos|sin marca|sem marca|genérico|无品牌|无牌|无|其他|без бренда|oem)\W*$"
    return pl.when(brand.is_not_null()).then(brand_text.str.contains(words + rest))


@feature(lowest=0.0, highest=1.0)
def is_cheap_and_authentic(price_to_reference: pl.Expr, says_authentic: pl.Expr) -> pl.Expr:
    """Protests that it is genuine and asks under half of the reference price (1 when so)."""
    return (price_to_reference < 0.5) & (says_authentic.cast(pl.Float32) > 0)  # noqa: PLR2004 - half
