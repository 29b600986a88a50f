"""The sockets: one event loop that serves every marketplace and the control surface.

The port that was asked says which marketplace is meant. The control surface stands one port below
the first marketplace and knows nothing of the truth.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterable

import msgspec
import uvicorn
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from conf.errors import ConfError
from infra.sandbox.servers.exchange import Answer, Ask, json
from infra.sandbox.servers.marketplaces import MARKETS
from infra.sandbox.servers.street import HOST, Place, Street

CONTROL_PORT = 8470
LAST_DAY = 365
_LARGEST_BODY = 10_000
_POLL_S = 0.5


class Status(msgspec.Struct, frozen=True):
    """What the control surface tells."""

    pid: int
    seed: int
    listings: int
    day: int
    date: str
    control: str
    marketplaces: list[Place]


class Sandbox:
    """ASGI application over all ports."""

    def __init__(self, street: Street, listings: int, control_port: int) -> None:
        """Serve `street`; `listings` is told in the status."""
        self._street, self._listings, self._control_port = street, listings, control_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request on whichever port it came in."""
        port = scope["server"][1]
        ask = await _ask(scope, receive)
        if port == self._control_port:
            await _send(self._control(ask), self._street.date, receive, send)
            return
        given, temper = self._street.answer(port, ask)
        if temper.pause_s:
            await asyncio.sleep(temper.pause_s)
        await _send(given, self._street.date, receive, send, has_body=ask.method != "HEAD")

    def status(self) -> Status:
        """Tell which world is up, on which day, and what it was asked."""
        return Status(
            pid=os.getpid(),
            seed=self._street.seed,
            listings=self._listings,
            day=self._street.day,
            date=self._street.today.isoformat(),
            control=f"http://{HOST}:{self._control_port}/",
            marketplaces=self._street.places(),
        )

    def _control(self, ask: Ask) -> Answer:
        if (ask.method, ask.path) == ("GET", "/status"):
            return json(self.status())
        if (ask.method, ask.path) != ("POST", "/day"):
            return json({"error": "GET /status or POST /day"}, 404)
        day = _day(ask.body)
        if day is None:
            return json({"error": f'send {{"day": 1..{LAST_DAY}}}'}, 400)
        self._street.open(day)
        return json(self.status())


def sockets(control_port: int) -> list[socket.socket]:
    """Take the control port and the marketplaces' ports after it.

    Raises:
        ConfError: a port is held by another program, or may not be taken.

    """
    taken: list[socket.socket] = []
    for port in range(control_port, control_port + len(MARKETS) + 1):
        try:
            taken.append(_socket(port))
        except OSError as error:
            for one in taken:
                one.close()
            raise ConfError(
                f"port {port} of {HOST} cannot be used ({error.strerror}); end the program that "
                "holds it, or choose others with --port"
            ) from None
    return taken


async def serve(
    app: Sandbox, held: Iterable[socket.socket], is_over: Callable[[], bool] = lambda: False
) -> None:
    """Serve until a signal comes or `is_over`, asked twice a second, says so."""
    # Servers that break off on purpose make uvicorn complain of the application.
    logging.getLogger("uvicorn.error").addFilter(_is_ours)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    watch = asyncio.create_task(_stop_when(server, is_over))
    await server.serve(sockets=list(held))
    watch.cancel()


async def _stop_when(server: uvicorn.Server, is_over: Callable[[], bool]) -> None:
    while not is_over():  # noqa: ASYNC110 - nothing tells of another process's end: ask
        await asyncio.sleep(_POLL_S)
    server.should_exit = True


def _is_ours(record: logging.LogRecord) -> bool:
    return "without completing response" not in record.getMessage()


def _socket(port: int) -> socket.socket:
    one = socket.socket()
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((HOST, port))
        one.listen(512)
    except OSError:
        one.close()
        raise
    return one


async def _ask(scope: Scope, receive: Receive) -> Ask:
    request = Request(scope, receive)
    body = b""
    if scope["method"] == "POST":
        async for part in request.stream():
            body = (body + part)[:_LARGEST_BODY]
    return Ask(
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        headers={name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]},
        body=body,
    )


async def _send(
    given: Answer, date: str, receive: Receive, send: Send, *, has_body: bool = True
) -> None:
    own = {name for name, _ in given.headers}
    headers = [*given.headers, ("date", date), ("content-type", given.kind)]
    if not given.stream and "content-length" not in own:
        headers.append(("content-length", str(len(given.body))))
    raw = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    await send({"type": "http.response.start", "status": given.status, "headers": raw})
    if given.stream and has_body:
        await _pour(given.stream(), receive, send)
        if given.is_cut_off:
            return
    await send({"type": "http.response.body", "body": given.body if has_body else b""})


async def _pour(parts: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send part after part until they end or the client leaves."""
    left = asyncio.create_task(_left(receive))
    try:
        async for part in parts:
            if left.done():
                break
            await send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        left.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _day(body: bytes) -> int | None:
    try:
        day = msgspec.json.decode(body, type=dict[str, int]).get("day", 0)
    except msgspec.DecodeError:
        return None
    return day if 1 <= day <= LAST_DAY else None
