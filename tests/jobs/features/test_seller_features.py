"""What a seller's listings tell together, and that Spark and Polars tell the same of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log, log1p
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from jobs import catalogue
from jobs.facts import join_facts_polars, join_rows
from jobs.features.seller_features import seller_features

pytestmark = pytest.mark.spark

LISTINGS: list[dict[str, Any]] = [
    {"listing_key": "a:1", "seller_key": "a:s", "title_folded": "velora aaa", "price_usd": 20.0},
    {"listing_key": "a:2", "seller_key": "a:s", "title_folded": "velora aaa", "price_usd": 40.0},
    {"listing_key": "a:3", "seller_key": "a:s", "title_folded": "calder", "price_usd": 90.0},
    {"listing_key": "a:4", "seller_key": "a:t", "title_folded": "plain cup", "price_usd": 5.0},
]
MATCHES: list[dict[str, Any]] = [
    {"listing_key": "a:1", "brand": "velora", "claim": "claim", "price_to_reference": 0.2},
    {"listing_key": "a:2", "brand": "velora", "claim": "claim", "price_to_reference": 0.4},
    {"listing_key": "a:3", "brand": "calder", "claim": "style", "price_to_reference": 0.9},
    {"listing_key": "a:4", "brand": None, "claim": "none", "price_to_reference": None},
]


@pytest.fixture
def found(frame: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    made = seller_features(
        frame("listings", *LISTINGS),
        frame("listing_matches", *MATCHES),
        frame("sellers", {"seller_key": "a:s"}),
    )
    return {row["seller_key"]: row.asDict() for row in made.collect()}


def test_a_seller_is_what_its_listings_are(found: dict[str, dict[str, Any]]) -> None:
    """Each to a thousandth of its range."""
    one = found["a:s"]
    assert one["share_far_below_reference"] == 0.667
    assert one["seller_median_price_to_reference"] == 0.4
    assert one["seller_brand_entropy"] == round(-(2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3)), 3)
    assert one["seller_brand_count"] == 2.0
    assert one["seller_seen_count_log"] == round(log1p(3), 2)
    assert one["seller_duplicate_title_share"] == 0.333
    assert one["share_grade_words"] == 0.667
    assert one["share_brand_claimed"] == 0.667


def test_what_is_not_known_stays_missing(found: dict[str, dict[str, Any]]) -> None:
    other = found["a:t"]
    assert other["share_far_below_reference"] is None
    assert other["seller_median_price_to_reference"] is None
    assert other["share_outside_trade"] is None
    assert other["seller_brand_entropy"] == 0.0


def test_spark_and_polars_give_the_same_vectors(
    frame: Callable[..., Any], rows: Callable[..., pa.Table]
) -> None:
    names = [one.name for one in catalogue.row_features() if not _is_grouped(one.inputs)]
    facts = join_rows(
        frame("listings", *LISTINGS), frame("listing_matches", *MATCHES), frame("sellers")
    )

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pl.DataFrame(pa.Table.from_batches([batch]))
            vectors = catalogue.vectors(table, names).tolist()
            keys = table["listing_key"].to_list()
            yield pa.RecordBatch.from_pydict({"listing_key": keys, "vector": vectors})

    columns = sorted({"listing_key", *catalogue.fact_columns(names)})
    sparks = facts.select(columns).mapInArrow(kernel, "listing_key string, vector array<double>")
    by_key = {row.listing_key: row.vector for row in sparks.collect()}

    direct = join_facts_polars(
        *(
            pl.DataFrame(rows(table, *given))
            for table, given in (
                ("listings", LISTINGS),
                ("listing_matches", MATCHES),
                ("sellers", []),
                ("seller_features", []),
            )
        )
    )
    np.testing.assert_array_equal(
        np.array([by_key[key] for key in direct["listing_key"]]), catalogue.vectors(direct, names)
    )


def _is_grouped(inputs: tuple[str, ...]) -> bool:
    known = catalogue.catalogue()
    return any(name in known and known[name].per is not None for name in inputs)
