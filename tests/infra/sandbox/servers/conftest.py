"""One small town of marketplaces, served for real on ports that were free."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import msgspec
import pytest

from conf.errors import ConfError
from infra.sandbox.servers.listen import Sandbox, serve, sockets
from infra.sandbox.servers.marketplaces import MARKETS
from infra.sandbox.servers.shop import Shop
from infra.sandbox.servers.street import HOST, Street
from infra.sandbox.world import World

SEED, LISTINGS = 5, 400


class Got(msgspec.Struct, frozen=True):
    """One response, redirects not followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()


def _fetch(
    port: int, target: str, *, method: str = "GET", body: bytes = b"", **headers: str
) -> Got:
    """Ask once; header names are given with underscores."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    connection.request(method, target, body or None, sent)
    answer = connection.getresponse()
    got = Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    connection.close()
    return got


def free_ports() -> int:
    """Give the first of nine ports in a row that nobody holds."""
    for port in range(21_000, 60_000, 113):
        try:
            held = sockets(port)
        except ConfError:
            continue
        for one in held:
            one.close()
        return port
    raise AssertionError("no nine free ports in a row")


@pytest.fixture(scope="session")
def world() -> World:
    """One small world for all tests."""
    return World(SEED, LISTINGS)


@pytest.fixture
def street(world: World) -> Callable[[int], Street]:
    """`street(day)`: the marketplaces of a day, not served, in their first mood."""
    return lambda day: Street(SEED, world, day, 8471)


@pytest.fixture
def shop(world: World) -> Callable[..., Shop]:
    """`shop("kiosk", day=1)`: one marketplace, always in a good mood."""
    by_name = {market.name: market for market in MARKETS}
    return lambda name, day=1: Shop(by_name[name], world, day, "http://127.0.0.1:8471")


@pytest.fixture(scope="session")
def served(world: World) -> Iterator[Callable[[int], Street]]:
    """`served(day)`: the marketplaces of a day on ports of their own."""
    over = threading.Event()
    threads = []

    @cache
    def open_at(day: int) -> Street:
        control = free_ports()
        street = Street(SEED, world, day, control + 1)
        app = Sandbox(street, LISTINGS, control)
        held = sockets(control)
        running = threading.Thread(target=lambda: asyncio.run(serve(app, held, over.is_set)))
        running.start()
        threads.append(running)
        return street

    yield open_at
    over.set()
    for running in threads:
        running.join()


@pytest.fixture
def fetch() -> Callable[..., Got]:
    """`fetch(port, target, **headers)`: one request over HTTP, redirects not followed."""
    return _fetch
