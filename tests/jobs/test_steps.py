"""What a write does to stored rows, in a table of one file and in one of many, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest

from conf import contract
from conf.site import Site
from jobs import changes, writes
from jobs.consumed import Consumed
from jobs.reader import Lake
from jobs.tables import LakeTables
from jobs.upsert import BAD, CHANGED

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark")]

TABLE = contract.table("sellers")
FOLLOWED = ("platform", "seller_key")
Frame = Callable[..., Any]


def seller(number: int, day: int, shown: str, **own: Any) -> dict[str, Any]:
    """Give a seller as it was seen on a day."""
    at = datetime(2026, 11, day, 6, tzinfo=UTC)
    seen = {"observed_at": at, "observation_id": f"{100 * number + day:064x}"}
    own = {"seller_key": f"a:{number:02}", "platform": "a", "name": shown} | own
    return own | seen | {"content_sha256": shown * 64}


STORED = [seller(number, 2, "a") for number in range(20)]


def stored(site: Site, frame: Frame, files: int) -> LakeTables:
    """Give a lake whose sellers lie in so many files."""
    tables = LakeTables(site)
    writes.replace(
        tables, TABLE, frame("sellers", *STORED).repartition(files, "seller_key"), Consumed({}, "a")
    )
    return tables


def names(site: Site) -> dict[str, str]:
    """Give the sellers' names."""
    rows = Lake(site.lake).frame("sellers").to_dicts()
    return {row["seller_key"]: row["name"] for row in rows if row["name"] != "a"}


def told(site: Site) -> set[tuple[str, int]]:
    """Give what the newest version says that it changed."""
    (path,) = changes.files(Lake(site.lake), "sellers", 0, 1) or ()
    return {(row["column"], row["number"]) for row in pq.read_table(path).to_pylist()}


@pytest.mark.parametrize(("files", "operation"), [(1, "WRITE"), (16, "MERGE")])
def test_rows_are_made_those_given_whatever_the_files(
    site: Site, frame: Frame, files: int, operation: str
) -> None:
    tables = stored(site, frame, files)
    made = [seller(0, 3, "b"), *STORED[2:], seller(30, 3, "c")]  # 1 is gone
    assert (
        writes.sync(tables, TABLE, frame("sellers", *made), Consumed({}, "b"), None, FOLLOWED) == 3
    )
    commit = next(iter(tables.lake.commits("sellers")))
    assert (commit["operation"], tables.written("sellers")) == (operation, 3)
    assert names(site) == {"a:00": "b", "a:30": "c"}
    assert Lake(site.lake).frame("sellers").height == 20
    assert len(told(site)) == 1 + 3  # one platform, three sellers


@pytest.mark.parametrize(("files", "operation"), [(1, "WRITE"), (16, "MERGE")])
def test_new_rows_are_added_whatever_the_files(
    site: Site, frame: Frame, files: int, operation: str
) -> None:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    tables = stored(site, frame, files)
    made = frame(
        "sellers",
        seller(0, 3, "b"),
        seller(1, 1, "b"),  # older than what is stored
        seller(2, 3, "a"),  # the same content
        seller(3, 3, "c"),  # breaks a rule: goes
        seller(30, 3, "d"),
        seller(31, 3, "c"),  # breaks a rule: never comes
    )
    is_bad = F.col("name") == "c"
    flagged = made.withColumn(CHANGED, F.lit(False)).withColumn(BAD, is_bad)  # noqa: FBT003 - a literal of Spark
    assert writes.fold(tables, TABLE, flagged, Consumed({}, "b"), FOLLOWED) == 3
    commit = next(iter(tables.lake.commits("sellers")))
    assert commit["operation"] == operation
    assert names(site) == {"a:00": "b", "a:30": "d"}
    assert Lake(site.lake).frame("sellers").height == 20  # one gone, one new


def test_nothing_to_do_is_noted_and_changes_nothing(site: Site, frame: Frame) -> None:
    tables = stored(site, frame, 1)
    files = set(tables.lake.open("sellers").file_uris())
    rows = frame("sellers", *STORED)
    assert writes.sync(tables, TABLE, rows, Consumed({}, "b"), None, FOLLOWED) == 0
    assert tables.lake.version("sellers") == 1
    assert set(tables.lake.open("sellers").file_uris()) == files
    assert told(site) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "x", "about": None}, {"name": None, "about": "x"}),
        ({"country": "x", "name": ""}, {"country": "x", "name": None}),
    ],
)
def test_a_value_that_moves_to_another_column_is_a_change(
    site: Site, frame: Frame, one: dict[str, Any], other: dict[str, Any]
) -> None:
    tables = LakeTables(site)
    writes.replace(tables, TABLE, frame("sellers", seller(1, 1, "a", **one)), Consumed({}, "a"))
    rows = frame("sellers", seller(1, 1, "a", **other))
    assert writes.sync(tables, TABLE, rows, Consumed({}, "b"), None, FOLLOWED) == 1


def test_lists_that_differ_where_one_ends_differ(site: Site, frame: Frame) -> None:
    table = contract.table("seller_scores")
    tables = LakeTables(site)
    key = {"seller_key": "a:1", "platform": "a"}
    one = key | {"brands": ["x"], "reasons": ["y"]}
    other = key | {"brands": ["x", "y"], "reasons": []}
    writes.replace(tables, table, frame(table.name, one), Consumed({}, "a"))
    assert writes.sync(tables, table, frame(table.name, other), Consumed({}, "b"), None, ()) == 1
