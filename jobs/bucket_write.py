"""Writes one bucket of a table: what is stored and what was made of it, merged into one file.

It runs wherever the write is spread to, and changes nothing by itself: a file counts once a commit
names it. A task that is repeated writes another file, and the one that nobody names is swept up.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import msgspec
import polars as pl

from conf.contract import Table
from conf.place import place
from jobs import buckets, files, merging
from jobs.buckets import Bucket
from jobs.merging import Merged
from jobs.stored import Scope, Stored

How = Literal["replace", "replace_day", "combine", "fold", "sync"]
_ROW_GROUP = 50_000  # rows: what a look at one key reads
_PREFIX = 32  # characters of a text that a bound holds, as Spark's
_GREATEST = "\U0010ffff"  # no text has it: Unicode leaves it out


class Task(msgspec.Struct, frozen=True):
    """One bucket to write."""

    table: Table
    how: How
    bucket: Bucket
    root: str  # the table's folder
    stored: tuple[str, ...]  # its files that may hold the bucket's keys
    parts: tuple[str, ...]
    followed: tuple[str, ...] = ()
    scope: Scope | None = None
    day: date | None = None
    is_moved: bool = False  # the stored rows come from other buckets, so the file is always written


class Done(msgspec.Struct, frozen=True):
    """A bucket's new file, or none where nothing changes."""

    bucket: Bucket
    changed: int = 0
    path: str | None = None
    size: int = 0
    rows: int = 0
    stats: str = ""
    twins: tuple[int, str] = (0, "")  # keys that were made more than once, and one of them
    told: dict[str, bytes] = {}  # numbers of the followed columns' values, as they lie in memory


def write(task: Task) -> Done:
    """Merge and write one bucket."""
    made = _made(task)
    if made is not None and (twins := merging.twins(made, task.table.key)).height:
        one = " ".join(str(value) for value in twins.row(0))
        return Done(task.bucket, twins=(twins.height, one))
    if made is None and not _concerns(task):
        return Done(task.bucket)
    merged = _merged(task, made)
    rows = merged.rows
    if rows is None:
        if not task.is_moved:
            return Done(task.bucket)
        rows = merging.in_order(task.table, _stored(task))
    told = {
        name: some["number"].to_numpy().tobytes()
        for (name,), some in merged.told.partition_by("column", as_dict=True).items()
    }
    if not rows.height:
        return Done(task.bucket, merged.changed, told=told, path="")
    path = buckets.file_name(task.bucket)
    size = files.write(rows, place(task.root) / path, _ROW_GROUP)
    return Done(
        task.bucket,
        merged.changed,
        path,
        size,
        rows.height,
        statistics(rows),
        told=told,
    )


def statistics(rows: pl.DataFrame) -> str:
    """Give what the log tells of a file: rows, nulls, and the bounds of every column that has some.

    Readers take a column of which some values and no bounds are told for one in which nothing can
    match (delta-rs does), so none is left out. Numbers are finite by contract (jobs/rules.py).
    """
    names = [name for name, kind in rows.schema.items() if not kind.is_nested()]
    bounds = rows.select(
        pl.col(names).min().name.prefix("least "), pl.col(names).max().name.prefix("most ")
    ).row(0, named=True)
    least, most = (
        {n: told for n in names if (told := tell(bounds[f"{side} {n}"])) is not None}
        for side, tell in (("least", _least), ("most", _most))
    )
    return json.dumps(
        {
            "numRecords": rows.height,
            "minValues": least,
            "maxValues": most,
            "nullCount": rows.null_count().row(0, named=True),
        }
    )


def _least(value: Any) -> Any:
    """Give a lower bound as the log holds it."""
    if isinstance(value, str):
        return value[:_PREFIX]
    return _moment(value) if isinstance(value, datetime) else _plain(value)


def _most(value: Any) -> Any:
    """Give an upper bound: the start of a text is made greater than all that begin so."""
    if isinstance(value, str):
        return value if len(value) <= _PREFIX else value[:_PREFIX] + _GREATEST
    if isinstance(value, datetime):  # the log has milliseconds
        return _moment(value + timedelta(microseconds=-value.microsecond % 1000))
    return _plain(value)


def _moment(value: datetime) -> str:
    told = value.astimezone(UTC).replace(tzinfo=None)
    return told.isoformat(timespec="milliseconds") + "Z"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _merged(task: Task, made: pl.DataFrame | None) -> Merged:
    table = task.table
    if task.how == "replace":
        return merging.replaced(table, _or_none(made, task))
    stored = _stored(task)
    if task.how == "replace_day":
        assert task.day is not None  # noqa: S101 - whoever asks for a day names it
        return merging.replaced_day(table, stored, _or_none(made, task), task.day)
    if task.how == "sync":
        return merging.synced(
            table, stored, _or_none(made, task), _in_scope(task, stored), task.followed
        )
    if made is None:
        return Merged(None, 0)
    if task.how == "combine":
        return merging.combined(table, stored, made)
    return merging.folded(table, stored, made, task.followed)


def _concerns(task: Task) -> bool:
    """Tell whether a bucket of which nothing was made may change all the same."""
    if task.is_moved or task.how in {"replace", "replace_day"}:
        return True
    if task.how != "sync":
        return False
    scope = task.scope
    return scope is None or not _files(task, scope).of(task.bucket, [scope.by]).is_empty()


def _in_scope(task: Task, stored: pl.DataFrame) -> pl.Series | None:
    scope = task.scope
    return None if scope is None else _files(task, scope).is_meant(task.bucket, stored)


def _made(task: Task) -> pl.DataFrame | None:
    if not task.parts:
        return None
    return pl.concat([files.read_arrow(place(path)) for path in task.parts])


def _or_none(made: pl.DataFrame | None, task: Task) -> pl.DataFrame:
    """Give the made rows, or no row of the contract's columns."""
    return merging.nothing(task.table, is_made=True) if made is None else made


def _stored(task: Task) -> pl.DataFrame:
    """Read the stored rows of the bucket."""
    return _files(task).of(task.bucket, task.table.names)


def _files(task: Task, scope: Scope | None = None) -> Stored:
    return Stored(task.table, task.root, task.stored, scope)
