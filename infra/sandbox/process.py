"""The process that serves the sandbox: started, asked, moved and ended from outside.

python -m infra.sandbox.process --home DIR --seed 1 --listings 2000 --day 1 --port 8470
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

from conf.errors import ConfError, CountermarkError
from infra.sandbox import lock
from infra.sandbox.served import note
from infra.sandbox.servers.listen import CONTROL_PORT, Sandbox, Status, serve, sockets
from infra.sandbox.servers.street import HOST, Street

_START_S = 60.0
_END_S = 10.0
_ANSWER_S = 10.0
_POLL_S = 0.05
# Loopback is asked directly, whatever proxy the environment names.
_OPENER = build_opener(ProxyHandler({}))


class Wanted(msgspec.Struct, frozen=True):
    """Which world to serve, from which day, and where."""

    seed: int = 1
    listings: int = 2000
    day: int | None = None  # None: the first, or whichever a running one is on
    port: int = CONTROL_PORT
    parent: int | None = None  # process to end with


def folder(home: Path) -> Path:
    """Give the folder of a home's sandbox: lock and log."""
    return home / "sandbox"


def start(home: Path, wanted: Wanted) -> Status:
    """Start a process of its own, and wait until every port answers; one is enough.

    The same world that is up already is moved to the day that is wanted, if one is.

    Raises:
        ConfError: a port is taken, or another world is up in this home.

    """
    held = lock.holder(_lock(home))
    if held and _is_gone(held.parent):
        stop(home)  # it is about to end by itself
    elif held:
        return _same(home, held, wanted)
    for one in sockets(wanted.port):
        one.close()
    log = folder(home) / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "infra.sandbox.process", *_arguments(home, wanted)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    return _wait(home, child, log)


def stop(home: Path) -> int | None:
    """End the process that serves this home; its id, or None if there is none.

    Raises:
        ConfError: it did not end.

    """
    held = lock.holder(_lock(home))
    if held is None:
        return None
    with contextlib.suppress(ProcessLookupError):  # it may end by itself this very moment
        os.kill(held.pid, signal.SIGTERM)
    end = time.monotonic() + _END_S
    while lock.holder(_lock(home)):
        if time.monotonic() > end:
            raise ConfError(f"process {held.pid} did not end in {_END_S:.0f} s; kill it by its id")
        time.sleep(_POLL_S)
    return held.pid


def status(home: Path) -> Status | None:
    """Ask the running process what it serves; None if there is none."""
    held = lock.holder(_lock(home))
    return _ask(held.port, "/status") if held else None


def move(home: Path, day: int) -> Status:
    """Move the running world to a day.

    Raises:
        ConfError: none is running, or there is no such day.

    """
    held = lock.holder(_lock(home))
    if held is None:
        raise ConfError(f"no sandbox is up in {home}; start it with `countermark sandbox up`")
    moved = _ask(held.port, "/day", msgspec.json.encode({"day": day}))
    note(home, moved.seed, moved.listings, moved.day)
    return moved


def run(home: Path, wanted: Wanted) -> None:
    """Serve in this process until a signal comes or the parent is gone.

    Raises:
        ConfError: a port is taken, or this home has a sandbox already.

    """
    from infra.sandbox.world import World

    signal.signal(signal.SIGTERM, _end)
    held = _hold(home, wanted)
    try:
        opened = sockets(wanted.port)
        world = World(wanted.seed, wanted.listings)
        street = Street(wanted.seed, world, wanted.day or 1, wanted.port + 1)
        app = Sandbox(street, wanted.listings, wanted.port)
        note(home, wanted.seed, wanted.listings, street.day)
        asyncio.run(serve(app, opened, lambda: _is_gone(wanted.parent)))
    finally:
        _lock(home).unlink(missing_ok=True)
        held.close()


def _hold(home: Path, wanted: Wanted) -> IO[bytes]:
    mine = lock.Running(os.getpid(), wanted.seed, wanted.listings, wanted.port, wanted.parent)
    held = lock.hold(_lock(home), mine)
    if held is None:
        raise ConfError(f"a sandbox is up in {home}; end it with `countermark sandbox down`")
    return held


def _same(home: Path, held: lock.Running, wanted: Wanted) -> Status:
    if (held.seed, held.listings) != (wanted.seed, wanted.listings):
        raise ConfError(
            f"{home} serves seed {held.seed} with {held.listings} listings; end that with "
            "`countermark sandbox down` first, or use another --home and --port"
        )
    found = _ask(held.port, "/status")
    return found if wanted.day in {None, found.day} else move(home, wanted.day or 1)


def _wait(home: Path, child: subprocess.Popen[bytes], log: Path) -> Status:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        held = lock.holder(_lock(home))
        if held and held.pid == child.pid:
            answer = _try(held.port)
            if answer:
                return answer
        elif child.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines() or ["nothing"]
            raise ConfError(f"the sandbox did not start: {lines[-1]} (more in {log})")
        time.sleep(_POLL_S)
    child.terminate()
    raise ConfError(f"the sandbox did not answer in {_START_S:.0f} s; see {log}")


def _try(port: int) -> Status | None:
    """Ask a process whose ports may not be open yet."""
    try:
        return _ask(port, "/status")
    except ConfError:
        return None


def _ask(port: int, path: str, body: bytes | None = None) -> Status:
    request = Request(f"http://{HOST}:{port}{path}", body)
    try:
        with _OPENER.open(request, timeout=_ANSWER_S) as answer:
            return msgspec.json.decode(answer.read(), type=Status)
    except HTTPError as error:
        said: dict[str, Any] = msgspec.json.decode(error.read())
        raise ConfError(f"the sandbox refused: {said.get('error')}") from None
    except (URLError, OSError, msgspec.DecodeError) as error:
        raise ConfError(f"the sandbox on port {port} does not answer: {error}") from None


def _is_gone(parent: int | None) -> bool:
    """Whether a process has ended, also if nobody has taken notice of its end yet."""
    if parent is None:
        return False
    try:
        os.kill(parent, 0)
        state = Path(f"/proc/{parent}/stat")
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except PermissionError:
        return False


def _lock(home: Path) -> Path:
    return folder(home) / "server.json"


def _end(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _arguments(home: Path, wanted: Wanted) -> list[str]:
    named = {"home": home.resolve(), **msgspec.structs.asdict(wanted)}
    return [
        part
        for name, value in named.items()
        if value is not None
        for part in (f"--{name}", str(value))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve as the arguments say; status 1, and one line, for what a user can mend."""
    parser = argparse.ArgumentParser(prog="infra.sandbox.process", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    for name, default in msgspec.structs.asdict(Wanted()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = vars(parser.parse_args(arguments))
    home = given.pop("home")
    try:
        run(home, Wanted(**given))
    except CountermarkError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
