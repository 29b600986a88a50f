"""Processes that go on after the command that started them, each known by a file it holds locked.

The process writes its own id into the file, so that no kill of the starter leaves one unknown. The
lock ends with the process, however that ends: an id in a held file is never another program's.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from conf.errors import ConfError

END_S = 15.0  # in which a process is to end by itself, and again once it was killed
_POLL_S = 0.05
_WRITES_S = 5.0
# `exec` keeps the process, its id and the lock that it has inherited.
_NAMED = 'echo $$ >"$0"; exec "$@"'


def start(
    held: Path, log: Path, command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own that holds a file locked for as long as it lives."""
    held.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(held, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for no more than a look of `pid`
        with log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - the caller's command
                ["/bin/sh", "-c", _NAMED, str(held), *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(environment),
                pass_fds=(lock,),
                start_new_session=True,
            )
    finally:
        os.close(lock)


def pid(held: Path) -> int | None:
    """Give the id of the process that holds a file; None if none does."""
    end = time.monotonic() + _WRITES_S
    while _is_held(held):
        if written := held.read_text().strip():
            return int(written)
        if time.monotonic() > end:
            raise ConfError(f"{held}: a process holds it and does not say which; look with `fuser`")
        time.sleep(_POLL_S)  # started this very moment
    return None


def stop(files: Sequence[Path]) -> list[int]:
    """End the processes that hold these files and wait for it; their ids.

    Raises:
        ConfError: one does not end, even when killed.

    """
    ended = _signal(files, signal.SIGTERM)
    if not _are_free(files):
        _signal(files, signal.SIGKILL)
        if not _are_free(files):
            ids = ", ".join(str(pid(one)) for one in files if _is_held(one))
            raise ConfError(f"process {ids} does not end; look what it waits for")
    return ended


def _signal(files: Sequence[Path], number: signal.Signals) -> list[int]:
    found = [one for file in files if (one := pid(file)) is not None]
    for one in found:
        with suppress(ProcessLookupError):  # it ended by itself this very moment
            if number is signal.SIGKILL:
                os.killpg(one, number)  # and what it started, which it can no longer end itself
            else:
                os.kill(one, number)
    return found


def _are_free(files: Sequence[Path]) -> bool:
    end = time.monotonic() + END_S
    while any(map(_is_held, files)):
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_S)
    return True


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
