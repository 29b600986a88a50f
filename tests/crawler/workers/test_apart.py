"""Worker, committer and who begins a crawl as processes of their own, as on a cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec

from crawler.desk import TABLES

WORK = Path(__file__).parents[3] / "infra" / "crawler" / "work.sh"


def until_held(lock: Path) -> None:
    """Wait until a committer has a table, which it writes into the lock."""
    end = time.monotonic() + 60
    while not (lock.exists() and lock.read_text()):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_worker_that_stays_and_a_committer_that_was_there_share_a_crawl(
    new_shop: Any, crawls: Any, redis_server: Any, tmp_path: Path
) -> None:
    """The committer has the tables when the crawl begins; its own waits for them, and ends."""
    shop = new_shop(60)
    shop.start()
    crawls.add(shop, politeness={"requests_per_second": 15, "timeout_s": 10})
    frontier = {"COUNTERMARK_FRONTIER": redis_server.url}
    path = f"{crawls.command.parent}:{os.environ['PATH']}"
    here = crawls.environment() | frontier | {"PATH": path, "COUNTERMARK_PAUSE_S": "0.2"}
    with (tmp_path / "told").open("w") as told:
        committer = subprocess.Popen([crawls.command, "crawl", "commit"], env=here, stdout=told)
        worker = subprocess.Popen([WORK, "--name", "guest"], env=here, stdout=told)
        until_held(crawls.home / "lake" / ".locks" / f"{TABLES[-1]}.lock")
        crawl = crawls.start("--workers", "1", **frontier)
        try:
            out, err = crawl.communicate(timeout=200)
        finally:
            crawl.kill()
            for one in (worker, committer):
                one.send_signal(signal.SIGTERM)
            ended = [one.wait(60) for one in (worker, committer)]
            shop.stop()
    assert crawl.returncode == 0, err
    assert ended == [0, 0]
    assert sorted(crawls.frame("observations")["listing_id"]) == shop.listings
    assert shop.count("/item/") == 60
    summary = msgspec.json.decode(out.splitlines()[-1])
    assert (summary["platforms"][0]["listings"], summary["waiting"]) == (60, {})
    lines = (tmp_path / "told").read_text().splitlines()
    # How much the guest took is chance: one host at this pace is no more than one worker's work.
    assert [line for line in lines if line.startswith("guest") and line.endswith(" pages")]
    (batches,) = [line for line in lines if line.endswith("batches brought to the lake")]
    assert int(batches.split()[0]) > 0
