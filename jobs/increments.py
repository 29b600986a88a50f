"""Decides how much of a table must be made: nothing, what some keys touch, or all of it."""

from __future__ import annotations

from functools import reduce

import msgspec
from pyspark.sql import DataFrame

from conf import contract
from conf.contract import ALL, NEW, Table
from conf.errors import ConfError
from conf.place import Place
from jobs.among import among, beyond, number
from jobs.beside import numbers
from jobs.consumed import Consumed, Stand
from jobs.graph import Job
from jobs.stored import Scope, Stored, tell
from jobs.tables import LakeTables


class Part(msgspec.Struct, frozen=True):
    """What a job is to be run on.

    `scope` tells whose rows are made anew, None for every row; `is_fold` says that the
    inputs are new rows alone, which are added to the stored ones; of the keys whose numbers are
    in the file `whole_of` all rows are there. `read` counts rows looked at, and about `expected`
    rows will be made.
    """

    inputs: dict[str, DataFrame | Stored]
    scope: Scope | None
    is_fold: bool
    read: int
    touched: int | None
    expected: int
    whole_of: str | None = None


def is_current(before: Consumed | None, now: Consumed) -> bool:
    """Tell whether the table already holds what a run would make."""
    return before == now


def must_be_whole(job: Job, before: Consumed | None, now: Consumed) -> str | None:
    """Say why the table must be made from all rows; None when the changed ones may be enough."""
    if before is None:
        return "first time"
    if before.givens != now.givens:
        return "what it is given changed"
    if job.table.write != "merge":
        return "it is always made whole"
    for name, stand in now.inputs.items():
        if why := _needs_all(job, name, before.inputs.get(name, Stand()), stand):
            return why
    return None


def _needs_all(job: Job, name: str, then: Stand, stand: Stand) -> str | None:
    """Say why a change in one input touches every row; None when it does not."""
    if then.id != stand.id:
        return f"{name} was made anew"
    if (then.version or 0) > (stand.version or 0):
        return f"{name} went back to an older version"
    if then != stand and job.table.increment.when.get(name, ALL) == ALL:
        return f"{name} changed"
    return None


def whole(tables: LakeTables, job: Job, now: Consumed) -> Part:
    """Give every row of every input."""
    inputs = {name: _every(tables, job, name, now) for name in job.inputs}
    stands = now.inputs.items()
    counts = {n: tables.lake.row_count(n, s.version) for n, s in stands if s.version is not None}
    same = [count for n, count in counts.items() if contract.table(n).key == job.table.key]
    expected = max(same or counts.values(), default=0)
    return Part(
        inputs, None, is_fold=False, read=sum(counts.values()), touched=None, expected=expected
    )


def part(
    tables: LakeTables, job: Job, before: Consumed, now: Consumed, where: Place
) -> Part | None:
    """Give what changed since; None when the tables no longer tell, and all must be read.

    Tasks are told whose rows in a file of the folder `where`.
    """
    changed = [name for name in job.inputs if before.inputs[name] != now.inputs[name]]
    when = job.table.increment.when
    if all(when[name] == NEW for name in changed):
        return _new_rows(tables, job, before, now, where)
    if any(when.get(name) == NEW for name in job.inputs):
        raise ConfError(
            f"conf/tables/{job.name}.yaml: increment.when mixes `new` with columns; a job sees "
            "either the new rows or the rows of touched keys"
        )
    return _touched_rows(tables, job, before, now, where)


def _new_rows(
    tables: LakeTables, job: Job, before: Consumed, now: Consumed, where: Place
) -> Part | None:
    inputs: dict[str, DataFrame | Stored] = {}
    read, whole_of = 0, None
    for name in job.inputs:
        if job.table.increment.when.get(name) != NEW:
            inputs[name] = _every(tables, job, name, now)
            continue
        found = tables.appended(name, before.inputs[name], now.inputs[name])
        if found is None:
            return None
        rows, count = found
        read += count
        if job.table.unless_same is None:
            inputs[name] = rows
            continue
        late, count = tables.late(job.table, name, before.inputs[name], rows)
        if not count:
            inputs[name] = tables.unlike_stored(job.table, rows)
            continue
        whole_of = tell(late, where / "whole.parquet")
        every = tables.read(name, now.inputs[name])
        inputs[name] = _with_late(tables, job.table, rows, every, (late, count))
    return Part(
        inputs, None, is_fold=True, read=read, touched=None, expected=read, whole_of=whole_of
    )


def _with_late(
    tables: LakeTables, table: Table, rows: DataFrame, every: DataFrame, late: tuple[DataFrame, int]
) -> DataFrame:
    """Give the new rows that may change something, and of late keys all rows there are.

    What a late row changes depends on what was seen before and after it: a state that it shows may
    have begun, or been interrupted, earlier than is stored.
    """
    on_time = tables.unlike_stored(table, beyond(rows, table.key, *late))
    return on_time.unionByName(among(every, table.key, *late))


def _touched_rows(
    tables: LakeTables, job: Job, before: Consumed, now: Consumed, where: Place
) -> Part | None:
    increment = job.table.increment
    by = _by(job)
    every = {name: _every(tables, job, name, now) for name in job.inputs}
    scopes, read = [], 0
    for name in job.inputs:
        if before.inputs[name] == now.inputs[name]:
            continue
        column = increment.when[name]
        changed = tables.changed(name, before.inputs[name], now.inputs[name], column)
        if changed is None:
            return None
        values = tables.settle(changed.distinct())
        count = values.count()
        read += count
        if column == by:
            scopes.append(values)
            continue
        keys = _Keys(values, count, Scope(column, tell(values, where / f"{name}.parquet")))
        scopes += [
            _numbers(keys.of(rows), by) for rows in every.values() if keys.are_beside(by, rows)
        ]
    few = tables.settle(reduce(DataFrame.union, scopes).distinct())
    keys = _Keys(few, few.count(), Scope(by, tell(few, where / "scope.parquet")))
    inputs = {name: keys.of(rows) for name, rows in every.items()}
    return Part(
        inputs, keys.scope, is_fold=False, read=read, touched=keys.count, expected=keys.count
    )


def _every(tables: LakeTables, job: Job, name: str, now: Consumed) -> DataFrame | Stored:
    """Give all rows of an input, as the job asks for it."""
    give = tables.files if name in job.stored else tables.read
    return give(name, now.inputs[name])


class _Keys(msgspec.Struct, frozen=True):
    """Values of one column: their numbers for Spark, how many there are, and a file for tasks."""

    numbers: DataFrame
    count: int
    scope: Scope

    def of(self, rows: DataFrame | Stored) -> DataFrame | Stored:
        """Keep their rows; an input without the column is looked up by others, whole."""
        if self.scope.by not in _columns(rows):
            return rows
        if isinstance(rows, Stored):
            return msgspec.structs.replace(rows, scope=self.scope)
        return among(rows, (self.scope.by,), self.numbers, self.count)

    def are_beside(self, column: str, rows: DataFrame | Stored) -> bool:
        """Tell whether an input holds them and another column."""
        return {self.scope.by, column} <= _columns(rows)


def _numbers(rows: DataFrame | Stored, column: str) -> DataFrame:
    return numbers(rows, column) if isinstance(rows, Stored) else rows.select(number(column))


def _columns(rows: DataFrame | Stored) -> set[str]:
    return set(rows.table.names if isinstance(rows, Stored) else rows.columns)


def _by(job: Job) -> str:
    by = job.table.increment.by
    if by is None:
        raise ConfError(f"conf/tables/{job.name}.yaml: increment needs `by: <column>`")
    return by
