"""A real Spark cluster on this machine: a standalone master and workers, started and ended.

All of it lies in `state/cluster` of a site: a file a process, held locked while it lives (see
jobs/daemon.py), its log, and the workers' folders.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from conf.errors import ConfError
from conf.site import Site
from jobs import daemon, standalone
from jobs.session import java_home

PORT = 7077
MOST_WORKERS = 64
START_S = 180.0  # seconds on a machine that is at rest, more than a minute on a busy one
_POLL_S = 0.2
_MEMORY = re.compile(r"[1-9]\d*[mg]")
_FAULT = re.compile(r"ERROR|Exception|Error:")


class Wanted(msgspec.Struct, frozen=True):
    """What a cluster is to be like."""

    workers: int = 2
    cores: int | None = None  # of each worker; None: this machine's, shared out
    memory: str = "2g"  # of each worker, for executors' heaps
    port: int = PORT  # of the master; 0: any that is free


class Process(msgspec.Struct, frozen=True):
    """One process of a cluster; `pid` is null when it has ended."""

    name: str
    pid: int | None
    log: Path


class Cluster(msgspec.Struct, frozen=True):
    """How a cluster stands."""

    address: str | None  # null while the master has not said it
    page: str | None  # the master's own page, for people
    registered: int  # workers that the master holds alive
    processes: tuple[Process, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that was started is alive and at work."""
        alive = [one.pid is not None for one in self.processes]
        return all(alive) and self.registered == len(alive) - 1


def up(site: Site, wanted: Wanted) -> Cluster:
    """Start a master and workers, and wait until every worker is registered.

    Raises:
        ConfError: a cluster is up already, a port is taken, there is no Java, an option is wrong,
            or a process did not come; whatever was started is ended then.

    """
    _check(wanted)
    folder, java = _folder(site), java_home()
    with _alone(folder):
        if _is_any_alive(folder):
            known = standalone.places(folder)
            raise ConfError(
                f"a cluster is up already ({known.address if known else folder}); end it with "
                "`countermark cluster down`"
            )
        standalone.check_port(wanted.port)
        _clear(folder)
        try:
            _start(folder, wanted, java)
        except BaseException:
            daemon.stop(_files(folder))
            raise
        return _standing(folder)


def status(site: Site) -> Cluster | None:
    """Tell how the cluster stands; None when nothing of it is alive."""
    folder = _folder(site)
    return _standing(folder) if _is_any_alive(folder) else None


def down(site: Site) -> list[int]:
    """End what `up` started, whole or not, and nothing else; the ids of what was alive.

    Raises:
        ConfError: a process does not end.

    """
    folder = _folder(site)
    if not folder.exists():
        return []
    with _alone(folder):
        # Workers first: they end their executors, and would try to find a master that is gone.
        files = _files(folder)
        return daemon.stop(files[1:]) + daemon.stop(files[:1])


def watch(site: Site) -> None:
    """Wait for as long as everything is alive.

    Raises:
        ConfError: a process ended.

    """
    while True:
        _check_alive(_folder(site))
        time.sleep(1.0)


def _check(wanted: Wanted) -> None:
    if not 1 <= wanted.workers <= MOST_WORKERS:
        raise ConfError(f"--workers {wanted.workers}: must be from 1 to {MOST_WORKERS}")
    if wanted.cores is not None and wanted.cores < 1:
        raise ConfError(f"--cores {wanted.cores}: a worker needs at least 1")
    if not _MEMORY.fullmatch(wanted.memory):
        raise ConfError(f"--memory {wanted.memory}: write it like 900m or 2g")


def _start(folder: Path, wanted: Wanted, java: Path) -> None:
    standalone.master(folder, java, wanted.port)
    _wait(folder, lambda: standalone.registered(standalone.places(folder)) is not None)
    found = standalone.places(folder)
    assert found is not None  # noqa: S101 - it answered there
    cores = wanted.cores or max(1, (os.cpu_count() or 1) // wanted.workers)
    size = ["--cores", str(cores), "--memory", wanted.memory]
    for number in range(1, wanted.workers + 1):
        standalone.worker(folder, java, number, size, found.address)
    _wait(folder, lambda: standalone.registered(found) == wanted.workers)


def _standing(folder: Path) -> Cluster:
    found = standalone.places(folder)
    processes = tuple(
        Process(file.stem, daemon.pid(file), file.with_suffix(".log")) for file in _files(folder)
    )
    address, page = (found.address, found.page) if found else (None, None)
    return Cluster(address, page, standalone.registered(found) or 0, processes)


def _wait(folder: Path, is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + START_S
    while not is_done():
        _check_alive(folder)
        if time.monotonic() > end:
            names = ", ".join(f"{file.stem}: {_last(file)}" for file in _files(folder))
            raise ConfError(
                f"the cluster was not up in {START_S:.0f} s ({names}; logs in {folder})"
            )
        time.sleep(_POLL_S)


def _check_alive(folder: Path) -> None:
    for file in _files(folder):
        if daemon.pid(file) is None:
            log = file.with_suffix(".log")
            raise ConfError(f"{file.stem} ended: {_last(file)} (more in {log})")


def _last(file: Path) -> str:
    """Give the last line of a process's log that names a fault, or its last line."""
    log = file.with_suffix(".log").read_text(errors="replace")
    lines = log.strip().splitlines() or ["it wrote nothing"]
    faults = [line for line in lines if _FAULT.search(line)]
    return (faults or lines)[-1].strip()[:300]


def _folder(site: Site) -> Path:
    return site.state / "cluster"


def _files(folder: Path) -> list[Path]:
    """Give the files that processes hold, the master's first, then workers' by number."""
    return sorted(folder.glob("*.pid"), key=lambda path: (len(path.stem), path.stem))


def _is_any_alive(folder: Path) -> bool:
    return any(daemon.pid(file) is not None for file in _files(folder))


def _clear(folder: Path) -> None:
    """Remove what an earlier cluster left: files of the dead, logs, executors' folders."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second `up` or `down` out for as long as one is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfError(
                f"another `countermark cluster` is at work in {folder}; wait for it"
            ) from None
        yield
