"""What things cost is learned from few and partly wrong offers, and how sure it is."""

from __future__ import annotations

from math import log

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.market import (
    APART,
    LEAST_EVIDENCE,
    MOST_EVIDENCE,
    Known,
    Market,
    evidence,
    learned,
    priced,
)

SCHEMA = {"brand": pl.String(), "kind": pl.String(), "price_usd": pl.Float64()}
Offer = tuple[str | None, str | None, float | None]


def offers(*rows: Offer) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def shop() -> Market:
    """Two brands, each with shoes and dearer watches."""
    rng = np.random.default_rng(5)
    rows: list[Offer] = []
    for brand, level in (("velmora", 100.0), ("orchard", 20.0)):
        for kind, times in (("shoe", 1.0), ("watch", 4.0)):
            prices = level * times * np.exp(rng.normal(0, 0.2, 40))
            rows += [(brand, kind, float(price)) for price in prices]
    return learned(offers(*rows))


def told(ratio: float | None, width: float = 0.4) -> float | None:
    frame = pl.DataFrame({"ratio": [ratio], "width": [width]}, schema_overrides={"ratio": float})
    value = frame.select(evidence(pl.col("ratio"), pl.col("width"))).item()
    return None if value is None else float(value)


def test_a_kind_of_a_brand_has_its_own_price() -> None:
    market = shop()
    assert market.level("velmora", "shoe").price == pytest.approx(100, rel=0.2)
    assert market.level("velmora", "watch").price == pytest.approx(400, rel=0.2)
    assert market.level("orchard", "watch").price == pytest.approx(80, rel=0.2)


def test_what_a_brand_never_sold_here_leans_on_the_kind() -> None:
    rows: list[Offer] = [("velmora", "shoe", 100.0)] * 9
    rows += [("orchard", one, price) for one, price in (("shoe", 20.0), ("watch", 80.0))] * 9
    market = learned(offers(*rows))
    known, guessed = market.level("velmora", "shoe"), market.level("velmora", "watch")
    assert guessed.price > 1.5 * known.price
    assert guessed.doubt > known.doubt
    assert market.level("tessaly", "shoe").doubt > guessed.doubt  # a brand never seen


def test_one_wrong_offer_counts_little() -> None:
    rows: list[Offer] = [("velmora", "shoe", 100.0)] * 9
    wrong = learned(offers(*rows, ("velmora", "shoe", 1.0)))
    assert wrong.level("velmora", "shoe").price == pytest.approx(100.0)


def test_a_market_without_offers_doubts_everything() -> None:
    market = learned(offers((None, "shoe", 5.0), ("velmora", "shoe", None), ("velmora", "x", 0.0)))
    assert market.cells == {}
    assert market.level("velmora", None).doubt > 1


def test_the_surer_market_counts_more() -> None:
    here = learned(offers(("velmora", "shoe", 10.0)))
    there = learned(offers(*[("velmora", "shoe", 100.0)] * 50, *[("orchard", "shoe", 100.0)] * 50))
    both = Known(((here, 0.0), (there, APART))).level("velmora", "shoe")
    assert 50 < both.price < 100
    assert both.doubt < there.level("velmora", "shoe").doubt + APART


def test_a_price_is_set_against_what_the_kind_costs() -> None:
    known = Known(((shop(), 0.0),))
    rows = offers(
        ("velmora", "shoe", 30.0),
        ("velmora", "shoe", 100.0),
        ("velmora", "shoe", None),
        (None, "shoe", 30.0),
    )
    found = priced(rows, known)
    cheap, usual, unpriced, unbranded = found["price_evidence"].to_list()
    assert cheap > 2
    assert usual < 0
    assert (unpriced, unbranded) == (None, None)
    assert found["price_to_reference"][0] == pytest.approx(0.3, rel=0.2)


def test_a_doubtful_reference_is_little_evidence() -> None:
    sure, doubtful = told(0.3, 0.3), told(0.3, 1.5)
    assert sure is not None
    assert doubtful is not None
    assert abs(doubtful) < 0.5 < sure
    assert told(None) is None
    assert told(0.0) is None


@given(st.lists(st.floats(0.001, 100), min_size=2, max_size=2), st.floats(0.2, 2))
@settings(max_examples=200, deadline=None)
def test_a_dearer_thing_is_never_more_suspect(ratios: list[float], width: float) -> None:
    low, high = (told(one, width) for one in sorted(ratios))
    assert low is not None
    assert high is not None
    assert MOST_EVIDENCE >= low >= high - 1e-9 >= LEAST_EVIDENCE - 1e-9


def test_evidence_is_the_ratio_of_two_densities() -> None:
    off, width = log(0.5), 0.4
    copies = (width**2 + 0.7**2) ** 0.5
    density = [
        np.exp(-(((off - mean) / wide) ** 2) / 2) / wide
        for mean, wide in ((-1.0, copies), (0.0, width))
    ]
    assert told(0.5) == pytest.approx(log(density[0] / density[1]))
