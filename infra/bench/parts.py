"""What each process of a shared crawl takes of a page, and what a page that waits takes in Redis.

    PAGES=3000 COUNT=200000 python infra/bench/parts.py

A shop of PAGES products on loopback is crawled by one worker and one committer with a Redis that
keeps its log on disk. Worker and committer are many and one, and Redis is one: so these say what
stops growing first (docs/scale.md). A process' CPU is the last that was seen before it ended, a
tenth of a second or less before. COUNT listings are then put into an empty Redis' queue.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import redis
import yaml

from crawler.frontier.remote import Remote, fingerprint
from infra.bench.crawl import platform
from infra.bench.shop import shop
from infra.bench.store import KEEPING, server

PAGES = int(os.environ.get("PAGES", "3000"))
COUNT = int(os.environ.get("COUNT", "200000"))
CHUNK = 5_000
COMMAND = "from conf.cli import main; main()"
VERBS = ("work", "commit")


def shares(address: str, url: str) -> dict[str, float]:
    """Crawl the shop; gives the milliseconds of CPU that each process took of a page."""
    client = redis.Redis.from_url(url)
    before = _redis_s(client)
    with tempfile.TemporaryDirectory(prefix="parts-") as folder:
        content = yaml.safe_dump(platform(address, f"{address}/list/1.html", "generic"))
        (Path(folder) / "shop.yaml").write_text(content)
        home = {"COUNTERMARK_HOME": folder, "COUNTERMARK_PLATFORMS": folder}
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", COMMAND, "crawl", "run", "--workers", "1", "--json"],
            env=os.environ | home | {"COUNTERMARK_FRONTIER": url},
            stdout=subprocess.PIPE,
        )
        spent = _watched(process)
        said = json.loads((process.stdout or sys.stdin).read().splitlines()[-1])
    if said["platforms"][0]["listings"] != PAGES:
        raise RuntimeError(f"it took {said['platforms'][0]['listings']} of {PAGES}")
    spent["redis"] = _redis_s(client) - before
    return {f"{name}_cpu_ms_per_page": 1000 * value / PAGES for name, value in spent.items()}


def _watched(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Wait for it; gives the seconds of CPU of its children, by verb."""
    spent = dict.fromkeys(VERBS, 0.0)
    while process.poll() is None:
        with suppress(psutil.Error):
            for one in psutil.Process(process.pid).children():
                for verb in VERBS:
                    if verb in one.cmdline():
                        used = one.cpu_times()
                        spent[verb] = used.user + used.system
        time.sleep(0.1)
    return spent


def waiting(url: str) -> float:
    """Give the bytes of Redis for a page that waits."""
    client = redis.Redis.from_url(url)
    client.flushall()
    before, remote = _bytes(client), Remote(url, "bench")
    for at in range(0, COUNT, CHUNK):
        items = [_item(str(number)) for number in range(at, min(COUNT, at + CHUNK))]
        remote.round([("add", {"limit": -1, "items": items})])
    return (_bytes(client) - before) / COUNT


def _item(one: str) -> list[object]:
    key, url = f"listing:{one}", f"https://shop.example/item/{one}"
    return [str(fingerprint("shop", key)), "shop", "shop.example", "listing", key, url, 0, ""]


def _redis_s(client: redis.Redis) -> float:
    told = client.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


def _bytes(client: redis.Redis) -> int:
    return int(client.info("memory")["used_memory"])


def main() -> None:
    """Measure and tell."""
    with shop(PAGES) as address, server(*KEEPING) as url:
        figures = shares(address, url)
        figures["redis_bytes_per_waiting_page"] = waiting(url)
    for name, value in figures.items():
        print(f"{name:<30}{value:>10.3f}")
    rounded = {name: round(value, 4) for name, value in figures.items()}
    print(json.dumps({"bench": "parts", "figures": rounded, "targets": {}}))


if __name__ == "__main__":
    main()
