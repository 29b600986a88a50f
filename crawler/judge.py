"""What an answer means for the crawl, before anybody reads its page."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import msgspec

from conf.platform import Platform
from crawler.capture import Fetched
from crawler.frontier.address import fault
from crawler.frontier.pace import LONGEST_WAIT_S

_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_SLOW_DOWN = frozenset({429, 503})
_PASSING = frozenset({408, 425, 500, 502, 504, 520, 521, 522, 523, 524})
MOST_HOPS = 5
MOST_SLOWDOWNS = 10
_REDIRECT_FAULTS = {
    "bad_address": "which is no address",
    "bad_scheme": "which is neither http nor https",
    "private_address": "a private address that its YAML does not name",
    "outside_platform": "a host that its YAML does not name",
}


class Take(msgspec.Struct, frozen=True):
    """There is a page to read."""


class Gone(msgspec.Struct, frozen=True):
    """The page is no more."""


class Follow(msgspec.Struct, frozen=True):
    """The page is elsewhere."""

    url: str


class SlowDown(msgspec.Struct, frozen=True):
    """The host asks for a pause, of so many seconds if it says so."""

    wait_s: float | None


class Retry(msgspec.Struct, frozen=True):
    """It may work next time."""

    reason: str
    detail: str


class NewToken(msgspec.Struct, frozen=True):
    """The token is not (or no longer) taken."""


class Refuse(msgspec.Struct, frozen=True):
    """It is not taken."""

    reason: str
    detail: str


Verdict = Take | Gone | Follow | SlowDown | Retry | NewToken | Refuse


def judge(platform: Platform, fetched: Fetched, hops: int) -> Verdict:
    """Give what an answer means; `hops` is the number of redirects that led to it."""
    status = fetched.status
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own numbers
        return Take()
    if status in _MOVED:
        return _moved(platform, fetched, hops)
    if status in _GONE:
        return Gone()
    if status in _SLOW_DOWN:
        return _slow_down(fetched)
    return _failed(platform, status)


def _failed(platform: Platform, status: int) -> Verdict:
    if status == 401 and platform.token_url is not None:  # noqa: PLR2004
        return NewToken()
    if status in _PASSING:
        return Retry(f"http_{status}", f"the server answered {status}, again and again")
    return Refuse(f"http_{status}", f"the server answered {status}")


def _moved(platform: Platform, fetched: Fetched, hops: int) -> Verdict:
    location = fetched.header("location")
    if not location:
        return Refuse("bad_redirect", f"the server answered {fetched.status} and named no address")
    if hops >= MOST_HOPS:
        return Refuse("too_many_redirects", f"more than {MOST_HOPS} redirects, one after the other")
    try:
        url = urljoin(fetched.url, location)
    except ValueError:
        url = location
    found = fault(platform, url)
    if found is not None:
        return Refuse(found, f"it redirects to {url[:200]}, {_REDIRECT_FAULTS[found]}")
    return Follow(url)


def _slow_down(fetched: Fetched) -> Verdict:
    wait_s = retry_after(fetched)
    if wait_s is not None and wait_s > LONGEST_WAIT_S:
        return Refuse("wait_too_long", f"the host asks to wait {wait_s:.0f} seconds")
    return SlowDown(wait_s)


def retry_after(fetched: Fetched) -> float | None:
    """Give the seconds that an answer asks to wait; None if it does not say, or not sensibly.

    A date is measured against the server's own clock, as its Date header tells it.
    """
    text = (fetched.header("retry-after") or "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        until = _moment(text)
        since = _moment(fetched.header("date") or "")
    except ValueError:
        return None
    return max(0.0, (until - since).total_seconds())


def _moment(text: str) -> datetime:
    found = parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
