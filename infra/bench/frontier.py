"""How exactly many workers together keep each host's rate: ours beside scrapy-redis.

    python infra/bench/frontier.py            # 2 and 4 workers, 5 hosts, 10 requests a second each

Five loopback addresses of one server are five hosts; the server notes when each request arrives.
Every worker is a process with Scrapy in it; ours has the shared frontier, the other scrapy-redis
with a DOWNLOAD_DELAY of the same rate. The rate is of the middle of the run, the window the fullest
second of the whole run. CPU is of whole processes, from their start on.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from bisect import bisect_left
from collections import defaultdict
from statistics import median

import redis
from aiohttp import web

from infra.bench.store import server

HOSTS, RATE, SECONDS = 5, 10.0, float(os.environ.get("SECONDS", "25"))
EDGE_S = 4.0  # of the run's beginning and end, which count for no rate
WORKERS = (2, 4)
TARGETS = {"worst_rate_error": "<= 0.02", "worst_window": "<= 11"}
Arrivals = dict[str, list[float]]


async def run(name: str, workers: int, store: str) -> tuple[Arrivals, float, float]:
    """Give when each host was asked, CPU seconds of all workers, and the scripts the store ran."""
    arrivals: Arrivals = defaultdict(list)

    async def page(request: web.Request) -> web.Response:
        arrivals[request.host].append(time.monotonic())
        return web.Response(text="<html><title>shop</title></html>", content_type="text/html")

    async def no_rules(request: web.Request) -> web.Response:  # noqa: ARG001 - aiohttp's signature
        return web.Response(status=404)

    app = web.Application()
    app.add_routes([web.get("/robots.txt", no_rules), web.get("/item/{id}", page)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    sites = [web.TCPSite(runner, f"127.0.0.{at}", 0) for at in range(2, HOSTS + 2)]
    for site in sites:
        await site.start()
    hosts = [f"{name}:{port}" for name, port in runner.addresses]
    client = redis.Redis.from_url(store)
    client.flushall()
    cpu = _cpu_s()
    before = int(client.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0))
    script = os.path.join(os.path.dirname(__file__), "sharers.py")  # noqa: PTH118, PTH120
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, script, name, store, str(number), str(SECONDS), *hosts
        )
        for number in range(workers)
    ]
    for one in started:
        await asyncio.wait_for(one.wait(), 60 + 2 * SECONDS)
    calls = int(client.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0)) - before
    await runner.cleanup()
    return arrivals, _cpu_s() - cpu, calls


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rate(times: list[float], begin: float, end: float) -> float:
    """Give requests a second between the first and the last one within two moments."""
    within = times[bisect_left(times, begin) : bisect_left(times, end)]
    return (len(within) - 1) / (within[-1] - within[0]) if len(within) > 1 else 0.0


def fullest(times: list[float]) -> int:
    """Give how many requests the fullest second held."""
    return max(
        (bisect_left(times, at + 1.0) - number for number, at in enumerate(times)), default=0
    )


def measure(name: str, workers: int, store: str) -> dict[str, float]:
    """Run once and give the figures."""
    arrivals, cpu, calls = asyncio.run(run(name, workers, store))
    times = [sorted(one) for one in arrivals.values()]
    begin = max(one[0] for one in times) + EDGE_S
    end = min(one[-1] for one in times) - EDGE_S / 2
    rates = [rate(one, begin, end) for one in times]
    pages = sum(map(len, times))
    found = {
        "hosts": len(times),
        "rate_least": min(rates),
        "rate_most": max(rates),
        "rate_median": median(rates),
        "rate_error": max(abs(one / RATE - 1) for one in rates),
        "window": max(map(fullest, times)),
        "cpu_ms_per_page": 1000 * cpu / pages,
        "scripts_per_page": calls / pages,
    }
    print(
        f"{name:>13} {workers} workers: {found['rate_least']:6.2f} to {found['rate_most']:6.2f} a "
        f"second, fullest second {found['window']:3}, {pages} pages",
        flush=True,
    )
    return found


def main() -> None:
    """Measure both, with 2 and 4 workers."""
    figures: dict[str, float] = {}
    with server("--appendonly", "yes") as store:
        for workers in WORKERS:
            for name in ("ours", "scrapy_redis"):
                found = measure(name, workers, store)
                figures |= {f"{name}_{workers}_{key}": value for key, value in found.items()}
    figures["worst_rate_error"] = max(figures[f"ours_{one}_rate_error"] for one in WORKERS)
    figures["worst_window"] = max(figures[f"ours_{one}_window"] for one in WORKERS)
    print(json.dumps({"bench": "frontier", "figures": figures, "targets": TARGETS}))


if __name__ == "__main__":
    main()
