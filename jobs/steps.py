"""What a write is to do to which stored rows, found out on narrow numbers before wide rows move.

A table of steps has one row a key that changes: its number, whether it is stored, whether it goes,
and the numbers of the columns that other jobs follow, before and after. Keys are compared by 128
bits and contents by 128 bits: of a hundred million rows no two share theirs by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf.contract import Table
from jobs import upsert
from jobs.among import NUMBER
from jobs.digest import STORAGE

_HIDDEN = (upsert.CHANGED, upsert.BAD, upsert.WHOLE)
IS_STORED, IS_GONE = "_is_stored", "_is_gone"
_SECOND = "_second"  # the other 64 bits of a key


def of_sync(table: Table, made: DataFrame, stored: DataFrame, followed: Sequence[str]) -> DataFrame:
    """Give the steps that make the stored rows those that were made; both have one row a key."""
    names = [name for name in table.names if name not in {*table.key, *STORAGE}]
    types = {name: kind for name, kind in made.dtypes if name in names}
    content = _content(types)
    ours = made.select(*_key(table), *content, *_followed(followed, "_new"))
    theirs = stored.select(
        *_key(table),
        *[one.alias(f"_old_{at}") for at, one in enumerate(content)],
        *_followed(followed, "_old"),
        F.lit(True).alias(IS_STORED),  # noqa: FBT003 - a literal of Spark
    )
    beside = ours.withColumn("_is_made", F.lit(True)).join(  # noqa: FBT003 - a literal of Spark
        theirs, on=[NUMBER, _SECOND], how="full_outer"
    )
    is_made, is_stored = F.col("_is_made").isNotNull(), F.col(IS_STORED).isNotNull()
    is_other = F.lit(False)  # noqa: FBT003 - a literal of Spark
    for at in range(len(content)):
        is_other = is_other | (F.col(f"_new_{at}") != F.col(f"_old_{at}"))
    return _steps(beside.where(~is_made | ~is_stored | is_other), ~is_made, is_stored, followed)


def of_fold(table: Table, rows: DataFrame, stored: DataFrame, followed: Sequence[str]) -> DataFrame:
    """Give the steps that add rows made of new rows alone; both have one row a key."""
    told = [*table.newest_by, *filter(None, [table.unless_same])]
    hidden = [name for name in _HIDDEN if name in rows.columns]
    ours = rows.select(*_key(table), *told, *hidden, *_followed(followed, "_new")).alias("s")
    theirs = stored.select(*_key(table), *told, *_followed(followed, "_old")).alias("t")
    same = [F.col(f"s.{name}") == F.col(f"t.{name}") for name in (NUMBER, _SECOND)]
    is_stored = F.col(f"t.{NUMBER}").isNotNull()
    is_bad = F.col(f"s.{upsert.BAD}") if upsert.BAD in hidden else F.lit(False)  # noqa: FBT003 - a literal of Spark
    applies = upsert.folds(table, tells_change=upsert.CHANGED in hidden)
    if upsert.WHOLE in hidden:
        is_other = [~F.col(f"s.{name}").eqNullSafe(F.col(f"t.{name}")) for name in told]
        is_whole = F.col(f"s.{upsert.WHOLE}")
        applies = F.when(is_whole, is_bad | reduce(Column.__or__, is_other)).otherwise(applies)
    beside = ours.join(theirs, on=same[0] & same[1], how="left")
    taken = beside.where((is_stored & applies) | (~is_stored & ~is_bad))
    own = [
        F.col(f"s.{NUMBER}").alias(NUMBER),
        *(F.col(f"_{w}_{c}") for w in ("new", "old") for c in followed),
    ]
    flat = taken.select(*own, is_bad.alias(IS_GONE), is_stored.alias(IS_STORED))
    return _steps(flat, F.col(IS_GONE), F.col(IS_STORED), followed)


def _steps(
    rows: DataFrame,
    is_gone: Column,
    is_stored: Column,
    followed: Sequence[str],
    key: Column | None = None,
) -> DataFrame:
    kept = [F.col(f"{when}_{name}") for when in ("_new", "_old") for name in followed]
    own = (F.col(NUMBER) if key is None else key).alias(NUMBER)
    return rows.select(own, is_gone.alias(IS_GONE), is_stored.alias(IS_STORED), *kept)


def _key(table: Table) -> list[Column]:
    return [
        F.xxhash64(*table.key).alias(NUMBER),
        F.xxhash64(F.lit(1), *table.key).alias(_SECOND),
    ]


def _content(types: dict[str, str]) -> list[Column]:
    """Give two numbers of a row's content.

    Spark's hash passes over null and over where one list ends and the next begins, so both are
    told to it besides.
    """
    parts: list[Column] = []
    for name, kind in types.items():
        parts += [F.col(name), F.col(name).isNull()]
        parts += [F.size(name)] if kind.startswith("array") else []
    return [
        F.xxhash64(*parts).alias("_new_0"),
        F.xxhash64(F.lit(1), *parts).alias("_new_1"),
    ]


def _followed(names: Sequence[str], when: str) -> list[Column]:
    """Give the numbers of the columns that others follow; null stays null, it names nobody."""
    return [
        F.when(F.col(name).isNotNull(), F.xxhash64(name)).alias(f"{when}_{name}") for name in names
    ]
