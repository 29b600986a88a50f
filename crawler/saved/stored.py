"""Stored captures of pages, and how they were read last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
import polars as pl

from conf.place import Place
from crawler.capture import Fetched, Headers
from crawler.lake import of_day
from crawler.packs import Slot, read_body
from crawler.rows import parser_version

_COLUMNS = (
    "capture_id", "platform", "page_kind", "crawl_id", "requested_url", "url", "status",
    "fetched_at", "response_headers", "body_sha256", "body_bytes", "pack", "pack_offset",
    "pack_length",
)  # fmt: skip
PAGES = pl.col("page_kind").is_in(["listing", "seller"]) & pl.col("status").is_between(200, 299)


class Capture(msgspec.Struct, frozen=True):
    """One row of `captures`, of a page that a module reads."""

    capture_id: str
    platform: str
    page_kind: str
    crawl_id: str
    requested_url: str
    url: str
    status: int
    fetched_at: datetime
    response_headers: str
    body_sha256: str
    body_bytes: int
    pack: str
    pack_offset: int
    pack_length: int

    def fetched(self, packs: Path) -> Fetched:
        """Give the answer as it came.

        Raises:
            CrawlError: its body is missing, torn or another one.

        """
        slot = Slot(self.pack, self.pack_offset, self.pack_length)
        return Fetched(
            requested_url=self.requested_url,
            url=self.url,
            status=self.status,
            request_headers=(),
            response_headers=msgspec.json.decode(self.response_headers, type=Headers),
            body=read_body(packs, slot, self.body_sha256, self.body_bytes),
            body_sha256=self.body_sha256,
        )


class LastRead(msgspec.Struct, frozen=True):
    """How a capture was read last: by what, and what it showed then."""

    parser: str
    content_sha256: str


def captures(lake: Place, day: date, wanted: pl.Expr) -> Iterator[Capture]:
    """Give a day's captures of pages, in the order in which their bodies lie in the packs."""
    rows = of_day(lake, "captures", day, wanted & PAGES, _COLUMNS)
    for row in rows.sort("pack", "pack_offset").iter_rows(named=True):
        yield msgspec.convert(row, Capture)


def last_reads(lake: Place, day: date, wanted: pl.Expr) -> dict[str, LastRead]:
    """Give how each capture of a day was read last: a replay after what the crawl read."""
    columns = ("capture_id", "source", "parser", "content_sha256")
    found: dict[str, tuple[tuple[bool, int], LastRead]] = {}
    for table in ("observations", "seller_observations"):
        rows = of_day(lake, table, day, wanted & pl.col("capture_id").is_not_null(), columns)
        for capture_id, source, parser, content in rows.iter_rows():
            rank = (source == "replay", parser_version(parser))
            if capture_id not in found or rank > found[capture_id][0]:
                found[capture_id] = (rank, LastRead(parser, content))
    return {capture_id: read for capture_id, (_, read) in found.items()}


def refused_before(lake: Place, day: date, wanted: pl.Expr) -> set[tuple[str, str]]:
    """Give the captures of a day that were refused, each with the reason."""
    has_capture = wanted & pl.col("capture_id").is_not_null()
    rows = of_day(lake, "refused", day, has_capture, ("capture_id", "reason"))
    return set(rows.iter_rows())
