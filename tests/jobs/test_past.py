"""Tables as they were on a day: made anew from bronze, cut off at the day, or an old version."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from conf.errors import LakeError
from conf.site import Site
from jobs.past import Past, version_on
from jobs.reader import Lake
from tests.conftest import make_rows

DAY = date(2026, 11, 1)


def seen(key: str, at: str, **shown: Any) -> dict[str, Any]:
    """An observation at "1T06:00", of November."""
    day, _, time = at.partition("T")
    when = datetime.fromisoformat(f"2026-11-{int(day):02}T{time or '06:00'}").replace(tzinfo=UTC)
    content = json.dumps(shown, sort_keys=True)
    return {
        "listing_key": key,
        "platform": key.partition(":")[0],
        "observed_at": when,
        "observed_on": when.date(),
        "observation_id": sha256(f"{key}{when}{content}".encode()).hexdigest(),
        "content_sha256": sha256(content.encode()).hexdigest(),
        **shown,
    }


@pytest.fixture
def lake(site: Site, add_bronze: Callable[..., int]) -> Site:
    """A listing whose price falls, goes up again, is gone, is back; and one that came late."""
    add_bronze(
        "observations",
        seen("b:1", "1", price_text="$90", seller_key="b:s"),
        seen("b:1", "2", price_text="$90", seller_key="b:s"),
        seen("b:1", "3T23:59", price_text="$50", seller_key="b:s"),
    )
    add_bronze("observations", seen("b:1", "5", price_text="$90", seller_key="b:t"))
    add_bronze("observations", seen("b:1", "6", is_gone=True), seen("b:2", "6", price_text="$7"))
    # Brought last, seen long before:
    add_bronze("observations", seen("b:2", "2", price_text="$8"))
    return site


@pytest.mark.parametrize(
    ("day", "prices"),
    [
        (0, {}),
        (1, {"b:1": 90.0}),
        (2, {"b:1": 90.0, "b:2": 8.0}),
        (3, {"b:1": 50.0, "b:2": 8.0}),  # until midnight, UTC
        (4, {"b:1": 50.0, "b:2": 8.0}),
        (5, {"b:1": 90.0, "b:2": 8.0}),
        (6, {"b:1": 90.0, "b:2": 7.0}),  # "gone" shows no state
        (99, {"b:1": 90.0, "b:2": 7.0}),
    ],
)
def test_listings_of_every_day(lake: Site, day: int, prices: dict[str, float]) -> None:
    found = Past(lake, DAY + timedelta(days=day - 1)).frame("listings")
    assert dict(found.select("listing_key", "price_amount").iter_rows()) == prices


def test_a_state_is_told_by_the_observation_that_began_it(lake: Site) -> None:
    """$90 on days 1, 2 and 5: that of day 2 began on day 1, that of day 5 is a new one."""
    for day, began in ((2, 1), (5, 5)):
        found = Past(lake, date(2026, 11, day)).frame("listings", where=pl.col("platform") == "b")
        row = found.row(by_predicate=pl.col("listing_key") == "b:1", named=True)
        assert row["observed_at"].day == began


def test_conditions_hold_of_the_state_and_not_of_an_older_one(lake: Site) -> None:
    """On day 5 the listing is another seller's: the first one's state must not stand in."""
    past, first = Past(lake, date(2026, 11, 5)), pl.col("seller_key") == "b:s"
    assert past.frame("listings", where=first).is_empty()
    assert past.frame("listing_sightings", where=first).is_empty()
    assert Past(lake, date(2026, 11, 4)).frame("listings", where=first).height == 1


def test_sightings_of_a_day(lake: Site) -> None:
    found = Past(lake, date(2026, 11, 6)).frame(
        "listing_sightings", where=pl.col("listing_key") == "b:1"
    )
    (row,) = found.to_dicts()
    assert (row["sighting_count"], row["is_gone"]) == (5, True)
    assert (row["last_seen_at"].day, row["checked_at"].day) == (5, 6)


def test_sellers_of_a_day(site: Site, add_bronze: Callable[..., int]) -> None:
    for day, name in ((1, "Old Name"), (4, "New Name")):
        row = seen("b:x", str(day), name_text=name)
        row["seller_key"] = row.pop("listing_key")
        add_bronze("seller_observations", row)
    names = [Past(site, date(2026, 11, day)).frame("sellers")["name"].item() for day in (3, 4)]
    assert names == ["Old Name", "New Name"]


def test_bronze_ends_with_the_day(lake: Site) -> None:
    past = Past(lake, date(2026, 11, 2))
    assert past.frame("observations").height == past.arrow("observations").count_rows() == 3


def test_a_look_at_one_listing_reads_its_own_files_alone(
    site: Site, add_bronze: Callable[..., int]
) -> None:
    """Other platforms' files and later days' could be rubbish: nobody opens them."""
    for key, day in (("a:1", "1"), ("b:1", "1"), ("b:1", "2"), ("b:1", "9"), ("c:1", "1")):
        add_bronze("observations", seen(key, day, price_text="$5"))
    table = DeltaTable(str(site.lake / "observations"))
    files = pl.DataFrame(table.get_add_actions(flatten=True))
    mine = (pl.col("min.listing_key") == "b:1") & (
        pl.col("partition.observed_on") <= date(2026, 11, 2)
    )
    assert files.filter(mine).height == 2
    for name, size in files.filter(~mine).select("path", "size_bytes").iter_rows():
        (site.lake / "observations" / name).write_bytes(b"x" * size)
    past, where = Past(site, date(2026, 11, 2)), pl.col("listing_key") == "b:1"
    assert past.frame("listings", where=where)["price_amount"].to_list() == [5.0]
    assert past.frame("listing_sightings", where=where)["sighting_count"].to_list() == [2]


def make_versions(path: Path, *days: int) -> None:
    """Write a table once a day, as a job does, each commit dated to its day."""
    for version, day in enumerate(days):
        row = {"listing_key": "b:1", "suspicion": float(day)}
        write_deltalake(str(path), make_rows("listing_scores", row), mode="overwrite")
        log = path / "_delta_log" / f"{version:020}.json"
        actions = [json.loads(line) for line in log.read_text().splitlines()]
        at = datetime(2026, 11, day, 7, tzinfo=UTC)
        for action in actions:
            if "commitInfo" in action:
                action["commitInfo"]["timestamp"] = int(at.timestamp() * 1000)
        log.write_text("\n".join(map(json.dumps, actions)))


def test_what_jobs_made_is_the_version_of_that_day(site: Site) -> None:
    make_versions(site.lake / "listing_scores", 2, 2, 5)
    found = {
        day: version_on(Lake(site.lake), "listing_scores", date(2026, 11, day))
        for day in (2, 3, 4, 5, 30)
    }
    assert found == {2: 1, 3: 1, 4: 1, 5: 2, 30: 2}
    past = Past(site, date(2026, 11, 4))
    assert past.frame("listing_scores")["suspicion"].to_list() == [2.0]
    assert past.arrow("listing_scores").to_table()["suspicion"].to_pylist() == [2.0]


def test_before_a_table_was_made_the_oldest_day_is_named(site: Site) -> None:
    make_versions(site.lake / "listing_scores", 2, 5)
    with pytest.raises(LakeError, match=r"end of 2026-11-01: .* reach back to 2026-11-02; ask"):
        Past(site, DAY).frame("listing_scores")


def test_files_that_were_cleaned_away_are_told(site: Site) -> None:
    path = site.lake / "listing_scores"
    make_versions(path, 2, 4, 6)
    DeltaTable(str(path)).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    with pytest.raises(LakeError, match=r"end of 2026-11-05: .* reach back to 2026-11-06; ask"):
        Past(site, date(2026, 11, 5)).frame("listing_scores")
    assert Past(site, date(2026, 11, 6)).frame("listing_scores")["suspicion"].item() == 6.0


def test_a_log_that_was_cut_is_told(site: Site) -> None:
    path = site.lake / "listing_scores"
    make_versions(path, 2, 4, 6, 8)
    DeltaTable(str(path), version=2).create_checkpoint()
    for version in (0, 1):
        (path / "_delta_log" / f"{version:020}.json").unlink()
    with pytest.raises(LakeError, match=r"end of 2026-11-05: .* reach back to 2026-11-0[68]; ask"):
        Past(site, date(2026, 11, 5)).frame("listing_scores")
    assert Past(site, date(2026, 11, 7)).frame("listing_scores")["suspicion"].item() == 6.0


def test_a_table_that_is_not_there_is_told(site: Site) -> None:
    for table in ("listings", "listing_scores", "captures"):
        with pytest.raises(LakeError, match="there is no table"):
            Past(site, DAY).frame(table)


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_as_of_today_is_what_the_jobs_make(lake: Site, sorted_rows: Callable[..., Any]) -> None:
    """Row for row and column for column, as of today and as of a day before."""
    from jobs import spark_frames
    from jobs.tables import LakeTables

    tables = LakeTables(lake)
    for day in (4, 9):
        past = Past(lake, date(2026, 11, day))
        for table in ("listings", "listing_sightings"):
            made = pl.DataFrame(spark_frames.on(tables, lake, table, past.day).toArrow())
            ours = past.frame(table)
            assert ours.columns == made.columns
            assert sorted_rows(ours) == sorted_rows(made)
            assert ours.height == 2
