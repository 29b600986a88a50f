"""The download handler: one whole answer within bounds, from whom it came, and how it was sent.

aiohttp fetches, as it does with a half of the CPU that Twisted's client takes. What Scrapy does not
hand on travels beside its response, under `HEARD` in the request's `meta`.
"""

from __future__ import annotations

import asyncio
from functools import partial
from time import monotonic
from typing import Any, cast

import aiohttp
import msgspec
from aiohttp.client_proto import ResponseHandler
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from yarl import URL

from crawler import tls
from crawler.resolver import PrivateAddressError, PublicResolver

HEARD = "heard"
LARGEST_HEAD = 256_000  # bytes; browsers and servers stop at 8 to 256 KB
_MOST_HEADERS = 10_000  # cookies come by the thousand; the bytes are what is bounded
_OURS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")  # never aiohttp's own
_OF_SCRAPY = (b"content-encoding", b"content-type")  # all that it looks at


class HeadTooLargeError(DownloadFailedError):
    """The head of an answer is longer than any real one."""


class Heard(msgspec.Struct, frozen=True):
    """What was sent and heard of one answer, but for its body."""

    sent: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]  # as the server wrote them
    ip_address: str | None
    chain: tuple[str, ...]  # sha256 of each certificate as sent, the server's own first


class BoundedHandler(BaseDownloadHandler):
    """HTTP and HTTPS over verified connections to public addresses; head and body are bounded."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        """Make the pool of connections; how many there are is the frontier's to say."""
        super().__init__(crawler)
        allowed = frozenset(crawler.settings.getlist("PRIVATE_HOSTS"))
        connector: Any = aiohttp.TCPConnector(
            limit=0, ssl=tls.verifying(), resolver=PublicResolver(allowed), ttl_dns_cache=300
        )
        connector._factory = partial(_Connection, loop=asyncio.get_running_loop())  # noqa: SLF001 - aiohttp has no public way to count a head's bytes
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # Scrapy's middleware unpacks, within its own bound
            response_class=_Answer,
            skip_auto_headers=_OURS,
            max_line_size=LARGEST_HEAD,
            max_field_size=LARGEST_HEAD,
            max_headers=_MOST_HEADERS,
        )

    async def download_request(self, request: Request) -> Response:
        """Fetch one answer.

        Raises:
            DownloadFailedError: there is none; a subclass says why.
            DownloadCancelledError: its body is longer than the request's `download_maxsize`.
            PrivateAddressError: its host's name leads to a private address.

        """
        timeout_s = request.meta["download_timeout"]
        try:
            return await self._fetch(request, aiohttp.ClientTimeout(total=timeout_s))
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no whole answer in {timeout_s} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _meaning(error) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def _fetch(self, request: Request, within: aiohttp.ClientTimeout) -> Response:
        begun = monotonic()
        asked = self._session.request(
            request.method,
            URL(request.url, encoded=True),  # as it is: its spelling is what was decided on
            headers=request.headers.to_tuple_list(),
            allow_redirects=False,
            timeout=within,
        )
        async with asked as answer:
            request.meta["download_latency"] = monotonic() - begun
            request.meta[HEARD] = cast("_Answer", answer).heard
            body = await _body(answer, request.meta["download_maxsize"])
            seen = [pair for pair in answer.raw_headers if pair[0].lower() in _OF_SCRAPY]
            return Response(
                request.url, status=answer.status, headers=Headers(seen), body=body, request=request
            )


class _Connection(ResponseHandler):
    """One connection: it knows whom it leads to, and ends when a head does not."""

    ip_address: str | None = None
    chain: tuple[str, ...] = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the other side."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.ip_address = peer[0] if peer else None
        self.chain = tls.presented(transport.get_extra_info("ssl_object"))

    def set_response_params(self, **given: Any) -> None:
        """Begin to wait for an answer."""
        self._head_bytes = 0
        super().set_response_params(**given)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is still the head of an answer after far too many bytes.

        This bounds memory alone: how much comes at once is chance, and so is where it is seen.
        """
        if self._payload is None:
            if self._head_bytes > 2 * LARGEST_HEAD:
                self.set_exception(HeadTooLargeError(f"longer than {LARGEST_HEAD} bytes"))
                self.close()
                return
            self._head_bytes += len(data)
        super().data_received(data)


class _Answer(aiohttp.ClientResponse):
    """An answer that knows its connection, which may be another's before the body is read."""

    _peer: _Connection

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        """Read the head.

        Raises:
            HeadTooLargeError: it is longer than any real one.

        """
        self._peer = connection.protocol
        await super().start(connection)
        if sum(len(name) + len(value) for name, value in self.raw_headers) > LARGEST_HEAD:
            raise HeadTooLargeError(f"longer than {LARGEST_HEAD} bytes")
        return self

    @property
    def heard(self) -> Heard:
        """What was sent and heard, but for the body."""
        return Heard(
            sent=tuple((str(name), value) for name, value in self.request_info.headers.items()),
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in self.raw_headers
            ),
            ip_address=self._peer.ip_address,
            chain=self._peer.chain,
        )


async def _body(answer: aiohttp.ClientResponse, most: int) -> bytes:
    said = answer.content_length
    if said is not None and said > most:
        raise DownloadCancelledError(f"{said} bytes are said, {most} allowed")
    parts, size = [], 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > most:
            raise DownloadCancelledError(f"more than {most} bytes")
    return b"".join(parts)


def _meaning(error: Exception) -> Exception:
    """Give an error of aiohttp's as Scrapy has it."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, PrivateAddressError):
        return cause
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return CannotResolveHostError(str(cause))
    if isinstance(cause, ConnectionRefusedError):
        return DownloadConnectionRefusedError(str(cause))
    if isinstance(error, aiohttp.ClientPayloadError):
        return ResponseDataLossError(str(error))
    return DownloadFailedError(type(cause).__name__)
