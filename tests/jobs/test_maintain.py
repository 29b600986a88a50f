"""A lake is kept compact and no older than promised; jobs and evidence notice nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from conf import contract
from conf.site import Site
from crawler import commit
from crawler.batch import sealed
from crawler.capture import Fetched, capture_row
from crawler.commit import Committer
from crawler.packs import PackWriter
from jobs import bodies, changes, evidence_packs, graph, maintain
from jobs.digest import digests
from jobs.givens import Givens
from jobs.lock import writer
from jobs.reader import Lake
from jobs.run import run_all
from jobs.tables import LakeTables
from tests.jobs.days import bring

TODAY = date(2026, 11, 5)
Add = Callable[..., int]


def on(day: date, number: int, **own: Any) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    return {
        "observation_id": f"{number}".zfill(64),
        "listing_key": f"a:{number}",
        "observed_at": at,
        "observed_on": day,
        **own,
    }


def maintained(site: Site, **given: Any) -> dict[str, maintain.Maintained]:
    given = {"today": TODAY} | given
    found = {one.table: one for one in maintain.maintain(site, **given)}
    assert [one.why for one in found.values() if one.why] == []
    return found


def test_small_files_of_days_that_are_over_are_laid_together(site: Site, add_bronze: Add) -> None:
    yesterday = TODAY - timedelta(days=1)
    for number in range(4):
        add_bronze("observations", on(yesterday, number))
        add_bronze("observations", on(TODAY, 10 + number))
    lake = Lake(site.lake)
    before, rows = digests(lake), lake.frame("observations").height
    dry = maintained(site, dry_run=True)["observations"]
    assert (dry.compacted, len(lake.files("observations"))) == (4, 8)
    one = maintained(site)["observations"]
    assert (one.compacted, one.files) == (3, 5)
    assert (digests(lake), lake.frame("observations").height) == (before, rows)
    assert maintained(site)["observations"].compacted == 0
    added = lake.added("observations", 0, lake.version("observations") or 0)
    assert added is not None
    assert added.rows == 7  # all but the first commit's


def test_days_past_their_retention_go(site: Site, add_bronze: Add) -> None:
    days = contract.table("observations").retention_days or 0
    last = TODAY - timedelta(days=days)
    add_bronze("observations", on(last - timedelta(days=1), 1), on(last, 2))
    add_bronze("decisions", {"decided_on": date(2001, 1, 1)})  # has none
    found = maintained(site)
    assert (found["observations"].days_dropped, found["observations"].rows_dropped) == (1, 1)
    assert Lake(site.lake).frame("observations")["listing_key"].to_list() == ["a:2"]
    assert Lake(site.lake).frame("decisions").height == 1


def test_old_versions_go_and_those_that_are_needed_stay(
    site: Site, add_bronze: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = TODAY - timedelta(days=1)
    for number in range(3):
        add_bronze("observations", on(yesterday, number))
    maintained(site)
    folder = site.lake / "observations"
    assert len(list(folder.rglob("*.parquet"))) == 4  # three, and what they were laid into
    monkeypatch.setattr("jobs.vacuum._taken", lambda _lake, _table: iter([0]))
    maintained(site, kept_days=0)
    assert len(list(folder.rglob("*.parquet"))) == 4  # a job has still to take some of them
    monkeypatch.undo()
    maintained(site, kept_days=0)
    assert len(list(folder.rglob("*.parquet"))) == 1
    assert Lake(site.lake).frame("observations").height == 3


def test_what_a_killed_run_left_goes(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", on(TODAY, 1))
    left = site.lake / "observations" / "left.parquet"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    assert maintained(site)["observations"].removed == 1
    assert not left.exists()


def test_a_table_that_is_held_is_left_for_the_next_time(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", on(TODAY, 1))
    add_bronze("refused", {})
    with writer(site.state / "locks", "refused.keeping"):
        found = {one.table: one.why for one in maintain.maintain(site)}
    assert found["observations"] is None
    assert "is being written by process" in (found["refused"] or "")


class Captures:
    """Captured pages of listings, on days of one's choice, with their bodies in packs."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site, self.patch = site, monkeypatch
        self.bodies: dict[str, bytes] = {}

    def add(self, day: date, *listings: str) -> None:
        """Bring one page of each listing, as a crawl does."""
        at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        rows, seen = [], []
        crawl = f"c-{day}"
        packs = PackWriter(self.site.packs, crawl)
        for key in listings:
            body = f"<p>{key} on {day}</p>".encode() * 400
            slot = packs.append(body)
            fetched = Fetched(
                requested_url=f"http://x/{key}",
                url=f"http://x/{key}",
                status=200,
                request_headers=(),
                response_headers=(),
                body=body,
                body_sha256=hashlib.sha256(body).hexdigest(),
                answered_at=at,
            )
            row = capture_row("a", "listing", fetched, at, crawl, slot)
            rows.append(row)
            self.bodies[row["capture_id"]] = body
            number = int(key.split(":")[1])
            own = on(day, 1000 * day.toordinal() + number, listing_key=key)
            seen.append(own | {"capture_id": row["capture_id"]})
        packs.close()
        # Sealed on the day on which they were brought.
        self.patch.setattr(commit, "sealed", lambda *given: sealed(*given[:3], at))
        with Committer(self.site.lake, crawl) as committer:
            committer.hold(["captures", "observations", "batches"])
            whole = [filled("observations", one) for one in seen]
            committer.commit({"captures": rows, "observations": whole}, 1)
        for path in self.site.packs.rglob("*"):
            if path.is_file() and crawl in str(path):
                os.utime(path, (at.timestamp(), at.timestamp()))

    def states(self) -> dict[str, str]:
        """Give each capture's listing, and whether its body is right."""
        rows = Lake(self.site.lake).frame("captures").to_dicts()
        return {
            f"{row['url'][9:]} {row['fetched_on']}": bodies.stored_body(self.site.packs, row).state
            for row in rows
        }


def filled(table: str, row: dict[str, Any]) -> dict[str, Any]:
    from tests.conftest import make_rows

    (one,) = make_rows(table, row).to_pylist()
    return dict(one)


OLD = TODAY - timedelta(days=(contract.table("captures").retention_days or 0) + 1)


@pytest.fixture
def captures(site: Site, add_bronze: Add, monkeypatch: pytest.MonkeyPatch) -> Captures:
    """Four listings, seen long ago and today; two of them are evidence."""
    made = Captures(site, monkeypatch)
    made.add(OLD, "a:1", "a:2", "a:3", "a:4")
    made.add(OLD - timedelta(days=1), "a:1")
    made.add(TODAY, "a:1", "a:2", "a:3", "a:4")
    add_bronze("decisions", {"subject_kind": "listing", "subject_key": "a:2"})
    add_bronze("listing_scores", {"listing_key": "a:4", "suspicion": 55.0, "is_red_flag": False})
    return made


def test_captures_of_what_was_suspect_or_decided_stay(site: Site, captures: Captures) -> None:
    before = sum(path.stat().st_blocks for path in site.packs.rglob("*"))
    found = maintained(site)["captures"]
    assert (found.days_dropped, found.rows_dropped) == (2, 3)
    assert found.body_bytes_dropped > 0
    assert captures.states() == {
        f"a:2 {OLD}": "right",
        f"a:4 {OLD}": "right",
        **{f"a:{number} {TODAY}": "right" for number in range(1, 5)},
    }
    held = b"".join(path.read_bytes() for path in site.packs.rglob("*") if path.is_file())
    assert held.count(zstandard.FRAME_HEADER) == 6
    after = sum(path.stat().st_blocks for path in site.packs.rglob("*"))
    assert after < before
    again = maintained(site)["captures"]
    assert (again.rows_dropped, again.days_dropped) == (0, 0)


@pytest.mark.usefixtures("captures")
def test_what_is_left_can_still_be_verified(site: Site) -> None:
    assert evidence_packs.check_packs(site).faults == ()
    maintained(site)
    assert evidence_packs.check_packs(site).faults == ()
    assert Lake(site.lake).frame("batches").height == 3


KILLED = """
import os, sys
from datetime import date
from pathlib import Path
import msgspec
from conf.site import site
from jobs import compaction, holes, maintain, retention, vacuum
moment = sys.argv[2]
def die(*_given, **_named): os._exit(9)
places = {
    "after the rows": (retention, "sweep_packs"),
    "amid the packs": (holes, "_give_back"),
    "before compaction": (compaction, "compact"),
    "before the vacuum": (vacuum, "vacuum"),
}
setattr(*places[moment], die)
here = msgspec.structs.replace(site("local"), home=Path(sys.argv[1]))
list(maintain.maintain(here, today=date(2026, 11, 5)))
"""


@pytest.mark.parametrize(
    "moment", ["after the rows", "amid the packs", "before compaction", "before the vacuum"]
)
def test_killed_and_run_again(site: Site, captures: Captures, moment: str) -> None:
    command = [sys.executable, "-c", KILLED, str(site.home), moment]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    maintained(site)
    assert set(captures.states().values()) == {"right"}
    assert len(captures.states()) == 6
    assert evidence_packs.check_packs(site).faults == ()


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_jobs_have_nothing_to_take_afterwards(site: Site) -> None:
    def run() -> set[str]:
        given = Givens(site, TODAY)
        jobs = graph.chosen(["listing_sightings", "listings", "sellers"])
        return {one.status for one in run_all(LakeTables(site), jobs, given)}

    for day in (1, 2, 3):
        bring(site, day)
        assert run() <= {"made", "unchanged"}
    lake = Lake(site.lake)
    before, written = digests(lake), lake.version("listings")
    found = maintained(site, kept_days=0)
    assert found["listings"].removed > 0
    assert run() == {"unchanged"}
    assert digests(lake) == before
    kept = {version for _, _, version in changes.all_files(lake, "listings")}
    assert kept == {written}  # what `job undo` would need
    bring(site, 4)
    assert "made" in run()
    assert lake.frame("listings", where=pl.col("listing_key") == "bazaar:1").height == 1
