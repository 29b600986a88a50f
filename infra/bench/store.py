"""A redis-server of our own on a free port: for benchmarks, chaos and tests alike."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import redis

KEEPING = ("--appendonly", "yes")  # a log on disk, written out every second: Redis' own advice
_LONGEST_S = 20.0


class RedisServer:
    """One server, which can be killed and started anew with what it kept in its folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        self.url = f"redis://127.0.0.1:{port}/0"
        own = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "")
        self._folder, self._command = folder, ("redis-server", *own, *options)

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: it does not within seconds.

        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
        end = time.monotonic() + _LONGEST_S
        while not self.is_up:
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError(f"redis-server does not answer at {self.url}")
            time.sleep(0.02)

    @property
    def is_up(self) -> bool:
        """Whether it answers; one that still reads its log does not."""
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def kill(self) -> None:
        """Kill it with signal 9; what it wrote stays."""
        self._process.kill()
        self._process.wait()

    def bounce(self, away_s: float = 0.0) -> None:
        """Kill it, and start it again after a while."""
        self.kill()
        time.sleep(away_s)
        self.start()

    def empty(self) -> None:
        """Have it forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def server(*options: str) -> Iterator[str]:
    """Give the address of one, with options of its own besides, until the block ends."""
    with TemporaryDirectory() as folder:
        made = RedisServer(Path(folder), *options)
        made.start()
        try:
            yield made.url
        finally:
            made.kill()
