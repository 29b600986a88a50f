"""What a product page costs: our whole crawl beside Scrapy with extruct, and others.

    python infra/bench/crawl.py

A shop of PAGES products (5,000) on loopback is crawled ROUNDS times (3) by each in turn, or only by
those that CRAWLERS names ("ours scrapy"); memory over a long crawl wants PAGES=200000 and one of
them. Ours has everything on but pictures: frontier, robots.txt, fetch, extract, capture, commit to
the lake. CPU is that of the whole tree of processes from start to end, over the product pages; the
servers' is not counted. What a crawl of ten products takes, nearly all of it start-up, is told
beside it and subtracted from nothing. `ours_marked` is the same crawl with the page module of a
shop whose pages carry their data as JSON-LD; the other is for any shop, and looks at the whole
page.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
import yaml

from infra.bench.shop import FEW, shop

PAGES = int(os.environ.get("PAGES", "5000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
NAMES = ("ours", "ours_marked", "ours_redis", "scrapy", "scrapy_redis", "bare")
CHOSEN = os.environ.get("CRAWLERS", " ".join(NAMES)).split()
SCRIPT = Path(__file__).with_name("crawlers.py")
MODULES = {"ours": "generic", "ours_marked": "bazaar", "ours_redis": "generic"}
TARGETS = {
    "ours_cpu_ms_per_page": "<= 4",
    "ours_redis_cpu_ms_per_page": "<= 5",
    "ours_ratio_to_scrapy_extruct": ">= 3",
    "ours_rss_growth": "<= 1.1 over 200,000 pages",
}


class Cost(NamedTuple):
    """What one crawl took."""

    cpu_s: float
    seconds: float
    quarter_mb: float  # resident memory when a quarter of the time was over
    end_mb: float  # the most of the last tenth


def platform(address: str, start: str, module: str) -> dict[str, object]:
    """Give the YAML of the shop."""
    host = address.removeprefix("http://")
    return {
        "name": "shop",
        "title": "Shop",
        "pages": module,
        "home": f"{address}/",
        "hosts": [host],
        "kinds": {"listing": r"/item/(?P<id>\d+)$", "index": r"/(list|few)/\d+\.html$"},
        "discovery": {"categories": [start], "deepest_page": 100_000},
        "politeness": {"requests_per_second": 100_000, "concurrency": 16},
        "is_loopback_allowed": True,
        "verified": "sandbox",
    }


def crawl(name: str, address: str, start: str, redis: str | None, pages: int) -> Cost:
    """Run one crawler in an empty folder and see that it took every page."""
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        home = Path(folder)
        environment = os.environ | {"COUNTERMARK_HOME": folder, "COUNTERMARK_PLATFORMS": folder}
        if name == "ours_redis":
            environment["COUNTERMARK_FRONTIER"] = str(redis)
        if name in MODULES:
            content = yaml.safe_dump(platform(address, start, MODULES[name]))
            (home / "shop.yaml").write_text(content)
        command = [sys.executable, str(SCRIPT), "ours" if name in MODULES else name, start]
        if redis is not None:
            command.append(redis)
        with (home / "out").open("w+") as out, (home / "err").open("w+") as err:
            process = subprocess.Popen(  # noqa: S603 - our own file
                command, cwd=folder, env=environment, stdout=out, stderr=err
            )
            cost = _watched(process.pid)
            out.seek(0)
            err.seek(0)
            said = out.read().split()
            if not said or int(said[-1]) != pages:
                raise RuntimeError(f"{name} took {said[-1:]} of {pages}: {err.read()[-3000:]}")
    print(f"{name}, {pages} pages: {cost.cpu_s:.2f} s of CPU in {cost.seconds:.1f} s", flush=True)
    return cost


def _watched(pid: int) -> Cost:
    """Wait for a process; gives what it and its children took."""
    begun, seen = time.monotonic(), []
    while True:
        ended, _, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        seen.append(_resident_mb(pid))
        time.sleep(0.1)
    end = max(seen[-max(1, len(seen) // 10) :])
    cpu_s = usage.ru_utime + usage.ru_stime
    return Cost(cpu_s, time.monotonic() - begun, seen[len(seen) // 4], end)


def _resident_mb(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        every = [process, *process.children(recursive=True)]
        return sum(one.memory_info().rss for one in every) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def redis_server() -> Iterator[str | None]:
    """Run a Redis that keeps nothing; None if there is no redis-server."""
    found = shutil.which("redis-server")
    if found is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        socket = f"{folder}/redis.sock"
        options = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        server = subprocess.Popen(  # noqa: S603 - our own options
            [found, *options], stdout=subprocess.DEVNULL
        )
        try:
            while not Path(socket).exists():
                time.sleep(0.05)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    """Print the table, and last one line of JSON."""
    with shop(PAGES) as address, redis_server() as redis:
        names = [one for one in CHOSEN if redis is not None or "redis" not in one]
        whole, few = f"{address}/list/1.html", f"{address}/few/1.html"
        starts = {name: crawl(name, address, few, redis, FEW).cpu_s for name in names}
        costs: dict[str, list[Cost]] = {name: [] for name in names}
        for _ in range(ROUNDS):
            for name in names:
                costs[name].append(crawl(name, address, whole, redis, PAGES))
    _tell(costs, starts)


def _tell(costs: dict[str, list[Cost]], starts: dict[str, float]) -> None:
    figures: dict[str, float] = {"pages": PAGES}
    print(f"{'':<14}CPU ms/page (least, most)  start-up s  pages/s  MB at 1/4  MB at end")
    for name, every in costs.items():
        ms = sorted(1000 * one.cpu_s / PAGES for one in every)
        middle = statistics.median(ms)
        rate = PAGES / statistics.median(one.seconds for one in every)
        quarter = statistics.median(one.quarter_mb for one in every)
        end = statistics.median(one.end_mb for one in every)
        print(
            f"{name:<14}{middle:>11.2f} ({ms[0]:.2f}, {ms[-1]:.2f}){starts[name]:>15.2f}"
            f"{rate:>9.0f}{quarter:>11.0f}{end:>11.0f}"
        )
        figures |= {
            f"{name}_cpu_ms_per_page": middle,
            f"{name}_start_cpu_s": starts[name],
            f"{name}_pages_per_second": rate,
            f"{name}_quarter_mb": quarter,
            f"{name}_end_mb": end,
        }
    for name in costs.keys() & MODULES:
        figures[f"{name}_rss_growth"] = figures[f"{name}_end_mb"] / figures[f"{name}_quarter_mb"]
        if "scrapy" in costs:
            ours, theirs = (figures[f"{one}_cpu_ms_per_page"] for one in (name, "scrapy"))
            figures[f"{name}_ratio_to_scrapy_extruct"] = theirs / ours
    rounded = {name: round(value, 3) for name, value in sorted(figures.items())}
    print(json.dumps({"bench": "crawl", "figures": rounded, "targets": TARGETS}))


if __name__ == "__main__":
    main()
