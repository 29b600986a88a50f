"""What a job had taken when it last wrote, kept as JSON in the commit that wrote it.

It lands with the rows or not at all: see docs/decisions/0001. Commits of maintenance carry none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from conf.contract import Table
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


def encode(consumed: Consumed) -> str:
    """Write it as the commit's note."""
    return msgspec.json.encode(_Note(consumed), order="deterministic").decode()


def newest(notes: Iterable[str | None]) -> Consumed | None:
    """Read the newest note that is ours."""
    for note in notes:
        try:
            return msgspec.json.decode(note or "", type=_Note).countermark
        except msgspec.DecodeError:
            continue
    return None


def digest(table: Table, givens: Mapping[str, Any]) -> str:
    """Digest what a job is given besides tables, and the contract it must keep."""
    hasher = hashlib.sha256(msgspec.json.encode(table, order="deterministic"))
    for name in sorted(givens):
        hasher.update(name.encode() + b"=" + _bytes(givens[name]))
    return hasher.hexdigest()


def _bytes(value: Any) -> bytes:
    """Give a value's bytes; a thing with a digest of its own (a model) is that digest."""
    if hasattr(value, "sha256"):
        value = [value.name, value.version, value.sha256]
    return msgspec.json.encode(value, order="deterministic")


def newest_note(lake: Lake, table: str) -> Consumed | None:
    """Give what the newest write of ours to a table had consumed; None if there is none."""
    if not lake.exists(table):
        return None
    return newest(commit.get("userMetadata") for commit in lake.commits(table))
