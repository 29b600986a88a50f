"""Runs that a person asks for: of all, again since a time, undone; what is put aside and noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from conf import contract
from conf.errors import LakeError
from conf.site import Site
from jobs import graph, standing
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import WHAT_CHANGED, Asked, Outcome, run_all, undo
from jobs.tables import LakeTables

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark")]

TODAY = date(2026, 11, 3)
Add = Callable[..., int]


def seen(number: int, day: int, shown: str, **own: Any) -> dict[str, Any]:
    """Give an observation of a listing."""
    at = datetime(2026, 11, day, 6, tzinfo=UTC)
    return {
        "listing_key": f"bazaar:{number}",
        "platform": "bazaar",
        "listing_id": str(number),
        "observation_id": f"{100 * number + day:064x}",
        "content_sha256": shown * 64,
        "observed_at": at,
        "observed_on": at.date(),
        "title_text": f"Watch {shown}",
        **own,
    }


def run(site: Site, name: str, asked: Asked = WHAT_CHANGED) -> Outcome:
    """Run one job of the graph."""
    (outcome,) = run_all(LakeTables(site), graph.chosen([name]), Givens(site, TODAY), asked)
    return outcome


def titles(site: Site) -> dict[str, str]:
    """Give the titles of the listings."""
    rows = Lake(site.lake).frame("listings").to_dicts()
    return {row["listing_key"].partition(":")[2]: row["title"] for row in rows}


def test_an_undone_table_is_as_it_was_and_made_again(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a"))
    run(site, "listings")
    add_bronze("observations", seen(1, 2, "b"), seen(3, 2, "a"))
    run(site, "listings")
    after = titles(site)
    assert undo(LakeTables(site), graph.job("clean", "listings")).why == "as of version 0"
    assert titles(site) == {"1": "Watch a", "2": "Watch a"}
    assert run(site, "listings").rows_written == 2
    assert titles(site) == after == {"1": "Watch b", "2": "Watch a", "3": "Watch a"}
    assert run(site, "listings").status == "unchanged"


def test_what_reads_an_undone_table_follows_it(site: Site, add_bronze: Add) -> None:
    names = ("listings", "products", "listing_photos", "listing_matches")
    add_bronze("observations", seen(1, 1, "a"))
    add_bronze("images")
    for name in names:
        run(site, name)
    add_bronze("observations", seen(2, 2, "a"))
    run(site, "listings")
    run(site, "listing_matches")
    undo(LakeTables(site), graph.job("clean", "listings"))
    followed = run(site, "listing_matches")
    assert (followed.how, followed.why, followed.rows_written) == ("touched keys", None, 1)
    matches = Lake(site.lake).frame("listing_matches")
    assert matches["listing_key"].to_list() == ["bazaar:1"]


def test_a_first_version_has_nothing_before_it(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"))
    run(site, "listings")
    with pytest.raises(LakeError, match=r"no version before.* --full"):
        undo(LakeTables(site), graph.job("clean", "listings"))


def test_all_of_it_is_made_on_demand(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"))
    run(site, "listings")
    again = run(site, "listings", Asked(is_full=True))
    assert (again.status, again.how, again.why) == ("made", "whole", "it was asked for")
    assert titles(site) == {"1": "Watch a"}


def test_what_changed_since_a_time_is_taken_again(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"))
    run(site, "listings")
    add_bronze("observations", seen(2, 2, "a"))
    between = datetime.now(UTC)
    run(site, "listings")
    again = run(site, "listings", Asked(since=between))
    assert (again.how, again.rows_read, again.rows_written) == ("new rows", 1, 0)
    summed = run(site, "listing_sightings", Asked(since=between - timedelta(days=1)))
    assert summed.status == "failed"
    assert "give --full instead of --since" in (summed.why or "")


def test_rows_that_break_a_rule_are_put_aside_with_the_rule(
    site: Site, add_bronze: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing that was sold too often goes, and comes back when it is right."""
    real = contract.table
    columns = [
        msgspec.structs.replace(column, highest=10.0) if column.name == "sold_count" else column
        for column in real("listings").columns
    ]
    strict = msgspec.structs.replace(real("listings"), quarantine_share=0.5, columns=tuple(columns))
    monkeypatch.setattr(contract, "table", lambda n: strict if n == "listings" else real(n))
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a"))
    assert run(site, "listings").rows_quarantined == 0
    add_bronze("observations", seen(1, 2, "b"), seen(2, 2, "c", sold_text="50"))
    outcome = run(site, "listings")
    assert (outcome.status, outcome.rows_quarantined) == ("made", 1)
    assert titles(site) == {"1": "Watch b"}
    (aside,) = Lake(site.lake).frame("quarantine").to_dicts()
    assert (aside["table_name"], aside["key_text"], aside["for_version"]) == (
        "listings",
        "bazaar:2",
        1,
    )
    assert aside["rules"] == ["sold_count is over 10"]
    assert '"title":"Watch c"' in aside["row_json"]
    add_bronze("observations", seen(2, 3, "d"))
    run(site, "listings")
    assert titles(site) == {"1": "Watch b", "2": "Watch d"}
    assert Lake(site.lake).frame("quarantine").height == 1


def test_every_run_that_did_something_is_noted(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"))
    run(site, "listings")
    run(site, "listings")
    (noted,) = Lake(site.lake).frame("job_runs").to_dicts()
    assert (noted["table_name"], noted["status"], noted["rows_written"]) == ("listings", "made", 1)
    status = {one.table: one for one in standing.status(site)}
    assert status["listings"].cpu_seconds == noted["cpu_seconds"] > 0
    assert status["listings"].failed is None


def test_the_plan_counts_the_rows_that_a_run_would_look_at(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a"))
    first = {step.table: step for step in standing.plan(site, TODAY)}
    assert (first["listings"].will, first["listings"].rows) == ("be made whole", 2)
    run(site, "listings")
    add_bronze("observations", seen(1, 2, "b"))
    second = {step.table: step for step in standing.plan(site, TODAY)}
    assert (second["listings"].will, second["listings"].rows) == ("take what changed", 1)
    run(site, "listings")
    third = {step.table: step for step in standing.plan(site, TODAY)}
    assert (third["listings"].will, third["listings"].rows) == ("stay", None)


@pytest.mark.parametrize(
    ("first", "late", "expected"),
    [
        # seen on days 1 and 5; something else in between: the state began on day 5
        ([(1, "a"), (5, "a")], [(3, "b")], ("a", 5)),
        # the state that came on day 5 had come on day 3 already
        ([(1, "a"), (5, "b")], [(3, "b")], ("b", 3)),
        # what was seen before all else changes nothing, or begins the state
        ([(4, "a")], [(2, "b")], ("a", 4)),
        ([(4, "a")], [(2, "a")], ("a", 2)),
        # the same observation again
        ([(4, "a")], [(4, "a")], ("a", 4)),
        # late and new together
        ([(1, "a"), (5, "a")], [(3, "b"), (6, "c")], ("c", 6)),
    ],
)
def test_a_late_observation_is_as_good_as_one_on_time(
    site: Site,
    add_bronze: Add,
    first: list[tuple[int, str]],
    late: list[tuple[int, str]],
    expected: tuple[str, int],
) -> None:
    add_bronze("observations", *(seen(1, day, shown) for day, shown in first), seen(2, 2, "a"))
    run(site, "listings")
    add_bronze("observations", *(seen(1, day, shown) for day, shown in late))
    outcome = run(site, "listings")
    assert outcome.how == "new rows"
    (row,) = Lake(site.lake).frame("listings").filter(listing_key="bazaar:1").to_dicts()
    assert (row["content_sha256"][0], row["observed_at"].day) == expected
    before = Lake(site.lake).frame("listings").sort("listing_key").to_dicts()
    run(site, "listings", Asked(is_full=True))
    assert Lake(site.lake).frame("listings").sort("listing_key").to_dicts() == before
