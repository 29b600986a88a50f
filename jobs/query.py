"""Answers DuckDB's SQL over the tables: reading only, within bounds of memory and time."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from conf import contract, shapes
from conf.errors import ConfError
from jobs.past import Past
from jobs.reader import Lake

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_MB = 1000
# What the process may need besides: DuckDB does not count single long texts, nor Arrow's batches.
_BESIDE_MB = 1500
SECONDS = 60.0
LIMIT = 1000
_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_MISSING = re.compile(r"Table with name (\w+) does not exist")
_STATM = Path("/proc/self/statm")
_SETTINGS = (
    "SET TimeZone = 'UTC'",
    f"SET memory_limit = '{MEMORY_MB}MB'",
    "SET temp_directory = ''",  # what does not fit into memory fails, and leaves no file behind
    # From here on a query may touch the registered tables and nothing else: no file, no network,
    # no extension, no variable of the program around it.
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def sql(
    lake: Lake | Past, query: str, limit: int = LIMIT, seconds: float = SECONDS
) -> pl.DataFrame:
    """Answer one SELECT over the tables, as they are or as they were on a day.

    Raises:
        ConfError: DuckDB does not take the query, it does more than read, or it needs too much.
        LakeError: a table that it names cannot be read, or not as of that day.

    """
    connection = duckdb.connect(":memory:")
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
        statement = _reading(query)
        for table in _needed(connection, lake, statement, seconds):
            _register(connection, table, lake.arrow(table))
        with _bounds(connection, seconds):
            answer = connection.sql(statement.query)
            return pl.DataFrame(answer.limit(max(limit, 0)).to_arrow_table())
    except duckdb.InterruptException:
        raise ConfError(
            f"the query took longer than {seconds:g} s; ask for fewer rows or days"
        ) from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise ConfError(
            f"the query needs more than {MEMORY_MB} MB of memory; ask for fewer rows or columns"
        ) from None
    except duckdb.Error as error:
        raise ConfError(f"DuckDB does not take that: {_line(error)}") from None
    finally:
        connection.close()


def _register(connection: DuckDBPyConnection, table: str, rows: Any) -> None:
    """Let a query ask a table, also by the names that its columns had before."""
    stored = rows.schema.names
    places = shapes.mapped(stored, contract.table(table))
    moved = [f'"{place}" AS "{name}"' for name, place in places.items() if name not in stored]
    if moved:
        connection.from_arrow(rows).project(", ".join(["*", *moved])).create_view(table)
    else:
        connection.register(table, rows)


def _reading(query: str) -> duckdb.Statement:
    """Give the one statement of a query; refuse whatever does not only read."""
    statements = duckdb.extract_statements(query)
    if len(statements) != 1:
        raise ConfError(f"give one SELECT; there are {len(statements)} statements")
    (statement,) = statements
    if statement.type not in _READS:
        raise ConfError(f"only a SELECT is answered here; this is {statement.type.name}")
    return statement


def _needed(
    connection: DuckDBPyConnection, lake: Lake | Past, statement: duckdb.Statement, seconds: float
) -> Iterator[str]:
    """Give the tables that a query still lacks, one after the other, until it has all.

    A word of the query may be a column as well as a table; which it is, only DuckDB can tell. A
    query that names no table at all (SHOW TABLES) is to see those that are there.
    """
    known = [one.name for one in contract.tables()]
    said = statement.query
    is_silent = not re.search(rf"\b({'|'.join(known)})\b", said, re.IGNORECASE)
    if isinstance(lake, Lake) and is_silent:
        yield from filter(lake.exists, known)
    asked = said if statement.type == duckdb.StatementType.EXPLAIN else f"EXPLAIN {said}"
    while known and (missing := _missing(connection, asked, known, seconds)):
        known.remove(missing)
        yield missing


def _missing(
    connection: DuckDBPyConnection, asked: str, known: Sequence[str], seconds: float
) -> str | None:
    """Give the one of these tables that a query names and does not find."""
    try:
        # Planning a query works out what is constant in it, so it needs its bounds too.
        with _bounds(connection, seconds):
            connection.execute(asked)
    except duckdb.CatalogException as error:
        name = next(iter(_MISSING.findall(str(error))), "").lower()
        if name not in known:
            raise
        return name
    return None


@contextmanager
def _bounds(connection: DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Let DuckDB work for so long, and the process take so much memory meanwhile.

    DuckDB holds itself to its limit in nearly all that it takes, but not in single texts of a
    gigabyte: those the system refuses it.
    """
    timer = Timer(seconds, connection.interrupt)
    timer.daemon = True
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _taken() + (MEMORY_MB + _BESIDE_MB) * 1_000_000
    is_lower = soft == resource.RLIM_INFINITY or most < soft
    timer.start()
    try:
        if is_lower:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        timer.cancel()


def _taken() -> int:
    """Give the bytes of address space that this process has now."""
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()


def _line(error: Exception) -> str:
    """Give the error's first line and where in the query it is; the rest is advice for others."""
    return " ".join(str(error).split("\n\n", maxsplit=1)[0].split())
