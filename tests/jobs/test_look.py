"""People look at tables: rows, conditions, SQL that can only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conf.errors import ConfError
from conf.site import Site
from jobs import look
from jobs.reader import Lake


@pytest.fixture
def lake(site: Site, add_bronze: Callable[..., int]) -> Lake:
    add_bronze(
        "observations",
        {"listing_key": "b:2", "title_text": "two", "image_urls": ["u"]},
        {"listing_key": "b:1", "title_text": "one", "is_gone": True},
        {"listing_key": "b:3"},
    )
    return Lake(site.lake)


def test_tables_that_are_not_there_yet_are_listed_too(lake: Lake) -> None:
    found = {row["table"]: row["rows"] for row in look.tables(lake)}
    assert (found["observations"], found["listings"]) == (3, None)


def test_a_column_says_its_rules() -> None:
    found = {row["column"]: row["rules"] for row in look.describe("sellers")}
    assert found["seller_key"] == "key, required"
    assert found["rating_share"] == ">= 0, <= 1"


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ([], {"b:1", "b:2", "b:3"}),
        (["is_gone=true"], {"b:1"}),
        (["title_text=two"], {"b:2"}),
        (["title_text=null"], {"b:3"}),
        (["image_urls=u"], {"b:2"}),
        (["is_gone=false", "title_text=one"], set()),
    ],
)
def test_rows_that_have_every_value(lake: Lake, where: list[str], keys: set[str]) -> None:
    assert {row["listing_key"] for row in look.show(lake, "observations", where, 10)} == keys


@pytest.mark.parametrize(
    ("table", "where", "fault"),
    [
        ("observationz", [], "there is no table 'observationz'"),
        ("observations", ["title"], "not of the form column=value"),
        ("observations", ["titel=x"], "no column 'titel'"),
        ("sellers", ["sold_count=many"], "'many' is no number"),
    ],
)
def test_a_wrong_question_is_told(lake: Lake, table: str, where: list[str], fault: str) -> None:
    with pytest.raises(ConfError, match=fault):
        look.show(lake, table, where, 10)


def test_sql(lake: Lake) -> None:
    query = "SELECT count(*) AS n, max(observed_at) AS t FROM observations WHERE NOT is_gone"
    (row,) = look.sql(lake, query, 10)
    assert row["n"] == 2
    assert row["t"].isoformat() == "2026-11-01T06:00:00+00:00"


@pytest.mark.parametrize(
    "query",
    [
        "COPY observations TO '{}/out.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "ATTACH '{}/other.db'",
        "DELETE FROM observations",
        "SET enable_external_access = true",
        "SELEC 1",
    ],
)
def test_sql_reaches_nothing_else(lake: Lake, tmp_path: Path, query: str) -> None:
    with pytest.raises(ConfError, match="DuckDB does not take that"):
        look.sql(lake, query.format(tmp_path), 10)
    assert not list(tmp_path.glob("out*"))
