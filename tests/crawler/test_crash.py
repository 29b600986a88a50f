"""A crawl killed anywhere and run again gives the rows of one clean run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest


@pytest.fixture(scope="module")
def slow_shop(new_shop: Any) -> Iterator[Any]:
    """A shop where a crawl takes a while, so that there is a middle to be killed in."""
    made = new_shop()
    made.pause_s = 0.05
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def clean(slow_shop: Any, new_crawls: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The rows of a crawl that nobody stopped."""
    crawls = new_crawls(tmp_path_factory.mktemp("clean") / "home")
    crawls.add(slow_shop)
    crawls.run()
    slow_shop.asked.clear()
    return crawls.frames()


def kill_when(crawls: Any, is_time: Callable[[], bool], **environment: str) -> None:
    """Start a crawl and kill it the moment something is seen."""
    process = crawls.start(**environment)
    end = time.monotonic() + 60
    while not is_time() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    assert process.poll() is None, process.communicate()
    process.kill()
    process.communicate()


MOMENTS: dict[str, Callable[[Any, Path], bool]] = {
    "after robots.txt": lambda shop, _: shop.count("/robots.txt") > 0,
    "amid the index": lambda shop, _: shop.count("/c?page=2") > 0,
    "amid the listings": lambda shop, _: shop.count("/item/") > 4,
    "with a sealed batch": lambda _, home: any((home / "state/spool").glob("*[0-9]")),
    "after a first commit": lambda _, home: any(
        (home / "lake/captures/_delta_log").glob("*01.json")
    ),
    "amid the pictures": lambda shop, _: shop.count("/img/") > 1,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_crawl_goes_on(slow_shop: Any, crawls: Any, clean: Any, moment: str) -> None:
    slow_shop.asked.clear()
    crawls.add(slow_shop)
    kill_when(crawls, lambda: MOMENTS[moment](slow_shop, crawls.home))
    asked_before = len(slow_shop.asked)
    crawls.run()
    assert len(slow_shop.asked) > asked_before
    assert crawls.frames() == clean
    assert [len(clean[name]) for name in ("observations", "images")] == [12, 12]


def test_killed_again_and_again(slow_shop: Any, crawls: Any, clean: Any) -> None:
    slow_shop.asked.clear()
    crawls.add(slow_shop)
    for wanted in (3, 12, 24):
        kill_when(crawls, lambda wanted=wanted: len(slow_shop.asked) >= wanted)
    crawls.run()
    assert crawls.frames() == clean


def test_a_finished_crawl_is_left_alone(shop: Any, crawls: Any) -> None:
    crawls.add(shop)
    first = crawls.run()
    asked = len(shop.asked)
    again = crawls.run()
    assert first["platforms"][0]["listings"] == 12
    assert again["platforms"] == []
    assert again["finished_before"] == ["bazaar"]
    assert len(shop.asked) == asked
    assert crawls.frame("observations").height == 12


def test_the_next_crawl_looks_again_at_what_discovery_no_longer_shows(
    shop: Any, crawls: Any
) -> None:
    crawls.add(shop)
    crawls.run()
    shop.listings = shop.listings[:9]  # three are gone: neither listed nor there
    pictures_before = shop.count("/img/")
    crawls.run(now="2026-11-02T06:00:00+00:00")
    second = crawls.frame("observations").filter(pl.col("observed_on").dt.day() == 2)
    assert sorted(second.filter(pl.col("is_gone"))["listing_id"]) == ["109", "110", "111"]
    assert second.filter(~pl.col("is_gone")).height == 9
    assert shop.count("/img/") == pictures_before  # unchanged pictures are not fetched again

    asked = shop.count("/item/")
    crawls.run(now="2026-11-03T06:00:00+00:00")
    assert shop.count("/item/") == asked + 9 + 3  # what is gone is confirmed once
    crawls.run(now="2026-11-04T06:00:00+00:00")
    assert shop.count("/item/") == asked + 9 + 3 + 9  # and stays gone, for a week


KILLED = """
import os, signal, sys
from crawler.frontier.frontier import Frontier
from conf.cli import main
turn = int(os.environ["TURN"])
def die(self, acks):
    global turn
    turn -= 1
    if turn == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    acknowledge(self, acks)
acknowledge, Frontier.acknowledge = Frontier.acknowledge, die
sys.argv[0] = "countermark"
main()
"""


@pytest.mark.parametrize("turn", [1, 2])
def test_killed_between_the_lake_and_the_acknowledgement(
    slow_shop: Any, crawls: Any, clean: Any, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page led to is known by the time that the page counts as done."""
    monkeypatch.setattr(slow_shop, "pause_s", 0.2)  # the first batch leaves with pages unasked
    crawls.add(slow_shop, politeness={"concurrency": 1})
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, "crawl", "run", "--now", crawls.now],
        env=crawls.environment() | {"TURN": str(turn)},
        cwd=crawls.project,
        capture_output=True,
        check=False,
        timeout=100,
    )
    assert ended.returncode == -signal.SIGKILL
    crawls.run()
    assert crawls.frames() == clean
