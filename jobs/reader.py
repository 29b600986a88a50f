"""Reads the lake without Spark: Polars frames of Delta tables, at any version that is still there.

Commands, models and reports read through this; only Spark jobs read otherwise (jobs/tables.py).
Filters and columns go down into the scan, so that a look at one listing reads one file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
import polars as pl

from conf import contract, shapes
from conf.errors import LakeError
from conf.place import Place, options, sizes

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from pyarrow.dataset import Dataset


# Commits that hold the same rows together in other files.
_KEEPING = frozenset({"OPTIMIZE", "VACUUM START", "VACUUM END"})


# So do commits of ours that say it in their note: they keep rows, and bring or change none.
KEEPING = "countermark_keeping"


class Added(msgspec.Struct, frozen=True):
    """Files that commits added to a table, and how many rows they hold."""

    paths: tuple[str, ...]
    rows: int


class Lake:
    """The tables under one folder, or one prefix of a bucket."""

    def __init__(self, root: Place) -> None:
        self.root = root

    def path(self, table: str) -> Place:
        """Give the folder of one table, whether it is there or not."""
        return self.root / table

    def exists(self, table: str) -> bool:
        """Say whether the table has been written yet."""
        return any((self.path(table) / "_delta_log").glob("*.json")) or any(
            (self.path(table) / "_delta_log").glob("*.parquet")
        )

    def version(self, table: str) -> int | None:
        """Give the table's newest version; None when it has not been written yet."""
        return self.open(table).version() if self.exists(table) else None

    def open(self, table: str, version: int | None = None) -> DeltaTable:
        """Open one table with delta-rs, at a version or the newest.

        Raises:
            LakeError: it is missing, has no such version (any more), or cannot be read.

        """
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        if not self.exists(table):
            raise LakeError(
                f"there is no table {table} in {self.root}; `countermark lake tables` lists what "
                "is there, a crawl, a feed or `countermark job run` makes it"
            )
        try:
            path = self.path(table)
            return DeltaTable(str(path), version=version, storage_options=options(path))
        except (DeltaError, OSError, ValueError) as error:
            raise _unreadable(self.path(table), version, error) from None

    def id(self, table: str) -> str | None:
        """Give the id that a table gets when it is made; a rebuilt table has another."""
        return str(self.open(table).metadata().id) if self.exists(table) else None

    def log(self, table: str, version: int | None = None) -> pl.DataFrame:
        """Give what the log says of each file of a table: path, size, rows, days, bounds."""
        return _log(self.open(table, version))

    def files(self, table: str, version: int | None = None) -> dict[str, int]:
        """Give the files of one table by its log, and their sizes in bytes."""
        found = self.log(table, version)
        pairs = found.select("path", "size_bytes").iter_rows() if found.height else ()
        return {unquote(path): size for path, size in pairs}

    def row_count(self, table: str, version: int | None = None) -> int:
        """Count the rows of one table by its log; no data is read."""
        files = self.log(table, version)
        return int(files["num_records"].sum()) if files.height else 0

    def highest(self, table: str, column: str, version: int | None = None) -> Any:
        """Give the highest value of a column by the log; None when the log does not know it."""
        files = self.log(table, version)
        name = f"max.{column}"
        is_known = name in files.columns and files.height and not files[name].null_count()
        return files[name].max() if is_known else None

    def commits(self, table: str) -> Iterator[dict[str, Any]]:
        """Give what the log says of each commit, the newest first, a few at a time."""
        opened, seen = self.open(table), 0
        for limit in (1, 20, None):
            commits = opened.history(limit)
            yield from commits[seen:]
            if limit is None or len(commits) < limit:
                return
            seen = len(commits)

    def added(self, table: str, after: int, until: int) -> Added | None:
        """Give the files that commits after one version and up to another appended.

        The log says of each file whether it brought rows or only holds older ones together, so
        that a compaction in between adds nothing. None when the log no longer reaches back, a file
        has been cleaned away, or rows were changed or taken out: nobody can tell which.
        """
        paths, rows = [], 0
        for version in range(after + 1, until + 1):
            commit = self.path(table) / "_delta_log" / f"{version:020d}.json"
            try:
                told = commit.read_text()
            except FileNotFoundError:
                return None
            actions = [json.loads(line) for line in told.splitlines() if line]
            if any(is_keeping(a["commitInfo"]) for a in actions if "commitInfo" in a):
                continue
            if any(a["remove"].get("dataChange", True) for a in actions if "remove" in a):
                return None
            adds = [a["add"] for a in actions if "add" in a and a["add"]["dataChange"]]
            paths += [unquote(add["path"]) for add in adds]
            rows += sum(json.loads(add.get("stats") or "{}").get("numRecords", 0) for add in adds)
        is_whole = not paths or {*paths} <= sizes(self.path(table), paths).keys()
        return Added(tuple(paths), rows) if is_whole else None

    def keeps(self, table: str, after: int, until: int) -> bool:
        """Tell whether a version holds the rows of another one, in other files at most."""
        seen = [one for one in self.commits(table) if after < one["version"] <= until]
        return len(seen) == until - after and all(map(is_keeping, seen))

    def touched(self, table: str, after: int, until: int) -> int | None:
        """Count the rows that commits after one version and up to another wrote, by the log.

        None when the log no longer reaches back.
        """
        count, first = 0, until + 1
        for commit in self.commits(table):
            if commit["version"] <= after:
                break
            first = commit["version"]
            count += wrote(commit) if first <= until else 0
        return count if first == after + 1 or after >= until else None

    def is_whole(self, table: str, version: int) -> bool:
        """Tell whether the log and the files of a version are all still there."""
        try:
            _check_files(self.path(table), self.open(table, version))
        except LakeError:
            return False
        return True

    def arrow(self, table: str, version: int | None = None) -> Dataset:
        """Give one table as an Arrow dataset, of which a reader reads what it needs.

        Raises:
            LakeError: it is missing, has no such version, or lacks a file.

        """
        opened = self.open(table, version)
        _check_files(self.path(table), opened)
        return opened.to_pyarrow_dataset()

    def frame(
        self,
        table: str,
        *,
        version: int | None = None,
        columns: Sequence[str] | None = None,
        where: pl.Expr | Sequence[pl.Expr] | None = None,
    ) -> pl.DataFrame:
        """Read one table, or some of its columns and rows, in no certain order.

        A row is kept when it meets every condition.

        Raises:
            LakeError: it is missing, has no such version, lacks a column, or is damaged.

        """
        opened = self.open(table, version)
        _check_files(self.path(table), opened)
        try:
            # Who asks is said by the environment, also where a library of Amazon's is installed.
            scan = pl.scan_delta(opened, credential_provider=None)
            scan = _by_contract(scan, table, columns)
            scan = scan if where is None else scan.filter(where)
            return (scan if columns is None else scan.select(columns)).collect()
        except pl.exceptions.ColumnNotFoundError as error:
            name = str(error).partition(";")[0]
            raise LakeError(
                f"{table}: {name}; `countermark lake describe {table}` lists the columns"
            ) from None
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            raise _unreadable(self.path(table), version, error) from None


def _by_contract(scan: pl.LazyFrame, table: str, columns: Sequence[str] | None) -> pl.LazyFrame:
    """Give a scan the columns that its contract has now, as far as it can.

    A version of before calls a renamed column by its old name, and lacks one that was added since,
    which is null there then. Somebody who asks for an old name gets the column of today.
    """
    if table not in contract.names():
        return scan
    promised, stored = contract.table(table), scan.collect_schema()
    places = shapes.mapped(stored, promised)
    moved = [pl.col(place).alias(name) for name, place in places.items() if name not in stored]
    if columns is None:
        moved = [one for one in moved if one.meta.output_name() in promised.names]
    lacking = [name for name in promised.names if name not in places]
    if not moved and not lacking:
        return scan
    kinds = pl.DataFrame(promised.arrow().empty_table()).schema
    return scan.with_columns(*moved, *[pl.lit(None, kinds[name]).alias(name) for name in lacking])


class _Noted(msgspec.Struct, frozen=True):
    rows: int | None = None


def _noted_rows(note: str | None) -> int | None:
    """Read the number of rows that a commit of a job says that it changes (jobs/consumed.py)."""
    try:
        return msgspec.json.decode(note or "{}", type=_Noted).rows
    except msgspec.DecodeError:
        return None


def is_keeping(commit: Mapping[str, Any]) -> bool:
    """Tell whether a commit only holds the same rows in another way."""
    return commit.get("operation") in _KEEPING or KEEPING in (commit.get("userMetadata") or "")


def keeping(what: str) -> str:
    """Give the note of a commit that keeps the rows: what it was for."""
    return json.dumps({KEEPING: what})


def wrote(commit: Mapping[str, Any]) -> int:
    """Count the rows that a commit of either engine inserted, updated or deleted."""
    noted = _noted_rows(commit.get("userMetadata"))
    if noted is not None:
        return noted
    if is_keeping(commit):
        return 0
    metrics = commit.get("operationMetrics", {})
    merged = [f"numTargetRows{done}" for done in ("Inserted", "Updated", "Deleted")]
    names = merged if merged[0] in metrics else ["numOutputRows", "num_added_rows"]
    return sum(int(metrics.get(name, 0)) for name in names)


def _log(opened: DeltaTable) -> pl.DataFrame:
    return pl.DataFrame(opened.get_add_actions(flatten=True))


def _check_files(path: Place, opened: DeltaTable) -> None:
    """Refuse a table that lacks a file or holds a cut one; the engine would panic on it."""
    files = _log(opened).select("path", "size_bytes")
    wanted = {unquote(name): size for name, size in files.iter_rows()}
    there = sizes(path, wanted)
    for name, size in wanted.items():
        if name not in there:
            raise _unreadable(path, None, FileNotFoundError(f"{name} is gone"))
        if there[name] != size:
            raise _unreadable(path, None, OSError(f"{name} is not the {size} bytes it should be"))


def _unreadable(path: Place, version: int | None, error: BaseException) -> LakeError:
    what = str(path) if version is None else f"{path} at version {version}"
    why = " ".join(str(error).split())[:300]
    return LakeError(
        f"{what} cannot be read: {why}; restore the folder from a copy, or remove it and make the "
        "table anew"
    )
