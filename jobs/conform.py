"""Gives made rows their contract's columns and types; its rules are held later (jobs/rules.py)."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf.contract import Table
from conf.errors import ContractError
from jobs.passes import Pass


def to_spark(spark: SparkSession, made: Any, table: Table) -> DataFrame | Pass:
    """Give what a job returned as a Spark frame; Polars and Arrow are taken as well."""
    if isinstance(made, DataFrame | Pass):
        return made
    arrow = made if hasattr(made, "to_pylist") else made.to_arrow()
    missing = [name for name in table.names if name not in arrow.column_names]
    if missing:
        raise ContractError(f"{table.name}: column {', '.join(missing)} is missing")
    return spark.createDataFrame(arrow.select(table.names).cast(table.arrow()))


def conform(made: DataFrame | Pass, table: Table) -> DataFrame | Pass:
    """Give the contract's columns in its order and types; what does not fit its type is null.

    A column whose name begins with `_` speaks to the framework and stays behind the others.

    Raises:
        ContractError: a column is missing or unknown.

    """
    names = made.columns if isinstance(made, DataFrame) else made.schema.names
    have = set(names)
    hidden = sorted(name for name in have if name.startswith("_"))
    missing = [name for name in table.names if name not in have]
    strange = sorted(have - set(table.names) - set(hidden))
    if missing or strange:
        faults = [f"lacks {name}" for name in missing] + [f"has {name} besides" for name in strange]
        raise ContractError(f"{table.name}: what the job made {'; '.join(faults)}")
    wanted = table.spark()
    if isinstance(made, Pass):
        kinds = {field.name: field.dataType for field in made.schema}
        if all(kinds[field.name] == field.dataType for field in wanted):
            return made
        made = made.frame()
    cast = [F.col(f.name).try_cast(f.dataType).alias(f.name) for f in wanted.fields]
    same = [F.col(f.name) for f in wanted.fields]
    types = dict(made.dtypes)
    columns = [
        plain if types[f.name] == f.dataType.simpleString() else typed
        for f, plain, typed in zip(wanted.fields, same, cast, strict=True)
    ]
    return made.select(*columns, *hidden)
