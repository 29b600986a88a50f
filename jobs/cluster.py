"""A real Spark cluster on this machine: a standalone master and workers, from the installed wheel.

All of it lies in `state/cluster` of a site: a file a process, held locked while it lives (see
jobs/daemon.py), its log, and the workers' folders. Every port is on loopback.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import msgspec

from conf.errors import ConfError
from conf.site import Site
from jobs import daemon
from jobs.session import java_home

HOST = "127.0.0.1"
PORT = 7077
MOST_WORKERS = 64
START_S = 180.0  # seconds on a machine that is at rest, more than a minute on a busy one
_ANSWER_S = 5.0
_POLL_S = 0.2
_MEMORY = re.compile(r"[1-9]\d*[mg]")
_SPARK = "org.apache.spark.deploy"
# Loopback is asked directly, whatever proxy the environment names.
_OPENER = build_opener(ProxyHandler({}))


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

    address: str
    page: str  # the master's own page, for people
    registered: int  # workers that the master holds alive
    processes: tuple[Process, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that was started is alive and at work."""
        alive = [one.pid is not None for one in self.processes]
        return all(alive) and self.registered == len(alive) - 1


class _Places(msgspec.Struct, frozen=True):
    """Where a master listens."""

    address: str
    page: str


class _Worker(msgspec.Struct):
    state: str


class _Master(msgspec.Struct):
    """What a master says of itself, as far as we ask."""

    status: str
    workers: list[_Worker]


def up(site: Site, wanted: Wanted) -> Cluster:
    """Start a master and workers, and wait until every worker is registered.

    Raises:
        ConfError: a cluster is up already, a port is taken, there is no Java, an option is wrong,
            or a process did not come; whatever was started is ended then.

    """
    _check(wanted)
    folder, java = _folder(site), java_home()
    with _alone(folder):
        if _alive(folder):
            known = _places(folder)
            raise ConfError(
                f"a cluster is up already ({known.address if known else folder}); end it with "
                "`countermark cluster down`"
            )
        places = _new_places(wanted.port)
        _clear(folder)
        (folder / "cluster.json").write_bytes(msgspec.json.encode(places))
        try:
            _start(folder, wanted, places, java)
        except BaseException:
            daemon.stop(_files(folder))
            raise
    found = status(site)
    assert found is not None  # noqa: S101 - it was started just now
    return found


def status(site: Site) -> Cluster | None:
    """Tell how the cluster stands; None when nothing of it is alive."""
    folder = _folder(site)
    if not _alive(folder):
        return None
    places = _places(folder) or _Places("", "")
    processes = tuple(
        Process(file.stem, daemon.pid(file), file.with_suffix(".log")) for file in _files(folder)
    )
    return Cluster(places.address, places.page, _registered(places), processes)


def down(site: Site) -> list[int]:
    """End what `up` started, whole or not, and nothing else; the ids of what was alive.

    Raises:
        ConfError: a process does not end.

    """
    folder = _folder(site)
    if not folder.exists():
        return []
    with _alone(folder):
        master, *workers = _files(folder) or [folder / "master.pid"]
        # Workers first: they end their executors, and would try to find a master that is gone.
        return daemon.stop(workers) + daemon.stop([master])


def watch(site: Site) -> None:
    """Wait for as long as everything is alive.

    Raises:
        ConfError: a process ended.

    """
    while True:
        for file in _files(_folder(site)):
            if daemon.pid(file) is None:
                raise _died(file)
        time.sleep(1.0)


def _check(wanted: Wanted) -> None:
    if not 1 <= wanted.workers <= MOST_WORKERS:
        raise ConfError(f"--workers {wanted.workers}: must be from 1 to {MOST_WORKERS}")
    if wanted.cores is not None and wanted.cores < 1:
        raise ConfError(f"--cores {wanted.cores}: a worker needs at least 1")
    if not _MEMORY.fullmatch(wanted.memory):
        raise ConfError(f"--memory {wanted.memory}: write it like 900m or 2g")


def _start(folder: Path, wanted: Wanted, places: _Places, java: Path) -> None:
    host_port = places.address.removeprefix("spark://")
    listens = ["--host", HOST, "--port", host_port.partition(":")[2]]
    page = ["--webui-port", places.page.rpartition(":")[2]]
    _launch(folder, "master", java, [f"{_SPARK}.master.Master", *listens, *page])
    _wait(folder, lambda: _master(places) is not None)
    cores = wanted.cores or max(1, (os.cpu_count() or 1) // wanted.workers)
    size = ["--cores", str(cores), "--memory", wanted.memory]
    for number in range(1, wanted.workers + 1):
        name = f"worker-{number}"
        place = ["--host", HOST, "--webui-port", "0", "--work-dir", str(folder / name)]
        command = [f"{_SPARK}.worker.Worker", *place, *size, places.address]
        _launch(folder, name, java, command)
    _wait(folder, lambda: _registered(places) == wanted.workers)


def _launch(folder: Path, name: str, java: Path, command: list[str]) -> None:
    found = find_spec("pyspark")
    assert found is not None and found.origin is not None  # noqa: PT018, S101 - we depend on it
    home = Path(found.origin).parent
    environment = _environment(home, java, folder / name / "scratch")
    spark_class = [str(home / "bin" / "spark-class"), *command]
    daemon.start(folder / f"{name}.pid", folder / f"{name}.log", spark_class, environment)


def _environment(home: Path, java: Path, scratch: Path) -> dict[str, str]:
    """Give a daemon's environment: ours without what would reach into executors.

    A path to our source tree would hide that a run did not bring its code along.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPARK_", "PYSPARK_", "PYTHON"))
    }
    scratch.mkdir(parents=True, exist_ok=True)
    own = {
        "JAVA_HOME": str(java),
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(scratch),
        "SPARK_DAEMON_MEMORY": "512m",
        # A port that is taken is an error, not a reason to take the next one unasked.
        "SPARK_DAEMON_JAVA_OPTS": (
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dspark.port.maxRetries=0"
        ),
        # Every run leaves its jars and logs in the workers' folders: a day's worth is kept.
        "SPARK_WORKER_OPTS": (
            "-Dspark.worker.cleanup.enabled=true -Dspark.worker.cleanup.appDataTtl=86400"
        ),
    }
    return kept | own


def _wait(folder: Path, is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + START_S
    while not is_done():
        for file in _files(folder):
            if daemon.pid(file) is None:
                raise _died(file)
        if time.monotonic() > end:
            raise ConfError(f"the cluster was not up in {START_S:.0f} s; see the logs in {folder}")
        time.sleep(_POLL_S)


def _died(file: Path) -> ConfError:
    """Say which process ended, and why by the last line of its log that names a fault."""
    log = file.with_suffix(".log")
    lines = log.read_text(errors="replace").strip().splitlines() or ["it wrote nothing"]
    faults = [line for line in lines if re.search(r"ERROR|Exception|Error:", line)]
    return ConfError(f"{file.stem} ended: {(faults or lines)[-1].strip()[:300]} (more in {log})")


def _master(places: _Places) -> _Master | None:
    """Ask the master how it stands; None while it does not answer."""
    try:
        with _OPENER.open(f"{places.page}/json/", timeout=_ANSWER_S) as answer:
            found = msgspec.json.decode(answer.read(), type=_Master)
    except (URLError, OSError, ValueError, msgspec.DecodeError):
        return None
    return found if found.status == "ALIVE" else None


def _registered(places: _Places) -> int:
    master = _master(places)
    return 0 if master is None else sum(one.state == "ALIVE" for one in master.workers)


def _new_places(port: int) -> _Places:
    """Choose the master's ports.

    Raises:
        ConfError: the one that was asked for is taken.

    """
    with socket.socket() as one, socket.socket() as other:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except (OSError, OverflowError):
            raise ConfError(
                f"port {port} of {HOST} is taken or none; give another with --port, or --port 0 "
                "for any that is free"
            ) from None
        other.bind((HOST, 0))
        ports = one.getsockname()[1], other.getsockname()[1]
    return _Places(f"spark://{HOST}:{ports[0]}", f"http://{HOST}:{ports[1]}")


def _folder(site: Site) -> Path:
    return site.state / "cluster"


def _files(folder: Path) -> list[Path]:
    """Give the files that processes hold, the master's first, then workers' by number."""
    return sorted(folder.glob("*.pid"), key=lambda path: (len(path.stem), path.stem))


def _alive(folder: Path) -> list[Path]:
    return [file for file in _files(folder) if daemon.pid(file) is not None]


def _places(folder: Path) -> _Places | None:
    try:
        return msgspec.json.decode((folder / "cluster.json").read_bytes(), type=_Places)
    except (OSError, msgspec.DecodeError):  # nothing was started here, or that very moment
        return None


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
