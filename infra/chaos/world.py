"""A crawl of many workers, of a shop that counts, with a Redis that can be killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import yaml

from infra.bench.store import KEEPING, RedisServer
from infra.chaos.shop import Shop

NOW = "2026-11-01T06:00:00+00:00"
_COMMAND = (sys.executable, "-c", "from conf.cli import main; main()")
_KEYS = {
    "captures": "requested_url",
    "observations": "listing_key",
    "seller_observations": "seller_key",
}


class World:
    """One shop, one store, and a crawl with a home of its own."""

    def __init__(self, folder: Path, listings: int, rate: float) -> None:
        self.folder = folder
        self.shop = Shop(listings)
        self.store = RedisServer(folder / "redis", *KEEPING)
        self.home = folder / "home"
        self._platform(rate)
        self.crawl: subprocess.Popen[str] | None = None
        self._figures: dict[str, float] | None = None

    def environment(self) -> dict[str, str]:
        """The environment of a command that works here."""
        return os.environ | {
            "COUNTERMARK_HOME": str(self.home),
            "COUNTERMARK_PLATFORMS": str(self.folder / "platforms"),
            "COUNTERMARK_FRONTIER": self.store.url,
        }

    def start(self, workers: int) -> None:
        """Start the crawl."""
        self.crawl = self.command("run", "--workers", str(workers), "--now", NOW, "--json")

    def command(self, *words: str) -> subprocess.Popen[str]:
        """Start a command of `countermark crawl`."""
        return subprocess.Popen(  # noqa: S603 - our own command
            [*_COMMAND, "crawl", *words],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=(self.folder / "said.txt").open("a"),
            text=True,
        )

    def wait(self, share: float) -> None:
        """Wait until so much of the shop was asked for, or the crawl ends."""
        while self.is_up and len(self.shop.asked) < share * self.shop.listings:
            time.sleep(0.02)

    @property
    def is_up(self) -> bool:
        """Whether the crawl runs."""
        return self.crawl is not None and self.crawl.poll() is None

    def processes(self, verb: str) -> list[psutil.Process]:
        """Give the crawl's processes of a verb: work or commit."""
        if self.crawl is None:
            return []
        found = []
        for one in psutil.Process(self.crawl.pid).children():
            try:
                if verb in one.cmdline():
                    found.append(one)
            except psutil.Error:
                continue  # it has just ended
        return found

    def end(self, timeout_s: float) -> None:
        """Wait for the crawl's end.

        Raises:
            RuntimeError: it ended badly, or not in time.

        """
        if self.crawl is None or self._figures is not None:
            return
        try:
            self.crawl.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.crawl.terminate()
            self.crawl.communicate()
            raise RuntimeError(f"the crawl did not end in {timeout_s:.0f} s") from None
        if self.crawl.returncode:
            said = (self.folder / "said.txt").read_text()[-2000:]
            raise RuntimeError(f"the crawl ended with status {self.crawl.returncode}: {said}")

    def figures(self) -> dict[str, float]:
        """Count what was lost and what is there twice, and how much was fetched once more."""
        if self._figures is not None:
            return self._figures
        wanted = {
            "captures": self.shop.listings + self.shop.sellers,
            "observations": self.shop.listings,
            "seller_observations": self.shop.sellers,
        }
        lost = double = 0
        for table, column in _KEYS.items():
            rows = pl.read_delta(str(self.home / "lake" / table))[column]
            lost += wanted[table] - rows.n_unique()
            double += rows.len() - rows.n_unique()
        pages = wanted["captures"]
        share = round(self.shop.refetched / pages, 4)
        return {"lost": lost, "double": double, "refetched_share": share}

    def keep_figures(self) -> None:
        """Count now: the lake will not be there for long."""
        self._figures = self.figures()

    def _platform(self, rate: float) -> None:
        address = f"http://127.0.0.1:{self.shop.port}"
        content: dict[str, Any] = {
            "name": "bazaar",
            "title": "bazaar",
            "pages": "bazaar",
            "home": address + "/",
            "hosts": [f"127.0.0.1:{self.shop.port}"],
            "kinds": {
                "listing": r"/item/(?P<id>\w+)",
                "seller": r"/shop/(?P<id>\w+)$",
                "index": r"/c(\?|$)",
            },
            "discovery": {"categories": [f"{address}/c"]},
            "is_loopback_allowed": True,
            "verified": "sandbox",
            "politeness": {"requests_per_second": rate, "concurrency": 4, "timeout_s": 5},
        }
        folder = self.folder / "platforms"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bazaar.yaml").write_text(yaml.safe_dump(content))


@contextmanager
def world(folder: Path, listings: int, rate: float) -> Iterator[World]:
    """Give a world with its store up; all of it is gone at the end."""
    made = World(folder, listings, rate)
    made.store.start()
    try:
        yield made
    finally:
        if made.is_up and made.crawl is not None:
            made.crawl.terminate()
            made.crawl.communicate()
        made.store.kill()
        shutil.rmtree(folder, ignore_errors=True)
