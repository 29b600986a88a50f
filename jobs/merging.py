"""What becomes of a bucket's stored rows when made rows come to them; frames in, frames out.

Both have one row a key. `told` are the numbers that the change touches of each column that others
follow (jobs/changes.py): of the rows as they were and as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
import polars as pl

from conf.contract import Table
from jobs import buckets
from jobs.digest import STORAGE
from jobs.marks import BAD, CHANGED, WHOLE

_MADE, _STORED = "_m", "_s"  # places of rows
NO_NUMBERS = pl.DataFrame(schema={"column": pl.String, "number": pl.Int64})


class Merged(msgspec.Struct, frozen=True):
    """What a bucket holds now; `rows` is None where nothing changes."""

    rows: pl.DataFrame | None
    changed: int
    told: pl.DataFrame = NO_NUMBERS


def replaced(table: Table, made: pl.DataFrame) -> Merged:
    """Take the made rows and nothing else."""
    rows = _good(made).select(table.names)
    return Merged(in_order(table, rows), rows.height)


def replaced_day(table: Table, stored: pl.DataFrame, made: pl.DataFrame, day: date) -> Merged:
    """Take the made rows in place of those of their day."""
    assert table.day is not None  # noqa: S101 - the contract's reader saw to it
    rows = _good(made).select(table.names)
    kept = stored.filter(pl.col(table.day) != day)
    return Merged(in_order(table, pl.concat([kept, rows])), rows.height)


def combined(table: Table, stored: pl.DataFrame, made: pl.DataFrame) -> Merged:
    """Add rows made of new rows alone to those of the same keys, column by column."""
    rows = _good(made).select(table.names)
    both = rows.join(stored, on=table.key, how="left", suffix="_t", nulls_equal=True)
    newer = _is_newer(table).fill_null(value=True)  # none is stored
    values = [_added(table, name, newer) for name in table.names if name not in table.key]
    added = both.select(*table.key, *values).select(table.names)
    kept = stored.join(rows, on=table.key, how="anti", nulls_equal=True)
    return Merged(in_order(table, pl.concat([kept, added])), rows.height)


def folded(
    table: Table, stored: pl.DataFrame, made: pl.DataFrame, followed: Sequence[str]
) -> Merged:
    """Let rows made of new rows alone take the place of older ones of other content.

    Where a row that breaks a rule would be taken, the stored one goes.
    """
    told = [*table.newest_by, *filter(None, [table.unless_same])]
    ours = made.with_row_index(_MADE)
    theirs = stored.select(*table.key, *told).with_row_index(_STORED)
    both = ours.join(theirs, on=table.key, how="left", suffix="_t", nulls_equal=True)
    is_stored = pl.col(_STORED).is_not_null()
    applies = _folds(table, tells_change=CHANGED in made.columns)
    if WHOLE in made.columns:
        differs = [pl.col(name).ne_missing(pl.col(f"{name}_t")) for name in told]
        applies = pl.when(WHOLE).then(pl.any_horizontal(BAD, *differs)).otherwise(applies)
    taken = both.filter((is_stored & applies.fill_null(value=False)) | (~is_stored & ~pl.col(BAD)))
    return _changed(
        table, stored, made, followed, taken[_MADE], taken[_STORED].drop_nulls(), taken.height
    )


def synced(
    table: Table,
    stored: pl.DataFrame,
    made: pl.DataFrame,
    in_scope: pl.Series | None,
    followed: Sequence[str],
) -> Merged:
    """Make the stored rows in scope (all, if None) those that were made."""
    rows = _good(made)
    ours = rows.select(table.key).with_row_index(_MADE)
    theirs = stored.select(table.key).with_row_index(_STORED)
    if in_scope is not None:
        theirs = theirs.with_columns(in_scope.alias("_in"))
    else:
        theirs = theirs.with_columns(pl.lit(True).alias("_in"))  # noqa: FBT003 - a literal of Polars
    both = ours.join(theirs, on=table.key, how="full", coalesce=True, nulls_equal=True)
    pairs = both.filter(pl.col(_MADE).is_not_null() & pl.col(_STORED).is_not_null())
    other = pairs.filter(_differs(table, stored[pairs[_STORED]], rows[pairs[_MADE]]))
    new = both.filter(pl.col(_STORED).is_null())
    gone = both.filter(pl.col(_MADE).is_null() & pl.col("_in"))
    return _changed(
        table,
        stored,
        rows,
        followed,
        pl.concat([new[_MADE], other[_MADE]]),
        pl.concat([gone[_STORED], other[_STORED]]),
        new.height + other.height + gone.height,
    )


def twins(made: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Give the keys that come more than once, once each, in order."""
    keys = made.select(key)
    return keys.filter(keys.is_duplicated()).unique().sort(key)


def nothing(table: Table, *, is_made: bool = False) -> pl.DataFrame:
    """Give no row of a table's columns, and of those that tell how a row was made."""
    none = pl.DataFrame(table.arrow().empty_table())
    return none.with_columns(pl.lit(False).alias(BAD)) if is_made else none  # noqa: FBT003 - a literal of Polars


def in_order(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows in the order of their keys: the same rows are the same file, and lie near."""
    return rows.sort(table.key) if table.key else rows


def _changed(  # noqa: PLR0913, PLR0917 - both sides, and of each what is taken
    table: Table,
    stored: pl.DataFrame,
    made: pl.DataFrame,
    followed: Sequence[str],
    taken: pl.Series,
    out: pl.Series,
    changed: int,
) -> Merged:
    if not changed:
        return Merged(None, 0)
    came, went = made[taken], stored[out]
    stays = pl.select(~pl.int_range(stored.height).is_in(out.cast(pl.Int64).implode())).to_series()
    rows = pl.concat([stored.filter(stays), _good(came).select(table.names)])
    return Merged(in_order(table, rows), changed, _told(came, went, followed))


def _told(came: pl.DataFrame, went: pl.DataFrame, followed: Sequence[str]) -> pl.DataFrame:
    found = [NO_NUMBERS]
    for name in followed:
        values = pl.concat([came[name], went[name]]).drop_nulls().unique()
        number = buckets.numbers(values).alias("number")
        found.append(
            pl.DataFrame({"column": pl.repeat(name, len(number), eager=True), "number": number})
        )
    return pl.concat(found)


def _differs(table: Table, stored: pl.DataFrame, made: pl.DataFrame) -> pl.Series:
    """Tell of rows beside each other which show other content."""
    found = pl.repeat(False, stored.height, dtype=pl.Boolean, eager=True)  # noqa: FBT003 - a literal of Polars
    for name in table.names:
        if name not in {*table.key, *STORAGE}:
            found |= stored[name].ne_missing(made[name])
    return found


def _folds(table: Table, *, tells_change: bool) -> pl.Expr:
    """Tell whether a row made of new rows alone changes the stored one."""
    if table.unless_same is None:
        return _is_newer(table)
    name = table.unless_same
    changed = pl.col(name).ne_missing(pl.col(f"{name}_t"))
    if tells_change:
        changed |= pl.col(CHANGED)
    return _is_newer(table) & changed


def _is_newer(table: Table) -> pl.Expr:
    """Tell whether the new row comes after the stored one; always, if nothing orders them."""
    if not table.newest_by:
        return pl.lit(True)  # noqa: FBT003 - a literal of Polars
    is_newer = pl.lit(False)  # noqa: FBT003 - a literal of Polars
    for name in reversed(table.newest_by):
        ours, theirs = pl.col(name), pl.col(f"{name}_t")
        is_newer = (ours > theirs) | ((ours == theirs) & is_newer)
    return is_newer


def _added(table: Table, name: str, newer: pl.Expr) -> pl.Expr:
    ours, theirs = pl.col(name), pl.col(f"{name}_t")
    how = table.combine.get(name)
    if how is None:
        return pl.when(newer).then(ours).otherwise(theirs).alias(name)
    if how == "add":
        return (ours + theirs.fill_null(0)).alias(name)
    both = pl.min_horizontal if how == "least" else pl.max_horizontal
    return both(ours, theirs).alias(name)


def _good(made: pl.DataFrame) -> pl.DataFrame:
    return made.filter(~pl.col(BAD))
