"""Between Scrapy's requests and responses and ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Headers as ScrapyHeaders
from scrapy.http import Response

from conf.platform import Platform
from crawler.capture import Fetched, Headers, tool
from crawler.frontier.host import Ask
from crawler.handlers import HEARD, HeadTooLargeError, Heard
from crawler.resolver import PrivateAddressError

CONTACT = "+https://countermark.example/crawler"
USER_AGENT = f"{tool()} ({CONTACT})"
_FINAL: dict[type[Exception], tuple[str, str]] = {
    PrivateAddressError: ("private_address", "the host's name leads to a private address"),
    HeadTooLargeError: ("head_too_large", "the head of the answer is longer than any real one"),
    DownloadCancelledError: ("too_large", "the answer is longer than the platform's YAML allows"),
    IgnoreRequest: ("too_large", "unpacked, the answer is longer than the platform's YAML allows"),
}
_TIMEOUT = ("timeout", "the answer was not complete in time")
_PASSING: dict[type[Exception], tuple[str, str]] = {
    DownloadTimeoutError: _TIMEOUT,
    DownloadConnectionRefusedError: ("connection_refused", "the host refused the connection"),
    CannotResolveHostError: ("no_host", "the host's name has no address"),
    ResponseDataLossError: ("cut_off", "the answer ended before its end"),
}
_BAD_PACKING = ("bad_encoding", "the answer is not packed the way that it says")
_PACKINGS = frozenset({"gzip", "zlib", "brotli", "zstandard", "zstd"})  # whose errors mean that
# These say something of one page, not of its host: they never add up to an unreachable host.
_OF_THE_PAGE = frozenset(
    {"private_address", "head_too_large", "too_large", "cut_off", "timeout", "bad_encoding"}
)


class Lost(NamedTuple):
    """Why there is no answer, whether it may pass, and whether it speaks against the host."""

    reason: str
    detail: str
    is_passing: bool
    is_host_ill: bool


def request(
    ask: Ask,
    platform: Platform,
    token: str | None,
    meta: dict[str, Any],
    callback: Callable[..., Any] | None = None,
    errback: Callable[..., Any] | None = None,
) -> Request:
    """Give Scrapy's request for one of ours; `meta` comes on top of what every request has."""
    is_secret = token is not None and ask.purpose == "page" and not is_picture(ask)
    made = Request(
        ask.url,
        callback=callback,
        errback=errback,
        dont_filter=True,
        meta={
            "ask": ask,
            "download_timeout": platform.politeness.timeout_s,
            "download_maxsize": platform.politeness.largest_body_bytes,
            "download_slot": ask.host,
            **meta,
        },
    )
    made.headers = _sent(platform.language or "en", token if is_secret else None)
    return made


@lru_cache(100)
def _sent(language: str, token: str | None) -> ScrapyHeaders:
    """Give the headers of requests; many share one object, as making it costs more than sending."""
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
        "Accept-Language": language,
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return ScrapyHeaders(headers)


def is_picture(ask: Ask) -> bool:
    """Say whether a request is for a picture."""
    return ask.target is not None and ask.target.kind == "image"


def fetched(
    response: Response, asked_url: str, redirects: tuple[tuple[int, str], ...] = ()
) -> Fetched:
    """Give one of Scrapy's responses as what the rest of the crawler knows."""
    heard = response.meta.get(HEARD) or _heard(response)
    return Fetched(
        requested_url=asked_url,
        url=response.url,
        status=response.status,
        request_headers=heard.sent,
        response_headers=heard.headers,
        body=response.body,
        body_sha256=hashlib.sha256(response.body).hexdigest(),
        ip_address=heard.ip_address,
        certificate_sha256=heard.chain[0] if heard.chain else None,
        certificate_chain_sha256=heard.chain,
        answered_at=datetime.now(UTC),
        redirects=redirects,
    )


def _heard(response: Response) -> Heard:
    """Give what a browser's answer tells, which did not come through our own handler."""
    sent = response.request.headers if response.request is not None else {}
    address = str(response.ip_address) if response.ip_address else None
    return Heard(_headers(sent), _headers(response.headers), address, ())


def lost(error: BaseException | None, *, is_first: bool = False) -> Lost:
    """Give what a failed download means.

    `is_first`: it was for robots.txt or a token, which no host makes anyone wait for: there a
    timeout speaks against the host itself.
    """
    for kinds, is_passing in ((_FINAL, False), (_PASSING, True)):
        for kind, (reason, detail) in kinds.items():
            if isinstance(error, kind):
                is_host_ill = reason not in _OF_THE_PAGE or (is_first and reason == "timeout")
                return Lost(reason, detail, is_passing, is_host_ill)
    if isinstance(error, EOFError) or type(error).__module__.partition(".")[0] in _PACKINGS:
        return Lost(*_BAD_PACKING, is_passing=True, is_host_ill=False)
    if type(error).__name__ == "TimeoutError":  # the browser's own
        return Lost(*_TIMEOUT, is_passing=True, is_host_ill=False)
    detail = f"the connection failed ({error})"
    return Lost("no_answer", detail, is_passing=True, is_host_ill=True)


def _headers(headers: Any) -> Headers:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )
