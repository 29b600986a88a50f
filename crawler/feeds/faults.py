"""What is wrong with one row of a file, or with the file from some row on."""

from __future__ import annotations

import msgspec

LONGEST_DETAIL = 300


class RowFault(Exception):  # noqa: N818 - a fault is told of, not raised to the user
    """One row cannot be taken; `reason` is the short code of its refusal."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail[:LONGEST_DETAIL]


class Record(msgspec.Struct, frozen=True, gc=False):
    """One row as the file gave it: its line, about how large it is, and the fields wanted."""

    line: int
    size: int
    values: tuple[object, ...]


class Broken(msgspec.Struct, frozen=True, gc=False):
    """A row that is no row; `is_end` when nothing after it can be read."""

    line: int
    reason: str
    detail: str
    is_end: bool = False
