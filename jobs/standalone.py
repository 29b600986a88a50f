"""The processes of a Spark standalone cluster, as the installed wheel has them; all on loopback."""

from __future__ import annotations

import os
import re
import socket
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import msgspec

from conf.errors import ConfError
from jobs import daemon

HOST = "127.0.0.1"
MASTER = "master"
_DEPLOY = "org.apache.spark.deploy"
_ANSWER_S = 5.0
# Loopback is asked directly, whatever proxy the environment names.
_OPENER = build_opener(ProxyHandler({}))
_ADDRESS = re.compile(r"Starting Spark master at (spark://\S+)")
_PAGE = re.compile(r"Bound MasterWebUI to \S+, and started at http://[^:\s]+:(\d+)")


class Places(msgspec.Struct, frozen=True):
    """Where a master listens."""

    address: str
    page: str


class _Worker(msgspec.Struct):
    state: str


class _Master(msgspec.Struct):
    """What a master says of itself, as far as we ask."""

    status: str
    workers: list[_Worker]


def master(folder: Path, java: Path, port: int) -> None:
    """Start a master; 0 lets it take any port that is free."""
    command = [f"{_DEPLOY}.master.Master", "--host", HOST, "--port", str(port)]
    _launch(folder, MASTER, java, [*command, "--webui-port", "0"])


def worker(folder: Path, java: Path, number: int, size: list[str], address: str) -> None:
    """Start a worker of a size that joins the master at an address."""
    name = f"worker-{number}"
    command = [f"{_DEPLOY}.worker.Worker", "--host", HOST, "--webui-port", "0"]
    _launch(folder, name, java, [*command, "--work-dir", str(folder / name), *size, address])


def places(folder: Path) -> Places | None:
    """Read in its log where the master listens; None while it has not said.

    The ports are its own choice: one that we had chosen might be taken until it is up.
    """
    try:
        log = (folder / f"{MASTER}.log").read_text(errors="replace")
    except FileNotFoundError:
        return None
    address, page = _ADDRESS.search(log), _PAGE.search(log)
    return Places(address[1], f"http://{HOST}:{page[1]}") if address and page else None


def registered(found: Places | None) -> int | None:
    """Ask a master how many workers it has alive; None while it does not answer."""
    if found is None:
        return None
    try:
        with _OPENER.open(f"{found.page}/json/", timeout=_ANSWER_S) as answer:
            said = msgspec.json.decode(answer.read(), type=_Master)
    except (URLError, OSError, ValueError, msgspec.DecodeError):
        return None
    return sum(one.state == "ALIVE" for one in said.workers) if said.status == "ALIVE" else None


def check_port(port: int) -> None:
    """Make sure that a master can have a port.

    Raises:
        ConfError: it is taken, or there is no such port.

    """
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except (OSError, OverflowError):
            raise ConfError(
                f"port {port} of {HOST} is taken or none; give another with --port, or --port 0 "
                "for any that is free"
            ) from None


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
        # A port that is taken is an error, not a reason to take the next one unasked. The server
        # that takes jobs over HTTP would want one fixed port, so that a second master on the
        # machine would hang, and nobody here uses it.
        "SPARK_DAEMON_JAVA_OPTS": (
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dspark.port.maxRetries=0 "
            "-Dspark.master.rest.enabled=false"
        ),
        # Every run leaves its jars and logs in the workers' folders: a day's worth is kept.
        "SPARK_WORKER_OPTS": (
            "-Dspark.worker.cleanup.enabled=true -Dspark.worker.cleanup.appDataTtl=86400"
        ),
    }
    return kept | own
