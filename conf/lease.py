"""Who may write a table, as every machine that sees the lake can tell.

A lease is a file in the lake, numbered upwards. Only one writer can make the file of a number, and
makes it only when the one before has run out or was given back; so the newest number holds the
table. Its holder renews it for as long as it lives. In a folder the file is made by a hard link, in
a bucket by a conditional PUT. The lock of this machine (jobs/lock.py) comes first: it tells of a
dead holder at once, where a lease has to run out.

Machines' clocks may differ by less than half a lease. A holder that was stopped for longer than
its lease may come back and find another; then the version it was to make is there already, and its
write fails as a whole (jobs/writes.py).
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from conf.errors import LakeError
from conf.place import Place, S3Path

FOLDER = "_leases"
RUNS_OUT_S = 60.0  # unless it is renewed, which is done three times as often


class Lease(msgspec.Struct, frozen=True):
    """What a lease says."""

    host: str
    pid: int
    token: str  # of this one taking, so that nobody takes another's lease for the own
    until: float  # seconds since 1970; 0 when it was given back


@contextmanager
def leased(folder: Place, table: str, runs_out_s: float = RUNS_OUT_S) -> Iterator[None]:
    """Hold a table's lease.

    Raises:
        LakeError: another writer holds it, or was a moment faster.

    """
    home = folder / table
    home.mkdir(parents=True, exist_ok=True)
    number, found = _newest(home)
    if found is not None and not _is_free(found):
        raise _held(table, found, home)
    own = _own(runs_out_s)
    path = home / f"{number + 1:012d}.json"
    if not _create(path, own):
        raise _held(table, _read(path), home)
    files = _files(home)
    # The number may be free because its holder gave it back, and the next one swept it up.
    if files[-1] > path:
        path.unlink(missing_ok=True)
        raise _held(table, _read(files[-1]), home)
    for older in files[:-1]:
        older.unlink(missing_ok=True)
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(path, own, runs_out_s, ended), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        with suppress(LakeError):  # it runs out then
            _replace(path, msgspec.structs.replace(own, until=0.0))


def _renew(path: Place, own: Lease, runs_out_s: float, ended: threading.Event) -> None:
    while not ended.wait(runs_out_s / 3):
        with suppress(LakeError):  # a store that stays away for a moment: it is tried again
            _replace(path, msgspec.structs.replace(own, until=time.time() + runs_out_s))


def _own(runs_out_s: float) -> Lease:
    until = time.time() + runs_out_s
    return Lease(socket.gethostname(), os.getpid(), uuid.uuid4().hex, until)


def _is_free(found: Lease) -> bool:
    """Tell whether a lease was given back, has run out, or its holder on this machine is dead."""
    if found.until < time.time():
        return True
    if found.host != socket.gethostname():
        return False
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it lives, and is another user's
        return False
    return False


def _held(table: str, found: Lease | None, home: Place) -> LakeError:
    who = f"process {found.pid} on {found.host}" if found else "another process"
    left = f" for {max(1.0, found.until - time.time()):.0f} s more" if found else ""
    return LakeError(
        f"table {table} is held by {who}{left}; wait for it (--wait), or end it ({home})"
    )


def _newest(home: Place) -> tuple[int, Lease | None]:
    files = _files(home)
    return (int(files[-1].stem), _read(files[-1])) if files else (0, None)


def _files(home: Place) -> list[Place]:
    return sorted(home.glob("*.json"))


def _read(path: Place) -> Lease | None:
    """Read a lease; one that is gone, or cut by a full disk, holds nothing."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Lease)
    except (OSError, msgspec.DecodeError):
        return None


def _create(path: Place, lease: Lease) -> bool:
    """Make a lease's file, whole, if there is none; False if there is."""
    if isinstance(path, S3Path):
        return path.create(msgspec.json.encode(lease))
    part = path.with_name(f".{lease.token}")
    part.write_bytes(msgspec.json.encode(lease))
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True


def _replace(path: Place, lease: Lease) -> None:
    """Write a lease anew, unless another has taken its place."""
    found = _read(path)
    if found is None or found.token != lease.token:
        return
    if isinstance(path, S3Path):
        path.write_bytes(msgspec.json.encode(lease))
        return
    part = path.with_name(f".{lease.token}")
    part.write_bytes(msgspec.json.encode(lease))
    part.replace(path)
