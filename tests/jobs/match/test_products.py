"""Titles beside the products that they may be, and the chances of each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf.brand import Brand, Product
from jobs.clean._fold import fold
from jobs.match._catalogue import MOST, Catalogue, words_of
from jobs.match._decide import Listing, Match, Matcher
from jobs.match._products import Clues, Products


def product(key: str, name: str, mpn: str | None = None, *names: str) -> Product:
    return Product(key=key, name=name, category="shoes", mpn=mpn, names=names)


VELORA = Brand(
    key="velora",
    name="Velora",
    industry="shoes",
    country="US",
    marks=("Velora",),
    products=(
        product("aero90", "Velora Aero Runner 90", "VL-20931-102", "空气跑鞋90"),
        product("aero80", "Velora Aero Runner 80", "VL-20831-102"),
        product("court", "Court Classic", "EG2196"),
        product("tee", "Logo Tee", "VL-5O1l7"),
    ),
)
OTHER = Brand(
    key="orris",
    name="Orris",
    industry="bags",
    country="US",
    marks=("Orris",),
    products=(product("bag", "Day Bag", "OR-77120"),),
)
PRICES: dict[str, float | None] = {"velora/aero90": 120.0, "velora/aero80": 60.0}
MATCHER = Matcher((OTHER, VELORA), PRICES)
PRODUCTS = MATCHER.products


def match(title: str, **given: Any) -> Match:
    folded = fold(title)
    return MATCHER.match(Listing("harbor:9", title=title, title_folded=folded.text, **given))


@pytest.mark.parametrize(
    ("title", "key", "source"),
    [
        ("Velora Aero Runner 90 shoe", "aero90", "name"),
        ("Velora Aero Runner 80 shoe", "aero80", "name"),
        ("Velora aero runer 90", "aero90", "name"),
        ("velora 空气跑鞋90 正品", "aero90", "name"),
        ("Velora shoe VL 20931 102", "aero90", "mpn"),
        ("Velora VL-20931", "aero90", "mpn"),  # without the colour's number
        ("Velora VL-2O93l-1O2", "aero90", "mpn"),  # letters for digits
        ("velora vl50117", "tee", "mpn"),
        ("top batch 19ss EG2196", "court", "mpn"),  # without the brand's name
        ("Velora Court Classic low", "court", "name"),
        ("Velora hat", None, None),
        ("Velora", None, None),
    ],
)
def test_a_title_names_a_product(title: str, key: str | None, source: str | None) -> None:
    found = match(title)
    assert found.product_key == (f"velora/{key}" if key else None)
    assert found.product_source == source


def test_a_season_alone_points_to_nothing() -> None:
    assert match("jacket 19ss top").brand is None


def test_a_strap_for_a_product_is_not_the_product() -> None:
    found = match("laces for Velora Aero Runner 90")
    assert (found.claim, found.product_key, found.product_probability) == ("compatible", None, 0.0)
    assert found.brand_probability > 0.5


def test_between_siblings_the_price_tells() -> None:
    dear, cheap = (
        PRODUCTS.choice("velora", Clues("velora aero runner", price_usd=usd))
        for usd in (120.0, 60.0)
    )
    of = [dict(zip(one.keys, PRODUCTS.chances(one), strict=True)) for one in (dear, cheap)]
    assert of[0]["velora/aero90"] > of[0]["velora/aero80"]
    assert of[1]["velora/aero80"] > of[1]["velora/aero90"]


def test_what_the_description_adds_counts() -> None:
    bare, told = (
        PRODUCTS.choice("velora", Clues("velora aero runner", description=text))
        for text in ("a good shoe", "our aero runner 90 is light")
    )
    at = told.keys.index("velora/aero90")
    assert PRODUCTS.chances(told)[at] > PRODUCTS.chances(bare)[bare.keys.index("velora/aero90")]


def test_a_number_of_another_brand_is_no_candidate() -> None:
    keys = PRODUCTS.choice("velora", Clues("velora bag or-77120")).keys
    assert not any(key.startswith("orris/") for key in keys)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Velora Aero Runner 90", (True, True)),
        ("Velora", (False, True)),
        ("garden chair", (False, False)),
    ],
)
def test_three_answers_sum_to_one(title: str, expected: tuple[bool, bool]) -> None:
    found = match(title)
    chances = (found.product_probability, found.brand_probability, found.no_brand_probability)
    assert sum(chances) == pytest.approx(1.0, abs=1e-12)
    assert ((chances[0] > 0.5), (chances[0] + chances[1] > 0.5)) == expected


@given(
    title=st.text(alphabet="aero runner 90 velora tee 空气跑鞋-x", max_size=40),
    price=st.none() | st.floats(0, 1e9),
    mpn=st.sampled_from(["", "vl-20931", "zz 999"]),
    claim=st.sampled_from(["claim", "compatible", "denied", "several"]),
)
def test_chances_are_chances(title: str, price: float | None, mpn: str, claim: str) -> None:
    clues = Clues(title, mpn=mpn, price_usd=price, claim=claim, by_photo="velora/tee")
    choice = PRODUCTS.choice("velora", clues)
    chances = PRODUCTS.chances(choice)
    assert all(0.0 <= one <= 1.0 for one in chances)
    assert sum(chances) <= 1.0 + 1e-9
    assert PRODUCTS.choice("velora", clues) == choice


def test_a_brand_of_very_many_products_gives_few_candidates() -> None:
    """Words that all of them share are not gone through; the rare one leads."""
    many = tuple(product(f"p{n}", f"Runner w{n} black") for n in range(3000))
    brand = Brand(key="b", name="B", industry="x", country="US", marks=("Bb",), products=many)
    keys = Products((brand,), {}).choice("b", Clues("bb runner black w2718")).keys
    assert "b/p2718" in keys
    assert len(keys) <= MOST


def test_chinese_has_words_of_two_signs() -> None:
    assert words_of("空气跑鞋90 vl") == ["空气", "气跑", "跑鞋", "90", "vl"]


def test_a_gtin_in_a_text_is_a_number() -> None:
    one = Product(key="a", name="A", category="x", gtin="4006381333931")
    brand = Brand(key="b", name="B", industry="x", country="US", marks=("Bb",), products=(one,))
    catalogue = Catalogue((brand,))
    assert catalogue.numbered("bb shoe 4006381333931 new") == ({"b/a"}, set())
    assert catalogue.numbered("bb shoe 4006381333932 new") == (set(), set())
