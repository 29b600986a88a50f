"""A lake follows its contracts: columns added, widened and renamed, and older readers go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from conf import contract
from conf.contract import Column, Table
from conf.site import Site
from jobs import migrate, query
from jobs.lock import writer
from jobs.reader import Lake

REFUSED = contract.table("refused")


def changed(
    monkeypatch: pytest.MonkeyPatch, *columns: Column, name: str = "refused", **other: Any
) -> Table:
    """Give a table other columns in its contract."""
    table = msgspec.structs.replace(contract.table(name), columns=columns, **other)
    real = contract.table
    monkeypatch.setattr(contract, "table", lambda one: table if one == name else real(one))
    monkeypatch.setattr(
        contract, "tables", lambda: [contract.table(one) for one in sorted(contract.names())]
    )
    return table


def column(name: str, kind: str, *, before: tuple[str, ...] = ()) -> Column:
    plain = REFUSED.columns[0]
    return msgspec.structs.replace(
        plain, name=name, type=kind, required=False, pattern=None, renamed_from=before
    )


def stored(site: Site, rows: int = 6) -> Lake:
    """Make a lake of before: one column has another name, one a narrower type, one is missing."""
    days = [datetime(2026, 11, 1 + at % 3, tzinfo=UTC) for at in range(rows)]
    frame = pl.DataFrame(
        {
            "old_name": [f"r{at}" for at in range(rows)],
            "count": pl.Series(range(rows), dtype=pl.Int32),
            "refused_on": [day.date() for day in days],
        }
    )
    write_deltalake(str(site.lake / "refused"), frame.to_arrow(), partition_by=["refused_on"])
    return Lake(site.lake)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Table:
    """The contract of today."""
    day = REFUSED.column("refused_on")
    return changed(
        monkeypatch,
        column("name", "string", before=("old_name",)),
        column("count", "bigint"),
        column("note", "string"),
        msgspec.structs.replace(day, required=False),
    )


def test_what_is_needed_is_told_and_nothing_is_done(site: Site, newer: Table) -> None:
    lake = stored(site)
    (one,) = migrate.wanted(lake)
    assert (one.table, one.how, one.rows) == ("refused", "files anew", 6)
    assert one.steps == (
        "renames old_name to name",
        "widens count from int to bigint",
        "adds note",
    )
    assert lake.version("refused") == 0
    assert newer.names == ["name", "count", "note", "refused_on"]


@pytest.mark.usefixtures("newer")
def test_columns_are_renamed_widened_and_added(site: Site) -> None:
    lake = stored(site)
    (one,) = migrate.migrate(site)
    assert (one.is_done, one.why) == (True, None)
    found = lake.frame("refused").sort("name")
    assert found.columns == ["name", "count", "note", "refused_on"]
    assert found.schema["count"] == pl.Int64
    assert found["name"].to_list() == [f"r{at}" for at in range(6)]
    assert found["note"].to_list() == [None] * 6
    assert found["refused_on"].dt.day().to_list() == [1, 2, 3, 1, 2, 3]
    assert lake.open("refused").metadata().partition_columns == ["refused_on"]
    assert list(migrate.migrate(site)) == []
    assert lake.version("refused") == 1


@pytest.mark.usefixtures("newer")
def test_the_rows_are_no_new_ones_to_whoever_follows(site: Site) -> None:
    lake = stored(site)
    list(migrate.migrate(site))
    added = lake.added("refused", 0, 1)
    assert added is not None
    assert (added.paths, added.rows) == ((), 0)


@pytest.mark.usefixtures("newer")
def test_readers_of_before_go_on(site: Site) -> None:
    lake = stored(site)
    list(migrate.migrate(site))
    by_old = lake.frame("refused", columns=["old_name", "name"]).sort("name")
    assert by_old["old_name"].to_list() == by_old["name"].to_list()
    some = lake.frame("refused", columns=["count"], where=pl.col("old_name") == "r3")
    assert some["count"].to_list() == [3]
    asked = query.sql(lake, "SELECT old_name, name FROM refused ORDER BY 1 LIMIT 1")
    assert asked.rows() == [("r0", "r0")]


@pytest.mark.usefixtures("newer")
def test_a_version_of_before_is_read_by_names_of_today(site: Site) -> None:
    lake = stored(site)
    for version in (None, 0):  # before and after the migration
        found = lake.frame("refused", version=version, columns=["name", "count", "note"])
        assert sorted(found["name"]) == [f"r{at}" for at in range(6)]
        assert found["note"].null_count() == 6
        list(migrate.migrate(site))


def test_an_added_column_is_a_line_in_the_log(
    site: Site, monkeypatch: pytest.MonkeyPatch, add_bronze: Callable[..., int]
) -> None:
    add_bronze("refused", {})
    changed(monkeypatch, *REFUSED.columns, column("note", "string"))
    files = Lake(site.lake).files("refused")
    (one,) = migrate.migrate(site)
    assert (one.how, one.is_done) == ("in the log", True)
    assert Lake(site.lake).files("refused") == files
    assert Lake(site.lake).frame("refused")["note"].to_list() == [None]


def test_what_bronze_cannot_become_is_left_as_it_is(
    site: Site, monkeypatch: pytest.MonkeyPatch, add_bronze: Callable[..., int]
) -> None:
    add_bronze("refused", {})
    first = REFUSED.columns[0].name
    changed(monkeypatch, *REFUSED.columns[1:])
    (one,) = migrate.migrate(site)
    assert (one.how, one.is_done) == ("cannot be", False)
    assert f"drops {first}" in one.steps
    assert Lake(site.lake).version("refused") == 0


def test_a_table_that_is_being_written_is_left_for_later(site: Site, newer: Table) -> None:
    lake = stored(site)
    with writer(lake.root / ".locks", "refused"):
        (one,) = migrate.migrate(site)
    assert (one.how, one.is_done) == ("failed", False)
    assert "is being written by process" in (one.why or "")
    assert lake.open("refused").schema().to_arrow().names != newer.names


KILLED = """
import sys, time
from pathlib import Path
import msgspec
import conf.site
from jobs import migrate
from tests.jobs.test_migrate import column, REFUSED
from conf import contract
table = msgspec.structs.replace(REFUSED, columns=(
    column("name", "string", before=("old_name",)), column("count", "bigint"),
    msgspec.structs.replace(REFUSED.column("refused_on"), required=False)))
contract.table = lambda name, real=contract.table: table if name == "refused" else real(name)
contract.tables = lambda: [table]
rows = migrate._rows
def slow(opened, promised):
    import pyarrow as pa
    reader = rows(opened, promised)
    def batches():
        for batch in reader:
            print("row", flush=True)
            time.sleep(0.3)
            yield batch
    return pa.RecordBatchReader.from_batches(reader.schema, batches())
migrate._rows = slow
here = msgspec.structs.replace(conf.site.site("local"), home=Path(sys.argv[1]))
print(list(migrate.migrate(here)))
"""


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("seconds", [0.1, 0.5])
def test_killed_amid_it_and_run_again(site: Site, seconds: float) -> None:
    lake = stored(site)
    command = [sys.executable, "-c", KILLED, str(site.home)]
    here = os.environ | {"PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, env=here, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "row\n"
        time.sleep(seconds)
        running.send_signal(signal.SIGKILL)
    assert lake.version("refused") == 0
    assert lake.frame("refused").height == 6
    (one,) = migrate.migrate(site)
    assert one.is_done
    assert sorted(lake.frame("refused")["name"]) == [f"r{at}" for at in range(6)]


def test_tables_of_jobs_are_left_to_them(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sellers = contract.table("sellers")
    empty = sellers.arrow().empty_table()
    write_deltalake(str(site.lake / "sellers"), empty)
    changed(monkeypatch, *sellers.columns[:-1], name="sellers")
    (one,) = migrate.migrate(site)
    assert (one.how, one.is_done) == ("by the next job run", False)


def test_stored_shapes_are_those_of_contracts(site: Site, add_bronze: Callable[..., Any]) -> None:
    for table in contract.tables():
        if table.layer == "bronze":
            add_bronze(table.name, {})
    assert migrate.wanted(Lake(site.lake)) == []
    assert DeltaTable(str(site.lake / "observations")).version() == 0
