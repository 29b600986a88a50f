"""One writer a table: a file that the writer holds for as long as it lives.

The kernel lets go of the lock when the process ends, however it ends, so that a killed run never
stands in the way of the next; the process id in the file is for people.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conf.errors import LakeError


@contextmanager
def writer(folder: Path, table: str) -> Iterator[None]:
    """Hold a table for writing.

    Raises:
        LakeError: another process holds it.

    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LakeError(
                f"table {table} is being written by process {file.read().strip() or '?'}; wait "
                f"for it, or end it ({path})"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
