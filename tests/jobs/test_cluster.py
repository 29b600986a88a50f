"""A cluster comes up whole or not at all, is told as it is, and ends without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from conf.errors import ConfError
from conf.site import Site
from jobs import cluster

PROJECT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from conf.cli import main; main()", "cluster"]
REST_PORT = 6066  # fixed, of a server of Spark's that we leave off
SMALL = ("--workers", "1", "--cores", "1", "--memory", "600m", "--port", "0")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    run(tmp_path, "down")


def environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(PROJECT),
        "COUNTERMARK_SITE": "cluster",
        "COUNTERMARK_HOME": str(home),
    }


def run(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        env=environment(home) | more,
        capture_output=True,
        text=True,
        check=False,
    )


def pids(home: Path) -> dict[str, int]:
    found = json.loads(run(home, "status", "--json").stdout)
    return {one["name"]: one["pid"] for one in found["processes"]}


def are_gone(ids: list[int]) -> bool:
    end = time.monotonic() + 10
    while any(map(psutil.pid_exists, ids)) and time.monotonic() < end:
        time.sleep(0.1)
    return not any(map(psutil.pid_exists, ids))


@pytest.mark.cluster
@pytest.mark.spark
def test_up_status_and_down(home: Path) -> None:
    done = run(home, "up", *SMALL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("spark://127.0.0.1:")
    assert "  1 of 1 workers registered\n" in done.stdout
    status = run(home, "status", "--json")
    told = json.loads(status.stdout)
    assert (status.returncode, told["is_whole"], told["registered"]) == (0, True, 1)
    assert [one["name"] for one in told["processes"]] == ["master", "worker-1"]

    again = run(home, "up", *SMALL)
    assert again.returncode == 1
    assert again.stderr == (
        f"countermark: a cluster is up already ({told['address']}); end it with "
        "`countermark cluster down`\n"
    )
    ids = pids(home)
    os.kill(ids["worker-1"], signal.SIGKILL)
    assert are_gone([ids["worker-1"]])
    half = run(home, "status")
    assert half.returncode == 1
    assert f"master     process {ids['master']}" in half.stdout
    assert "worker-1   ended" in half.stdout

    assert run(home, "down").stdout == f"ended process {ids['master']}\n"
    assert are_gone(list(ids.values()))
    assert run(home, "down").stdout == "no cluster is up\n"
    assert run(home, "status", "--json").stdout == "null\n"


@pytest.mark.cluster
@pytest.mark.spark
def test_up_again_after_everything_was_killed(home: Path) -> None:
    assert run(home, "up", *SMALL).returncode == 0
    killed = list(pids(home).values())
    for one in killed:
        os.kill(one, signal.SIGKILL)
    assert are_gone(killed)
    assert run(home, "status").stdout.startswith("no cluster is up")
    with socket.socket() as other:
        with suppress(OSError):  # another master has it already
            other.bind(("127.0.0.1", REST_PORT))
            other.listen()
        assert run(home, "up", *SMALL).returncode == 0
    assert set(pids(home).values()).isdisjoint(killed)


@pytest.mark.cluster
@pytest.mark.spark
def test_down_ends_what_an_up_left_that_was_killed(home: Path) -> None:
    starter = subprocess.Popen([*COMMAND, "up", *SMALL], env=environment(home))
    held = home / "state/cluster/master.pid"
    while not (held.exists() and held.read_text().strip()):
        time.sleep(0.01)
    starter.kill()
    starter.wait()
    master = int(held.read_text())
    refused = run(home, "up", *SMALL)
    assert "a cluster is up already" in refused.stderr
    assert run(home, "down").stdout == f"ended process {master}\n"
    assert are_gone([master])


@pytest.mark.cluster
@pytest.mark.spark
def test_in_the_foreground_until_ctrl_c(home: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "up", *SMALL, "--foreground"],
        env=environment(home),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "Ctrl-C ends it\n"
    ids = list(pids(home).values())
    process.send_signal(signal.SIGINT)
    assert process.communicate()[1] == "ended\n"
    assert process.returncode == 0
    assert are_gone(ids)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (cluster.Wanted(workers=0), "--workers 0: must be from 1 to 64"),
        (cluster.Wanted(cores=0), "--cores 0: a worker needs at least 1"),
        (cluster.Wanted(memory="lots"), "--memory lots: write it like 900m or 2g"),
        (cluster.Wanted(port=99999), "port 99999 of 127.0.0.1 is taken or none"),
    ],
)
def test_an_option_that_cannot_be_is_told(site: Site, wanted: cluster.Wanted, says: str) -> None:
    with pytest.raises(ConfError, match=says):
        cluster.up(site, wanted)
    assert cluster.status(site) is None


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(home, "up", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"countermark: port {port} of 127.0.0.1 is taken")
    assert done.stderr.count("\n") == 1


def test_a_process_that_does_not_come_is_told_and_leaves_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Java that starts and cannot run Spark: what it said is told."""
    java = tmp_path / "jre/bin/java"
    java.parent.mkdir(parents=True)
    java.write_text(
        '#!/bin/sh\n[ "$1" = -version ] && { echo \'openjdk version "17.0.1"\' >&2; exit; }\n'
        "echo 'Error: could not create the machine' >&2; exit 1\n"
    )
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(java.parents[1]))
    with pytest.raises(ConfError, match="master ended: Error: could not create the machine"):
        cluster.up(site, cluster.Wanted(port=0))
    assert cluster.status(site) is None


def test_no_java_is_told(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs import session

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(session, "OWN_JAVA", tmp_path)
    with pytest.raises(ConfError, match="there is no Java 17, 21 or 25"):
        cluster.up(site, cluster.Wanted(port=0))
