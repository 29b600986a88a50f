"""Every table opens without Spark: in deltalake, Polars, DuckDB and pandas, with the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from conf import contract
from conf.site import Site
from crawler.commit import Committer

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = contract.tables()
BRONZE = [one.name for one in TABLES if one.layer == "bronze"]
MADE = [one.name for one in TABLES if one.layer != "bronze"]
# What a writer must know; nothing that a reader must know beyond the first version.
PLAIN = {"appendOnly", "invariants", "changeDataFeed"}


def opened(path: Path, promised: contract.Table) -> pl.DataFrame:
    """Open one table in every reader; its rows."""
    table = DeltaTable(str(path))
    protocol = table.protocol()
    assert (protocol.min_reader_version, protocol.reader_features) == (1, None)
    assert set(protocol.writer_features or ()) <= PLAIN

    found = pl.read_delta(str(path))
    wanted = promised.arrow()
    types = table.to_pyarrow_dataset().schema
    assert found.columns == types.names == promised.names
    assert [types.field(name).type for name in wanted.names] == wanted.types

    dataset = table.to_pyarrow_dataset()
    asked = duckdb.connect().from_arrow(dataset)
    assert asked.columns == promised.names
    assert len(asked.fetchall()) == len(table.to_pandas()) == found.height
    return found


@pytest.mark.parametrize("name", BRONZE)
def test_a_table_that_the_crawler_writes(
    name: str, site: Site, rows: Callable[..., pa.Table]
) -> None:
    with Committer(site.lake, "house") as committer:
        committer.hold([name])
        assert opened(site.lake / name, contract.table(name)).height == 0
        committer.commit({name: rows(name, {}).to_pylist()}, 1)
        committer.commit({name: rows(name, {}).to_pylist()}, 2)
    assert opened(site.lake / name, contract.table(name)).height == 2


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("name", MADE)
def test_a_table_that_jobs_write(name: str, site: Site, frame: Callable[..., Any]) -> None:
    """Written whole, and where it merges, changed and emptied again, as a job does."""
    from jobs import writes
    from jobs.consumed import Consumed
    from jobs.parts import folder, make
    from jobs.tables import LakeTables

    promised, tables = contract.table(name), LakeTables(site)

    def write(how: Literal["replace", "sync"], *given: dict[str, Any]) -> None:
        with folder(tables.lake, name) as where:
            parts = make(frame(name, *given), promised, 2, where)
            writes.write(tables, promised, parts, writes.Want(how), Consumed({}, where.name))

    write("replace", {})
    assert opened(site.lake / name, promised).height == 1
    if promised.write == "merge":
        write("sync")
        assert opened(site.lake / name, promised).height == 0
