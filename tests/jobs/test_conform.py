"""Rows are held to their contract: every fault at once, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl
import pytest

from conf import contract
from conf.errors import ContractError
from jobs.conform import check, conform, to_spark

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    Frame = Callable[..., DataFrame]

pytestmark = pytest.mark.spark
SELLERS = contract.table("sellers")
SCORES = contract.table("seller_scores")


def test_all_faults_are_told_at_once(frame: Frame) -> None:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    good = frame("sellers", {"seller_key": "a:1"}, {"seller_key": "a:2"})
    bad = good.withColumns(
        {
            "country": F.when(F.col("seller_key") == "a:2", "china"),
            "rating_share": F.lit(1.5),
            "review_count": F.lit(-1).cast("bigint"),
            "platform": F.lit(None).cast("string"),
        }
    ).unionByName(good)
    with pytest.raises(ContractError) as caught:
        check(bad, SELLERS)
    said = str(caught.value)
    assert "country is not of the form ^[A-Z]{2}$ in 1 rows (one: 'a:2')" in said
    assert "rating_share is over 1 in 2 rows (one: 'a:1')" in said
    assert "review_count is under 0 in 2 rows" in said
    assert "platform is missing in 2 rows" in said
    assert "the key comes more than once for 2 keys" in said
    assert "\n" not in said


def test_no_number_is_a_fault(frame: Frame) -> None:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    rows = frame("seller_scores", {"suspicion": 1.0}).withColumn("suspicion", F.lit(float("nan")))
    with pytest.raises(ContractError, match="suspicion is over 100"):
        check(rows, SCORES)


def test_columns_are_those_of_the_contract(frame: Frame) -> None:
    rows = frame("sellers", {})
    strange = rows.drop("country", "about").withColumnRenamed("name", "nom")
    with pytest.raises(
        ContractError, match="lacks name; lacks about; lacks country; has nom besid"
    ):
        conform(strange, SELLERS)


def test_types_are_made_the_contracts(frame: Frame) -> None:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    rows = frame("sellers", {}).withColumns(
        {"sold_count": F.lit("12"), "review_count": F.lit("many"), "_note": F.lit(1)}
    )
    found = conform(rows.select(*reversed(rows.columns)), SELLERS)
    assert found.columns == [*SELLERS.names, "_note"]
    row = found.first()
    assert row is not None
    assert (row["sold_count"], row["review_count"]) == (12, None)
    assert check(found, SELLERS).rows == 1


def test_polars_and_arrow_are_taken(spark: SparkSession, rows: Callable[..., object]) -> None:
    listed = pl.DataFrame(rows("sellers", {"seller_key": "a:1"}))
    found = to_spark(spark, listed, SELLERS)
    assert [row["seller_key"] for row in found.collect()] == ["a:1"]
    with pytest.raises(ContractError, match="column about is missing"):
        to_spark(spark, listed.drop("about"), SELLERS)
