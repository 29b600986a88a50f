"""Writes tables as their contracts say: each write one commit, with the note of what was consumed.

Made rows come as parts, bucket by bucket (jobs/parts.py). Each bucket that they touch is merged
with what is stored and written as one new file (jobs/bucket_write.py); the files of the other
buckets stay, so a write costs what it changes. Nothing is seen before the commit, and what a write
that was killed has left is never read. What a write changed is kept for those who follow the table
(jobs/changes.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
from deltalake import CommitProperties, Transaction
from deltalake import Schema as DeltaSchema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from conf.contract import Table
from conf.place import options
from jobs import bucket_write, buckets, changes, rules
from jobs.bucket_write import Done, How, Task
from jobs.buckets import Bucket
from jobs.consumed import Consumed, encode
from jobs.stored import Scope
from jobs.tables import LakeTables
from jobs.unwritable import told

if TYPE_CHECKING:
    from jobs.parts import Parts

_AT_ONCE = 2  # buckets that are written here; more are spread over Spark's tasks


class Want(msgspec.Struct, frozen=True):
    """How made rows are to be joined with the stored ones."""

    how: How
    followed: tuple[str, ...] = ()  # columns by which other jobs take what changed
    scope: Scope | None = None  # of a sync: whose rows were made; None is all
    day: date | None = None  # that is replaced


def bucket_count(tables: LakeTables, table: Table, rows: int) -> int:
    """Give how many buckets a table is to have that gets so many rows.

    As many as it has, unless it has grown or shrunk fourfold: to change their number is to write
    every bucket.
    """
    if table.write != "merge":
        return 1
    stored = tables.lake.row_count(table.name) if tables.lake.exists(table.name) else 0
    wanted = buckets.count_for(max(rows, stored))
    found = {buckets.of_file(path).count for path in _files(tables, table)}
    if len(found) == 1 and (count := found.pop()) // 2 <= wanted <= count * 2:
        return count
    return wanted


def write(tables: LakeTables, table: Table, parts: Parts, want: Want, consumed: Consumed) -> int:
    """Write parts; gives how many rows that changed.

    Raises:
        ContractError: a key was made more than once.
        LakeError: another process wrote the table at the same time.

    """
    version = tables.lake.version(table.name)
    stored = _files(tables, table)
    tasks = list(_tasks(tables, table, parts, want, stored))
    done = _done(tables, tasks)
    _see_twins(table, done)
    changed = sum(one.changed for one in done)
    following = 0 if version is None else version + 1
    if want.how in {"fold", "sync"}:
        changes.write(tables.lake, table.name, following, _numbers(want.followed, done))
    new = [(one, task) for one, task in zip(done, tasks, strict=True) if one.path is not None]
    out = stored.keys() if want.how == "replace" else {p for _, task in new for p in task.stored}
    note = encode(consumed, changed)
    _commit(tables, table, following, [one for one, _ in new], {p: stored[p] for p in out}, note)
    return changed


def restore(tables: LakeTables, table: Table, version: int, consumed: Consumed) -> None:
    """Make a version that holds what an older one held, as one that had consumed no more.

    Raises:
        LakeError: another process wrote the table at the same time, or a file is gone.

    """
    opened = tables.lake.open(table.name)
    following = opened.version() + 1
    changes.again(tables.lake, table.name, version, following - 1, following)
    with told(tables.lake.path(table.name), "the job"):
        opened.restore(version, commit_properties=_properties(table, following, encode(consumed)))


def _tasks(
    tables: LakeTables, table: Table, parts: Parts, want: Want, stored: dict[str, int]
) -> Iterable[Task]:
    """Give what is to be done for each bucket."""
    files = {path: buckets.of_file(path) for path in stored}
    is_moved = want.how != "replace" and any(one.count != parts.count for one in files.values())
    for at in range(parts.count):
        bucket = Bucket(at, parts.count)
        own = tuple(path for path, one in files.items() if one.may_share(bucket))
        if not parts.of(at) and not own:
            continue
        yield Task(
            table,
            want.how,
            bucket,
            str(tables.lake.path(table.name)),
            () if want.how == "replace" else own,
            parts.of(at),
            want.followed,
            want.scope,
            want.day,
            is_moved,
        )


def _done(tables: LakeTables, tasks: Sequence[Task]) -> list[Done]:
    if not tasks:
        return []
    tables.lake.path(tasks[0].table.name).mkdir(exist_ok=True)
    if len(tasks) <= _AT_ONCE:
        return [bucket_write.write(task) for task in tasks]
    spread = tables.spark.sparkContext.parallelize(tasks, len(tasks))
    return spread.map(bucket_write.write).collect()


def _see_twins(table: Table, done: Iterable[Done]) -> None:
    found = [one.twins for one in done if one.twins[0]]
    if found:
        count, key = sum(count for count, _ in found), min(key for _, key in found)
        raise rules.fault(table, [f"the key comes more than once for {count} keys (one: {key})"])


def _numbers(followed: Sequence[str], done: Sequence[Done]) -> dict[str, pa.Array]:
    """Give the numbers that buckets changed of each followed column, once each."""
    found = {}
    for name in followed:
        parts = [pa.py_buffer(one.told[name]) for one in done if name in one.told]
        arrays = [pa.Array.from_buffers(pa.int64(), part.size // 8, [None, part]) for part in parts]
        found[name] = pa.concat_arrays(arrays or [pa.array([], pa.int64())]).unique()
    return found


def _files(tables: LakeTables, table: Table) -> dict[str, int]:
    """Give the files of a table's newest version, and their sizes."""
    if not tables.lake.exists(table.name):
        return {}
    return tables.lake.files(table.name)


def _commit(
    tables: LakeTables,
    table: Table,
    following: int,
    written: Sequence[Done],
    out: dict[str, int],
    note: str,
) -> None:
    """Make one version: `written` come and `out` go.

    The version is the one after that which was read, or there is none: of two writers that the lock
    does not see (on two machines) one fails. It is not the sum of the inputs' versions, because a
    rebuilt input starts again at 0.
    """
    now = int(time.time() * 1000)
    added: list[AddAction | RemoveAction] = [
        AddAction(one.path, one.size, {}, now, True, one.stats)  # noqa: FBT003 - its signature
        for one in written
        if one.path
    ]
    gone = [RemoveAction(path, True, now, size, {}) for path, size in out.items()]  # noqa: FBT003 - its signature
    properties = _properties(table, following, note)
    schema = DeltaSchema.from_arrow(table.arrow())
    with told(tables.lake.path(table.name), "the job"):
        if following == 0:
            _create(tables, table, schema, added, properties)
            return
        opened = tables.lake.open(table.name, following - 1)
        is_other = opened.schema() != schema  # every file is new then
        actions, mode = (added, "overwrite") if is_other else ([*added, *gone], "append")
        opened.create_write_transaction(actions, mode, schema, commit_properties=properties)


def _create(
    tables: LakeTables,
    table: Table,
    schema: DeltaSchema,
    added: Sequence[AddAction | RemoveAction],
    properties: CommitProperties,
) -> None:
    path = tables.lake.path(table.name)
    create_table_with_add_actions(
        str(path),
        schema,
        [one for one in added if isinstance(one, AddAction)],
        name=table.name,
        description=table.purpose,
        storage_options=options(path),
        commit_properties=properties,
    )


def _properties(table: Table, following: int, note: str) -> CommitProperties:
    return CommitProperties(
        custom_metadata={"userMetadata": note},
        app_transactions=[Transaction(table.name, following)],
        max_commit_retries=0,
    )
