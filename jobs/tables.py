"""Reads and writes Delta tables for Spark jobs, and knows what changed between two versions.

Each write is one commit that carries the rows and the note of what was consumed (jobs/consumed.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from delta.tables import DeltaTable
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name
from pyspark.sql.types import StructType

from conf import contract
from conf.contract import Table
from conf.errors import LakeError
from conf.site import Site
from jobs import changes, journal, steps, upsert
from jobs.among import NUMBER, Scope, among, beyond, number
from jobs.consumed import Consumed, Stand, encode, newest_note
from jobs.lock import writer
from jobs.reader import Lake, wrote

_FILES_A_KEY = 4  # keys lie anywhere, so four times as many files as keys leave most files alone
# What storage says when it, not the job, is at fault.
_FULL = ("No space left on device", "Disk quota exceeded")
_DAMAGED = (
    "FAILED_READ_FILE",
    "FileNotFoundException",
    "is not a Parquet file",
    "DELTA_TRUNCATED_TRANSACTION_LOG",
    "DELTA_VERSIONS_NOT_CONTIGUOUS",
    "DELTA_STATE_RECOVER_ERROR",
    "DELTA_FILE_NOT_FOUND",
    "DELTA_LOG_FILE",
)

if TYPE_CHECKING:
    import pyarrow as pa


class LakeTables:
    """The lake as jobs see it."""

    def __init__(self, site: Site) -> None:
        self.lake = Lake(site.lake)
        self._site = site
        self._locks = site.state / "locks"
        self._settled: list[DataFrame] = []

    @cached_property
    def spark(self) -> SparkSession:
        """The session, started when the first job has something to do."""
        from jobs.session import start

        spark = start(self._site)
        # A session remembers tables by their place, also one that was removed and made anew.
        spark._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()  # type: ignore[union-attr] # noqa: SLF001 - has no public name
        return spark

    def close(self) -> None:
        """Stop Spark if it was started, and wait for its end."""
        if "spark" in self.__dict__:
            from jobs.session import end

            end(self.spark)

    def stand(self, table: str) -> Stand:
        """Give the table's id and newest version."""
        return Stand(self.lake.id(table), self.lake.version(table))

    def read(self, table: str, stand: Stand) -> DataFrame:
        """Read a table as it stood; one that did not exist is an empty frame of its contract."""
        if stand.version is None:
            return self.spark.createDataFrame([], contract.table(table).spark())
        reader = self.spark.read.format("delta").option("versionAsOf", stand.version)
        return reader.load(str(self.lake.path(table)))

    def appended(self, table: str, before: Stand, now: Stand) -> tuple[DataFrame, int] | None:
        """Give the rows appended in between and their number; None when the log cannot tell."""
        if before.version is None or now.version is None:
            return None
        added = self.lake.added(table, before.version, now.version)
        if added is None:
            return None
        schema = contract.table(table).spark()
        if not added.paths:
            return self.spark.createDataFrame([], schema), 0
        root = self.lake.path(table)
        reader = self.spark.read.schema(schema).option("basePath", str(root))
        return reader.parquet(*(str(root / path) for path in added.paths)), added.rows

    def changed(self, table: str, before: Stand, now: Stand, column: str) -> DataFrame | None:
        """Give the numbers of a column's values in rows that changed in between; None if unknown.

        A value that a row had before is there as well as the one that it has now.
        """
        if before.version is None or now.version is None:
            return None
        if contract.table(table).layer == "bronze":
            found = self.appended(table, before, now)
            return found and found[0].where(F.col(column).isNotNull()).select(number(column))
        paths = changes.files(self.lake, table, before.version, now.version)
        if paths is None:
            return None
        if not paths:
            return self.spark.createDataFrame([], f"{NUMBER} bigint")
        told = self.spark.read.parquet(*map(str, paths)).where(F.col("column") == column)
        return told.select(F.col("number").alias(NUMBER))

    def late(
        self, table: Table, name: str, before: Stand, rows: DataFrame
    ) -> tuple[DataFrame, int]:
        """Give the numbers of stored keys of which a new row may come before one taken already.

        A row is late if it is no newer than the newest row of its table was: the log tells that
        of whole files, so on most days nothing is read.
        """
        (when, *_) = table.newest_by
        newest = self.lake.highest(name, when, before.version)
        late = rows if newest is None else rows.where(F.col(when) <= F.lit(newest))
        keys = self.settle(late.select(number(*table.key)).distinct())
        if not keys.count():
            return keys, 0
        stored = self._stored(table).select(number(*table.key))
        found = self.settle(keys.join(stored, on=NUMBER, how="left_semi"))
        return found, found.count()

    def unlike_stored(self, table: Table, rows: DataFrame) -> DataFrame:
        """Give the rows of keys of which some row shows other content than the stored one.

        The others would change nothing: what is seen unchanged costs a comparison of two numbers.
        """
        same = table.unless_same
        if same is None:
            return rows
        stored = self._stored(table)
        kept = stored.select(number(*table.key), F.xxhash64(same).alias("_kept"))
        # stored: one row a key
        told = rows.select(number(*table.key), F.xxhash64(same).alias("_shown")).join(
            kept, on=NUMBER, how="left"
        )
        differs = told.where(~F.col("_shown").eqNullSafe(F.col("_kept")))
        few = self.settle(differs.select(NUMBER).distinct())
        return among(rows, table.key, few, few.count())

    def settle(self, frame: DataFrame) -> DataFrame:
        """Give a frame whose rows are kept until `let_go`, so that they are made once.

        On one small machine its plan is cut off too: Spark would go over all of it again at every
        step that follows (in a profile of small runs that was most of the driver's CPU). Elsewhere
        the plan stays, because executors that are lost take their rows with them.
        """
        kept = frame.localCheckpoint() if self._site.spark.is_small else frame.persist()
        self._settled.append(kept)
        return kept

    def let_go(self) -> None:
        """Let go of the rows of all settled frames."""
        for frame in self._settled:
            frame.unpersist()
        self._settled.clear()

    def is_of_contract(self, table: Table) -> bool:
        """Tell whether the stored table has the contract's columns and types."""
        if not self.lake.exists(table.name):
            return False
        stored = StructType.fromJson(json.loads(self.lake.open(table.name).schema().to_json()))
        return [(f.name, f.dataType) for f in stored] == [
            (f.name, f.dataType) for f in table.spark()
        ]

    def put_aside(self, table: Table, rows: DataFrame) -> None:
        """Keep rows that are left out of the version to be written, with the rules they break."""
        told = [row.asDict() for row in rows.collect()]
        version = self.lake.version(table.name)
        following = 0 if version is None else version + 1
        journal.put_aside(self._site, table.name, told, following, datetime.now(UTC))

    def note(self, rows: Sequence[dict[str, Any]], at: datetime) -> None:
        """Note what runs came to."""
        journal.note(self._site, rows, at)

    def replace(self, table: Table, rows: DataFrame, consumed: Consumed) -> None:
        """Write the table anew, with the contract's columns; whoever follows it takes it whole."""
        with self._commit(table, consumed):
            self._overwrite(table, rows)

    def replace_day(self, table: Table, rows: DataFrame, consumed: Consumed, day: date) -> None:
        """Write one day of a table anew."""
        where = f"{table.day} = DATE'{day.isoformat()}'"
        with self._commit(table, consumed):
            write = rows.select(table.names).write.format("delta").mode("overwrite")
            write.option("replaceWhere", where).save(str(self.lake.path(table.name)))

    def fold(
        self, table: Table, rows: DataFrame, consumed: Consumed, followed: Sequence[str]
    ) -> int:
        """Add rows made of new rows alone to the stored ones; gives how many that changed.

        `followed` are the columns by which other jobs take what changed.
        """
        stored = self._stored(table)
        return self._apply(
            table, rows, stored, steps.of_fold(table, rows, stored, followed), consumed
        )

    def fold_all(self, table: Table, rows: DataFrame, consumed: Consumed) -> None:
        """Do what `fold` does by writing the table anew, for when most of its rows change.

        Whoever follows the table takes it whole then.
        """
        stored = self._stored(table)
        # both sides: one row a key
        beside = rows.alias("s").join(stored.alias("t"), upsert.same_key(table), "full_outer")
        self.replace(table, beside.select(*upsert.beside(table)), consumed)

    def sync(
        self,
        table: Table,
        rows: DataFrame,
        consumed: Consumed,
        scope: Scope | None,
        followed: Sequence[str],
    ) -> int:
        """Make the stored rows of a scope (None is all) those given; gives how many changed."""
        stored = self._stored(table)
        part = stored
        if scope is not None:
            part = among(stored, (scope.by,), scope.numbers, scope.count)
        return self._apply(
            table, rows, stored, steps.of_sync(table, rows, part, followed), consumed
        )

    def _apply(
        self, table: Table, rows: DataFrame, stored: DataFrame, todo: DataFrame, consumed: Consumed
    ) -> int:
        """Take steps in one commit, after what they change is kept for those who follow."""
        todo = self.settle(todo)
        numbers, was, gone = (
            todo.select(NUMBER),
            todo.where(steps.IS_STORED).select(NUMBER),
            todo.where(steps.IS_GONE).select(NUMBER),
        )
        count, was_count, gone_count = todo.count(), was.count(), gone.count()
        taken = among(rows, table.key, numbers, count).select(table.names)
        with self._commit(table, consumed, count) as version:
            changes.write(self.lake, table.name, version, _told(todo))
            if not count:
                self._append_nothing(table, rows)
            elif self._is_few(table, count) or self._shares(table, stored, was, was_count):
                gone_keys = among(stored.select(*table.key), table.key, gone, gone_count)
                made = taken.join(gone_keys, on=list(table.key), how="left_anti")
                self._merge(table, made, gone_keys)
            else:
                kept = beyond(stored, table.key, was, was_count)
                made = beyond(taken, table.key, gone, gone_count) if gone_count else taken
                self._overwrite(table, kept.select(table.names).unionByName(made))
        return count

    def restore(self, table: Table, version: int, consumed: Consumed) -> None:
        """Make a version that holds what an older one held, as one that had consumed no more."""
        with self._commit(table, consumed) as following:
            changes.again(self.lake, table.name, version, following - 1, following)
            stored = DeltaTable.forPath(self.spark, str(self.lake.path(table.name)))
            stored.restoreToVersion(version)

    def written(self, table: str) -> int:
        """Count the rows that the newest commit inserted, updated or deleted."""
        return wrote(next(iter(self.lake.commits(table))))

    @contextmanager
    def held(self, table: str) -> Iterator[None]:
        """Be the one that writes a table, from reading what it holds until it is written.

        Raises:
            LakeError: another process writes it.

        """
        with writer(self._locks, table):
            yield

    def _stored(self, table: Table) -> DataFrame:
        return self.spark.read.format("delta").load(str(self.lake.path(table.name)))

    def _is_few(self, table: Table, count: int) -> bool:
        """Tell whether so many keys lie in few enough files to leave the others alone."""
        return count * _FILES_A_KEY < len(self.lake.open(table.name).file_uris())

    def _shares(self, table: Table, stored: DataFrame, few: DataFrame, count: int) -> bool:
        """Tell whether a stored row shares its number with one of these; they are all stored."""
        return among(stored.select(*table.key), table.key, few, count).count() != count

    def _merge(self, table: Table, taken: DataFrame, gone: DataFrame) -> None:
        nothing = [F.lit(None).alias(name) for name in table.names if name not in table.key]
        source = taken.withColumn(steps.IS_GONE, F.lit(False)).unionByName(  # noqa: FBT003 - a literal of Spark
            gone.select(*table.key, *nothing).withColumn(steps.IS_GONE, F.lit(True))  # noqa: FBT003 - a literal of Spark
        )
        target = DeltaTable.forPath(self.spark, str(self.lake.path(table.name))).alias("t")
        merge = target.merge(source.alias("s"), upsert.same_key(table))
        merge = merge.whenMatchedDelete(f"s.{steps.IS_GONE}")
        values: dict[str, str | Column] = {name: F.col(f"s.{name}") for name in table.names}
        merge.whenMatchedUpdate(set=values).whenNotMatchedInsert(values=values).execute()

    def _overwrite(self, table: Table, rows: DataFrame) -> None:
        write = rows.select(table.names).write.format("delta").mode("overwrite")
        write.option("overwriteSchema", "true").save(str(self.lake.path(table.name)))

    def _append_nothing(self, table: Table, rows: DataFrame) -> None:
        """Make a version that holds what the one before held: a place for the note."""
        write = rows.select(table.names).limit(0).write.format("delta").mode("append")
        write.save(str(self.lake.path(table.name)))

    @contextmanager
    def _commit(self, table: Table, taken: Consumed, rows: int | None = None) -> Iterator[int]:
        """Let one write happen, as exactly one commit that carries the note; gives its version.

        `txnVersion` is the version that this write makes, a fence against a second writer that
        the lock does not see (another machine): Delta skips a version it has. It is not the sum of
        the inputs' versions, because a rebuilt input starts again at 0, the sum falls, and every
        later write would be skipped without a word.
        """
        version = self.lake.version(table.name)
        following = 0 if version is None else version + 1
        settings = {
            "spark.databricks.delta.commitInfo.userMetadata": encode(taken, rows),
            "spark.databricks.delta.write.txnAppId": table.name,
            "spark.databricks.delta.write.txnVersion": str(following),
        }
        for name, value in settings.items():
            self.spark.conf.set(name, value)
        try:
            yield following
        finally:
            for name in settings:
                self.spark.conf.unset(name)
        if (
            self.lake.version(table.name) != following
            or newest_note(self.lake, table.name) != taken
        ):
            raise LakeError(
                f"another process wrote {self.lake.path(table.name)} at the same time and won; "
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


def storage_fault(table: str, error: BaseException) -> LakeError | None:
    """Give the one-line error when storage is at fault and not the job; else None."""
    text = " ".join(str(error).split())
    if any(mark in text for mark in _FULL):
        return LakeError(f"{table}: the disk is full; make room and run the job again")
    if any(mark in text for mark in _DAMAGED):
        return LakeError(
            f"{table}: a table it reads or writes is damaged: {text[:300]}; restore it from a "
            "copy, or remove the folder and make the table anew"
        )
    return None
