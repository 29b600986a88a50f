"""What a write does to stored rows, in one bucket and in many, and who is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conf import contract
from conf.errors import ContractError, LakeError
from conf.site import Site
from jobs import buckets, changes, writes
from jobs.bucket_write import Scope
from jobs.consumed import Consumed
from jobs.parts import FOLDER, folder
from jobs.reader import Lake
from jobs.tables import LakeTables
from jobs.writes import Want
from tests.jobs.parted import made, parts

TABLE = contract.table("sellers")
FOLLOWED = ("platform", "seller_key")
MANY = 8


def seller(number: int, day: int, shown: str, **own: Any) -> dict[str, Any]:
    """Give a seller as it was seen on a day."""
    at = datetime(2026, 11, day, 6, 0, 0, 123, tzinfo=UTC)
    seen = {"observed_at": at, "observation_id": f"{100 * number + day:064x}"}
    own = {"seller_key": f"a:{number:02}", "platform": "a", "name": shown} | own
    return own | seen | {"content_sha256": shown * 64}


STORED = [seller(number, 2, "a") for number in range(40)]


@pytest.fixture
def site(either_site: Site) -> Site:
    """Every test is of a lake in a folder and of one in a bucket."""
    return either_site


@pytest.fixture(params=[1, MANY])
def count(request: pytest.FixtureRequest) -> int:
    """How many buckets the table has."""
    return int(request.param)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "_AT_ONCE", 1000)  # all buckets in this process


def write(site: Site, rows: pa.Table, want: Want, count: int, table: contract.Table = TABLE) -> int:
    """Write rows to a table, with a note of its own each time."""
    tables = LakeTables(site)
    with folder(tables.lake, table.name) as where:
        laid = parts(where, table, rows, count)
        return writes.write(tables, table, laid, want, Consumed({}, where.name))


def stored(site: Site, count: int) -> None:
    """Make a lake whose sellers lie in so many buckets."""
    write(site, made(TABLE, *STORED), Want("replace"), count)
    assert len(Lake(site.lake).files("sellers")) == count


def names(site: Site) -> dict[str, str]:
    """Give the sellers' names that are not of before."""
    rows = Lake(site.lake).frame("sellers").to_dicts()
    return {row["seller_key"]: row["name"] for row in rows if row["name"] != "a"}


def told(site: Site) -> set[tuple[str, int]]:
    """Give what the newest version says that it changed."""
    (path,) = changes.files(Lake(site.lake), "sellers", 0, 1) or ()
    return {
        (row["column"], row["number"])
        for row in pq.read_table(BytesIO(path.read_bytes())).to_pylist()
    }


def number(value: str) -> int:
    return int(buckets.numbers(pl.Series([value]))[0])


def test_rows_are_made_those_given(site: Site, count: int) -> None:
    stored(site, count)
    rows = made(TABLE, seller(0, 3, "b"), *STORED[2:], seller(50, 3, "c"))  # 1 is gone
    assert write(site, rows, Want("sync", FOLLOWED), count) == 3
    assert names(site) == {"a:00": "b", "a:50": "c"}
    assert Lake(site.lake).frame("sellers").height == 40
    keys = [("seller_key", number(f"a:{at}")) for at in ("00", "01", "50")]
    assert told(site) == {("platform", number("a")), *keys}


def test_only_rows_of_the_scope_go(site: Site, count: int, tmp_path: Path) -> None:
    stored(site, count)
    numbers = pl.DataFrame({"_number": [number("a:01"), number("a:02"), number("a:99")]})
    numbers.write_parquet(tmp_path / "scope.parquet")
    want = Want("sync", FOLLOWED, Scope("seller_key", str(tmp_path / "scope.parquet")))
    assert write(site, made(TABLE, seller(2, 3, "b")), want, count) == 2
    assert names(site) == {"a:02": "b"}
    keys = set(Lake(site.lake).frame("sellers")["seller_key"])
    assert keys == {f"a:{at:02}" for at in range(40)} - {"a:01"}


def test_new_rows_are_added(site: Site, count: int) -> None:
    stored(site, count)
    rows = made(
        TABLE,
        seller(0, 3, "b"),
        seller(1, 1, "b"),  # older than what is stored
        seller(2, 3, "a"),  # the same content
        seller(3, 3, "a"),  # the same content, and another in between
        seller(4, 3, "c", country="china"),  # breaks a rule: goes
        seller(5, 1, "c", country="china"),  # breaks a rule, and is older: not taken
        seller(50, 3, "d"),
        seller(51, 3, "c", country="china"),  # breaks a rule: never comes
        _has_changed=[False, False, False, True, False, False, False, False],
    )
    assert write(site, rows, Want("fold", FOLLOWED), count) == 4
    assert names(site) == {"a:00": "b", "a:50": "d"}
    found = Lake(site.lake).frame("sellers")
    assert found.height == 40  # one gone, one new
    assert found.filter(seller_key="a:03")["observed_at"][0].day == 3


def test_rows_made_of_all_there_is_are_right_even_if_older(
    site: Site, count: int, tmp_path: Path
) -> None:
    stored(site, count)
    pl.DataFrame({"_number": [number("a:01")]}).write_parquet(tmp_path / "whole.parquet")
    tables = LakeTables(site)
    rows = made(TABLE, seller(1, 1, "b"), seller(2, 1, "b"))
    with folder(tables.lake, "sellers") as where:
        laid = parts(where, TABLE, rows, count, tmp_path / "whole.parquet")
        assert writes.write(tables, TABLE, laid, Want("fold", FOLLOWED), Consumed({}, "b")) == 1
    assert names(site) == {"a:01": "b"}


def test_new_rows_are_added_up(site: Site, count: int) -> None:
    table = contract.table("listing_sightings")

    def seen(key: str, day: int, times: int) -> dict[str, Any]:
        at = datetime(2026, 11, day, tzinfo=UTC)
        times_of = dict.fromkeys(("first_seen_at", "last_seen_at", "checked_at"), at)
        return {"listing_key": key, "seller_key": f"s{day}", "sighting_count": times, **times_of}

    write(site, made(table, seen("a", 5, 2), seen("b", 5, 1)), Want("replace"), count, table)
    gone = seen("a", 6, 1) | {"last_seen_at": None}
    rows = made(table, gone, seen("b", 1, 3), seen("c", 1, 1))
    assert write(site, rows, Want("combine"), count, table) == 3
    found = {row["listing_key"]: row for row in Lake(site.lake).frame(table.name).to_dicts()}
    assert [found[key]["sighting_count"] for key in "abc"] == [3, 4, 1]
    assert [found[key]["seller_key"] for key in "abc"] == ["s6", "s5", "s1"]
    assert [found[key]["last_seen_at"].day for key in "abc"] == [5, 5, 1]
    assert [found[key]["first_seen_at"].day for key in "abc"] == [5, 1, 1]


def test_a_day_takes_the_place_of_that_day(site: Site) -> None:
    table = contract.table("platform_report")

    def day(of: int, platform: str, listings: int) -> dict[str, Any]:
        on = date(2026, 11, of)
        return {"report_on": on, "platform": platform, "listing_count": listings}

    write(site, made(table, day(1, "a", 1), day(1, "b", 1)), Want("replace"), 1, table)
    on = Want("replace_day", day=date(2026, 11, 2))
    assert write(site, made(table, day(2, "a", 2), day(2, "b", 2)), on, 1, table) == 2
    assert write(site, made(table, day(2, "a", 3)), on, 1, table) == 1
    found = Lake(site.lake).frame(table.name).sort("report_on", "platform")
    assert found["listing_count"].to_list() == [1, 1, 3]


def test_nothing_to_do_is_noted_and_changes_nothing(site: Site, count: int) -> None:
    stored(site, count)
    files = Lake(site.lake).files("sellers")
    assert write(site, made(TABLE, *STORED), Want("sync", FOLLOWED), count) == 0
    assert Lake(site.lake).version("sellers") == 1
    assert Lake(site.lake).files("sellers") == files
    assert told(site) == set()


def test_a_change_leaves_the_files_of_other_keys_alone(site: Site) -> None:
    stored(site, MANY)
    before = set(Lake(site.lake).files("sellers"))
    write(site, made(TABLE, seller(0, 3, "b")), Want("fold", FOLLOWED), MANY)
    after = set(Lake(site.lake).files("sellers"))
    assert (len(before & after), len(after)) == (MANY - 1, MANY)


@pytest.mark.parametrize("first", [1, MANY, 4 * MANY])
def test_buckets_can_be_more_or_fewer(site: Site, count: int, first: int) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), first)
    write(site, made(TABLE, seller(0, 3, "b")), Want("fold", FOLLOWED), count)
    lake = Lake(site.lake)
    assert {buckets.of_file(path).count for path in lake.files("sellers")} == {count}
    assert names(site) == {"a:00": "b"}
    assert set(lake.frame("sellers")["seller_key"]) == {row["seller_key"] for row in STORED}


def test_files_that_somebody_else_wrote_are_taken_in(site: Site) -> None:
    stored(site, MANY)
    Lake(site.lake).open("sellers").optimize.compact()
    assert len(Lake(site.lake).files("sellers")) == 1
    write(site, made(TABLE, seller(0, 3, "b")), Want("fold", FOLLOWED), MANY)
    assert names(site) == {"a:00": "b"}
    found = Lake(site.lake).frame("sellers")
    assert sorted(found["seller_key"]) == sorted(row["seller_key"] for row in STORED)


def test_a_key_that_is_made_twice_stops_the_write(site: Site, count: int) -> None:
    stored(site, count)
    rows = made(TABLE, *STORED, seller(7, 3, "b"), seller(9, 3, "b"))
    with pytest.raises(ContractError, match=r"more than once for 2 keys \(one: a:07\); nothing"):
        write(site, rows, Want("sync", FOLLOWED), count)
    assert Lake(site.lake).version("sellers") == 0


def test_of_two_writers_one_fails(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(site, 1)
    commit = writes._commit

    def late(*given: Any) -> None:  # another process writes in between
        monkeypatch.setattr(writes, "_commit", commit)
        write(site, made(TABLE, seller(1, 3, "x")), Want("fold", FOLLOWED), 1)
        commit(*given)

    monkeypatch.setattr(writes, "_commit", late)
    with pytest.raises(LakeError, match=r"another process wrote .* run the job again"):
        write(site, made(TABLE, seller(0, 3, "b")), Want("fold", FOLLOWED), 1)
    assert names(site) == {"a:01": "x"}


def test_a_table_gets_the_columns_of_its_contract(site: Site) -> None:
    short = msgspec.structs.replace(TABLE, columns=TABLE.columns[:-1])
    rows = made(TABLE, *STORED).select(short.names)
    write(site, rows, Want("replace"), 2, short)
    assert stored_columns(site) == short.names
    write(site, made(TABLE, *STORED), Want("replace"), 2)
    assert stored_columns(site) == TABLE.names
    assert stored_columns(site, 0) == short.names


def stored_columns(site: Site, version: int | None = None) -> list[str]:
    return [field.name for field in Lake(site.lake).open("sellers", version).schema().fields]


def test_an_empty_table_is_one(site: Site, count: int) -> None:
    assert write(site, made(TABLE), Want("replace"), count) == 0
    assert Lake(site.lake).frame("sellers").columns == TABLE.names
    write(site, made(TABLE, seller(1, 1, "b")), Want("fold", FOLLOWED), count)
    assert names(site) == {"a:01": "b"}
    assert write(site, made(TABLE), Want("sync", FOLLOWED), count) == 1
    assert Lake(site.lake).frame("sellers").height == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "x", "about": None}, {"name": None, "about": "x"}),
        ({"country": "CN", "name": ""}, {"country": "CN", "name": None}),
    ],
)
def test_a_value_that_moves_to_another_column_is_a_change(
    site: Site, one: dict[str, Any], other: dict[str, Any]
) -> None:
    write(site, made(TABLE, seller(1, 1, "a", **one)), Want("replace"), 1)
    assert write(site, made(TABLE, seller(1, 1, "a", **other)), Want("sync", FOLLOWED), 1) == 1


def test_lists_that_differ_where_one_ends_differ(site: Site) -> None:
    table = contract.table("seller_scores")
    key = {"seller_key": "a:1", "platform": "a"}
    one = key | {"brands": ["x"], "reasons": ["y"]}
    other = key | {"brands": ["x", "y"], "reasons": []}
    write(site, made(table, one), Want("replace"), 1, table)
    assert write(site, made(table, other), Want("sync"), 1, table) == 1
    assert write(site, made(table, other), Want("sync"), 1, table) == 0


def test_the_log_tells_bounds_that_hold(site: Site) -> None:
    """Times are kept to the millisecond in the log, and a bound must not cut a row off."""
    stored(site, 1)
    when = STORED[0]["observed_at"]
    lake = Lake(site.lake)
    assert lake.highest("sellers", "observed_at") >= when
    assert lake.frame("sellers", where=pl.col("observed_at") == when).height == 40
    assert lake.row_count("sellers") == 40


def test_parts_of_a_killed_run_are_cleared(site: Site) -> None:
    lake = Lake(site.lake)
    left = lake.path(FOLDER) / "sellers" / "dead"
    left.mkdir(parents=True)
    (left / "part.arrow").write_bytes(b"x")
    with folder(lake, "sellers"):
        assert not left.exists()
    assert not (lake.path(FOLDER) / "sellers").exists()
