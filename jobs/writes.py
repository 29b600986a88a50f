"""Writes tables as their contracts say: each write one commit, with the note of what was consumed.

What changes is known before it is written (jobs/steps.py), and kept for those who follow the table
(jobs/changes.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from delta.tables import DeltaTable
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf.contract import Table
from conf.errors import LakeError
from jobs import changes, steps, upsert
from jobs.among import NUMBER, Scope, among, beyond
from jobs.consumed import Consumed, encode, newest_note
from jobs.tables import LakeTables

if TYPE_CHECKING:
    import pyarrow as pa

_FILES_A_KEY = 4  # keys lie anywhere, so four times as many files as keys leave most files alone


def replace(tables: LakeTables, table: Table, rows: DataFrame, consumed: Consumed) -> None:
    """Write the table anew, with the contract's columns; whoever follows it takes it whole."""
    with _commit(tables, table, consumed):
        _overwrite(tables, table, rows)


def replace_day(
    tables: LakeTables, table: Table, rows: DataFrame, consumed: Consumed, day: date
) -> None:
    """Write one day of a table anew."""
    where = f"{table.day} = DATE'{day.isoformat()}'"
    with _commit(tables, table, consumed):
        write = rows.select(table.names).write.format("delta").mode("overwrite")
        write.option("replaceWhere", where).save(str(tables.lake.path(table.name)))


def fold(
    tables: LakeTables, table: Table, rows: DataFrame, consumed: Consumed, followed: Sequence[str]
) -> int:
    """Add rows made of new rows alone to the stored ones; gives how many that changed.

    `followed` are the columns by which other jobs take what changed.
    """
    stored = tables.stored(table)
    return _apply(
        tables, table, rows, stored, steps.of_fold(table, rows, stored, followed), consumed
    )


def fold_all(tables: LakeTables, table: Table, rows: DataFrame, consumed: Consumed) -> None:
    """Do what `fold` does by writing the table anew, for when most of its rows change.

    Whoever follows the table takes it whole then.
    """
    stored = tables.stored(table)
    # both sides: one row a key
    beside = rows.alias("s").join(stored.alias("t"), upsert.same_key(table), "full_outer")
    replace(tables, table, beside.select(*upsert.beside(table)), consumed)


def sync(
    tables: LakeTables,
    table: Table,
    rows: DataFrame,
    consumed: Consumed,
    scope: Scope | None,
    followed: Sequence[str],
) -> int:
    """Make the stored rows of a scope (None is all) those given; gives how many changed."""
    stored = tables.stored(table)
    part = stored
    if scope is not None:
        part = among(stored, (scope.by,), scope.numbers, scope.count)
    return _apply(tables, table, rows, stored, steps.of_sync(table, rows, part, followed), consumed)


def _apply(
    tables: LakeTables,
    table: Table,
    rows: DataFrame,
    stored: DataFrame,
    todo: DataFrame,
    consumed: Consumed,
) -> int:
    """Take steps in one commit, after what they change is kept for those who follow."""
    todo = tables.settle(todo)
    numbers, was, gone = (
        todo.select(NUMBER),
        todo.where(steps.IS_STORED).select(NUMBER),
        todo.where(steps.IS_GONE).select(NUMBER),
    )
    count, was_count, gone_count = todo.count(), was.count(), gone.count()
    taken = among(rows, table.key, numbers, count).select(table.names)
    with _commit(tables, table, consumed, count) as version:
        changes.write(tables.lake, table.name, version, _told(todo))
        if not count:
            _append_nothing(tables, table, rows)
        elif _is_few(tables, table, count) or _shares(table, stored, was, was_count):
            gone_keys = among(stored.select(*table.key), table.key, gone, gone_count)
            made = taken.join(gone_keys, on=list(table.key), how="left_anti")
            _merge(tables, table, made, gone_keys)
        else:
            kept = beyond(stored, table.key, was, was_count)
            made = beyond(taken, table.key, gone, gone_count) if gone_count else taken
            _overwrite(tables, table, kept.select(table.names).unionByName(made))
    return count


def restore(tables: LakeTables, table: Table, version: int, consumed: Consumed) -> None:
    """Make a version that holds what an older one held, as one that had consumed no more."""
    with _commit(tables, table, consumed) as following:
        changes.again(tables.lake, table.name, version, following - 1, following)
        stored = DeltaTable.forPath(tables.spark, str(tables.lake.path(table.name)))
        stored.restoreToVersion(version)


def _is_few(tables: LakeTables, table: Table, count: int) -> bool:
    """Tell whether so many keys lie in few enough files to leave the others alone."""
    return count * _FILES_A_KEY < len(tables.lake.open(table.name).file_uris())


def _shares(table: Table, stored: DataFrame, few: DataFrame, count: int) -> bool:
    """Tell whether a stored row shares its number with one of these; they are all stored."""
    return among(stored.select(*table.key), table.key, few, count).count() != count


def _merge(tables: LakeTables, table: Table, taken: DataFrame, gone: DataFrame) -> None:
    nothing = [F.lit(None).alias(name) for name in table.names if name not in table.key]
    source = taken.withColumn(steps.IS_GONE, F.lit(False)).unionByName(  # noqa: FBT003 - a literal of Spark
        gone.select(*table.key, *nothing).withColumn(steps.IS_GONE, F.lit(True))  # noqa: FBT003 - a literal of Spark
    )
    target = DeltaTable.forPath(tables.spark, str(tables.lake.path(table.name))).alias("t")
    merge = target.merge(source.alias("s"), upsert.same_key(table))
    merge = merge.whenMatchedDelete(f"s.{steps.IS_GONE}")
    values: dict[str, str | Column] = {name: F.col(f"s.{name}") for name in table.names}
    merge.whenMatchedUpdate(set=values).whenNotMatchedInsert(values=values).execute()


def _overwrite(tables: LakeTables, table: Table, rows: DataFrame) -> None:
    write = rows.select(table.names).write.format("delta").mode("overwrite")
    write.option("overwriteSchema", "true").save(str(tables.lake.path(table.name)))


def _append_nothing(tables: LakeTables, table: Table, rows: DataFrame) -> None:
    """Make a version that holds what the one before held: a place for the note."""
    write = rows.select(table.names).limit(0).write.format("delta").mode("append")
    write.save(str(tables.lake.path(table.name)))


@contextmanager
def _commit(
    tables: LakeTables, table: Table, taken: Consumed, rows: int | None = None
) -> Iterator[int]:
    """Let one write happen, as exactly one commit that carries the note; gives its version.

    `txnVersion` is the version that this write makes, a fence against a second writer that
    the lock does not see (another machine): Delta skips a version it has. It is not the sum of
    the inputs' versions, because a rebuilt input starts again at 0, the sum falls, and every
    later write would be skipped without a word.
    """
    version = tables.lake.version(table.name)
    following = 0 if version is None else version + 1
    settings = {
        "spark.databricks.delta.commitInfo.userMetadata": encode(taken, rows),
        "spark.databricks.delta.write.txnAppId": table.name,
        "spark.databricks.delta.write.txnVersion": str(following),
    }
    for name, value in settings.items():
        tables.spark.conf.set(name, value)
    try:
        yield following
    finally:
        for name in settings:
            tables.spark.conf.unset(name)
    if (
        tables.lake.version(table.name) != following
        or newest_note(tables.lake, table.name) != taken
    ):
        raise LakeError(
            f"another process wrote {tables.lake.path(table.name)} at the same time and won; "
            "run the job again, and keep one writer a table"
        )


def _told(todo: DataFrame) -> dict[str, pa.Array]:
    """Give the numbers that steps change of each followed column, once each."""
    names = {name[5:] for name in todo.columns if name.startswith("_new_")}
    told = {}
    for name in sorted(names):
        both = todo.select(F.explode(F.array(f"_new_{name}", f"_old_{name}")).alias("number"))
        arrow = both.where("number IS NOT NULL").distinct().toArrow()
        told[name] = arrow["number"].combine_chunks()
    return told
