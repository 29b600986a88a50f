"""A shop on loopback that counts, a Redis that can be killed, and a crawl of many workers."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import redis
import yaml
from aiohttp import web

NOW = "2026-11-01T06:00:00+00:00"
_INDEX, _PER_SELLER = 50, 20
_COMMAND = (sys.executable, "-c", "from conf.cli import main; main()")
_KEYS = {
    "captures": "requested_url",
    "observations": "listing_key",
    "seller_observations": "seller_key",
}


class Shop:
    """A marketplace of so many small listings; counts what it is asked."""

    def __init__(self, listings: int) -> None:
        self.listings = listings
        self.asked: Counter[str] = Counter()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def sellers(self) -> int:
        """How many sellers there are."""
        return -(-self.listings // _PER_SELLER)

    @property
    def refetched(self) -> int:
        """How often pages of listings and sellers were asked for once more."""
        pages = {path: n for path, n in self.asked.items() if path.startswith(("/item", "/shop"))}
        return sum(pages.values()) - len(pages)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.SockSite(runner, self._socket).start())
        self._loop.run_forever()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked[request.path_qs] += 1
        await asyncio.sleep(0.01)
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /internal/\n")
        body = self._page(request)
        if body is None:
            return web.Response(status=404, text="gone")
        return web.Response(text=body, content_type="text/html")

    def _page(self, request: web.Request) -> str | None:
        kind, _, name = request.path.strip("/").partition("/")
        if kind == "c":
            page = int(request.query.get("page", "1"))
            numbers = range((page - 1) * _INDEX, min(page * _INDEX, self.listings))
            links = "".join(
                f'<article class="card"><a class="card-link" href="/item/{one}">x</a></article>'
                for one in numbers
            )
            more = f'<a rel="next" href="/c?page={page + 1}">more</a>'
            return links + (more if page * _INDEX < self.listings else "")
        if kind == "item" and int(name) < self.listings:
            return self._item(int(name))
        return f'<h1 class="shop-name">Shop {name}</h1>' if kind == "shop" else None

    def _item(self, number: int) -> str:
        url = f"http://127.0.0.1:{self.port}/item/{number}"
        offer = {"@type": "Offer", "url": url, "price": f"{number}.50", "priceCurrency": "EUR"}
        product = {"@type": "Product", "name": f"Watch {number}", "sku": f"S{number}"}
        data = json.dumps({"@context": "https://schema.org", **product, "offers": offer})
        return (
            f'<html><head><link rel="canonical" href="{url}">'
            f'<script type="application/ld+json">{data}</script></head><body>'
            f"<h1>Watch {number}</h1>"
            f'<a class="seller-name" href="/shop/{number // _PER_SELLER}">Shop</a></body></html>'
        )


class Store:
    """A Redis that keeps a log on disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = int(found.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        how = ["--port", str(self.port), "--bind", "127.0.0.1", "--appendonly", "yes"]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            ["redis-server", *how, "--save", "", "--dir", str(self._folder)],  # noqa: S607
            stdout=subprocess.DEVNULL,
        )
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                redis.Redis(port=self.port).ping()
            except redis.RedisError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("redis-server does not answer")

    def kill(self) -> None:
        """Kill it with signal 9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def empty(self) -> None:
        """Have it forget everything."""
        redis.Redis(port=self.port).flushall()

    def bounce(self, away_s: float) -> None:
        """Kill it, and start it again after a while."""
        self.kill()
        time.sleep(away_s)
        self.start()


class World:
    """One shop, one store, and a crawl with a home of its own."""

    def __init__(self, folder: Path, listings: int, rate: float) -> None:
        self.folder = folder
        self.shop = Shop(listings)
        self.store = Store(folder / "redis")
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
