"""Does it pay to sort a day of bronze by its key? What it costs to keep, and what a look costs.

    LISTINGS=1000000 NIGHTS=2 ROUNDS=5 python infra/bench/clustering.py [FOLDER]

Nights of a world of infra/bench/daily_world.py are committed as a crawl does it, and looked after
by `lake maintain` of today (jobs/compaction.py): once with `cluster_by` left out of the contract of
`observations`, and once sorted by listing_key. Then, in turn, each lake is asked for the history of
the same few listings, and for all of one platform. Told are CPU seconds of the care, bytes on disk,
and CPU milliseconds of a look.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import polars as pl
import pyarrow.parquet as pq

from conf import contract
from conf.contract import Table
from conf.site import PROJECT, Site, site
from crawler.commit import Committer
from infra.bench.daily_world import DAYS, world
from jobs import compaction
from jobs.cpu import tree_seconds
from jobs.reader import Lake

LISTINGS = int(os.environ.get("LISTINGS", "1000000"))
NIGHTS = int(os.environ.get("NIGHTS", "2"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
A_COMMIT, LOOKS = 20_000, 8
TABLE = "observations"
TARGETS = {"history_ratio": "<= 0.5, to pay"}


def main() -> None:
    """Make both lakes, look at both in turn; figures as JSON, last."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "var" / "bench"
    plain = contract.table(TABLE)
    ways = {
        "as_it_came": msgspec.structs.replace(plain, cluster_by=None),
        "by_key": msgspec.structs.replace(plain, cluster_by="listing_key"),
    }
    with tempfile.TemporaryDirectory(prefix="clustering-") as name:
        lakes = {way: Lake(Path(name) / way / "lake") for way in ways}
        care = {way: _kept(lakes[way], table, folder) for way, table in ways.items()}
        keys = lakes["by_key"].frame(TABLE, columns=["listing_key"])["listing_key"].unique()
        asked = keys.sort().gather_every(max(1, len(keys) // LOOKS))[:LOOKS].to_list()
        looks = {
            "history": lambda lake: [_history(lake, key) for key in asked],
            "platform": lambda lake: [_platform(lake)],
        }
        spent = {what: _rounds(lakes, look) for what, look in looks.items()}
        _tell(care, spent, {way: _bytes(lake) for way, lake in lakes.items()})


def _kept(lake: Lake, table: Table, folder: Path) -> float:
    """Commit the nights and look after them; gives the CPU seconds of the care."""
    _commit(msgspec.structs.replace(site("local"), home=lake.root.parent), folder)
    begun = tree_seconds()
    compaction.compact(lake, table, (DAYS[0] + timedelta(days=NIGHTS)).date(), dry_run=False)
    used = tree_seconds() - begun
    opened = lake.open(TABLE)
    opened.vacuum(0, False, False)  # noqa: FBT003 - its signature
    return used


def _commit(where: Site, folder: Path) -> None:
    files = sorted((world(folder, LISTINGS) / "day1" / TABLE).glob("*.parquet"))
    with Committer(where.lake, "bench") as committer:
        committer.hold((TABLE,))
        for night in range(NIGHTS):
            for file in files:
                rows = _of_night(pl.DataFrame(pq.read_table(file)), night)
                for part in rows.iter_slices(A_COMMIT):
                    batch = part.to_arrow().cast(contract.table(TABLE).arrow())
                    committer.commit_arrow({TABLE: batch}, committer.next_seq((TABLE,)))


def _of_night(rows: pl.DataFrame, night: int) -> pl.DataFrame:
    later = timedelta(days=night)
    return rows.with_columns(
        pl.col("observed_at") + later,
        pl.col("observed_on") + later,
        (pl.lit("0123456789abcdef"[night]) + pl.col("observation_id").str.slice(1)).alias(
            "observation_id"
        ),
    )


def _history(lake: Lake, key: str) -> int:
    return lake.frame(TABLE, where=pl.col("listing_key") == key).height


def _platform(lake: Lake) -> int:
    mine = pl.col("platform") == "rialto"
    return lake.frame(TABLE, columns=["listing_key", "content_sha256"], where=mine).height


def _rounds(lakes: dict[str, Lake], look: Callable[[Lake], list[int]]) -> dict[str, float]:
    """Give each lake's median of CPU milliseconds a look, in interleaved rounds."""
    spent: dict[str, list[float]] = {way: [] for way in lakes}
    found: dict[str, list[int]] = {}
    for at in range(ROUNDS + 1):
        for way, lake in lakes.items():
            begun = tree_seconds()
            found[way] = look(lake)
            if at:  # the first warms up
                spent[way].append(1000 * (tree_seconds() - begun) / len(found[way]))
    if len({tuple(one) for one in found.values()}) != 1 or not all(found["by_key"]):
        raise RuntimeError(f"the lakes answer otherwise: {found}")
    return {way: statistics.median(used) for way, used in spent.items()}


def _bytes(lake: Lake) -> int:
    return sum(lake.files(TABLE).values())


def _tell(care: dict[str, float], spent: dict[str, dict[str, float]], size: dict[str, int]) -> None:
    for way, cpu_s in care.items():
        looks = ", ".join(f"{what} {used[way]:.1f} CPU ms" for what, used in spent.items())
        sys.stdout.write(
            f"{way:<10} care {cpu_s:6.1f} CPU s, {size[way] / 1e6:8.1f} MB on disk, {looks}\n"
        )
    figures = {
        "listings": LISTINGS,
        "nights": NIGHTS,
        "care_ratio": round(care["by_key"] / care["as_it_came"], 2),
        "bytes_ratio": round(size["by_key"] / size["as_it_came"], 3),
        **{f"{what}_ms": round(used["by_key"], 2) for what, used in spent.items()},
        **{
            f"{what}_ratio": round(used["by_key"] / used["as_it_came"], 3)
            for what, used in spent.items()
        },
    }
    sys.stdout.write(
        json.dumps({"bench": "clustering", "figures": figures, "targets": TARGETS}) + "\n"
    )


if __name__ == "__main__":
    main()
