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

from conf import lease
from conf.errors import LakeError
from conf.lease import Lease, leased
from conf.place import Place

HOLD = """
import sys, time
from conf.place import place
from conf.lease import leased
with leased(place(sys.argv[1]), "t"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=["folder", "bucket"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where leases lie."""
    if request.param == "folder":
        return tmp_path
    found: Place = request.getfixturevalue("bucket")
    return found / "leases"


def elsewhere(folder: Place, until: float) -> None:
    """Make a lease as another machine does."""
    (folder / "t").mkdir(parents=True)
    told = Lease("other-machine", 1, "x", until)
    (folder / "t" / "000000000007.json").write_bytes(msgspec.json.encode(told))


def files(folder: Place) -> list[str]:
    return sorted(path.name for path in (folder / "t").glob("*"))


def test_one_holds_it_and_gives_it_back(home: Place) -> None:
    with leased(home, "t"):
        told = r"table t is held by process \d+ on .* for \d+ s more"
        with pytest.raises(LakeError, match=told), leased(home, "t"):
            pass
        with leased(home, "other"):
            pass
    with leased(home, "t"):
        pass
    assert files(home) == ["000000000002.json"]


def test_a_holder_on_this_machine_that_was_killed_holds_nothing(home: Place) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LakeError, match=f"process {holder.pid} on"), leased(home, "t"):
            pass
        holder.kill()
    with leased(home, "t"):
        pass


def test_one_elsewhere_holds_it_until_it_runs_out(home: Place) -> None:
    elsewhere(home, time.time() + 0.3)
    with pytest.raises(LakeError, match="process 1 on other-machine"), leased(home, "t"):
        pass
    time.sleep(0.35)
    with leased(home, "t"):
        assert files(home) == ["000000000008.json"]


def test_it_is_renewed_for_as_long_as_it_is_held(home: Place) -> None:
    with leased(home, "t", runs_out_s=0.3):
        path = home / "t" / "000000000001.json"
        first = msgspec.json.decode(path.read_bytes(), type=Lease)
        time.sleep(0.5)
        second = msgspec.json.decode(path.read_bytes(), type=Lease)
        assert first.host == socket.gethostname()
        assert second.until > first.until
        assert second.until > time.time()


def test_one_that_lost_it_does_not_take_it_back(home: Place) -> None:
    with leased(home, "t"):
        path = home / "t" / "000000000001.json"
        path.unlink()  # it ran out, and another took the next number and swept up
        (home / "t" / "000000000002.json").write_bytes(
            msgspec.json.encode(Lease("other-machine", 1, "x", time.time() + 60))
        )
    assert files(home) == ["000000000002.json"]


def test_of_many_that_come_at_once_one_holds_it(home: Place) -> None:
    elsewhere(home, time.time() - 1)
    held, begin, end = [], threading.Barrier(8), threading.Barrier(8)

    def take(who: int) -> None:
        begin.wait()
        try:
            with leased(home, "t"):
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


def test_a_number_that_was_swept_up_is_not_taken_again(
    home: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who looked long ago makes the number after the one that it saw."""
    elsewhere(home, time.time() + 60)
    monkeypatch.setattr(lease, "_newest", lambda _: (3, None))
    with pytest.raises(LakeError, match="process 1 on other-machine"), leased(home, "t"):
        pass
    assert files(home) == ["000000000007.json"]


def test_a_cut_lease_holds_nothing(home: Place) -> None:
    (home / "t").mkdir()
    (home / "t" / "000000000003.json").write_bytes(b'{"host":')
    with leased(home, "t"):
        assert files(home) == ["000000000004.json"]
