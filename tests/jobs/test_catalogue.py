"""The catalogue of features: what it refuses, what holds for every feature, both engines alike."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from conf import contract
from conf.errors import ConfError
from infra.features import PATH, contract_text
from jobs import catalogue, facts
from jobs.catalogue import feature

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
CORNERS: dict[str, list[Any]] = {
    "string": [None, "", "x", "维洛拉 1:1 微信 abc12345", "!" * 900, "a b " * 500],
    "double": [None, 0.0, -0.0, 1e300, 1e-300, 0.5],
    "float": [None, 0.0, 1.0, 1e30, 1e-30, 0.5],
    "bigint": [None, 0, 1, 2**62, 7, 100],
    "int": [None, 0, 1, 2**31 - 1, 7, 100],
    "boolean": [None, True, False, None, True, False],
    "date": [None, date(1, 1, 1), date(2026, 11, 1), date(9999, 1, 1), None, date(2026, 1, 1)],
    "timestamp": [None, NOW, datetime(2000, 1, 1, tzinfo=UTC), NOW, NOW, NOW],
    "array<string>": [None, [], ["a"], ["a", None], ["a", "b", "c"], []],
}
ROWS = 6


def corner_facts() -> pl.DataFrame:
    """Six rows of extremes: null, zero, huge, tiny."""
    columns = {}
    for table in ("listings", "listing_matches", "sellers", "seller_features"):
        names = facts.SELLER if table == "sellers" else contract.table(table).names
        for name in names:
            column = contract.table(table).column(name)
            schema = contract.table(table).arrow().field(name)
            key = f"seller_{name}" if table == "sellers" else name
            columns[key] = pa.array(CORNERS[column.type], schema.type)
    return pl.DataFrame(pa.table(columns))


@pytest.mark.parametrize("name", catalogue.catalogue())
def test_every_value_is_in_range_or_missing(name: str) -> None:
    one = catalogue.catalogue()[name]
    (values,) = catalogue.vectors(corner_facts(), [name]).T
    known = values[~np.isnan(values)]
    assert ((known >= np.float32(one.lowest)) & (known <= np.float32(one.highest))).all()


def test_a_listing_of_which_nothing_is_known_tells_almost_nothing() -> None:
    """Nulls become missing, so that no feature is a flag of what a platform leaves out."""
    names = [one.name for one in catalogue.row_features()]
    vector = catalogue.vectors(corner_facts()[:1], names)[0]
    told = {name for name, value in zip(names, vector, strict=True) if not math.isnan(value)}
    assert told <= {
        "detail_share",
        "is_official_photo_and_cheap",
        "is_far_below_and_new",
        "is_style_number_without_name",
    }


def test_vectors_come_in_the_order_asked_for_as_float32() -> None:
    table = corner_facts()
    vectors = catalogue.vectors(table, ["price_log", "is_brand_claimed"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (ROWS, 2)
    assert (np.isnan(vectors[0])).all()
    assert catalogue.vectors(table, []).shape == (ROWS, 0)


def test_there_are_enough_of_each_kind() -> None:
    of_seller = {one.name for one in catalogue.row_features() if one.theme == "seller"}
    assert len(catalogue.row_features()) - len(of_seller) >= 100
    assert len(catalogue.group_features()) >= 100


def test_the_contract_of_seller_features_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == contract_text(), "run python -m infra.features"


def test_facts_needed_reach_through_features() -> None:
    needed = catalogue.fact_columns(["is_cheap_and_authentic"])
    assert needed == ["price_to_reference", "text_signs"]


def told(price_usd: pl.Expr) -> pl.Expr:
    """Asking price."""
    return price_usd


def silent(price_usd: pl.Expr) -> pl.Expr:
    return price_usd


def leaks(platform: pl.Expr) -> pl.Expr:
    """Platform."""
    return platform


def reads_nothing() -> pl.Expr:
    """Nothing."""
    return pl.lit(0)


def reads_unknown(no_such_fact: pl.Expr) -> pl.Expr:
    """Something unknown."""
    return no_such_fact


@pytest.mark.parametrize(
    ("formula", "message"),
    [(silent, "docstring"), (leaks, "give the platform away"), (reads_nothing, "no parameters")],
)
def test_a_bad_feature_is_refused_by_name(formula: Any, message: str) -> None:
    with pytest.raises(ConfError, match=rf"feature {formula.__name__} .*{message}"):
        feature(lowest=0.0, highest=1.0)(formula)


def test_bad_ranges_inputs_and_doubles_are_refused() -> None:
    with pytest.raises(ConfError, match="empty"):
        feature(lowest=1.0, highest=1.0)(told)
    with pytest.raises(ConfError, match="no_such_fact, neither a fact nor a feature"):
        catalogue.collect([feature(lowest=0, highest=1)(reads_unknown)])
    one = feature(lowest=0, highest=1)(told)
    with pytest.raises(ConfError, match="two features or facts are named told"):
        catalogue.collect([one, one])


def test_an_unknown_feature_is_named() -> None:
    with pytest.raises(ConfError, match="there is no feature nonsense"):
        catalogue.some(["nonsense"])


def test_the_page_tells_of_every_feature() -> None:
    page = catalogue.as_markdown()
    assert all(f"| `{name}` |" in page for name in catalogue.catalogue())
