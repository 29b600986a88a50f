"""Reads and writes Delta tables for Spark jobs, and knows what changed between two versions.

Each write is one commit that carries the rows and the note of what was consumed (jobs/consumed.py).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name
from pyspark.sql.types import StructField, StructType

from conf import contract, shapes
from conf.contract import Table
from conf.errors import CountermarkError, LakeError
from conf.place import spark_url
from conf.site import Site
from jobs import changes, journal
from jobs.among import NUMBER, among, number
from jobs.consumed import Stand
from jobs.holding import holding
from jobs.reader import Lake
from jobs.stored import Stored

_ASKS_AGAIN_S = 0.5
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
        return _by_contract(reader.load(spark_url(self.lake.path(table))), contract.table(table))

    def files(self, table: str, stand: Stand) -> Stored:
        """Give a table's files as it stood; of one that did not exist, none."""
        root, promised = str(self.lake.path(table)), contract.table(table)
        if stand.version is None:
            return Stored(promised, root)
        return Stored(promised, root, tuple(self.lake.files(table, stand.version)))

    def appended(self, table: str, before: Stand, now: Stand) -> tuple[DataFrame, int] | None:
        """Give the rows appended in between and their number; None when the log cannot tell."""
        if before.version is None or now.version is None:
            return None
        added = self.lake.added(table, before.version, now.version)
        if added is None:
            return None
        promised = contract.table(table)
        if not added.paths:
            return self.spark.createDataFrame([], promised.spark()), 0
        root = self.lake.path(table)
        # Files of before a column was renamed have it under its old name.
        schema = StructType([*promised.spark(), *_of_before(promised)])
        reader = self.spark.read.schema(schema).option("basePath", spark_url(root))
        rows = reader.parquet(*(spark_url(root / path) for path in added.paths))
        for old, name in promised.formerly.items():
            rows = rows.withColumn(name, F.coalesce(name, old)).drop(old)
        return rows, added.rows

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
        told = self.spark.read.parquet(*map(spark_url, paths)).where(F.col("column") == column)
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
        stored = self.stored(table).select(number(*table.key))
        found = self.settle(keys.join(stored, on=NUMBER, how="left_semi"))
        return found, found.count()

    def unlike_stored(self, table: Table, rows: DataFrame) -> DataFrame:
        """Give the rows of keys of which some row shows other content than the stored one.

        The others would change nothing: what is seen unchanged costs a comparison of two numbers.
        """
        same = table.unless_same
        if same is None:
            return rows
        stored = self.stored(table)
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

    def put_aside(self, table: Table, rows: pl.DataFrame) -> None:
        """Keep rows that are left out of the version to be written, with the rules they break."""
        told = rows.to_dicts()
        version = self.lake.version(table.name)
        following = 0 if version is None else version + 1
        journal.put_aside(self._site, table.name, told, following, datetime.now(UTC))

    def note(self, rows: Sequence[dict[str, Any]], at: datetime) -> None:
        """Note what runs came to."""
        journal.note(self._site, rows, at)

    @contextmanager
    def held(self, table: str, wait_s: float = 0.0) -> Iterator[None]:
        """Be the one that writes a table, from reading what it holds until it is written.

        Raises:
            LakeError: another process still holds it when the time to wait is over.

        """
        end = time.monotonic() + wait_s
        with ExitStack() as stack:
            while True:
                try:
                    stack.enter_context(holding(self._site, table))
                    break
                except LakeError:
                    stack.close()
                    if time.monotonic() >= end:
                        raise
                    time.sleep(_ASKS_AGAIN_S)
            yield

    def stored(self, table: Table) -> DataFrame:
        """Read a table as it stands."""
        return self.spark.read.format("delta").load(spark_url(self.lake.path(table.name)))


def _by_contract(stored: DataFrame, table: Table) -> DataFrame:
    """Give a stored frame of before its contract's columns were renamed or added those of today."""
    if stored.columns == table.names:
        return stored
    places = shapes.mapped(stored.columns, table)
    return stored.select(
        *[
            F.col(places[field.name]).alias(field.name)
            if field.name in places
            else F.lit(None).cast(field.dataType).alias(field.name)
            for field in table.spark()
        ]
    )


def _of_before(table: Table) -> list[StructField]:
    """Give the columns that a table's files of before have under other names."""
    types = {field.name: field.dataType for field in table.spark()}
    return [StructField(old, types[name]) for old, name in table.formerly.items()]


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
