"""The commands: which files appear, what is said, and that one failure does not stop the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from deltalake import CommitProperties, DeltaTable, write_deltalake

from conf.errors import ConfError, LakeError
from jobs.consumed import Consumed, Stand, encode
from jobs.reader import Lake
from jobs.report import cli
from jobs.report._days import newest_day, versions_of
from jobs.report._writing import chosen, open_desk, write, write_all

from .conftest import BEFORE, NEW, ORRIS, TODAY, offer

if TYPE_CHECKING:
    from conf.site import Site


@pytest.fixture
def here(alliance: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site, also for what reads the environment."""
    monkeypatch.setenv("COUNTERMARK_HOME", str(alliance.home))
    monkeypatch.setenv("COUNTERMARK_BRANDS", str(alliance.brands))
    return alliance


def test_all_brands_get_a_page_and_a_sheet(
    here: Site, shelve: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelve(offer(1, first_seen_at=NEW), offer(2, brand="velmora"))
    with pytest.raises(SystemExit) as ended:
        cli.brand("all", out=tmp_path / "out", as_json=True)
    assert ended.value.code == 0
    files = sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_file())
    assert files == ["orris.html", "orris.xlsx", "velmora.html", "velmora.xlsx"]
    told = capsys.readouterr()
    one, other = json.loads(told.out)
    assert (one["brand"], one["day"], one["red_flags"], one["new_red_flags"]) == (
        "orris",
        "2026-11-02",
        1,
        1,
    )
    assert other["brand"] == "velmora"
    assert "1 red flags, 1 new" in told.err
    assert here.reports.exists() is False


def test_a_brand_that_fails_does_not_stop_the_others(
    here: Site, shelve: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelve(offer(1), offer(2, brand="velmora"))
    (tmp_path / "out" / "orris.html").mkdir(parents=True)  # a folder where the page should be
    with pytest.raises(SystemExit) as ended:
        cli.brand("all", out=tmp_path / "out")
    assert ended.value.code == 1
    assert (tmp_path / "out" / "velmora.html").is_file()
    failed = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    assert len(failed) == 1
    assert "orris.html: cannot be written" in failed[0]
    assert not list((tmp_path / "out").glob(".*"))
    assert here.name == "local"


def test_a_brand_that_is_not_there_is_told(here: Site, shelve: Callable[..., None]) -> None:
    shelve(offer(1))
    desk = open_desk(here, None)
    with pytest.raises(ConfError, match=r"no brand 'oris'.*did you mean orris"):
        chosen(desk, "oris")
    assert [one.key for one in chosen(desk, "Orris")] == ["orris"]


def test_a_lake_without_scores_is_told(here: Site, tmp_path: Path) -> None:
    (one,) = write_all(open_desk(here, None), [ORRIS], tmp_path / "out")
    assert "has been scored yet" in (one.failure or "")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_the_old_files(
    here: Site, shelve: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shelve(offer(1))
    desk, out = open_desk(here, TODAY), tmp_path / "out"
    write(desk, ORRIS, out)
    before = (out / "orris.html").read_bytes()

    def no_space(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jobs.whole._to_disk", no_space)
    shelve(offer(1), offer(2))
    with pytest.raises(ConfError, match="No space left on device; free space"):
        write(desk, ORRIS, out)
    assert (out / "orris.html").read_bytes() == before
    assert not list(out.glob(".*"))


def test_stored_pages_of_an_earlier_report_go_when_nothing_names_them(
    here: Site,
    shelve: Callable[..., None],
    lay: Callable[..., int],
    store: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    capture, desk = store(b"<h1>Orris</h1>"), open_desk(here, TODAY)
    lay("captures", capture)
    shelve(offer(1, capture_id=capture["capture_id"]))
    write(desk, ORRIS, tmp_path)
    (tmp_path / "orris-pages" / "mine.txt").write_text("a note of somebody")
    shelve(offer(1, capture_id=capture["capture_id"], suspicion=10.0))
    write(desk, ORRIS, tmp_path)
    assert [path.name for path in (tmp_path / "orris-pages").iterdir()] == ["mine.txt"]


def note(lake: Lake, *tables: str) -> CommitProperties:
    """What a job's commit says that it was made from."""
    stands = {name: Stand(lake.id(name), lake.version(name)) for name in tables}
    return CommitProperties(custom_metadata={"userMetadata": encode(Consumed(stands, "g"))})


def report_day(site: Site, rows: Callable[..., Any], day: date, *, is_first: bool = False) -> None:
    lake = Lake(site.lake)
    made = rows("brand_report", {"report_on": day, "brand": "orris", "platform": "bazaar"})
    where = None if is_first else f"report_on = DATE '{day.isoformat()}'"
    tables = ("listing_scores", "listings", "listing_sightings", "listing_matches")
    write_deltalake(
        str(lake.path("brand_report")),
        made,
        mode="overwrite",
        predicate=where,
        commit_properties=note(lake, *tables),
    )


def test_an_earlier_day_is_told_as_it_was_then(
    here: Site, lay: Callable[..., int], rows: Callable[..., Any], tmp_path: Path
) -> None:
    def now(*offers: dict[str, Any]) -> None:
        for table in ("listing_scores", "listings", "listing_sightings", "listing_matches"):
            lay(table, *(one[table] for one in offers))

    now(offer(1, suspicion=95.0))
    report_day(here, rows, BEFORE, is_first=True)
    now(offer(1, suspicion=20.0, is_gone=True), offer(2, first_seen_at=NEW))
    report_day(here, rows, TODAY)
    lake = Lake(here.lake)
    assert newest_day(lake) == TODAY
    assert (versions_of(lake, TODAY), versions_of(lake, BEFORE)["listings"]) == ({}, 0)
    then = write(open_desk(here, BEFORE), ORRIS, tmp_path / "then")
    today = write(open_desk(here, None), ORRIS, tmp_path / "now")
    assert (then.listings, then.red_flags, then.new_red_flags) == (1, 1, 1)
    assert (today.listings, today.red_flags, today.new_red_flags) == (2, 1, 1)
    with pytest.raises(LakeError, match=r"no report was made for 2026-10-01.*2026-11-01, 2026-11"):
        versions_of(lake, date(2026, 10, 1))


def test_an_earlier_day_of_tables_made_anew_is_told(
    here: Site, shelve: Callable[..., None], rows: Callable[..., Any]
) -> None:
    shelve(offer(1))
    report_day(here, rows, BEFORE, is_first=True)
    report_day(here, rows, TODAY)
    path = here.lake / "listings"
    DeltaTable(str(path)).delete()
    for file in sorted(path.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    write_deltalake(str(path), rows("listings", offer(1)["listings"]))
    with pytest.raises(LakeError, match=r"listings in .* was made anew"):
        versions_of(Lake(here.lake), BEFORE)


def test_platforms_on_the_console(
    here: Site, lay: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    lay(
        "platform_report",
        {"report_on": BEFORE, "platform": "old"},
        {"report_on": TODAY, "platform": "kiosk", "live_count": 1200, "red_flag_count": 0},
        {"report_on": TODAY, "platform": "bazaar", "red_flag_count": 3, "live_count": 10},
    )
    cli.platform(as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert [(row["platform"], row["red flags"], row["live"]) for row in rows] == [
        ("bazaar", "3", "10"),
        ("kiosk", "0", "1,200"),
    ]
    assert rows[1]["price"] == "not known"
    cli.platform(day=BEFORE)
    assert "old" in capsys.readouterr().out
    assert here.lake.exists()
