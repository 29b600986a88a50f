"""Answers that harm a careless client, each bounded on this side so that none harms the machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cache

from infra.sandbox.servers.exchange import Answer, gzipped, redirect

BOUND = 50_000_000  # bytes that an endless body or an unpacked bomb comes to
_DRIPS = 240
_DRIP_PAUSE_S = 0.5
_PRIVATE = (
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:22/",
    "file:///etc/passwd",
)


def endless(_at: int) -> Answer:
    """Send a page that does not end before the bound."""
    return Answer(stream=_endless)


def bomb(_at: int) -> Answer:
    """Send some kilobytes of gzip that unpack to the bound."""
    return Answer(_bomb(), headers=(("content-encoding", "gzip"),))


def private(at: int) -> Answer:
    """Lead to an address that only the client's own network knows."""
    return redirect(_PRIVATE[at % len(_PRIVATE)])


def loop(at: int) -> Answer:
    """Lead round in a circle of two."""
    return redirect(f"/ware/x-loop-{at + 1 if at % 2 else at - 1}")


def drip(_at: int) -> Answer:
    """Send two bytes a second for two minutes."""
    return Answer(stream=_drip)


def cut(_at: int) -> Answer:
    """Promise 40,000 bytes, send a thousand and hang up."""
    return Answer(stream=_cut, is_cut_off=True, headers=(("content-length", "40000"),))


def flood(_at: int) -> Answer:
    """Send five thousand headers, half a megabyte of them."""
    return Answer(_page("<p>headers</p>"), headers=odd_headers(5000))


def deep(_at: int) -> Answer:
    """Send elements nested 50,000 deep."""
    return Answer(_page("<div>" * 50_000))


def nested(_at: int) -> Answer:
    """Send JSON-LD whose lists are nested 100,000 deep."""
    text = "[" * 100_000
    return Answer(_page(f'<script type="application/ld+json">{text}</script>'))


def fault(_at: int) -> Answer:
    """Fail, however often one asks."""
    return Answer(b"internal error", 500)


def noise(at: int) -> Answer:
    """Call bytes HTML that are none, with a NUL every so often."""
    return Answer(bytes(step * (step + at) % 256 for step in range(20_000)))


def empty(_at: int) -> Answer:
    """Send a page with nothing in it."""
    return Answer(b"")


KINDS: dict[str, Callable[[int], Answer]] = {
    made.__name__: made
    for made in (endless, bomb, private, loop, drip, cut, flood, deep, nested, fault, noise, empty)
}
ADDRESSES = (
    *(f"/ware/x-{kind}-1" for kind in KINDS),
    "/ware/x-loop-2",
    *(f"/ware/x-private-{at}" for at in range(2, len(_PRIVATE) + 1)),
)


def odd_headers(count: int) -> tuple[tuple[str, str], ...]:
    """Give headers that mean nothing."""
    return tuple((f"x-odd-{at}", "0123456789" * 8) for at in range(count))


@cache
def _bomb() -> bytes:
    return gzipped(bytes(BOUND), level=9)


async def _endless() -> AsyncIterator[bytes]:
    part = b"<p>and so it goes on and on and on and on and on and on, never to end</p>\n" * 900
    for _ in range(BOUND // len(part)):
        yield part


async def _drip() -> AsyncIterator[bytes]:
    yield b"<!doctype html><title>patience</title>"
    for _ in range(_DRIPS):
        await asyncio.sleep(_DRIP_PAUSE_S)
        yield b"."


async def _cut() -> AsyncIterator[bytes]:
    yield _page("<p>the rest is missing</p>").ljust(1000)


def _page(body: str) -> bytes:
    return f'<!doctype html><html lang="de"><title>Ware</title><body>{body}'.encode()
