"""Small feeds and files, and what an import of them left in the lake."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from conf.feed import Feed
from conf.site import Site
from crawler.feeds.batches import Pace
from crawler.feeds.importing import Told, When, Wish, import_all

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
LISTINGS = Feed(
    name="shop_listings",
    title="A shop's listings",
    table="observations",
    format="jsonl",
    platform="shop",
    fields={
        "listing_id": "id",
        "title_text": "title",
        "price_text": "price",
        "seller_id": "seller.id",
        "image_urls": "images",
        "observed_at": "seen",
    },
)
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def changed(feed: Feed = LISTINGS, **changes: Any) -> Feed:
    """Give a feed with some of its fields changed."""
    return msgspec.structs.replace(feed, **changes)


def json_lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def parquet(rows: Sequence[dict[str, Any]], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), out, **options)
    return out.getvalue()


class Lake:
    """Imports files into a lake of its own, and shows what is there."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder = site, folder

    def send(
        self,
        content: bytes,
        feed: Feed = LISTINGS,
        *,
        name: str = "file",
        now: datetime = NOW,
        is_now_given: bool = False,
        rows: int = 20_000,
    ) -> Told:
        """Import one file with some content."""
        path = self.folder / name
        path.write_bytes(content)
        when = When(now, is_given=is_now_given)
        (told,) = import_all(self.site, [Wish(path, feed)], when, pace=Pace(rows=rows))
        return told

    def rows(self, table: str = "observations", *columns: str) -> list[Any]:
        """Give a table's rows, or one or more of their columns, sorted."""
        frame = self.frame(table)
        if not columns:
            return frame.to_dicts()
        picked = frame.select(columns).rows()
        return sorted(row[0] if len(columns) == 1 else row for row in picked)

    def frame(self, table: str) -> pl.DataFrame:
        """Give a table, sorted by its rows' ids."""
        frame = pl.read_delta(str(self.site.lake / table))
        return frame.sort(frame.columns[0])


@pytest.fixture
def lake(site: Site, tmp_path: Path) -> Lake:
    """An empty lake."""
    folder = tmp_path / "sent"
    folder.mkdir()
    return Lake(site, folder)
