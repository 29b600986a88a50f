"""The sandbox's process: started once, asked, moved, ended, and never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from conf.errors import ConfError
from infra.sandbox import lock, process
from infra.sandbox.servers.listen import sockets


@pytest.fixture
def wanted() -> process.Wanted:
    for port in range(30_000, 60_000, 113):
        try:
            held = sockets(port)
        except ConfError:
            continue
        for one in held:
            one.close()
        return process.Wanted(seed=3, listings=80, port=port)
    raise AssertionError("no nine free ports in a row")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    process.stop(tmp_path)


def wait_for(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_it_starts_moves_and_ends(home: Path, wanted: process.Wanted) -> None:
    started = process.start(home, wanted)
    assert (started.seed, started.listings, started.day) == (3, 80, 1)
    assert process.start(home, wanted).pid == started.pid
    assert process.move(home, 2).date == "2026-11-02"
    found = process.status(home)
    assert found is not None
    assert found.day == 2
    assert process.start(home, wanted).day == 2
    assert process.start(home, msgspec.structs.replace(wanted, day=4)).day == 4
    with pytest.raises(ConfError, match="serves seed 3 with 80 listings"):
        process.start(home, process.Wanted(seed=4, listings=80, port=wanted.port))
    with pytest.raises(ConfError, match=r"send .*day"):
        process.move(home, 0)
    with pytest.raises(ConfError, match=rf"port {wanted.port} .* cannot be used"):
        process.start(home / "other", wanted)
    assert process.stop(home) == started.pid
    assert process.status(home) is None
    assert not (home / "sandbox" / "server.json").exists()
    assert process.stop(home) is None


def test_it_ends_with_the_process_it_was_told_to(home: Path, wanted: process.Wanted) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    port = wanted.port
    process.start(home, process.Wanted(seed=3, listings=80, port=port, parent=parent.pid))
    parent.kill()  # and nobody waits for it: it stays a zombie
    assert wait_for(lambda: lock.holder(home / "sandbox" / "server.json") is None)
    parent.wait()


def test_a_killed_one_is_cleared_away(home: Path, wanted: process.Wanted) -> None:
    pid = process.start(home, wanted).pid
    os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: lock.holder(home / "sandbox" / "server.json") is None)
    assert not (home / "sandbox" / "server.json").exists()


def test_nothing_to_move(home: Path) -> None:
    with pytest.raises(ConfError, match="no sandbox is up"):
        process.move(home, 2)


def test_a_held_port_is_named_before_anything_starts(home: Path, wanted: process.Wanted) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", wanted.port + 4))
        held.listen()
        with pytest.raises(ConfError, match=f"port {wanted.port + 4} .* choose others with --port"):
            process.start(home, wanted)
    assert process.status(home) is None


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    path = tmp_path / "held.json"
    mine = lock.Running(pid=os.getpid(), seed=1, listings=2, port=3)
    held = lock.hold(path, mine)
    assert held is not None
    assert lock.hold(path, mine) is None
    assert lock.holder(path) == mine
    held.close()
    assert lock.holder(path) is None
    assert not path.exists()
