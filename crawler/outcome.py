"""What one answer gave: rows, a lease to end, and what it counts as."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crawler.frontier.address import Place
from crawler.frontier.store import Done
from crawler.items import Refused
from crawler.rows import Row, refused_row

Rows = tuple[tuple[str, Row], ...]  # table and row


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer gave.

    `counts` are words of the summary: page, listing, gone, seller, picture, or a refusal's reason.
    """

    platform: str
    rows: Rows = ()
    done: Done | None = None
    closed: str | None = None
    counts: tuple[str, ...] = ()
    reason: str | None = None


class Crawl(msgspec.Struct, frozen=True):
    """Which crawl this is: all its rows carry its time."""

    crawl_id: str
    now: datetime


def refusal(
    crawl: Crawl,
    platform: str,
    refused: Refused,
    *,
    done: Done | None = None,
    rows: Rows = (),
    closed: str | None = None,
) -> Outcome:
    """Give the outcome of something that is not taken."""
    row = refused_row(refused, crawl.crawl_id, crawl.now, platform)
    return Outcome(
        platform=platform,
        rows=(*rows, ("refused", row)),
        done=done,
        closed=closed,
        reason=refused.reason,
    )


def crawl_id(now: datetime) -> str:
    """Give the name of the crawl of a time."""
    return f"crawl-{now:%Y%m%dT%H%M%SZ}"


def wanted(images: tuple[Place, ...], count: int) -> tuple[Place, ...]:
    """Give the first pictures of a listing, each once."""
    return tuple(dict.fromkeys(images))[:count]
