"""kill -9 at random moments, of a worker, the committer and Redis: what is lost, double, refetched.

    KILLS=30 LISTINGS=5000 python infra/bench/kill.py

A shop of small listings on loopback is crawled by two workers, one committer and a Redis with its
log on disk (AOF); each kill takes one of the three, and Redis comes back within a second or two.
Beside it scrapy-redis, as its documentation sets it up (SCHEDULER_PERSIST), with the same kills of
worker and Redis, its worker started again each time; it is given every index page at once, for it
loses those that are out, and with the first of a chain all that come after.

Lost are pages without a row, double are rows of one page beyond the first, refetched is counted at
the shop, over the pages there are.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from infra.chaos.world import World, world

KILLS = int(os.environ.get("KILLS", "30"))
LISTINGS = int(os.environ.get("LISTINGS", "5000"))
RATE = float(os.environ.get("RATE", "60"))
WORKERS = 2
TARGETS = {"lost": "0", "double": "0", "refetched_share": "<= 0.02"}
_LONGEST_S = 3600.0
PEER = """

import scrapy

class Shop(scrapy.Spider):
    name = "shop"
    async def start(self):
        for page in range(1, PAGES + 1):
            yield scrapy.Request(HOME + "/c?page=%d" % page)
    def parse(self, response):
        for link in response.css("a.card-link::attr(href)").getall():
            yield response.follow(link, self.page)
    def page(self, response):
        with open(OUT, "a") as out:
            out.write(response.url + "\\n")
        for link in response.css("a.seller-name::attr(href)").getall():
            yield response.follow(link, self.page)
"""


def ours(folder: Path, chance: random.Random) -> dict[str, float]:
    """Crawl with kills; gives the figures."""
    with world(folder, LISTINGS, RATE) as made:
        made.start(WORKERS)
        kills = 0
        for share in sorted(chance.uniform(0.02, 0.97) for _ in range(KILLS)):
            if not _reached(made, share):
                break
            kills += _kill(made, kills, chance)
        made.end(_LONGEST_S)
        return made.figures() | {"kills": kills}


def _reached(made: World, share: float) -> bool:
    """Wait until so much was fetched; gives whether the crawl still runs."""
    wanted = share * made.shop.listings
    while made.is_up and len(made.shop.asked) < wanted:
        time.sleep(0.02)
    return made.is_up


def _kill(made: World, turn: int, chance: random.Random) -> int:
    """Kill one of the three; gives how many were killed."""
    if turn % 3 == 2:  # noqa: PLR2004 - the third of three
        made.store.bounce(chance.uniform(0.2, 1.5))
        return 1
    end = time.monotonic() + 30
    while time.monotonic() < end and made.is_up:
        if found := made.processes(("work", "commit")[turn % 3]):
            chance.choice(found).kill()
            return 1
        time.sleep(0.05)
    return 0


def peer(folder: Path, chance: random.Random) -> dict[str, float]:
    """Have scrapy-redis crawl the same shop with as many kills; gives the figures."""
    with world(folder, LISTINGS, RATE) as made:
        home, out = f"http://127.0.0.1:{made.shop.port}", folder / "pages.txt"
        code = folder / "shop.py"
        code.write_text(f"HOME, OUT, PAGES = {home!r}, {str(out)!r}, {made.shop.indexes}\n{PEER}")
        kills = 0
        worker = _peer_worker(code, made)
        for share in sorted(chance.uniform(0.02, 0.97) for _ in range(KILLS)):
            while worker.poll() is None and len(made.shop.asked) < share * LISTINGS:
                time.sleep(0.02)
            if len(made.shop.asked) < share * LISTINGS:
                break  # it ended: nothing is left in its queue
            if kills % 2:
                made.store.bounce(chance.uniform(0.2, 1.5))
            worker.kill()
            worker.wait()
            kills += 1
            worker = _peer_worker(code, made)
        worker.wait(timeout=_LONGEST_S)
        rows = Counter(out.read_text().split())
        pages = made.shop.listings + made.shop.sellers
        return {
            "lost": pages - len(rows),
            "double": sum(rows.values()) - len(rows),
            "refetched_share": round(made.shop.refetched / pages, 4),
            "kills": kills,
        }


def _peer_worker(code: Path, made: World) -> subprocess.Popen[bytes]:
    settings = {
        "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
        "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
        "SCHEDULER_PERSIST": "True",
        "REDIS_URL": made.store.url,
        "DOWNLOAD_DELAY": str(1 / RATE),
        "RANDOMIZE_DOWNLOAD_DELAY": "False",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
        "LOG_LEVEL": "CRITICAL",
    }
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "scrapy", "runspider", str(code), *options],
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Measure both and print a table, then JSON."""
    seed = int(os.environ.get("SEED", "1"))
    root = Path(tempfile.mkdtemp(prefix="kill-"))
    found = {
        "countermark": ours(root / "ours", random.Random(seed)),  # noqa: S311 - repeatable, no secret
        "scrapy-redis": peer(root / "peer", random.Random(seed)),  # noqa: S311 - repeatable, no secret
    }
    sys.stdout.write(f"{LISTINGS} listings, {RATE:.0f} requests a second\n")
    sys.stdout.write(f"{'':14}{'kills':>7}{'lost':>7}{'double':>8}{'refetched':>11}\n")
    for name, one in found.items():
        sys.stdout.write(
            f"{name:14}{one['kills']:7.0f}{one['lost']:7.0f}{one['double']:8.0f}"
            f"{one['refetched_share']:11.1%}\n"
        )
    mine, other = found["countermark"], found["scrapy-redis"]
    figures = mine | {f"scrapy_redis_{name}": value for name, value in other.items()}
    line = {"bench": "kill", "figures": figures, "targets": TARGETS}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
