"""Locks that a process holds while it lives; the kernel lets go of them however it ends."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TextIO


def held(path: Path) -> TextIO:
    """Hold a lock until what is given is closed.

    Raises:
        OSError: another process holds it, or the file cannot be made.

    """
    lock = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def is_free(path: Path) -> bool:
    """Say whether nobody holds a lock."""
    try:
        held(path).close()
    except OSError:  # it is held, or was removed with its folder meanwhile
        return False
    return True
