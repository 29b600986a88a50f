"""Real listings as examples: nothing that is missing may tell, no price judges its own listing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from conf.brand import Brand
from infra.real import examples
from infra.real.data import labels
from jobs import catalogue

BRAND = Brand(key="velmora", name="Velmora", industry="x", country="XX", marks=("Velmora",))


def listing(rows: Callable[..., Any], **given: Any) -> pl.DataFrame:
    key = {"listing_key": "shop:1", "platform": "shop"}
    return pl.DataFrame(rows("listings", key | given))


def known(key: str = "shop:1", label: int = 0) -> pl.DataFrame:
    return pl.DataFrame({"listing_key": [key], "origin": ["shop"], "label": [label]})


def test_labels_are_by_the_key_that_the_lake_has(
    data: Path, add_source: Callable[..., Path]
) -> None:
    add_source(
        "Shop", {"listing_id": "7", "label": 0}, {"title": "no id", "label": 1}, {"label": 5}
    )
    frame = labels(data)
    assert frame.rows()[0] == ("shop:7", "shop", 0)
    assert frame["label"].to_list() == [0, 1]
    assert frame["listing_key"][1].startswith("shop:")


def test_a_brand_field_makes_no_claim(rows: Callable[..., Any]) -> None:
    titled = listing(rows, title="Velmora bag", title_folded="velmora bag")
    fielded = listing(rows, title="bag", title_folded="bag", brand_text="Velmora")
    assert examples.claims(titled, (BRAND,), known())["brand"].to_list() == ["velmora"]
    assert examples.claims(fielded, (BRAND,), known()).height == 0


def test_amounts_of_a_named_source_are_dollars(rows: Callable[..., Any]) -> None:
    text = {"title": "Velmora bag", "title_folded": "velmora bag", "price_amount": 150.0}
    for platform, price in (("adidas_nike", 150.0), ("shop", None)):
        frame = listing(rows, platform=platform, **text)
        assert examples.claims(frame, (BRAND,), known())["price_usd"].to_list() == [price]


def test_half_of_a_brands_genuine_listings_give_prices() -> None:
    facts = pl.DataFrame(
        {
            "listing_key": [f"k{at}" for at in range(24)],
            "origin": ["shop"] * 24,
            "brand": ["a"] * 10 + ["b"] * 10 + ["a"] * 4,
            "label": [0] * 20 + [1] * 4,
        }
    )
    gives = facts.filter(examples.halves(facts))
    assert gives.group_by("brand", "label").len().sort("brand").rows() == [("a", 0, 5), ("b", 0, 5)]
    shuffled = facts.sample(fraction=1.0, shuffle=True, seed=1)
    again = shuffled.filter(examples.halves(shuffled))
    assert set(again["listing_key"]) == set(gives["listing_key"])


def test_a_price_is_set_against_its_brands_median() -> None:
    genuine = pl.DataFrame({"brand": ["a"] * 3 + ["b"], "price_usd": [80.0, 100.0, 130.0, 9.0]})
    facts = pl.DataFrame(
        {
            "brand": ["a", "b", "a"],
            "price_usd": [25.0, 25.0, None],
            "reference_usd": [1.0] * 3,
            "price_to_reference": [1.0] * 3,
        }
    )
    found = examples.priced(facts, examples.prices(genuine))
    assert found["price_to_reference"].to_list() == [0.25, None, None]


def test_labels_and_sources_weigh_alike() -> None:
    facts = pl.DataFrame({"origin": ["x"] * 6 + ["y"] * 2 + ["z"] * 4, "label": [0] * 8 + [1] * 4})
    weights = examples.balanced(facts)
    assert weights.mean() == pytest.approx(1.0)
    assert weights[:8].sum() == pytest.approx(weights[8:].sum())
    assert weights[:6].sum() == pytest.approx(weights[6:8].sum())


def test_a_seller_is_a_cluster_else_source_and_brand() -> None:
    facts = pl.DataFrame({"seller_key": ["w:1", None], "origin": ["w", "m"], "brand": ["a", "a"]})
    assert examples.clusters(facts).tolist() == ["w:1", "m/a"]


def test_no_feature_reads_what_only_some_sources_show() -> None:
    names = examples.feature_names()
    assert {"price_ratio", "says_replica", "is_brand_disguised"} <= set(names)
    assert set(catalogue.fact_columns(names)) <= examples.CARRIED
    assert not {"brand_text", "seller_key", "image_count"} & set(catalogue.fact_columns(names))
