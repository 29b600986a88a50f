from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from conf.site import Site
from crawler.commit import Committer
from crawler.items import Gone, Observation
from crawler.priorities import known_listings
from crawler.rows import Row, Stamp, gone_row, observation_row


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 6, tzinfo=UTC)


def stamp(day: int, platform: str) -> Stamp:
    return Stamp(platform=platform, at=at(day), source="crawl", source_name="c", parser="shop/1")


def seen(listing: str, day: int, price: str = "1", platform: str = "shop") -> Row:
    shown = Observation(listing_id=listing, url=listing, price_text=price)
    return observation_row(shown, stamp(day, platform))


def gone(listing: str, day: int) -> Row:
    return gone_row(Gone(listing_id=listing, url=listing), stamp(day, "shop"))


def asked(lake: Path, day: int) -> list[str]:
    found = list(known_listings(lake, {"shop": timedelta(days=6)}, at(day)))
    assert {platform for platform, _ in found} <= {"shop"}
    return [link.url for _, link in sorted(found, key=lambda one: one[1].hint)]


def test_what_is_not_surely_gone_is_looked_at_again(tmp_path: Path) -> None:
    rows = [
        *(seen("stays", 1), seen("stays", 2)),
        *(seen("gone once", 1), gone("gone once", 2)),
        *(seen("gone twice", 1), gone("gone twice", 2), gone("gone twice", 3)),
        *(gone("surely gone", 1), gone("surely gone", 2), gone("surely gone", 9)),
        *(gone("came back", 1), gone("came back", 2), seen("came back", 3)),
        seen("elsewhere", 1, platform="other"),
    ]
    with Committer(tmp_path, "test") as committer:
        committer.commit({"observations": rows}, 1)
    live = {"stays", "came back", "gone once"}
    assert set(asked(tmp_path, 4)) == live  # a second look a week after the first
    assert set(asked(tmp_path, 10)) == {*live, "gone twice"}


def test_this_crawls_own_rows_do_not_count(tmp_path: Path) -> None:
    """A crawl that is killed and run again orders as it did at first."""
    with Committer(tmp_path, "test") as committer:
        committer.commit({"observations": [seen("old", 1), seen("new", 3)]}, 1)
    assert asked(tmp_path, 3) == ["old"]


def test_what_changes_often_is_asked_before_what_never_does(tmp_path: Path) -> None:
    rows = [
        *(seen("still", day) for day in range(1, 7)),
        *(seen("restless", day, price=str(day)) for day in range(1, 7)),
        *(seen("sometimes", day, price=str(day // 3)) for day in range(1, 7)),
        seen("seen once", 6),
    ]
    with Committer(tmp_path, "test") as committer:
        committer.commit({"observations": rows}, 1)
    assert asked(tmp_path, 7) == ["seen once", "restless", "sometimes", "still"]


def test_suspicion_and_the_price_of_the_original_weigh(site: Site) -> None:
    keys = ("cheap suspect", "dear suspect", "dear honest", "unscored")
    with Committer(site.lake, "test") as committer:
        committer.commit({"observations": [seen(key, day) for key in keys for day in (1, 2)]}, 1)
    scores = {"cheap suspect": 90.0, "dear suspect": 90.0, "dear honest": 10.0}
    prices = {"cheap suspect": 20.0, "dear suspect": 900.0, "dear honest": 900.0}
    for table, column, values in (
        ("listing_scores", "suspicion", scores),
        ("listing_matches", "reference_usd", prices),
    ):
        rows = {"listing_key": [f"shop:{key}" for key in values], column: list(values.values())}
        pl.DataFrame(rows).write_delta(str(site.lake / table))
    assert asked(site.lake, 3) == ["dear suspect", "cheap suspect", "dear honest", "unscored"]


def decided(listing: str, day: int, verdict: str, basis: str = "notice") -> dict[str, object]:
    return {
        "decision_id": f"{listing} {day}",
        "decided_at": at(day),
        "subject_kind": "listing",
        "subject_key": f"shop:{listing}",
        "verdict": verdict,
        "basis": basis,
    }


def test_what_is_under_notice_goes_first_and_is_looked_at_though_it_is_gone(site: Site) -> None:
    names = ("up", "taken down", "long ago", "no notice", "cleared", "restless")
    rows = [seen(name, day, price=str(day)) for name in names for day in (1, 2, 3)]
    rows += [gone(name, day) for name in ("taken down", "long ago") for day in (4, 5, 13)]
    with Committer(site.lake, "test") as committer:
        committer.commit({"observations": rows}, 1)
    decisions = [
        decided("up", 9, "counterfeit"),
        decided("up", 10, "counterfeit", "examination"),
        decided("taken down", 9, "counterfeit"),
        decided("long ago", 3, "counterfeit"),
        decided("no notice", 9, "counterfeit", "audit"),
        *(decided("cleared", 9, "counterfeit"), decided("cleared", 10, "genuine", "audit")),
    ]
    pl.DataFrame(decisions).write_delta(str(site.lake / "decisions"))
    order = asked(site.lake, 14)
    assert set(order[:2]) == {"up", "taken down"}
    assert set(order[2:]) == {"no notice", "cleared", "restless"}
    assert "taken down" not in asked(site.lake, 16)  # its six days are over


def test_a_page_read_anew_is_no_change(tmp_path: Path) -> None:
    again = Stamp(platform="shop", at=at(2), source="replay", source_name="r", parser="shop/2")
    shown = Observation(listing_id="replayed", url="replayed", price_text="2")
    rows = [
        *(seen("replayed", day) for day in (1, 2)),
        observation_row(shown, again),
        *(seen("replayed", day, price="2") for day in (3, 4)),
        *(seen("changed twice", day, price=str(day // 2)) for day in (1, 2, 3, 4)),
    ]
    with Committer(tmp_path, "test") as committer:
        committer.commit({"observations": rows}, 1)
    assert asked(tmp_path, 5) == ["changed twice", "replayed"]
