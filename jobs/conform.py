"""Holds rows to their table's contract: columns, types, and every rule, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf.contract import Column, Table
from conf.errors import ContractError

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn

MOST_SHOWN = 20


class Rule(msgspec.Struct, frozen=True):
    """One thing that no row may do; `is_broken` is null or false where it does not."""

    says: str
    is_broken: Any  # a Spark column, which msgspec has no type for


class Checked(msgspec.Struct, frozen=True):
    """How many rows a job made, and how many of them break a rule."""

    rows: int
    bad: int


def to_spark(spark: SparkSession, made: Any, table: Table) -> DataFrame:
    """Give what a job returned as a Spark frame; Polars and Arrow are taken as well."""
    if isinstance(made, DataFrame):
        return made
    arrow = made if hasattr(made, "to_pylist") else made.to_arrow()
    missing = [name for name in table.names if name not in arrow.column_names]
    if missing:
        raise ContractError(f"{table.name}: column {', '.join(missing)} is missing")
    return spark.createDataFrame(arrow.select(table.names).cast(table.arrow()))


def conform(made: DataFrame, table: Table) -> DataFrame:
    """Give the contract's columns in its order and types; what does not fit its type is null.

    A column whose name begins with `_` speaks to the framework and stays behind the others.

    Raises:
        ContractError: a column is missing or unknown.

    """
    have = set(made.columns)
    hidden = sorted(name for name in have if name.startswith("_"))
    missing = [name for name in table.names if name not in have]
    strange = sorted(have - set(table.names) - set(hidden))
    if missing or strange:
        faults = [f"lacks {name}" for name in missing] + [f"has {name} besides" for name in strange]
        raise ContractError(f"{table.name}: what the job made {'; '.join(faults)}")
    wanted = table.spark()
    cast = [F.col(f.name).try_cast(f.dataType).alias(f.name) for f in wanted.fields]
    same = [F.col(f.name) for f in wanted.fields]
    types = dict(made.dtypes)
    columns = [
        plain if types[f.name] == f.dataType.simpleString() else typed
        for f, plain, typed in zip(wanted.fields, same, cast, strict=True)
    ]
    return made.select(*columns, *hidden)


def check(rows: DataFrame, table: Table) -> Checked:
    """Count the rows and those that break a rule of the contract.

    One pass tells whether anything is wrong; what and where is looked for only then.

    Raises:
        ContractError: a key comes twice, or more rows break a rule than the contract bears; lists
            every broken rule with how many rows break it and the key of one.

    """
    rules = list(contract_rules(table))
    keys = F.count_distinct(F.struct(*table.key)) if table.key else F.count(F.lit(1))
    found = rows.agg(
        F.count(F.lit(1)).alias("rows"),
        F.count_if(_any(rules)).alias("bad"),
        keys.alias("keys"),
    ).first()
    assert found is not None  # noqa: S101 - an aggregate without groups has one row
    counts = Checked(int(found["rows"]), int(found["bad"]))
    if found["keys"] == counts.rows and counts.bad <= table.quarantine_share * counts.rows:
        return counts
    faults = [*_broken(rows, table, rules), *_twins(rows, table)]
    more = f"; and {len(faults) - MOST_SHOWN} more" if len(faults) > MOST_SHOWN else ""
    raise ContractError(
        f"{table.name}: {'; '.join(faults[:MOST_SHOWN])}{more}; nothing was written, mend the "
        f"job or conf/tables/{table.name}.yaml"
    )


def parted(rows: DataFrame, table: Table) -> tuple[DataFrame, DataFrame]:
    """Give the rows that keep every rule, and the key, the broken rules and the JSON of others."""
    rules = list(contract_rules(table))
    is_bad = is_broken(table)
    said = F.array_compact(F.array(*(F.when(rule.is_broken, F.lit(rule.says)) for rule in rules)))
    aside = rows.where(is_bad).select(
        _key_text(table).alias("key_text"),
        said.alias("rules"),
        F.to_json(F.struct(*table.names)).alias("row_json"),
    )
    return rows.where(~is_bad), aside


def is_broken(table: Table) -> SparkColumn:
    """Tell whether a row breaks a rule."""
    return F.coalesce(_any(list(contract_rules(table))), F.lit(False))  # noqa: FBT003 - a literal of Spark


def _key_text(table: Table) -> SparkColumn:
    return F.concat_ws(" ", *(F.col(name).cast("string") for name in table.key or table.names[:1]))


def _any(rules: list[Rule]) -> SparkColumn:
    together = F.lit(False)  # noqa: FBT003 - a literal of Spark
    for rule in rules:
        together = together | rule.is_broken
    return together


def _broken(rows: DataFrame, table: Table, rules: list[Rule]) -> list[str]:
    """Say how many rows break each rule, and name one of them."""
    key = _key_text(table)
    counts = [F.count_if(rule.is_broken).alias(f"n{i}") for i, rule in enumerate(rules)]
    examples = [F.min(F.when(rule.is_broken, key)).alias(f"k{i}") for i, rule in enumerate(rules)]
    found = rows.agg(*counts, *examples).first()
    assert found is not None  # noqa: S101 - an aggregate without groups has one row
    return [
        f"{rule.says} in {found[f'n{i}']} rows (one: {found[f'k{i}']!r})"
        for i, rule in enumerate(rules)
        if found[f"n{i}"]
    ]


def contract_rules(table: Table) -> Iterator[Rule]:
    """Give the rules that a contract makes for single rows."""
    for column in table.columns:
        value = F.col(column.name)
        if column.required:
            yield Rule(f"{column.name} is missing", value.isNull())
        yield from _value_rules(column, value)


def _value_rules(column: Column, value: SparkColumn) -> Iterator[Rule]:
    if column.lowest is not None:
        yield Rule(f"{column.name} is under {column.lowest:g}", value < column.lowest)
    if column.highest is not None:
        # Spark holds NaN greater than any number, so NaN breaks this rule too.
        yield Rule(f"{column.name} is over {column.highest:g}", value > column.highest)
    elif column.type in {"double", "float"}:
        yield Rule(f"{column.name} is no number", F.isnan(value))
    if column.pattern is not None:
        yield Rule(
            f"{column.name} is not of the form {column.pattern}", ~value.rlike(column.pattern)
        )
    if column.allowed:
        words = ", ".join(column.allowed)
        yield Rule(f"{column.name} is none of {words}", ~value.isin(*column.allowed))


def _twins(rows: DataFrame, table: Table) -> list[str]:
    """Say which keys come twice; MERGE would take both for new."""
    if not table.key:
        return []
    twice = rows.groupBy(*table.key).count().where("count > 1")
    found = twice.agg(F.count(F.lit(1)), F.min(F.struct(*table.key).cast("string"))).first()
    if found is None or not found[0]:
        return []
    return [f"the key comes more than once for {found[0]} keys (one: {found[1]})"]
