"""The benchmark of features: what it writes is read back, and platforms apart are told apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from infra.bench import features as bench
from infra.feature_figures import Figure, Measured, measured
from ml.drift import LEAST_SELLERS

FOUND = Measured(
    day=date(2026, 11, 2),
    listings=10,
    decisions=5,
    platforms=("bazaar",),
    figures={"price_log": Figure(0.5, 0.25, 0.125), "seller_brand_share": Figure(0.5, 0.0)},
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "features.yaml"
    path.write_text(bench.as_yaml(FOUND))
    assert measured(path) == FOUND
    assert "  price_log: {importance: 0.5, psi: 0.25, cost_us: 0.125}\n" in path.read_text()


def test_a_feature_that_platforms_show_alike_is_steady_and_another_is_not() -> None:
    count = 4 * LEAST_SELLERS
    chance = np.random.default_rng(3)
    is_first = np.arange(2 * count) < count
    facts = pl.DataFrame(
        {
            "listing_key": [str(at) for at in range(2 * count)],
            "seller_key": [str(at) for at in range(2 * count)],
            "platform": np.where(is_first, "bazaar", "agora"),
            "price_usd": chance.lognormal(4, 1, 2 * count),
            "shipping_usd": np.where(is_first, 0.0, chance.lognormal(1, 1, 2 * count)),
        }
    )
    found, platforms = bench.psi(facts, ["price_log", "shipping_log"])
    assert platforms == ["agora", "bazaar"]
    assert found["price_log"] < 0.3
    assert found["shipping_log"] > 1


def test_a_feature_costs_more_than_nothing_and_less_than_all_together() -> None:
    facts = pl.DataFrame({"price_usd": [1.0, 2.0], "title": ["a bag", "b"]})
    found = bench.costs_us(facts, ["price_log", "title_length_log"])
    assert set(found) == {"price_log", "title_length_log", bench.TOGETHER}
    assert min(found.values()) > 0
