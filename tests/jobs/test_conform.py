"""Made rows get the columns and types of their contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl
import pytest

from conf import contract
from conf.errors import ContractError
from jobs.conform import conform, to_spark

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    Frame = Callable[..., DataFrame]

pytestmark = pytest.mark.spark
SELLERS = contract.table("sellers")


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


def test_polars_and_arrow_are_taken(spark: SparkSession, rows: Callable[..., object]) -> None:
    listed = pl.DataFrame(rows("sellers", {"seller_key": "a:1"}))
    found = to_spark(spark, listed, SELLERS)
    assert [row["seller_key"] for row in found.collect()] == ["a:1"]
    with pytest.raises(ContractError, match="column about is missing"):
        to_spark(spark, listed.drop("about"), SELLERS)
