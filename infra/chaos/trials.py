"""The trials: each starts a crawl in a world and disturbs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable

from infra.chaos.world import World

Trial = Callable[[World], None]
_WORKERS = 2
_LEASE_S = 15.0  # of a crawl with --workers, see crawler/workers/watching.py
_SMALL = "24m"  # room of the disk that is to be full


def quiet(made: World) -> None:
    """Disturb nothing: what the others are compared with."""
    made.start(_WORKERS)


def worker_killed(made: World) -> None:
    """Kill a worker three times."""
    _kill(made, "work", (0.2, 0.4, 0.6))


def committer_killed(made: World) -> None:
    """Kill the committer three times."""
    _kill(made, "commit", (0.2, 0.4, 0.6))


def redis_killed(made: World) -> None:
    """Kill Redis twice, and start it at once."""
    made.start(_WORKERS)
    for share in (0.3, 0.6):
        made.wait(share)
        made.store.bounce(0.2)


def redis_away(made: World) -> None:
    """Have Redis away for longer than a lease."""
    made.start(_WORKERS)
    made.wait(0.4)
    made.store.bounce(1.5 * _LEASE_S)


def redis_emptied(made: World) -> None:
    """Have Redis forget everything: the crawl begins anew, and what is in the lake stays single."""
    made.start(_WORKERS)
    made.wait(0.5)
    made.store.empty()


def zombie(made: World) -> None:
    """Stop a worker for longer than its lease, and let it go on: to it the clock has jumped."""
    made.start(_WORKERS)
    made.wait(0.3)
    for one in made.processes("work")[:1]:
        one.send_signal(signal.SIGSTOP)
        time.sleep(1.5 * _LEASE_S)
        one.send_signal(signal.SIGCONT)


def one_name(made: World) -> None:
    """Have two more workers join under one name."""
    made.start(1)
    made.wait(0.1)
    others = [made.command("work", "--name", "twin") for _ in range(2)]
    made.wait(0.9)
    for one in others:
        one.communicate(timeout=120)


def disk_full(made: World) -> None:
    """Fill the disk of lake, packs and spool for a while; needs root, for a small tmpfs."""
    made.home.mkdir(parents=True, exist_ok=True)
    _mount(made)
    try:
        made.start(_WORKERS)
        made.wait(0.3)
        ballast = made.home / "ballast"
        with ballast.open("wb") as file:
            room = shutil.disk_usage(made.home).free
            os.posix_fallocate(file.fileno(), 0, max(1, room - 4096))
        time.sleep(5)
        ballast.unlink()
        made.end(300)
        made.keep_figures()
    finally:
        subprocess.run(["umount", "-l", str(made.home)], check=False)  # noqa: S603, S607


def _mount(made: World) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SMALL}", "tmpfs", str(made.home)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


def _kill(made: World, verb: str, shares: tuple[float, ...]) -> None:
    made.start(_WORKERS)
    for share in shares:
        made.wait(share)
        for one in made.processes(verb)[:1]:
            one.kill()


def can_mount() -> bool:
    """Say whether this user may make a small disk."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


TRIALS: dict[str, Trial] = {
    "quiet": quiet,
    "worker killed": worker_killed,
    "committer killed": committer_killed,
    "redis killed": redis_killed,
    "redis away": redis_away,
    "redis emptied": redis_emptied,
    "worker stopped": zombie,
    "two of one name": one_name,
    **({"disk full": disk_full} if can_mount() else {}),
}
