"""A crawl of many workers gives the rows of one process's, whoever is killed on the way."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psutil

MOMENTS = (0.2, 0.4, 0.6, 0.8)


def kill(crawl: subprocess.Popen[str], verb: str) -> None:
    """Kill one of a crawl's processes, as soon as there is one."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for one in psutil.Process(crawl.pid).children():
            with suppress(psutil.Error):
                if verb in one.cmdline():
                    one.kill()
                    return
        time.sleep(0.02)
    raise AssertionError(f"no process of {verb!r}")


def test_whoever_is_killed_the_rows_are_those_of_one_process(
    new_shop: Any, crawls: Any, new_crawls: Any, tmp_path_factory: Any, redis_server: Any
) -> None:
    """A worker, the committer, Redis and a worker again, each killed with signal 9."""
    shop = new_shop(40)
    shop.start()
    alone = new_crawls(tmp_path_factory.mktemp("alone") / "home")
    alone.add(shop)
    alone.run()
    shop.asked.clear()
    crawls.add(shop, politeness={"requests_per_second": 25, "timeout_s": 10})
    process = crawls.start("--workers", "2", COUNTERMARK_FRONTIER=redis_server.url)
    try:
        for share, victim in zip(MOMENTS, ("work", "commit", "redis", "work"), strict=True):
            while shop.count("/item/") < share * 40 and process.poll() is None:
                time.sleep(0.02)
            if victim == "redis":
                redis_server.kill()
                redis_server.start()
            else:
                kill(process, victim)
        out, err = process.communicate(timeout=100)
    finally:
        process.kill()
        shop.stop()
    assert process.returncode == 0, err
    assert crawls.frames() == alone.frames()
    assert crawls.frame("observations").height == 40
    summary = msgspec.json.decode(out.splitlines()[-1])
    assert summary["platforms"][0]["listings"] == 40
    assert summary["waiting"] == {}
    assert not list((crawls.home / "state/spool").glob("*"))


def test_what_the_lake_has_is_not_fetched_again_though_the_frontier_lost_all(
    new_shop: Any, crawls: Any, new_crawls: Any, tmp_path_factory: Any, redis_server: Any
) -> None:
    """The store is emptied while pages are fetched, and again when the first picture is asked."""
    shop = new_shop(60)
    shop.start()
    alone = new_crawls(tmp_path_factory.mktemp("alone") / "home")
    alone.add(shop)
    alone.run()
    shop.asked.clear()
    crawls.add(shop, politeness={"requests_per_second": 12})
    process = crawls.start("--workers", "1", COUNTERMARK_FRONTIER=redis_server.url)
    try:
        known = []
        for part in ("/item/", "/img/"):
            while not (crawls.has("captures") and shop.count(part)) and process.poll() is None:
                time.sleep(0.02)
            there = {urlsplit(url).path for url in crawls.frame("captures")["requested_url"]}
            known.append((there, len(shop.asked)))
            redis_server.empty()
        out, err = process.communicate(timeout=100)
    finally:
        process.kill()
        shop.stop()
    assert process.returncode == 0, err
    again = [{path for _, path in shop.asked[number:]} & there for there, number in known]
    assert again == [set(), set()]
    assert crawls.frames() == alone.frames()
    assert msgspec.json.decode(out.splitlines()[-1])["waiting"] == {}


def test_a_crawl_whose_watcher_is_killed_goes_on_with_the_same_command(
    new_shop: Any, crawls: Any, redis_server: Any
) -> None:
    shop = new_shop(20)
    shop.start()
    crawls.add(shop, politeness={"requests_per_second": 20})
    process = crawls.start("--workers", "1", COUNTERMARK_FRONTIER=redis_server.url)
    while shop.count("/item/") < 5 and process.poll() is None:
        time.sleep(0.02)
    children = psutil.Process(process.pid).children()
    process.kill()
    process.communicate()
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert (len(gone), alive) == (2, [])
    crawls.run("--workers", "1", COUNTERMARK_FRONTIER=redis_server.url)
    shop.stop()
    assert sorted(crawls.frame("observations")["listing_id"]) == sorted(shop.listings)
    captured = crawls.frame("captures")["requested_url"]
    assert captured.n_unique() == captured.len()
    assert shop.count("/item/") == 20


def test_workers_want_a_frontier_that_can_be_shared(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    process = crawls.start("--workers", "2")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert ".yaml: frontier is 'in-process'" in err
    assert shop.asked == []


def test_no_worker_joins_a_crawl_that_does_not_run(crawls: Any, redis_server: Any) -> None:
    ended = subprocess.run(
        [crawls.command, "crawl", "work"],
        env=crawls.environment() | {"COUNTERMARK_FRONTIER": redis_server.url},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "no crawl runs that a worker could join" in ended.stderr
