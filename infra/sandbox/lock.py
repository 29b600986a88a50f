"""Which sandbox runs in a home: a file that its process holds locked for as long as it lives.

A lock ends with its process, however that ends, so a file that nobody holds is a dead one's, and
the process id in a held file is never another program's.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

import msgspec


class Running(msgspec.Struct, frozen=True):
    """What the process that holds the lock was started with."""

    pid: int
    seed: int
    listings: int
    port: int  # of the control surface
    parent: int | None = None  # process that it ends with


def hold(path: Path, running: Running) -> IO[bytes] | None:
    """Take the lock and write who holds it; None if another process does.

    The file must stay open for as long as the lock is wanted.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    if not path.exists() or path.stat().st_ino != os.fstat(file.fileno()).st_ino:
        file.close()  # another process just cleared a dead one's file away: take the new one
        return hold(path, running)
    file.truncate()
    file.write(msgspec.json.encode(running))
    file.flush()
    return file


def holder(path: Path) -> Running | None:
    """Tell who holds the lock; None, and the file removed, if its process is dead."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _read(file)
        path.unlink(missing_ok=True)
    return None


def _read(file: IO[bytes]) -> Running | None:
    try:
        return msgspec.json.decode(file.read(), type=Running)
    except msgspec.DecodeError:
        return None  # taken this very moment, not yet written
