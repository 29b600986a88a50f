"""What became of each file: one small JSON file each, so that none is imported twice.

A note is written before the first row of a file, with the time that its rows carry: an import that
was killed goes on with the same time, and gives the same rows.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec

from conf.errors import FeedError


class Note(msgspec.Struct, frozen=True):
    """What became of one file."""

    file: str
    now: datetime
    seq: int = 0  # of its last batch
    is_done: bool = False


class Notes:
    """The notes of one feed's files, by sha256 and version of the mapping."""

    def __init__(self, folder: Path, version: int) -> None:
        """Keep them in a folder."""
        self._folder = folder
        self._version = version

    def read(self, sha256: str) -> Note | None:
        """Give the note of a file; None for one that never came, or whose note is damaged."""
        try:
            return msgspec.json.decode(self._path(sha256).read_bytes(), type=Note)
        except (OSError, msgspec.DecodeError):
            return None

    def write(self, sha256: str, note: Note) -> None:
        """Write the note of a file, whole or not at all.

        Raises:
            FeedError: it cannot be written.

        """
        path = self._path(sha256)
        part = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(msgspec.json.encode(note))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise FeedError(
                f"{path}: cannot be written: {error.strerror}; mend that and run the same command "
                "again, it goes on from here"
            ) from None

    def _path(self, sha256: str) -> Path:
        return self._folder / f"{sha256}-v{self._version}.json"
