"""A small simulated lake with a past: months of four partners' history, then eight nights.

docs/lake.md asks its questions of this one, and so does the test that holds the page to it. Each
night the partners' marketplaces are seen as the sandbox's world has them on that day: prices move,
listings go away and come back. The jobs run twice, before the first and after the last. The same
every time: the world is seeded, and what jobs wrote is dated to the night that it tells of, as it
would be if the nights had been real ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from conf import site
from conf.errors import CountermarkError, LakeError
from crawler.commit import Committer
from crawler.items import Gone, Observation, Variant
from crawler.rows import Row, Stamp, gone_row, observation_row
from infra.sandbox.history.habits import HABITS
from infra.sandbox.history.past import Met, Past, Sighting
from infra.sandbox.history.rows import listing_rows
from infra.sandbox.world import FIRST_DAY, World
from infra.sandbox.world.markets import PARTNERS
from infra.sandbox.world.truth import ListingTruth, listing_truth
from infra.stages import Stage, Stages
from jobs.givens import Givens
from jobs.graph import chosen
from jobs.reader import Lake
from jobs.run import open_tables, run_all

LISTINGS, SEED = 300, 1001
NIGHTS = 8
RUNS = (0, NIGHTS)  # nights after which the jobs run; 0 is the eve of the first
_SEEN_AT, _RUN_AT = time(5, tzinfo=UTC), time(7, tzinfo=UTC)
_JOBS = (
    *("listings", "listing_sightings", "sellers", "products", "listing_photos"),
    *("listing_matches", "seller_features", "listing_scores"),
)
_FIELDS = frozenset(Observation.__struct_fields__)


def make(where: site.Site) -> None:
    """Make the lake in the home of a site.

    Raises:
        LakeError: the home holds one already, or a job failed.

    """
    if where.lake.exists():
        raise LakeError(f"{where.home} holds a lake already; name another home")
    _bring_history(where)
    world, lake = World(SEED, LISTINGS, PARTNERS), Lake(where.lake)
    tables = open_tables(where)
    try:
        for night in range(NIGHTS + 1):
            if night:
                with Committer(where.lake, "nights") as committer:
                    committer.commit({"observations": list(seen(world, night))}, night)
            if night in RUNS:
                before = {name: lake.version(name) for name in _JOBS}
                for made in run_all(tables, chosen(_JOBS), Givens(where, _day(night))):
                    _check(made.table, made.status, made.why)
                _date(lake, before, datetime.combine(_day(night), _RUN_AT))
    finally:
        tables.close()


def _bring_history(where: site.Site) -> None:
    folder = str(where.home / "history")
    world = ["--seed", str(SEED), "--listings", str(LISTINGS)]
    now = ["--now", datetime.combine(FIRST_DAY - timedelta(days=1), _SEEN_AT).isoformat()]
    commands = [
        ["sandbox", "history", "--out", folder, *world],
        ["feed", "import", "--history", folder, *now],
    ]
    Stages({"COUNTERMARK_HOME": str(where.home)}).run_all(
        [Stage("history", "Take four partners' history", commands)]
    )


def _day(night: int) -> date:
    return FIRST_DAY + timedelta(days=night - 1)


def seen(world: World, night: int) -> Iterator[Row]:
    """Give a row for every listing that is there on a night, and for those that went since."""
    at = datetime.combine(_day(night), _SEEN_AT)
    for name in PARTNERS:
        live, before = set(world.live_ids(name, night)), set(world.live_ids(name, night - 1))
        stamp = Stamp(
            platform=name,
            at=at,
            source="feed",
            source_name=f"{name}-{at.date()}",
            parser=f"{name}_listings/1",
        )
        offers = ((one, world.offer(name, one, night)) for one in sorted(live))
        found = [Sighting(offer, at, _truth(world, name, one)) for one, offer in offers if offer]
        shops = (world.seller(name, one, night) for one in {one.offer.seller_id for one in found})
        sellers = [Met(shop, 0, at) for shop in shops if shop]
        for row in listing_rows(Past(name, found, sellers), HABITS[name], SEED):
            if row["listing_id"]:  # a few are lost on the way
                yield observation_row(_shown(row), stamp)
        if night > 1:
            for one in sorted(before - live):
                url = f"https://www.{name}.example/item/{one}"
                yield gone_row(Gone(listing_id=one, url=url), stamp)


def _truth(world: World, platform: str, listing_id: str) -> ListingTruth:
    found = listing_truth(world, platform, listing_id)
    if found is None:
        raise CountermarkError(f"the world has no truth of {platform}:{listing_id}")
    return found


def _shown(row: dict[str, Any]) -> Observation:
    """Give what a partner's row shows, as texts."""
    told = {name: _text(value) for name, value in row.items() if name in _FIELDS}
    known = {name: "feed" for name, value in told.items() if value is not None}
    variants = tuple(Variant(**one) for one in row["variants_json"] or ())
    return Observation(**told, variants=variants, provenance=known)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str | list) else str(value)


def _check(table: str, status: str, why: str | None) -> None:
    if status in {"failed", "waits"}:
        raise CountermarkError(f"{table}: {why}")


def _date(lake: Lake, before: dict[str, int | None], at: datetime) -> None:
    """Date the commits that jobs made since to the moment that they tell of."""
    for table, version in before.items():
        first = 0 if version is None else version + 1
        for made in range(first, (lake.version(table) or 0) + 1):
            _redate(Path(lake.path(table), "_delta_log", f"{made:020d}.json"), at)


def _redate(commit: Path, at: datetime) -> None:
    actions = [json.loads(line) for line in commit.read_text().splitlines()]
    for action in actions:
        if "commitInfo" in action:
            action["commitInfo"]["timestamp"] = int(at.timestamp() * 1000)
    commit.write_text("".join(json.dumps(action) + "\n" for action in actions))
    # Hadoop's checksum of the file as it was; without one, none is looked for.
    (commit.parent / f".{commit.name}.crc").unlink(missing_ok=True)


def main() -> int:
    """Make the lake in a home that is empty."""
    parser = argparse.ArgumentParser(prog="python -m infra.small_lake", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home of the lake; empty")
    home = parser.parse_args().home.resolve()
    try:
        make(msgspec.structs.replace(site.site(), home=home))
    except CountermarkError as error:
        sys.stderr.write(f"small_lake: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
