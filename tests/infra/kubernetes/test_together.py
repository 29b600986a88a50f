"""What the manifests start, started here: the store with its password, MLflow's options."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from conf.errors import CrawlError
from conf.site import Site
from crawler.frontier.remote import Remote
from infra.kubernetes import stores


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def port(place: Site, tmp_path: Path) -> Iterator[int]:
    """The port of the store, started by the words of its container."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on this machine")
    number = free_port()
    spec = stores.redis(place)[0]["spec"]["template"]["spec"]["containers"][0]
    shell, option, words = spec["command"]
    here = words.replace("/data", str(tmp_path)) + f" --port {number} --bind 127.0.0.1"
    process = subprocess.Popen(
        [shell, option, here],
        env=os.environ | {"REDIS_PASSWORD": "s3cr3t"},
        stdout=subprocess.DEVNULL,
    )
    end = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                break
        assert time.monotonic() < end
        time.sleep(0.05)
    yield number
    process.kill()
    process.wait()


def test_the_store_keeps_each_write_and_tells_no_stranger_anything(port: int) -> None:
    """The crawler's own look at it finds nothing to warn of."""
    remote = Remote(f"redis://:s3cr3t@127.0.0.1:{port}/0", "crawl-1")
    assert remote.warnings == []
    remote.put("open", {"a|b|listing": 1})
    remote.close()
    with pytest.raises(CrawlError, match="authenticate"):
        Remote(f"redis://127.0.0.1:{port}/0", "crawl-1")
    with redis.Redis.from_url(f"redis://:s3cr3t@127.0.0.1:{port}/0") as client:
        assert client.config_get("appendfsync") == {"appendfsync": "always"}


def test_mlflow_knows_its_options() -> None:
    from mlflow.cli import cli

    arguments = stores.server("brands", "s3://models/here")
    assert arguments[0] in cli.commands
    known = {name for one in cli.commands["server"].params for name in one.opts}
    assert {one.partition("=")[0] for one in arguments[1:]} <= known
    (hosts,) = [one for one in arguments if one.startswith("--allowed-hosts=")]
    assert {"mlflow:5000", "mlflow.brands.svc:5000"} <= set(hosts.partition("=")[2].split(","))
