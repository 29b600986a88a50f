"""The conditions of a MERGE, by contract: `s` is the new row, `t` the stored one."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf.contract import Combine, Table

# A job over new rows says here that the content changed among them, even if it changed back.
CHANGED = "_has_changed"
# A row that broke a rule: where it would have been taken, the stored one goes.
BAD = "_is_bad"


# A row that was made of all rows of its key, and not of new ones alone: it is right as it is.
WHOLE = "_is_whole"


def same_key(table: Table) -> Column:
    """Tell whether both rows have one key."""
    return _all([F.col(f"t.{name}") == F.col(f"s.{name}") for name in table.key])


def is_missing(table: Table, side: str) -> Column:
    """Tell whether one side of an outer join has no row; a key is never null."""
    return F.col(f"{side}.{table.key[0]}").isNull()


def is_newer(table: Table) -> Column:
    """Tell whether the new row comes after the stored one; always, if nothing orders them."""
    if not table.newest_by:
        return F.lit(True)  # noqa: FBT003 - a literal of Spark
    ours = F.struct(*(F.col(f"s.{name}").alias(name) for name in table.newest_by))
    theirs = F.struct(*(F.col(f"t.{name}").alias(name) for name in table.newest_by))
    return ours > theirs


def folds(table: Table, *, tells_change: bool) -> Column:
    """Tell whether a row made of new rows alone changes the stored one."""
    if table.combine:
        return F.lit(True)  # noqa: FBT003 - a literal of Spark
    if table.unless_same is None:
        return is_newer(table)
    name = table.unless_same
    changed = ~F.col(f"t.{name}").eqNullSafe(F.col(f"s.{name}"))
    if tells_change:
        changed = changed | F.col(f"s.{CHANGED}")
    return is_newer(table) & changed


def folded(table: Table) -> dict[str, Column]:
    """Give each column of the stored row after a row made of new rows alone was added to it."""
    if not table.combine:  # only a newer row gets here, see `folds`
        return {name: F.col(f"s.{name}") for name in table.names if name not in table.key}
    newer = is_newer(table)
    return {
        name: _combined(name, table.combine.get(name), newer)
        for name in table.names
        if name not in table.key
    }


def beside(table: Table) -> list[Column]:
    """Give each column of a full outer join of stored and new rows; both are added up."""
    both = folded(table)
    is_stored_only, is_new = is_missing(table, "s"), is_missing(table, "t")
    return [
        F.when(is_stored_only, F.col(f"t.{name}"))
        .when(is_new, F.col(f"s.{name}"))
        .otherwise(both.get(name, F.col(f"s.{name}")))
        .alias(name)
        for name in table.names
    ]


def _combined(name: str, how: Combine | None, newer: Column) -> Column:
    ours, theirs = F.col(f"s.{name}"), F.col(f"t.{name}")
    if how is None:
        return F.when(newer, ours).otherwise(theirs)
    if how == "add":
        return ours + theirs
    return F.least(ours, theirs) if how == "least" else F.greatest(ours, theirs)


def _all(conditions: list[Column]) -> Column:
    together = F.lit(True)  # noqa: FBT003 - a literal of Spark
    for condition in conditions:
        together = together & condition
    return together
