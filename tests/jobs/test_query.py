"""SQL over the tables: the right rows, nothing but reading, within bounds, faults on one line."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from conf.errors import ConfError, LakeError
from conf.site import Site
from jobs import query
from jobs.digest import digests
from jobs.past import Past
from jobs.reader import Lake
from tests.jobs.test_past import make_versions, seen

ENDLESS = "WITH RECURSIVE r AS (SELECT 1 a UNION ALL SELECT a + 1 FROM r) SELECT count(*) FROM r"


@pytest.fixture
def lake(site: Site, add_bronze: Callable[..., int]) -> Lake:
    add_bronze(
        "observations",
        seen("b:1", "1", title_text="one"),
        seen("b:2", "2", title_text="two"),
        seen("b:3", "2", is_gone=True),
    )
    make_versions(site.lake / "listing_scores", 2, 5)
    return Lake(site.lake)


def test_answers(lake: Lake) -> None:
    asked = "SELECT count(*) AS n, max(observed_at) AS t FROM observations WHERE NOT is_gone"
    assert query.sql(lake, asked).to_dicts() == [
        {"n": 2, "t": datetime(2026, 11, 2, 6, tzinfo=UTC)}
    ]


def test_the_limit_keeps_the_order(lake: Lake) -> None:
    asked = "SELECT listing_key AS k FROM observations ORDER BY k DESC"
    assert query.sql(lake, asked, 2)["k"].to_list() == ["b:3", "b:2"]
    assert query.sql(lake, "SELECT * FROM range(1000000000000)", 3).height == 3
    assert query.sql(lake, asked, -1).height == 0


def test_tables_go_by_their_names_wherever_they_stand(lake: Lake) -> None:
    asked = """
        WITH o AS (FROM Observations) -- of all
        SELECT o.listing_key AS sellers FROM o
        WHERE listing_key IN (SELECT listing_key FROM listing_scores)
    """
    assert query.sql(lake, asked)["sellers"].to_list() == ["b:1"]


def test_says_what_tables_and_columns_there_are(lake: Lake) -> None:
    assert query.sql(lake, "SHOW TABLES")["name"].to_list() == ["listing_scores", "observations"]
    assert "title_text" in query.sql(lake, "DESCRIBE observations")["column_name"].to_list()
    assert query.sql(lake, "EXPLAIN SELECT * FROM observations").height


@pytest.mark.usefixtures("lake")
def test_as_of_a_day(site: Site) -> None:
    past = Past(site, date(2026, 11, 2))
    asked = "SELECT title, suspicion FROM listings LEFT JOIN listing_scores USING (listing_key)"
    assert query.sql(past, asked + " ORDER BY 1").rows() == [("one", 2.0), ("two", None)]
    first = Past(site, date(2026, 11, 1))
    assert query.sql(first, "SELECT count(*) FROM observations").item() == 1
    with pytest.raises(LakeError, match="reach back to 2026-11-02"):
        query.sql(first, asked)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("COPY observations TO '{}/out.csv'", "only a SELECT .* COPY"),
        ("COPY (SELECT 1) TO '{}/out.csv'", "only a SELECT"),
        ("EXPORT DATABASE '{}/out'", "only a SELECT"),
        ("IMPORT DATABASE '{}/out'", "."),
        ("ATTACH '{}/out.db'", "only a SELECT"),
        ("DELETE FROM observations", "only a SELECT .* DELETE"),
        ("INSERT INTO observations SELECT * FROM observations", "only a SELECT"),
        ("UPDATE observations SET listing_key = 'x'", "only a SELECT"),
        ("CREATE TABLE out AS SELECT 1", "only a SELECT"),
        ("DROP VIEW observations", "only a SELECT"),
        ("INSTALL httpfs", "only a SELECT"),
        ("LOAD httpfs", "only a SELECT"),
        ("SET enable_external_access = true", "only a SELECT"),
        ("PRAGMA enable_profiling", "only a SELECT"),
        ("CALL duckdb_settings()", "only a SELECT"),
        ("SELECT 1; DROP VIEW observations", "2 statements"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO '{}/out.csv'", "file system operations are disabled"),
        ("SELECT * FROM read_csv('/etc/hostname')", "file system operations are disabled"),
        ("SELECT * FROM read_text('/etc/hostname')", "file system operations are disabled"),
        ("SELECT * FROM glob('/*')", "file system operations are disabled"),
        ("SELECT * FROM '/etc/hostname'", "does not exist"),
        ("SELECT * FROM read_parquet('http://127.0.0.1:9/x')", "."),
        ("SELECT getenv('HOME')", "does not exist"),
        ("SELECT * FROM lake", "does not exist"),  # a variable of this test
        ("SELECT * FROM other.observations", "does not exist"),
        ("SELECT title FROM observations", 'column "title" not found'),
        ("SELECT * FROM observation", 'Did you mean "observations"'),
        ("SELEC 1", "syntax error"),
        ("", "0 statements"),
    ],
)
def test_whatever_else_is_refused_on_one_line(
    lake: Lake, tmp_path: Path, asked: str, fault: str
) -> None:
    before = digests(lake)
    with pytest.raises(ConfError, match=fault) as told:
        query.sql(lake, asked.format(tmp_path))
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300
    assert not list(tmp_path.glob("out*"))
    assert digests(lake) == before


def test_a_table_that_is_not_made_yet_is_told(lake: Lake) -> None:
    with pytest.raises(LakeError, match="there is no table sellers"):
        query.sql(lake, "SELECT * FROM sellers")


@pytest.mark.parametrize(
    "asked",
    [
        "SELECT list(i) FROM range(300000000) t(i)",
        "SELECT hash(i) AS h, count(*) FROM range(300000000) t(i) GROUP BY h",
        # Single texts, which DuckDB's own limit does not hold; the first while it plans.
        "SELECT length(repeat('x', 4000000000))",
        "SELECT sum(length(repeat('x', 500000000) || i)) FROM range(100) t(i)",
    ],
)
def test_a_query_that_needs_too_much_memory_is_ended(lake: Lake, asked: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(ConfError, match="needs more than 1000 MB of memory"):
        query.sql(lake, asked)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_query_that_does_not_end_is_ended(lake: Lake) -> None:
    start = time.monotonic()
    with pytest.raises(ConfError, match=r"took longer than 0\.5 s"):
        query.sql(lake, ENDLESS, seconds=0.5)
    assert time.monotonic() - start < 5
