"""Removes files that nobody needs any more: of old versions, and of runs that were killed.

Needed are the versions of the last days (for whoever looks at one), the one before a table's newest
write (`job undo` goes back to it), and of bronze those that a job has not taken yet. Files that
belong to no version are left of killed runs; they go when they are older than that too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conf.errors import LakeError
from conf.place import Place
from jobs import changes, graph
from jobs.consumed import newest_note, undoable
from jobs.reader import Lake
from jobs.unwritable import told

KEPT_DAYS = 7


def vacuum(lake: Lake, table: str, kept_days: int, *, dry_run: bool) -> int:
    """Remove a table's files that nobody needs; gives how many.

    Raises:
        LakeError: they cannot be removed.

    """
    return _removed(
        lake,
        table,
        kept_days,
        sorted(needed_versions(lake, table)),
        list(unneeded_changes(lake, table)),
        dry_run=dry_run,
    )


def sweep(lake: Lake, table: str) -> int:
    """Remove every file of a table that is not of its newest version; gives how many.

    Raises:
        LakeError: they cannot be removed.

    """
    changed = [path for path, _, _ in changes.all_files(lake, table)]
    return _removed(lake, table, 0, None, changed, dry_run=False)


def _removed(
    lake: Lake,
    table: str,
    kept_days: int,
    needed: list[int] | None,
    changed: Sequence[Place],
    *,
    dry_run: bool,
) -> int:
    opened = lake.open(table)
    with told(lake.path(table)):
        # A look first: a vacuum that has nothing to do would be two commits all the same.
        found = opened.vacuum(24 * kept_days, True, False, full=True, keep_versions=needed)  # noqa: FBT003 - its signature
        if found and not dry_run:
            opened.vacuum(24 * kept_days, False, False, full=True, keep_versions=needed)  # noqa: FBT003 - its signature
        for path in () if dry_run else changed:
            path.unlink(missing_ok=True)
    return len(found) + len(changed)


def needed_versions(lake: Lake, table: str) -> set[int]:
    """Give the versions of a table that somebody may go back to, or has not taken yet."""
    now = lake.version(table)
    assert now is not None  # noqa: S101 - only a table that is there is looked at
    needed = {now}
    if (before := undone_to(lake, table)) is not None:
        needed.add(before)
    for taken in _taken(lake, table):
        needed |= set(range(taken + 1, now + 1))
    return needed


def undone_to(lake: Lake, table: str) -> int | None:
    """Give the version that `job undo` would go back to; None if there is none."""
    try:
        return undoable(lake, table).version
    except LakeError:
        return None


def unneeded_changes(lake: Lake, table: str) -> Iterator[Place]:
    """Give the files of what versions changed (jobs/changes.py) that all who follow have taken."""
    known, undone = lake.id(table), undone_to(lake, table)
    taken = [*_taken(lake, table), *([] if undone is None else [undone])]
    for path, table_id, version in changes.all_files(lake, table):
        if table_id != known or (taken and version <= min(taken)):
            yield path


def _taken(lake: Lake, table: str) -> Iterator[int]:
    """Give the version that each job has taken which reads a table and will read on from there."""
    known = lake.id(table)
    for job in graph.jobs():
        if table in job.inputs and (note := newest_note(lake, job.name)) is not None:
            stand = note.inputs.get(table)
            is_same = stand is not None and stand.id == known
            if is_same and stand is not None and stand.version is not None:
                yield stand.version
