"""Fixtures for jobs and what reads their tables: rows laid into a lake, bodies into a pack."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

if TYPE_CHECKING:
    from conf.site import Site

AT = datetime(2026, 11, 2, 6, tzinfo=UTC)


@pytest.fixture
def lay(site: Site, rows: Callable[..., Any]) -> Callable[..., int]:
    """`lay(table, {...}, …)`: make these the rows of a table of the lake; its version."""

    def make(table: str, *given: dict[str, Any]) -> int:
        from deltalake import DeltaTable, write_deltalake

        path = str(site.lake / table)
        write_deltalake(path, rows(table, *given), mode="overwrite")
        return DeltaTable(path).version()

    return make


@pytest.fixture
def store(site: Site) -> Callable[..., dict[str, Any]]:
    """`store(body, url=…)`: put a body into the pack; its row of `captures`."""

    def put(body: bytes, **given: Any) -> dict[str, Any]:
        pack = site.packs / "c1" / "0001.pack"
        pack.parent.mkdir(parents=True, exist_ok=True)
        frame = zstandard.ZstdCompressor().compress(body)
        offset = pack.stat().st_size if pack.exists() else 0
        with pack.open("ab") as file:
            file.write(frame)
        url = given.get("url", "http://bazaar.example/item/1")
        row = {
            "capture_id": hashlib.sha256(url.encode() + body).hexdigest(),
            "platform": "bazaar",
            "page_kind": "listing",
            "crawl_id": "c1",
            "requested_url": url,
            "url": url,
            "status": 200,
            "fetched_at": AT,
            "fetched_on": AT.date(),
            "request_headers": '[["User-Agent","countermark"]]',
            "response_headers": '[["Content-Type","text/html"]]',
            "content_type": "text/html",
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "body_bytes": len(body),
            "pack": "c1/0001.pack",
            "pack_offset": offset,
            "pack_length": len(frame),
            "tool": "countermark/0.1",
        }
        return row | given

    return put
