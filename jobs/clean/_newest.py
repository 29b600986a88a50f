"""The newest state among observations of the same thing."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - its usual name
from pyspark.sql.types import BooleanType, StructType

from jobs.among import NUMBER, among, beyond, number
from jobs.marks import CHANGED

MOST_KEYS = 1_000_000  # seen more than once that are told to every task; more are shuffled


def newest_states(observations: DataFrame, key: str) -> DataFrame:
    """Give each key's newest content, by the observation that first showed it.

    That is the earliest observation after the last one that showed anything else. The column
    `_has_changed` says whether these observations show any other content at all: a state that was
    left and came back is a new one, even if the table still holds the same content.

    Most keys are seen once a day. Whether and which are seen more often is counted first, by their
    numbers, so that wide rows are sorted only where there is something to choose.
    """
    again = observations.groupBy(number(key)).count().where("count > 1").select(NUMBER)
    count = again.count()
    if count > MOST_KEYS:
        return _chosen(observations, key)
    once = F.lit(False).alias(CHANGED)  # noqa: FBT003 - a literal of Spark
    if not count:
        return observations.select("*", once)
    single = beyond(observations, (key,), again, count).select("*", once)
    return single.unionByName(_chosen(among(observations, (key,), again, count), key))


def _chosen(observations: DataFrame, key: str) -> DataFrame:
    when = F.struct("observed_at", "observation_id")
    all_of_it = Window.partitionBy(key)
    newest = F.max_by("content_sha256", when).over(all_of_it)
    other = F.when(F.col("content_sha256") != F.col("_newest"), when)
    return (
        observations.withColumn("_newest", newest)
        .withColumn("_last_other", F.max(other).over(all_of_it))
        .where(F.col("_last_other").isNull() | (when > F.col("_last_other")))
        .withColumn("_place", F.row_number().over(all_of_it.orderBy(when)))
        .where("_place = 1")
        .withColumn(CHANGED, F.col("_last_other").isNotNull())
        .drop("_newest", "_last_other", "_place")
    )


def with_changed(schema: StructType) -> StructType:
    """Give a contract's schema, every column nullable, and the framework's own column."""
    loose = StructType()
    for field in schema.fields:
        loose.add(field.name, field.dataType, nullable=True)
    return loose.add(CHANGED, BooleanType())
