"""Scrapy's download handlers with a bound on the head of an answer, which they do not have.

Bodies are bounded by Scrapy (`download_maxsize`), one header line by Twisted, the number of lines
by nobody: a server could send headers until the memory is gone.
"""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import HTTP11ClientProtocol

from crawler import tls

LARGEST_HEAD = 256_000  # bytes; browsers and servers stop at 8 to 256 KB


class HeadTooLargeError(Exception):
    """The head of an answer is longer than any real one."""


class _Parser(_LenientHTTPClientParser):
    head_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Count one line of the head and read it."""
        self.head_bytes += len(line)
        if self.head_bytes > LARGEST_HEAD:
            raise HeadTooLargeError
        super().lineReceived(line)


class _Protocol(_LenientHTTP11ClientProtocol):
    chain: bytes | None = None  # once a connection

    def request(self, request: Any) -> Any:
        """Send a request; the parser of its answer becomes ours, as Scrapy makes it its own."""
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _Parser
        return answer.addCallback(self._told)

    def _told(self, answer: Any) -> Any:
        if self.chain is None:  # known only once an answer has come: a handshake ends before it
            self.chain = tls.presented(self.transport)
        return tls.told(self.chain, answer)


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: ARG002, N802 - Twisted's
        """Give the protocol of one connection."""
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """HTTP and HTTPS with bounded heads."""

    def __init__(self, crawler: Crawler) -> None:
        """Make the pool of connections with our factory."""
        super().__init__(crawler)
        self._pool._factory = _Factory  # noqa: SLF001 - where Scrapy puts its own


def is_head_too_large(error: BaseException | None) -> bool:
    """Say whether a failed download failed for its head."""
    reasons = getattr(error.__cause__, "reasons", ()) if error else ()
    return isinstance(error, DownloadFailedError) and any(
        reason.check(HeadTooLargeError) for reason in reasons
    )
