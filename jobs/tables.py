"""Reads and writes Delta tables for Spark jobs, and knows what changed between two versions.

Each write is one commit that carries the rows and the note of what was consumed (jobs/consumed.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import Any

from delta.tables import DeltaTable
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name
from pyspark.sql.types import StructType

from conf import contract
from conf.contract import Table
from conf.errors import CountermarkError, LakeError
from conf.site import Site
from jobs import upsert
from jobs.consumed import Consumed, Stand, encode, newest_note
from jobs.lock import writer
from jobs.reader import Lake

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


class LakeTables:
    """The lake as jobs see it."""

    def __init__(self, site: Site) -> None:
        self.lake = Lake(site.lake)
        self._site = site
        self._locks = site.state / "locks"
        self._settled: list[DataFrame] = []
        self._no_spark: CountermarkError | None = None

    @cached_property
    def spark(self) -> SparkSession:
        """The session, started when the first job has something to do.

        Raises:
            CountermarkError: it cannot be; said at once the second time, as executors that stay
                away are waited for.

        """
        from jobs.session import start

        if self._no_spark:
            raise self._no_spark
        try:
            spark = start(self._site)
        except CountermarkError as error:
            self._no_spark = error
            raise
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

    def changed(self, table: str, before: Stand, now: Stand) -> DataFrame | None:
        """Give the rows that changed in between, as they were and as they are; None if unknown."""
        if before.version is None or now.version is None:
            return None
        if contract.table(table).layer == "bronze":
            found = self.appended(table, before, now)
            return found and found[0]
        reader = self.spark.read.format("delta").option("readChangeFeed", "true")
        reader = reader.option("startingVersion", before.version + 1)
        try:
            return reader.option("endingVersion", now.version).load(str(self.lake.path(table)))
        except PySparkException:  # the feed was off then, or the schema another: all is changed
            return None

    def settle(self, frame: DataFrame) -> DataFrame:
        """Give a frame whose rows are kept until `let_go`, so that they are made once.

        On one small machine its plan is cut off too: Spark would go over all of it again at every
        step that follows (in a profile of small runs that was most of the driver's CPU). On a
        cluster the plan stays, because executors that are lost take their rows with them; they are
        then made again from the same versions of the same tables.
        """
        spark = self._site.spark
        kept = frame.localCheckpoint() if spark.is_small and spark.is_local else frame.persist()
        self._settled.append(kept)
        return kept

    def let_go(self) -> None:
        """Let go of the rows of all settled frames."""
        from jobs.session import is_dead

        for frame in () if is_dead() else self._settled:
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

    def replace(self, table: Table, rows: DataFrame, consumed: Consumed) -> None:
        """Write the table anew, with the contract's columns."""
        with self._commit(table, consumed):
            write = rows.select(table.names).write.format("delta").mode("overwrite")
            if table.write != "replace_day":
                write = write.option("delta.enableChangeDataFeed", "true")
            write.option("overwriteSchema", "true").save(str(self.lake.path(table.name)))

    def replace_day(self, table: Table, rows: DataFrame, consumed: Consumed, day: date) -> None:
        """Write one day of a table anew."""
        where = f"{table.day} = DATE'{day.isoformat()}'"
        with self._commit(table, consumed):
            write = rows.select(table.names).write.format("delta").mode("overwrite")
            write.option("replaceWhere", where).save(str(self.lake.path(table.name)))

    def fold(self, table: Table, rows: DataFrame, consumed: Consumed) -> None:
        """Add rows made of new rows alone to the stored ones, as the contract says."""
        condition = upsert.folds(table, tells_change=upsert.CHANGED in rows.columns)
        with self._commit(table, consumed):
            merge = self._target(table).merge(rows.alias("s"), upsert.same_key(table))
            merge = merge.whenMatchedUpdate(condition, upsert.folded(table))
            merge.whenNotMatchedInsert(values=upsert.taken(table)).execute()

    def sync(
        self, table: Table, rows: DataFrame, consumed: Consumed, scope: DataFrame | None
    ) -> None:
        """Make the stored rows of a scope those given; the scope is keys, or None for all.

        What is to be done is found out by one join before the MERGE. Inside it, the comparison of
        all columns would stand in the formula of every column.
        """
        stored = self.spark.read.format("delta").load(str(self.lake.path(table.name)))
        if scope is not None:
            stored = stored.join(scope, on=scope.columns, how="left_semi")
        beside = (
            rows.select(table.names)
            .alias("s")
            .join(stored.alias("t"), on=upsert.same_key(table), how="full_outer")
        )
        is_gone = upsert.is_missing(table, "s")
        to_do = is_gone | upsert.is_missing(table, "t") | upsert.differs(table)
        key = [F.coalesce(F.col(f"s.{name}"), F.col(f"t.{name}")).alias(name) for name in table.key]
        rest = [F.col(f"s.{name}") for name in table.names if name not in table.key]
        steps = beside.where(to_do).select(*key, *rest, is_gone.alias("_is_gone"))
        source = self.settle(steps)
        with self._commit(table, consumed):
            merge = self._target(table).merge(source.alias("s"), upsert.same_key(table))
            merge = merge.whenMatchedDelete("s._is_gone")
            merge = merge.whenMatchedUpdate(set=upsert.taken(table))
            merge.whenNotMatchedInsert(values=upsert.taken(table)).execute()

    def written(self, table: str) -> int:
        """Count the rows that the newest commit inserted, updated or deleted."""
        metrics = next(iter(self.lake.commits(table))).get("operationMetrics", {})
        merged = [f"numTargetRows{done}" for done in ("Inserted", "Updated", "Deleted")]
        names = merged if merged[0] in metrics else ["numOutputRows"]
        return sum(int(metrics.get(name, 0)) for name in names)

    def _target(self, table: Table) -> Any:
        return DeltaTable.forPath(self.spark, str(self.lake.path(table.name))).alias("t")

    @contextmanager
    def _commit(self, table: Table, taken: Consumed) -> Iterator[None]:
        """Let one write happen, as exactly one commit that carries the note.

        `txnVersion` is the version that this write makes, a fence against a second writer that
        the lock does not see (another machine): Delta skips a version it has. It is not the sum of
        the inputs' versions, because a rebuilt input starts again at 0, the sum falls, and every
        later write would be skipped without a word.
        """
        with writer(self._locks, table.name):
            version = self.lake.version(table.name)
            following = 0 if version is None else version + 1
            settings = {
                "spark.databricks.delta.commitInfo.userMetadata": encode(taken),
                "spark.databricks.delta.write.txnAppId": table.name,
                "spark.databricks.delta.write.txnVersion": str(following),
            }
            for name, value in settings.items():
                self.spark.conf.set(name, value)
            try:
                yield
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


def storage_fault(table: str, error: BaseException) -> LakeError | None:
    """Give the one-line error when storage, or the end of Spark, is at fault; else None."""
    from jobs.session import is_dead

    if is_dead():
        return LakeError(
            f"{table}: Spark's driver ended, killed or out of memory (driver_memory in the site's "
            "file); nothing half-written shows, run the jobs again"
        )
    text = " ".join(str(error).split())
    if any(mark in text for mark in _FULL):
        return LakeError(f"{table}: the disk is full; make room and run the job again")
    if any(mark in text for mark in _DAMAGED):
        return LakeError(
            f"{table}: a table it reads or writes is damaged: {text[:300]}; restore it from a "
            "copy, or remove the folder and make the table anew"
        )
    return None
