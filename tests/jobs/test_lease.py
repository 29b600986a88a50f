"""A table has one writer, whichever machine it is on."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from conf.errors import LakeError
from conf.site import Site
from jobs import lease, tables
from jobs.lease import Lease, leased
from jobs.tables import LakeTables

HOLD = """
import sys, time
from pathlib import Path
from jobs.lease import leased
with leased(Path(sys.argv[1]), "t"):
    print("held", flush=True)
    time.sleep(60)
"""


def elsewhere(folder: Path, until: float) -> None:
    """Make a lease as another machine does."""
    (folder / "t").mkdir(parents=True)
    told = Lease("other-machine", 1, "x", until)
    (folder / "t" / "000000000007.json").write_bytes(msgspec.json.encode(told))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "t").iterdir())


def test_one_holds_it_and_gives_it_back(tmp_path: Path) -> None:
    with leased(tmp_path, "t"):
        told = r"table t is held by process \d+ on .* for \d+ s more"
        with pytest.raises(LakeError, match=told), leased(tmp_path, "t"):
            pass
        with leased(tmp_path, "other"):
            pass
    with leased(tmp_path, "t"):
        pass
    assert files(tmp_path) == ["000000000002.json"]


def test_a_holder_on_this_machine_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LakeError, match=f"process {holder.pid} on"), leased(tmp_path, "t"):
            pass
        holder.kill()
    with leased(tmp_path, "t"):
        pass


def test_one_elsewhere_holds_it_until_it_runs_out(tmp_path: Path) -> None:
    elsewhere(tmp_path, time.time() + 0.3)
    with pytest.raises(LakeError, match="process 1 on other-machine"), leased(tmp_path, "t"):
        pass
    time.sleep(0.35)
    with leased(tmp_path, "t"):
        assert files(tmp_path) == ["000000000008.json"]


def test_it_is_renewed_for_as_long_as_it_is_held(tmp_path: Path) -> None:
    with leased(tmp_path, "t", runs_out_s=0.3):
        path = tmp_path / "t" / "000000000001.json"
        first = msgspec.json.decode(path.read_bytes(), type=Lease)
        time.sleep(0.5)
        second = msgspec.json.decode(path.read_bytes(), type=Lease)
        assert first.host == socket.gethostname()
        assert second.until > first.until
        assert second.until > time.time()


def test_one_that_lost_it_does_not_take_it_back(tmp_path: Path) -> None:
    with leased(tmp_path, "t"):
        path = tmp_path / "t" / "000000000001.json"
        path.unlink()  # it ran out, and another took the next number and swept up
        (tmp_path / "t" / "000000000002.json").write_bytes(
            msgspec.json.encode(Lease("other-machine", 1, "x", time.time() + 60))
        )
    assert files(tmp_path) == ["000000000002.json"]


def test_of_many_that_come_at_once_one_holds_it(tmp_path: Path) -> None:
    elsewhere(tmp_path, time.time() - 1)
    held, begin, end = [], threading.Barrier(8), threading.Barrier(8)

    def take(who: int) -> None:
        begin.wait()
        try:
            with leased(tmp_path, "t"):
                held.append(who)
                end.wait()
        except LakeError:
            end.wait()

    threads = [threading.Thread(target=take, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 1


def test_a_cut_lease_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "000000000003.json").write_bytes(b'{"host":')
    with leased(tmp_path, "t"):
        assert files(tmp_path) == ["000000000004.json"]


def test_a_run_waits_for_a_table_as_long_as_it_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_ASKS_AGAIN_S", 0.05)
    home = site.lake / lease.FOLDER
    elsewhere(home, time.time() + 0.4)
    lake = LakeTables(site)
    with pytest.raises(LakeError, match="other-machine"), lake.held("t", 0.1):
        pass
    with lake.held("t", 5):
        assert files(home) == ["000000000008.json"]
