"""The brands' catalogue that is made of a price list, names and texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conf.brand import brands
from infra.real.catalogue import RANGE, catalogue, everyday_words, main


def test_a_brand_a_name_with_prices_and_chinese_names(
    data: Path, add_source: Callable[..., Path]
) -> None:
    add_source("shop", {"listing_id": "1", "title": "Velmora watch", "label": 0})
    orchard, tessaly, velmora = catalogue(data)
    assert (velmora.key, velmora.name, velmora.marks) == ("velmora", "Velmora", ("Velmora",))
    assert velmora.aliases == ("维摩拉",)  # another brand's name is not taken for an alias
    (whole,) = velmora.products
    told = {market: price.amount for market, price in whole.reference_prices.items()}
    assert (whole.key, told) == (RANGE, {"GB": 100.0, "IN": 10000.0})
    assert orchard.products[0].reference_prices["US"].amount == 50.0
    assert tessaly.products[0].reference_prices == {}  # no rate for its currency


def test_a_name_that_others_use_is_an_everyday_word(
    data: Path, add_source: Callable[..., Path]
) -> None:
    other = {"brand_text": "Other", "label": 0}
    own = {"brand_text": "Velmora", "title": "Velmora", "label": 0}
    add_source(
        "shop",
        *[other | {"listing_id": f"o{at}", "title": "Orchard apple puzzle"} for at in range(6)],
        *[other | {"listing_id": f"v{at}", "title": "like Velmora"} for at in range(6)],
        *[own | {"listing_id": f"w{at}"} for at in range(9)],
    )
    add_source("replicas", *[other | {"title": "Tessaly", "label": 1} for _ in range(9)])
    assert everyday_words(data, ["Orchard", "Velmora", "Tessaly"]) == {"orchard"}


def test_the_file_can_be_read_as_brands(
    data: Path, add_source: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_source("shop", {"listing_id": "1", "label": 0})
    assert main([str(data), str(tmp_path / "catalogue.yaml")]) == 0
    assert "3 brands of the price list, 1 with a Chinese name" in capsys.readouterr().out
    assert [one.key for one in brands(tmp_path / "catalogue.yaml")] == [
        "orchard",
        "tessaly",
        "velmora",
    ]


def test_a_folder_without_listings_is_told(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(data), str(tmp_path / "out.yaml")]) == 1
    assert "holds no *.jsonl.gz; name a folder as `make demo-real" in capsys.readouterr().err
    (data / "listings" / "reference_prices.csv").write_text("a,b\n1,2\n")
    assert main([str(data), str(tmp_path / "out.yaml")]) == 1
    assert "cannot be read as a price list" in capsys.readouterr().err
