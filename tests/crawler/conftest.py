"""A small shop on loopback, and crawls of it in processes of their own."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
import uvicorn
import yaml
from PIL import Image
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from conf import contract
from infra.bench.store import KEEPING, RedisServer

NOW = "2026-11-01T06:00:00+00:00"
PROJECT = Path(__file__).parents[2]
COUNTERMARK = Path(sys.executable).parent / "countermark"
# Where a body lies is no part of what was seen, and when it came is of the moment.
STORAGE = ("pack", "pack_offset", "batch_id", "answered_at", "clock_offset_s")
Answer = Callable[[int], Response]


class Shop:
    """A marketplace in bazaar's markup: listings on index pages, two a seller, one picture each.

    `answers` maps a path to what is answered in its place, given how often it was asked before.
    """

    def __init__(self, listings: int = 12) -> None:
        self.listings = [str(100 + number) for number in range(listings)]
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[float, str]] = []
        self.pause_s = 0.0
        self.robots = "User-agent: *\nDisallow: /internal/\n"
        self.headers: list[Mapping[str, str]] = []

    def start(self, port: int = 0) -> None:
        """Serve, on a port of its own if none is given."""
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(self, log_level="critical", lifespan="off", date_header=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=asyncio.run, args=[self._server.serve(sockets=[self._socket])], daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close all connections."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def count(self, part: str) -> int:
        """How often addresses with this part were asked."""
        return sum(part in path for _, path in self.asked)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        request = Request(scope)
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        before = sum(one == path for _, one in self.asked)
        self.asked.append((time.monotonic(), path))
        self.headers.append(request.headers)
        if self.pause_s:
            await asyncio.sleep(self.pause_s)
        special = self.answers.get(path)
        answer = special(before) if special else self._answer(path)
        await answer(scope, receive, send)

    def _answer(self, path: str) -> Response:
        kind, _, name = path.strip("/").partition("/")
        if path == "/robots.txt":
            return Response(self.robots, media_type="text/plain")
        if kind.startswith("c"):
            return HTMLResponse(self._index(int(path.partition("page=")[2] or 1)))
        if kind == "item" and name in self.listings:
            return HTMLResponse(self._item(name))
        if kind == "shop":
            return HTMLResponse(f'<h1 class="shop-name">Shop {name}</h1>')
        if kind == "img":
            return Response(picture(int(name.partition(".")[0])), media_type="image/jpeg")
        return HTMLResponse("<h1>gone</h1>", status_code=404)

    def _index(self, page: int) -> str:
        names = self.listings[(page - 1) * 5 : page * 5]
        cards = "".join(
            f'<article class="card"><a class="card-link" href="/item/{name}?utm_source=list">'
            "x</a></article>"
            for name in names
        )
        more = f'<a rel="next" href="/c?page={page + 1}">more</a>' if names else ""
        return f"<html><body>{cards}{more}</body></html>"

    def _item(self, name: str) -> str:
        number = int(name)
        product = {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": f"Watch {name}",
            "image": [self.url(f"/img/{number // 3}.jpg")],
            "sku": f"S{name}",
            "offers": {
                "@type": "Offer",
                "url": self.url(f"/item/{name}"),
                "price": f"{number}.50",
                "priceCurrency": "EUR",
                "seller": {
                    "@type": "Organization",
                    "name": "Shop",
                    "url": self.url(f"/shop/{number // 2}"),
                },
            },
        }
        data = json.dumps({"@context": "https://schema.org", "@graph": [product]})
        return (
            f'<html><head><link rel="canonical" href="{self.url(f"/item/{name}")}">'
            f'<script type="application/ld+json">{data}</script></head><body><h1>Watch {name}</h1>'
            f'<a class="seller-name" href="/shop/{number // 2}">Shop</a></body></html>'
        )

    def url(self, path: str) -> str:
        """Whole address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"


@cache
def picture(number: int) -> bytes:
    """A JPEG with detail, another one for each number."""
    x, y = np.meshgrid(np.arange(96), np.arange(96))
    grey = ((x * (number % 7 + 2)) ^ (y * (number % 5 + 3))) % 256
    out = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


class Crawls:
    """Runs `countermark crawl run` against shops, with a home of its own."""

    command, project, now = COUNTERMARK, PROJECT, NOW

    def __init__(self, home: Path) -> None:
        self.home = home
        self.platforms = home.parent / "platforms"
        self.platforms.mkdir(exist_ok=True)

    def add(self, shop: Shop, name: str = "bazaar", **changes: Any) -> None:
        """Write the platform's YAML; `changes` are fields of it, politeness among them."""
        address = f"http://127.0.0.1:{shop.port}"
        politeness = {"requests_per_second": 2000, "concurrency": 4, "timeout_s": 2, "retries": 2}
        content = {
            "name": name,
            "title": name,
            "pages": "bazaar",
            "home": address + "/",
            "hosts": [f"127.0.0.1:{shop.port}"],
            "kinds": {
                "listing": r"/item/(?P<id>\w+)",
                "seller": r"/shop/(?P<id>\w+)$",
                "index": r"/c(\?|$)",
            },
            "discovery": {"categories": [f"{address}/c"]},
            "is_loopback_allowed": True,
            "verified": "sandbox",
            **changes,
            "politeness": politeness | changes.get("politeness", {}),
        }
        (self.platforms / f"{name}.yaml").write_text(yaml.safe_dump(content))

    def environment(self) -> dict[str, str]:
        """The environment of a command that works here."""
        return os.environ | {
            "COUNTERMARK_HOME": str(self.home),
            "COUNTERMARK_PLATFORMS": str(self.platforms),
        }

    def start(
        self, *options: str, now: str = NOW, is_json: bool = True, **environment: str
    ) -> subprocess.Popen[str]:
        """Start a crawl."""
        how = ("--json", *options) if is_json else options
        return subprocess.Popen(
            [COUNTERMARK, "crawl", "run", "--now", now, *how],
            env=self.environment() | environment,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *options: str, now: str = NOW, **environment: str) -> dict[str, Any]:
        """Crawl to the end; the summary."""
        process = self.start(*options, now=now, **environment)
        out, err = process.communicate(timeout=100)
        assert process.returncode == 0, err
        return dict(msgspec.json.decode(out.splitlines()[-1]))

    def has(self, table: str) -> bool:
        """Whether a table has rows yet."""
        return any((self.home / "lake" / table).rglob("*.parquet"))

    def frame(self, table: str) -> pl.DataFrame:
        """All rows of a table, by key, without where bodies lie."""
        rows = pl.read_delta(str(self.home / "lake" / table))
        return rows.drop(STORAGE, strict=False).sort(list(contract.table(table).key))

    def frames(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of all tables of a crawl."""
        tables = ("captures", "finds", "images", "observations", "refused", "seller_observations")
        return {table: self.frame(table).to_dicts() for table in tables}

    def reasons(self) -> Counter[str]:
        """How often something was refused, by reason."""
        return Counter(self.frame("refused")["reason"].to_list())


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop of twelve listings, open until the test ends."""
    made = Shop()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def new_shop() -> type[Shop]:
    """The shop's class, for tests that want more than one, or keep one open longer."""
    return Shop


@pytest.fixture(scope="session")
def new_crawls() -> type[Crawls]:
    """The crawls' class."""
    return Crawls


@pytest.fixture
def crawls(tmp_path: Path) -> Crawls:
    """Crawls with an empty home."""
    return Crawls(tmp_path / "home")


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on this machine")
    server = RedisServer(tmp_path_factory.mktemp("redis"), *KEEPING)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_server(_redis: RedisServer) -> RedisServer:
    """The one Redis of all tests, empty; a test may kill it and start it again."""
    if not _redis.is_up:
        _redis.start()
    _redis.empty()
    return _redis


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Give the address of an empty Redis."""
    return redis_server.url
