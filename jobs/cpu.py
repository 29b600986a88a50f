"""CPU seconds of this process and all that it started: Python, the JVM, its Python workers."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")
_UTIME, _PARENT = 11, 1  # places after the name in /proc/<pid>/stat (proc(5))


def tree_seconds() -> float:
    """Give the CPU seconds used so far by the process tree; this process alone without /proc."""
    if not PROC.exists():
        return sum(os.times()[:4])
    ticks, parents = {}, {}
    for folder in PROC.iterdir():
        fields = _fields(folder) if folder.name.isdigit() else None
        if fields:
            parents[int(folder.name)] = int(fields[_PARENT])
            # utime, stime, and those of children that have ended
            ticks[int(folder.name)] = sum(map(int, fields[_UTIME : _UTIME + 4]))
    ours = [pid for pid in ticks if _is_under(pid, os.getpid(), parents)]
    return sum(ticks[pid] for pid in ours) / os.sysconf("SC_CLK_TCK")


def _fields(folder: Path) -> list[str] | None:
    """Give what follows the name in a process's stat; None when it has ended meanwhile."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _is_under(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid in parents and pid != root:
        pid = parents[pid]
    return pid == root
