"""What the log tells of a file hides no row from whoever looks for it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable
from deltalake import Schema as DeltaSchema
from deltalake.transaction import AddAction, create_table_with_add_actions
from hypothesis import given
from hypothesis import strategies as st

from jobs.bucket_write import statistics

AT = datetime(2026, 11, 1, 6, 0, 0, 123, tzinfo=UTC)
ROWS = pl.DataFrame(
    {
        "key": ["a" * 40 + "b", "a" * 40 + "c", "ü"],
        "text": ["顶" * 40, None, ""],
        "nothing": pl.Series([None] * 3, dtype=pl.String),
        "is_so": [True, None, False],
        "share": [1.5, None, -0.0],
        "count": [3, None, -(2**60)],
        "day": [date(2026, 11, 1), date(1970, 1, 1), None],
        "at": [AT, AT.replace(microsecond=999_999), None],
        "words": [["a"], [], None],
    }
)
FLAT = [name for name, kind in ROWS.schema.items() if not kind.is_nested()]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> DeltaTable:
    home = tmp_path_factory.mktemp("table")
    file = home / "rows.parquet"
    ROWS.write_parquet(file)
    added = AddAction(file.name, file.stat().st_size, {}, 0, True, statistics(ROWS))  # noqa: FBT003 - its signature
    schema = DeltaSchema.from_arrow(ROWS.to_arrow().schema)
    create_table_with_add_actions(str(home), schema, [added], "overwrite", [])
    return DeltaTable(home)


@pytest.mark.parametrize("name", FLAT)
def test_every_value_is_found(table: DeltaTable, name: str) -> None:
    dataset = table.to_pyarrow_dataset()
    for value in ROWS[name].drop_nulls():
        equal = ROWS.filter(pl.col(name) == value).height
        assert dataset.to_table(filter=pc.field(name) == value).num_rows == equal >= 1
        assert pl.scan_delta(table).filter(pl.col(name) == value).collect().height == equal
    there = dataset.to_table(filter=pc.field(name).is_valid()).num_rows
    assert there == ROWS[name].drop_nulls().len()
    missing = ROWS[name].null_count()
    assert dataset.to_table(filter=pc.field(name).is_null()).num_rows == missing


@pytest.mark.spark
def test_spark_finds_every_value(table: DeltaTable, spark: Any) -> None:
    frame = spark.read.format("delta").load(str(Path(table.table_uri.removeprefix("file://"))))
    for name in ("key", "text", "is_so", "count", "day", "at"):
        for value in ROWS[name].drop_nulls():
            assert frame.where(frame[name] == value).count() == 1, (name, value)
        assert frame.where(frame[name].isNull()).count() == ROWS[name].null_count()


@given(st.lists(st.text(max_size=50), min_size=1))
def test_bounds_hold_every_text(texts: list[str]) -> None:
    told = json.loads(statistics(pl.DataFrame({"text": texts})))
    least, most = told["minValues"]["text"], told["maxValues"]["text"]
    assert all(least.encode() <= text.encode() <= most.encode() for text in texts)


@given(st.datetimes(max_value=datetime(9998, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it so
def test_bounds_hold_every_moment(moment: datetime) -> None:
    told = json.loads(statistics(pl.DataFrame({"at": [moment]})))
    least, most = (datetime.fromisoformat(told[side]["at"]) for side in ("minValues", "maxValues"))
    assert least <= moment <= most
