"""Titles beside what they are taken for."""

from __future__ import annotations

from typing import Any

import pytest

from conf.brand import Brand, Price, Product
from jobs.clean._fold import fold
from jobs.match._decide import Listing, Match, Matcher

VELORA = Brand(
    key="velora",
    name="Velora",
    industry="shoes",
    country="US",
    marks=("Velora",),
    aliases=("维洛拉",),
    nicknames=("小维",),
    ships_from=("US", "DE"),
    own_shops=("harbor:1",),
    authorised_sellers=("bazaar:7",),
    products=(
        Product(
            key="aero90",
            name="Velora Aero Runner 90",
            category="shoes",
            gtin="4006381333931",
            mpn="VL-20931",
            reference_prices={"US": Price(120.0, "USD")},
        ),
        Product(key="court", name="Court Classic", category="shoes"),
    ),
)
SUMMIT = Brand(
    key="summit",
    name="Summit",
    industry="bags",
    country="DE",
    marks=("Summit",),
    common_words=True,
    products=(Product(key="alpine", name="Alpine Pack 40", category="bags"),),
)
CALDER = Brand(
    key="calder", name="Calder & Roe", industry="watches", country="CH", marks=("Calder & Roe",)
)
MATCHER = Matcher(
    (CALDER, SUMMIT, VELORA),
    {"velora/aero90": 120.0, "velora/court": 80.0, "summit/alpine": 200.0},
)


def match(title: str, description: str | None = None, **given: Any) -> Match:
    folded = fold(title)
    told = fold(description).text if description else None
    brand_text = given.get("brand_text")
    return MATCHER.match(
        Listing(
            listing_key="harbor:9",
            title=title,
            title_folded=folded.text,
            description=description,
            description_folded=told,
            is_disguised=folded.is_disguised,
            brand_folded=fold(brand_text).text if brand_text else None,
            **given,
        )
    )


@pytest.mark.parametrize(
    ("title", "brand", "claim"),
    [
        ("Velora Aero Runner 90 shoes", "velora", "claim"),
        ("小维 跑鞋 正品", "velora", "claim"),
        ("Velora like new", "velora", "claim"),
        ("Laces for Velora Aero", "velora", "compatible"),
        ("Hülle passend für Velora", "velora", "compatible"),
        ("适用于维洛拉 鞋垫", "velora", "compatible"),
        ("Velora compatible laces", "velora", "compatible"),
        ("runner like Velora", "velora", "style"),
        ("Velora style runner", "velora", "style"),
        ("维洛拉同款 跑鞋", "velora", "style"),
        ("not original Velora, unbranded", "velora", "denied"),
        ("velora calder & roe summit shoes mix", "velora", "several"),
        ("strap for Calder & Roe, Velora and others", "calder", "compatible"),
        ("velorama poster", None, "none"),
        ("plain shoes", None, "none"),
    ],
)
def test_the_words_around_tell_the_use(title: str, brand: str | None, claim: str) -> None:
    found = match(title)
    assert (found.brand, found.claim) == (brand, claim)


@pytest.mark.parametrize(
    ("title", "is_meant"),
    [
        ("summit view", False),
        ("Summit view poster", False),
        ("SUMMIT VIEW POSTER", False),
        ("new backpack Summit blue", True),
        ("summit alpine pack 40 backpack", True),
    ],
)
def test_an_everyday_word_needs_more_than_itself(title: str, *, is_meant: bool) -> None:
    assert (match(title).brand == "summit") is is_meant


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("VEL0RA runner", "VEL0RA"),
        ("new V E L O R A shoe", "V E L O R A"),
        ("v*lora shoe", "v*lora"),
        ("velor4 shoe", "velor4"),
        ("VЕLОRА shoe", "VЕLОRА"),
        ("Vèlora shoe", "Vèlora"),
    ],
)
def test_a_disguised_name_is_found_and_shown_as_written(title: str, text: str) -> None:
    found = match(title)
    assert (found.brand, found.mention_text, found.is_mention_disguised) == ("velora", text, True)


@pytest.mark.parametrize("title", ["VELORA shoe", "ＶＥＬＯＲＡ 跑鞋", "维洛拉 跑鞋", "Calder&Roe"])
def test_ordinary_spelling_is_no_disguise(title: str) -> None:
    assert match(title).brand is not None
    assert not match(title).is_mention_disguised


def test_the_strongest_evidence_decides() -> None:
    assert match("Calder & Roe", gtin="04006381333931").brand_source == "gtin"
    assert match("shoes VL20931 top batch").brand_source == "mpn"
    assert match("shoes", mpn="vl-20931").product_key == "velora/aero90"
    assert match("runner", brand_text="Velora").brand_source == "brand_field"
    assert match("runner", "our Velora shoes").brand_source == "description"
    photo = match("runner", photo_product_key="velora/aero90")
    assert (photo.brand, photo.brand_source, photo.claim) == ("velora", "photo", "photo_only")


def test_price_stands_beside_the_product_else_the_brands_median() -> None:
    assert match("Velora Aero Runner 90", price_usd=30.0).price_to_reference == 0.25
    assert match("Velora runner", price_usd=30.0).reference_usd == 100.0
    assert match("laces for Velora", price_usd=5.0).price_to_reference is None


def test_seller_and_place_stand_to_the_brand() -> None:
    own = match("Velora", seller_key="harbor:1", ships_from_country="US")
    assert (own.is_brand_shop, own.is_authorised_seller, own.is_outside_brand_trade) == (
        True,
        False,
        False,
    )
    assert match("Velora", seller_key="bazaar:7").is_authorised_seller
    assert match("Velora", ships_from_country="CN").is_outside_brand_trade
    assert match("Calder & Roe", ships_from_country="CN").is_outside_brand_trade is None
