"""A redis-server of a benchmark's own, on a free port, gone when the benchmark ends."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import redis


@contextmanager
def server(*options: str) -> Iterator[str]:
    """Start one, with options of its own besides, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        command = ("redis-server", "--port", str(port), "--dir", folder, "--save", "", *options)
        loopback = (*command, "--bind", "127.0.0.1")
        process = subprocess.Popen(loopback, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
        try:
            yield _ready(f"redis://127.0.0.1:{port}/0")
        finally:
            process.kill()
            process.wait()


def _ready(url: str) -> str:
    client = redis.Redis.from_url(url)
    for _ in range(200):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.05)
    client.close()
    return url
