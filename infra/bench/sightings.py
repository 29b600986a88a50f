"""What it costs to see a listing again: bytes a row of `observations`, and a look at one past day.

    python -m infra.bench.sightings [LISTINGS NIGHTS]

Nineteen of twenty sightings show what the night before showed. Each night is committed as a crawl
does it, 20,000 rows at a time. Then the same rows without the content of those that did not change,
to see what storing it again costs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import polars as pl

from conf import contract
from conf.place import size
from conf.site import Site, site
from crawler.commit import Committer
from infra.sandbox.world import FIRST_DAY, World
from infra.sandbox.world.markets import PARTNERS
from infra.small_lake import seen
from jobs.history import history
from jobs.past import Past

Row = dict[str, Any]
CHANGED = 0.05
BATCH = 20_000
_NAMES = contract.table("observations").names
_CONTENT = _NAMES[_NAMES.index("title_text") : _NAMES.index("provenance_json")]


def main() -> None:
    """Print bytes a row by night, and what a look costs."""
    given = [int(word) for word in sys.argv[1:]]
    listings, nights = given if len(given) == 2 else (20_000, 10)  # noqa: PLR2004 - both or none
    started = time.monotonic()
    rows = list(seen(World(7, listings, PARTNERS), 1))
    print(f"{len(rows):,} listings, {nights} nights; made in {time.monotonic() - started:.0f} s")
    for is_whole in (True, False):
        with tempfile.TemporaryDirectory(prefix="sightings-") as folder:
            where = msgspec.structs.replace(site(), home=Path(folder))
            print("content stored again" if is_whole else "content of changes alone")
            for night, count in enumerate(_sizes(where, rows, nights, is_whole=is_whole), 1):
                if night in {1, 2, nights}:
                    print(f"  night {night:>2}  {count / len(rows):6.1f} bytes a row")
            if is_whole:
                _look(where, rows[len(rows) // 2]["listing_key"])


def _sizes(where: Site, rows: list[Row], nights: int, *, is_whole: bool) -> Iterator[int]:
    """Write night after night; give the bytes of each night's files."""
    chance = Random(1)  # noqa: S311 - repeatable on purpose
    with Committer(where.lake, "bench") as committer:
        for night in range(nights):
            changed = (
                set(chance.sample(range(len(rows)), int(CHANGED * len(rows)))) if night else None
            )
            told = [
                _again(row, night, is_changed=changed is None or at in changed, is_whole=is_whole)
                for at, row in enumerate(rows)
            ]
            for first in range(0, len(told), BATCH):
                seq = committer.next_seq(["observations"])
                committer.commit({"observations": told[first : first + BATCH]}, seq)
            folder = where.lake / "observations" / f"observed_on={_day(night)}"
            yield size(folder)


def _again(row: Row, night: int, *, is_changed: bool, is_whole: bool) -> Row:
    """Give a listing as a night's crawl saw it, the row of a listing that changed changed."""
    if is_changed and night:
        row["price_text"] = f"{night}{row['price_text']}"
        row["content_sha256"] = _hash(row["listing_key"], "content", night)
    at: datetime = row["observed_at"] + timedelta(days=night)
    stamped = row | {
        "observed_at": at,
        "observed_on": at.date(),
        "observation_id": _hash(row["listing_key"], "observation", night),
        "capture_id": _hash(row["listing_key"], "capture", night),
    }
    return stamped if is_whole or is_changed else stamped | dict.fromkeys(_CONTENT)


def _look(where: Site, key: str) -> None:
    mine = pl.col("listing_key") == key
    for what, look in (
        ("one listing as of a day", lambda: Past(where, _day(7)).frame("listings", where=mine)),
        ("the history of one listing", lambda: history(where, key)),
        ("sightings of all as of a day", lambda: Past(where, _day(7)).frame("listing_sightings")),
    ):
        started = time.monotonic()
        look()
        print(f"  {what}: {time.monotonic() - started:.2f} s")


def _day(night: int) -> date:
    return FIRST_DAY + timedelta(days=night)


def _hash(*words: object) -> str:
    return sha256(repr(words).encode()).hexdigest()


if __name__ == "__main__":
    main()
