"""The committer tells how long the queue is; nobody is told the store's password."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import msgspec
import pytest

from conf.errors import CrawlError
from conf.site import Site
from crawler.frontier.remote import Remote, without_password
from crawler.workers import shared

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
OURS = "countermark_crawl_"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def told(port: int) -> set[str]:
    """What the committer tells, as soon as it does."""
    end = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                lines = answer.read().decode().splitlines()
                return {line.removeprefix(OURS) for line in lines if line.startswith(OURS)}
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_prometheus_reads_the_queue_from_the_committer(site: Site, redis_url: str) -> None:
    port = free_port()
    where = {"COUNTERMARK_HOME": str(site.home), "COUNTERMARK_FRONTIER": redis_url}
    committer = subprocess.Popen(
        [Path(sys.executable).parent / "countermark", "crawl", "commit", "--metrics", str(port)],
        env=os.environ | where,
    )
    try:
        assert told(port) == {"batches 0.0"}  # no crawl runs
        shared.announce(site, shared.Running("crawl-3", NOW, ("bazaar",), None, 1))
        remote = Remote(redis_url, "crawl-3")
        remote.put("open", {"bazaar|a|listing": 5, "bazaar|a|index": 2, "bazaar|b|image": 1})
        remote.put("done", {"bazaar|a|listing": 4})
        assert {
            'queue_waiting{host="a",platform="bazaar"} 7.0',
            'queue_waiting{host="b",platform="bazaar"} 1.0',
            'queue_done{host="a",platform="bazaar"} 4.0',
        } <= told(port)
    finally:
        committer.send_signal(signal.SIGTERM)
        assert committer.wait(30) == 0


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://:secret@store:6379/0", "redis://***@store:6379/0"),
        ("rediss://me:secret@store/0", "rediss://***@store/0"),
        ("redis://store:6379/0", "redis://store:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_a_password_is_shown_to_nobody(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_a_store_that_is_away_is_told_without_its_password(site: Site) -> None:
    away = f"redis://:s3cr3t@127.0.0.1:{free_port()}/0"
    site = msgspec.structs.replace(site, frontier=away)
    with pytest.raises(CrawlError) as told:
        shared.ledger(site, "crawl-1")
    assert "s3cr3t" not in str(told.value)
