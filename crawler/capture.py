"""The captured response: what was asked, what came back, from whom; and its row."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Literal

import msgspec

from crawler.packs import Slot
from crawler.rows import Row, digest

PageKind = Literal[
    "listing", "seller", "index", "image", "sitemap", "api", "robots", "rendered", "screenshot"
]
Headers = tuple[tuple[str, str], ...]
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """One complete answer, its body decompressed."""

    requested_url: str
    url: str  # after redirects
    status: int
    request_headers: Headers
    response_headers: Headers
    body: bytes
    body_sha256: str
    ip_address: str | None = None
    certificate_sha256: str | None = None
    certificate_chain_sha256: tuple[str, ...] = ()  # as sent, the server's own first
    answered_at: datetime | None = None  # when it was complete, by our clock
    redirects: tuple[tuple[int, str], ...] = ()  # status, and the address that answered so

    def header(self, name: str) -> str | None:
        """Give the first header of a name, in whatever case."""
        wanted = name.lower()
        return next((text for key, text in self.response_headers if key.lower() == wanted), None)


def capture_id(platform: str, fetched: Fetched, at: datetime) -> str:
    """Give the id of an answer that a platform gave at a time."""
    return digest(platform, fetched.requested_url, at, fetched.body_sha256)


def capture_row(
    platform: str, kind: PageKind, fetched: Fetched, at: datetime, crawl_id: str, slot: Slot
) -> Row:
    """Give the row of `captures` for an answer whose body lies in a slot of a pack.

    Values of headers that hold secrets or follow a person are left out; their names stay.
    """
    return {
        "capture_id": capture_id(platform, fetched, at),
        "platform": platform,
        "page_kind": kind,
        "crawl_id": crawl_id,
        "requested_url": fetched.requested_url,
        "url": fetched.url,
        "status": fetched.status,
        "fetched_at": at,
        "fetched_on": at.date(),
        "server_date_text": fetched.header("date"),
        "request_headers": _json(_shown(fetched.request_headers)),
        "response_headers": _json(_shown(fetched.response_headers)),
        "content_type": fetched.header("content-type"),
        "body_sha256": fetched.body_sha256,
        "body_bytes": len(fetched.body),
        "pack": slot.pack,
        "pack_offset": slot.offset,
        "pack_length": slot.length,
        "ip_address": fetched.ip_address,
        "certificate_sha256": fetched.certificate_sha256,
        "tool": tool(),
        "answered_at": fetched.answered_at,
        "clock_offset_s": clock_offset_s(fetched),
        "redirects": _json(fetched.redirects) if fetched.redirects else None,
        "certificate_chain_sha256": list(fetched.certificate_chain_sha256) or None,
    }


def clock_offset_s(fetched: Fetched) -> float | None:
    """Give our clock minus the server's when an answer was complete; None if it told no time.

    A Date has whole seconds and was written when the answer began, so a right clock gives a little
    more than 0.
    """
    said = fetched.header("date")
    theirs = _moment(said) if said is not None else None
    if theirs is None or fetched.answered_at is None:
        return None
    return round((fetched.answered_at - theirs).total_seconds(), 3)


@lru_cache(100)
def _moment(said: str) -> datetime | None:
    """Give the moment that a Date names; None if it names none. Many answers come in a second."""
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


@cache
def tool() -> str:
    """Give name and version of this program."""
    return f"countermark/{version('countermark')}"


def _shown(headers: Headers) -> Headers:
    return tuple((name, "[removed]" if name.lower() in _SECRET else text) for name, text in headers)


def _json(content: object) -> str:
    return msgspec.json.encode(content).decode()
