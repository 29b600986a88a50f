"""What is learned of products: from listings whose numbers are taken out."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from conf.brand import Brand, Product
from conf.errors import ModelError
from conf.site import site
from conf.weights import OfBrand, of_site, own, weights
from jobs.match._decide import Listing, Matcher
from jobs.match._products import Clues
from ml import products
from ml.products import Example, hidden, known, learned, learned_brand

LINES = ("aero", "court", "drift", "halo")
BRAND = Brand(
    key="velora",
    name="Velora",
    industry="shoes",
    country="US",
    marks=("Velora",),
    products=tuple(
        Product(f"p{n}", f"{LINES[n % 4]} runner {n // 4}", "x", mpn=f"VL-{2000 + n}")
        for n in range(40)
    ),
)
MATCHER = Matcher((BRAND,), {})


def listings(count: int) -> pl.DataFrame:
    rows = [
        {
            "listing_key": f"a:{n:03}",
            "title_folded": f"velora {LINES[n % 4]} runner {n % 40 // 4} vl {2000 + n % 40}",
            "description_folded": None,
            "mpn": f"vl-{2000 + n % 40}",
            "price_usd": None,
        }
        for n in range(count)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def matches(count: int) -> pl.DataFrame:
    rows = [
        {
            "listing_key": f"a:{n:03}",
            "product_key": f"velora/p{n % 40}",
            "brand": "velora",
            "claim": "claim",
            "photo_product_key": None,
            "product_source": "mpn" if n % 2 else "name",
        }
        for n in range(count)
    ]
    return pl.DataFrame(rows, schema_overrides={"photo_product_key": pl.String})


def test_a_number_is_taken_out_in_every_form() -> None:
    given = Clues("velora vl-2001 aero", "size 9 vl2001, VL", mpn="vl-2001", by_gtin="velora/p1")
    left = hidden(given, "VL-2001")
    assert (left.title.split(), left.mpn, left.by_gtin) == (["velora", "aero"], "", None)
    assert "2001" not in left.description
    assert hidden(given, None).title == given.title


def test_only_listings_with_numbers_are_examples_and_show_none() -> None:
    found = list(products.own(MATCHER, listings(40), matches(40)))
    right = [one for one in found if one.which is not None]
    assert len(right) == 20
    assert not any(signs[0] or signs[1] or signs[2] for one in found for signs in one.choice.signs)
    for one in right:
        assert one.choice.signs[one.which or 0][4] == 1.0  # all of its name is there


def test_the_right_one_taken_out_leaves_none_of_them() -> None:
    choice = MATCHER.products.choice("velora", Clues("velora aero runner 3"))
    whole, rest = known(choice, "velora/p12")
    assert whole.choice.keys[whole.which or 0] == "velora/p12"
    assert rest.which is None
    assert "velora/p12" not in rest.choice.keys
    assert list(known(choice, "velora/none")) == []


def test_learning_makes_right_answers_likelier_and_leaves_numbers_alone() -> None:
    found = list(products.own(MATCHER, listings(80), matches(80)))
    start = weights()
    flat = msgspec.structs.replace(start, product=type(start.product)(*[0.0] * 11))
    made = learned(found, flat)
    assert (made.product.gtin, made.product.number) == (0.0, 0.0)
    assert made.product.others < 0 < made.product.named
    assert made == learned(found, flat)


def test_labels_of_chance_teach_no_name() -> None:
    """The control that would show the answer among the signs."""
    dice = np.random.default_rng(2)
    found = [
        one for one in products.own(MATCHER, listings(80), matches(80)) if one.which is not None
    ]
    mixed = [Example(one.choice, int(dice.integers(len(one.choice.keys)))) for one in found]
    start = msgspec.structs.replace(weights(), product=type(weights().product)(*[0.0] * 11))
    assert learned(mixed, start).product.named < 0.5 * learned(found, start).product.named


def test_a_brands_signs_are_weighed_by_their_shares() -> None:
    names = OfBrand.__struct_fields__
    signs = np.zeros((400, len(names)))
    signs[:200, names.index("title")] = 1.0
    signs[200:, names.index("photo")] = 1.0
    labels = np.r_[np.ones(180), np.zeros(20), np.ones(100), np.zeros(100)]
    made = learned_brand(signs, labels)
    assert made.title == pytest.approx(np.log(9), abs=0.15)
    assert made.photo == pytest.approx(0.0, abs=0.05)


def test_what_a_site_learned_is_what_its_jobs_take(tmp_path: Path) -> None:
    here = msgspec.structs.replace(site("local"), home=tmp_path)
    assert of_site(here) == weights()
    other = msgspec.structs.replace(weights(), product=type(weights().product)(*[1.5] * 11))
    products.write(other, own(here))
    assert of_site(here) == other


def test_without_matches_it_is_said_what_to_do(tmp_path: Path) -> None:
    here = msgspec.structs.replace(site("local"), home=tmp_path)
    with pytest.raises(ModelError, match="job run all"):
        products.weigh(here)


def test_a_listing_needs_no_more_than_a_key() -> None:
    found = MATCHER.match(Listing("a:1"))
    assert found.no_brand_probability > 0.9
