"""What a job had taken when it last wrote, kept as JSON in the commit that wrote it.

It lands with the rows or not at all: see docs/decisions/0001. Commits of maintenance carry none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from conf.contract import Table
from conf.errors import LakeError
from jobs.reader import Lake


class Stand(msgspec.Struct, frozen=True):
    """Where a table stands: its id and version; both null while it does not exist.

    The id is new when a table is made anew, so that version 3 of a rebuilt table is never taken
    for version 3 of the old one.
    """

    id: str | None = None
    version: int | None = None


class Consumed(msgspec.Struct, frozen=True):
    """The stand of every input, and a digest of what was given besides tables."""

    inputs: dict[str, Stand]
    givens: str


class _Note(msgspec.Struct, frozen=True):
    countermark: Consumed
    rows: int | None = None  # that the commit changes, where the log tells of files only


def caught_up(lake: Lake, before: Consumed | None, now: Consumed) -> Consumed | None:
    """Give what was consumed, with inputs as they stand now where only keeping came in between.

    A compaction, a migration or a retention makes a version of which jobs have nothing to take.
    """
    if before is None:
        return None
    inputs = dict(before.inputs)
    for name, then in before.inputs.items():
        stand = now.inputs.get(name, then)
        if then.id != stand.id or then.version is None or stand.version is None:
            continue
        if then.version < stand.version and lake.keeps(name, then.version, stand.version):
            inputs[name] = stand
    return Consumed(inputs, before.givens)


def encode(consumed: Consumed, rows: int | None = None) -> str:
    """Write it as the commit's note."""
    return msgspec.json.encode(_Note(consumed, rows), order="deterministic").decode()


def newest(notes: Iterable[str | None]) -> Consumed | None:
    """Read the newest note that is ours."""
    for note in notes:
        try:
            return msgspec.json.decode(note or "", type=_Note).countermark
        except msgspec.DecodeError:
            continue
    return None


def digest(table: Table, givens: Mapping[str, Any]) -> str:
    """Digest what a job is given besides tables, and what its contract makes of its rows."""
    hasher = hashlib.sha256(msgspec.json.encode(table.rows_as(), order="deterministic"))
    for name in sorted(givens):
        hasher.update(name.encode() + b"=" + _bytes(givens[name]))
    return hasher.hexdigest()


def _bytes(value: Any) -> bytes:
    """Give a value's bytes; a thing with a digest of its own (a model) is that digest."""
    if hasattr(value, "sha256"):
        value = [value.name, value.version, value.sha256]
    return msgspec.json.encode(value, order="deterministic")


def note_before(lake: Lake, table: str, when: datetime) -> Consumed | None:
    """Give what the newest write of ours before a time had consumed; None if there is none."""
    if not lake.exists(table):
        return None
    at = when.timestamp() * 1000
    older = (one.get("userMetadata") for one in lake.commits(table) if one["timestamp"] < at)
    return newest(older)


class Undoable(msgspec.Struct, frozen=True):
    """The version before a table's newest write of ours, and what it had consumed."""

    version: int
    consumed: Consumed


def undoable(lake: Lake, table: str) -> Undoable:
    """Give what a table goes back to when its newest write is undone.

    Raises:
        LakeError: there is no write, or none before it that the log still tells of.

    """
    ours = [
        (commit["version"], note)
        for commit in (lake.commits(table) if lake.exists(table) else ())
        if (note := newest([commit.get("userMetadata")])) is not None
    ]
    if len(ours) < 2:  # noqa: PLR2004 - the one to undo, and one before it
        raise LakeError(
            f"{table}: there is no version before its newest one; to make all of it anew, "
            f"`countermark job run {table} --full`"
        )
    # What maintenance did between the two stays as it is.
    return Undoable(ours[0][0] - 1, ours[1][1])


def newest_note(lake: Lake, table: str) -> Consumed | None:
    """Give what the newest write of ours to a table had consumed; None if there is none."""
    if not lake.exists(table):
        return None
    return newest(commit.get("userMetadata") for commit in lake.commits(table))
