"""CPU seconds of this process and all that it started: Python, the JVM, its Python workers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import msgspec

PROC = Path("/proc")
_PARENT, _UTIME, _BEGUN = 1, 11, 19  # places after the name in /proc/<pid>/stat (proc(5))


class _Seen(msgspec.Struct, frozen=True):
    """A process as it was at a look."""

    pid: int
    parent: int
    begun: int  # ticks since the machine's start: with the pid, no other process
    own: int  # ticks of its own
    of_ended: int  # and of those children that it waited for


# Ticks of processes whose parent does not wait for them, as they were last seen. Spark's daemon is
# such a parent: what its workers used is nowhere once they have ended.
_unawaited: dict[tuple[int, int], int] = {}


def tree_seconds() -> float:
    """Give the CPU seconds used so far by the process tree; this process alone without /proc.

    Of a process that nobody waited for, what it used after the last call is missing.
    """
    if not PROC.exists():
        return sum(os.times()[:4])
    seen = {one.pid: one for folder in PROC.iterdir() if (one := _look(folder))}
    ours = [one for one in seen.values() if _is_under(one.pid, os.getpid(), seen)]
    for one in ours:
        if one.pid != os.getpid() and _ignores_children(one.parent):
            _unawaited[one.pid, one.begun] = one.own + one.of_ended
    there = {(one.pid, one.begun) for one in ours}
    lost = sum(ticks for key, ticks in _unawaited.items() if key not in there)
    return (sum(one.own + one.of_ended for one in ours) + lost) / os.sysconf("SC_CLK_TCK")


def _look(folder: Path) -> _Seen | None:
    """Read a process's stat; None for what is none, or has ended meanwhile."""
    if not folder.name.isdigit():
        return None
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    own, of_ended = (sum(map(int, fields[at : at + 2])) for at in (_UTIME, _UTIME + 2))
    return _Seen(int(folder.name), int(fields[_PARENT]), int(fields[_BEGUN]), own, of_ended)


def _ignores_children(pid: int) -> bool:
    """Tell whether a process lets its children go without waiting for them."""
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return False
    (ignored,) = (line for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) >> (signal.SIGCHLD - 1) & 1)


def _is_under(pid: int, root: int, seen: dict[int, _Seen]) -> bool:
    while pid in seen and pid != root:
        pid = seen[pid].parent
    return pid == root
