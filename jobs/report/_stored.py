"""The stored pages behind the listings of a report, laid beside it as plain text.

Each is the very bytes that came, so that its sha256 can be checked by anyone; the name ends in
.txt, so that a browser shows the source and runs nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from jobs.bodies import stored_body
from jobs.reader import Lake
from jobs.whole import whole

_DIGITS = 64  # of a sha256 in hex
LARGEST_BYTES = 2_000_000  # a longer page stays in its pack, where `countermark evidence` reads it


class Stored(msgspec.Struct, frozen=True):
    """The stored page of one listing."""

    sha256: str
    fetched_at: datetime
    content: bytes | None  # None when it is not laid beside the report
    finding: str | None  # why not, in words

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.sha256}.txt"


def stored_pages(lake: Lake, packs: Path, rows: Sequence[dict[str, Any]]) -> dict[str, Stored]:
    """Give the stored pages of some listings by capture_id; feeds have none."""
    ids = sorted({row["capture_id"] for row in rows if row["capture_id"]})
    if not ids or not lake.exists("captures"):
        return {}
    captures = lake.frame("captures", where=pl.col("capture_id").is_in(ids))
    return {row["capture_id"]: _stored(packs, row) for row in captures.to_dicts()}


def _stored(packs: Path, capture: dict[str, Any]) -> Stored:
    digest, fetched_at = capture["body_sha256"], capture["fetched_at"]
    if capture["body_bytes"] > LARGEST_BYTES:
        return Stored(digest, fetched_at, None, "longer than is laid beside a report")
    body = stored_body(packs, capture)
    if body.evidence is None:
        why = {"missing": "its pack cannot be read", "altered": "its bytes were altered since"}
        return Stored(digest, fetched_at, None, why[body.state])
    return Stored(digest, fetched_at, body.evidence, None)


def write_stored(folder: Path, pages: Iterable[Stored]) -> None:
    """Make a folder hold these pages and no others of ours."""
    wanted = {page.file: page.content for page in pages if page.content is not None}
    for name, content in sorted(wanted.items()):
        with whole(folder / name) as part:
            part.write_bytes(content)
    for path in folder.glob("*.txt"):
        if len(path.stem) == _DIGITS and path.name not in wanted:
            path.unlink(missing_ok=True)
