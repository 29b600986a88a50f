"""A shop on loopback: a function from what is asked to what is answered, behind a real server."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tests.crawler.probe.shops.goods import Good


class Asked(NamedTuple):
    """One request: `base` is the shop's own address, `before` how often the same was asked."""

    path: str
    query: Mapping[str, str]
    base: str
    before: int
    total: int


Answers = Callable[[Asked], Response | str | None]


class Kind(NamedTuple):
    """A kind of shop, with what a crawl of it has to find."""

    answers: Answers
    goods: tuple[Good, ...]  # by the number or the slug that their addresses end with
    has_sellers: bool = True


class Served:
    """A shop that is open."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(self, log_level="critical", lifespan="off", date_header=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=asyncio.run, args=[self._server.serve(sockets=[self._socket])], daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Close all connections."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        request = Request(scope)
        whole = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        asked = Asked(
            request.url.path,
            dict(request.query_params),
            self.base,
            self.asked.count(whole),
            len(self.asked),
        )
        self.asked.append(whole)
        answer = self.answers(asked)
        if answer is None:
            answer = HTMLResponse("<html><body><h1>Not found</h1></body></html>", status_code=404)
        elif isinstance(answer, str):
            answer = HTMLResponse(answer)
        if isinstance(answer, Slow):
            await asyncio.sleep(answer.seconds)
        await answer(scope, receive, send)


class Slow(HTMLResponse):
    """A page that takes its time."""

    seconds = 0.15


@contextmanager
def served(answers: Answers) -> Iterator[Served]:
    """Open a shop, and close it."""
    shop = Served(answers)
    try:
        yield shop
    finally:
        shop.close()
