"""A lake in a bucket, without Spark: read by all, written by several, kept, undone, migrated."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import polars as pl
import pytest
from deltalake import write_deltalake

from conf import contract
from conf.errors import LakeError
from conf.place import S3Path, options, size
from conf.site import PROJECT, Site
from crawler.commit import Committer
from jobs import changes, graph, journal, look, maintain, migrate, query
from jobs.history import history
from jobs.parts import FOLDER, folder
from jobs.past import Past
from jobs.reader import Lake
from jobs.run import undo
from jobs.tables import LakeTables
from jobs.writes import Want
from tests.conftest import append, make_rows
from tests.jobs.parted import made
from tests.jobs.test_maintain import on
from tests.jobs.test_migrate import changed, column
from tests.jobs.test_past import seen
from tests.jobs.test_writes import FOLLOWED, STORED, TABLE, names, seller, write

TODAY = date(2026, 11, 5)
# Makes one row of sellers and stops before the commit until it is told to go on.
WRITER = """
import sys
from pathlib import Path
import msgspec
from conf.errors import LakeError
from jobs import parts, writes
from jobs.writes import Want
from tests.conftest import site_at
from tests.jobs.parted import made
from tests.jobs.test_writes import FOLLOWED, TABLE, seller, write
commit = writes._commit
def late(*given):
    print("ready", flush=True)
    sys.stdin.readline()
    commit(*given)
writes._commit = late
parts._clear = lambda home: None  # a lease would keep the others out until then
home, lake, number = sys.argv[1:]
site = msgspec.structs.replace(site_at(Path(home)), lake_url=lake)
try:
    rows = made(TABLE, seller(int(number), 3, f"w{number}"))
    write(site, rows, Want("fold", FOLLOWED), 1)
except LakeError as error:
    print(error, flush=True)
    sys.exit(3)
"""


@pytest.fixture
def site(bucket_site: Site) -> Site:
    """Every test is of a lake in a bucket."""
    return bucket_site


def writer(site: Site, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(site.home), str(site.lake), str(number)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True)


def line(one: subprocess.Popen[str]) -> str:
    assert one.stdout is not None
    return one.stdout.readline()


def run_of(table: str) -> dict[str, Any]:
    """Give what a run tells of a table."""
    (row,) = make_rows("job_runs", {"table_name": table}).to_pylist()
    return {k: v for k, v in row.items() if k not in {"run_id", "started_at", "started_on"}}


def test_every_reader_has_the_same_rows(site: Site) -> None:
    rows = [
        seen("b:1", "1", listing_id="1", title_text="one", seller_key="b:s"),
        seen("b:2", "2", listing_id="2", title_text="two", seller_key="b:s"),
    ]
    rows = [r.to_pylist()[0] for r in (made(contract.table("observations"), row) for row in rows)]
    with Committer(site.lake, "crawl") as committer:
        assert committer.commit({"observations": rows}, 1) == {"observations": 2}
    lake = Lake(site.lake)
    assert lake.row_count("observations") == 2
    found = lake.frame("observations", columns=["listing_key"], where=pl.col("title_text") == "two")
    assert found["listing_key"].to_list() == ["b:2"]
    asked = "SELECT listing_key, title_text FROM observations ORDER BY 1"
    assert query.sql(lake, asked).rows() == [("b:1", "one"), ("b:2", "two")]
    assert lake.open("observations").to_pandas().shape[0] == 2
    assert [one.sightings for one in history(site, "b:1")] == [1]
    assert Past(site, date(2026, 11, 1)).frame("listings")["listing_key"].to_list() == ["b:1"]
    told = {one["table"]: one["rows"] for one in look.tables(lake)}
    assert (told["observations"], told["captures"]) == (2, None)


def test_nothing_of_the_lake_is_in_the_home(site: Site) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), 2)
    journal.note(site, [run_of("sellers")], STORED[0]["observed_at"])
    assert Lake(site.lake).frame("job_runs")["table_name"].to_list() == ["sellers"]
    assert not (site.home / "lake").exists()
    assert list((site.lake / FOLDER).rglob("*")) == []


def test_files_are_looked_at_by_listing_them_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import obstore

    write(site, made(TABLE, *STORED), Want("replace"), 2)
    listed: list[str] = []
    real = obstore.list

    def listing(store: Any, prefix: str | None = None, **given: Any) -> Any:
        listed.append(prefix or "")
        return real(store, prefix, **given)

    monkeypatch.setattr(obstore, "list", listing)
    monkeypatch.delattr(obstore, "head")
    assert Lake(site.lake).frame("sellers").height == 40
    assert listed == ["lake/sellers/_delta_log", "lake/sellers"]


def test_a_file_that_is_gone_or_cut_is_told(site: Site) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), 1)
    (file,) = (site.lake / "sellers").glob("*.parquet")
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    with pytest.raises(LakeError, match="is not the"):
        Lake(site.lake).frame("sellers")
    file.unlink()
    with pytest.raises(LakeError, match="is gone"):
        Lake(site.lake).frame("sellers")
    file.write_bytes(content)
    assert Lake(site.lake).frame("sellers").height == 40


def test_of_several_writers_of_one_table_one_wins(site: Site) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), 1)
    writers = [writer(site, number) for number in range(4)]
    assert [line(one) for one in writers] == ["ready\n"] * 4
    told = [one.communicate("\n")[0] for one in writers]
    status = [one.returncode for one in writers]
    assert sorted(status) == [0, 3, 3, 3]
    winner = status.index(0)
    assert names(site) == {f"a:{winner:02}": f"w{winner}"}
    assert all("another process wrote" in one for at, one in enumerate(told) if at != winner)
    assert Lake(site.lake).version("sellers") == 1


def test_a_writer_that_was_killed_leaves_nothing_that_is_seen(site: Site) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), 1)
    lake = Lake(site.lake)
    files, before = lake.files("sellers"), lake.frame("sellers")
    with writer(site, 7) as killed:
        assert line(killed) == "ready\n"
        killed.kill()
    assert (lake.version("sellers"), lake.files("sellers")) == (0, files)
    assert lake.frame("sellers").equals(before)
    assert len(list((site.lake / "sellers").glob("*.parquet"))) == 2  # one that no version names
    assert changes.files(lake, "sellers", 0, 0) == []
    assert write(site, made(TABLE, seller(8, 3, "b")), Want("fold", FOLLOWED), 1) == 1
    assert names(site) == {"a:08": "b"}


def test_a_write_is_undone(site: Site) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), 2)
    write(site, made(TABLE, seller(1, 3, "b")), Want("fold", FOLLOWED), 2)
    assert names(site) == {"a:01": "b"}
    told = undo(LakeTables(site), next(job for job in graph.jobs() if job.name == "sellers"))
    assert (told.status, told.version) == ("undone", 2)
    assert names(site) == {}
    lake = Lake(site.lake)
    again = changes.files(lake, "sellers", 1, 2)
    assert again is not None
    assert [path.name for path in again] == [f"{lake.id('sellers')}-{2:020d}.parquet"]
    assert Lake(site.lake).frame("sellers", version=1).filter(name="b").height == 1


def test_what_was_appended_in_between_is_told(site: Site) -> None:
    for day in (1, 2, 3):
        append(site, "observations", seen("b:1", f"{day}"))
    lake = Lake(site.lake)
    added = lake.added("observations", 0, 2)
    assert added is not None
    assert (len(added.paths), added.rows) == (2, 2)
    assert lake.added("observations", 2, 2) is not None
    (site.lake / "observations" / added.paths[0]).unlink()
    assert lake.added("observations", 0, 2) is None
    assert not lake.is_whole("observations", 2)


def maintained(site: Site, **given: Any) -> dict[str, maintain.Maintained]:
    found = {one.table: one for one in maintain.maintain(site, **({"today": TODAY} | given))}
    assert [one.why for one in found.values() if one.why] == []
    return found


def test_maintenance_compacts_drops_and_removes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = contract.table("observations").retention_days or 0
    old, yesterday = TODAY - timedelta(days=days + 1), TODAY - timedelta(days=1)
    append(site, "observations", on(old, 1))
    for number in range(3):
        append(site, "observations", on(yesterday, 10 + number))
    lake, place = Lake(site.lake), site.lake / "observations"
    dry = maintained(site, dry_run=True)["observations"]
    assert (dry.days_dropped, dry.compacted, lake.version("observations")) == (1, 2 + 1, 3)
    one = maintained(site)["observations"]
    assert (one.days_dropped, one.rows_dropped, one.compacted, one.files) == (1, 1, 2, 1)
    assert one.bytes_after == size(place)
    assert len(list(place.rglob("*.parquet"))) == 5
    monkeypatch.setattr("jobs.vacuum._taken", lambda _lake, _table: iter(()))
    assert maintained(site, kept_days=0)["observations"].removed == 4
    assert len(list(place.rglob("*.parquet"))) == 1
    assert sorted(lake.frame("observations")["listing_key"]) == ["a:10", "a:11", "a:12"]


def test_maintenance_removes_what_followers_have_taken(site: Site) -> None:
    write(site, made(TABLE, *STORED), Want("replace"), 1)
    for day in (3, 4, 5):
        write(site, made(TABLE, seller(1, day, f"{day}")), Want("fold", FOLLOWED), 1)
    assert len(list(changes.all_files(Lake(site.lake), "sellers"))) == 3
    assert maintained(site, kept_days=0)["sellers"].removed == 4  # two files, two of changes
    assert [version for _, _, version in changes.all_files(Lake(site.lake), "sellers")] == [3]
    assert names(site) == {"a:01": "5"}


def test_a_table_of_before_is_migrated(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    day = contract.table("refused").column("refused_on")
    rows = pl.DataFrame({"old_name": ["a", "b"], "refused_on": [TODAY, TODAY]})
    where = site.lake / "refused"
    told = options(where)
    write_deltalake(str(where), rows.to_arrow(), partition_by=["refused_on"], storage_options=told)
    day = msgspec.structs.replace(day, required=False)
    changed(monkeypatch, column("name", "string", before=("old_name",)), day)
    with Committer(site.lake, "crawl") as committer:
        committer._lock("refused")
        (held,) = migrate.migrate(site)
        assert held.how == "failed"
        assert "held by" in (held.why or "")
    (one,) = migrate.migrate(site)
    assert (one.how, one.is_done, one.why) == ("files anew", True, None)
    assert sorted(Lake(site.lake).frame("refused")["name"]) == ["a", "b"]


def test_a_command_reads_it_and_says_no_secret(site: Site) -> None:
    append(site, "observations", seen("b:1", "1"))
    said = os.environ | {"COUNTERMARK_LAKE": str(site.lake), "COUNTERMARK_HOME": str(site.home)}
    door = "from conf.cli import main; main()"
    command = [sys.executable, "-c", door, "lake", "sql", "--json"]
    asked = [*command, "SELECT listing_key FROM observations"]
    done = subprocess.run(asked, cwd=PROJECT, env=said, capture_output=True, text=True, check=False)
    assert (done.returncode, "b:1" in done.stdout) == (0, True), done.stderr
    lost = said | {"COUNTERMARK_LAKE": "s3://no-such-bucket/lake"}
    done = subprocess.run(asked, cwd=PROJECT, env=lost, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NoSuchBucket" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not any(os.environ["AWS_SECRET_ACCESS_KEY"] in out for out in (done.stdout, done.stderr))


def test_parts_of_another_table_stay(site: Site) -> None:
    lake = Lake(site.lake)
    with folder(lake, "sellers") as one, folder(lake, "seller_scores") as other:
        assert isinstance(one, S3Path)
        (one / "x").write_bytes(b"x")
        (other / "y").write_bytes(b"y")
        with folder(lake, "sellers"):
            assert not (one / "x").exists()
        assert (other / "y").exists()
    assert size(site.lake / FOLDER) == 0


def test_runs_of_several_machines_are_noted_once_each(site: Site) -> None:
    code = (
        "import sys, msgspec; from pathlib import Path; from datetime import UTC, datetime;"
        "from jobs import journal; from tests.conftest import site_at;"
        "from tests.jobs.test_bucket_lake import run_of;"
        "site = msgspec.structs.replace(site_at(Path(sys.argv[1])), lake_url=sys.argv[2]);"
        "journal.note(site, [run_of(sys.argv[3])], datetime.now(UTC))"
    )
    homes = [str(site.home / str(n)) for n in range(4)]  # no lock of one machine holds them apart
    command = [sys.executable, "-c", code]
    runs = [
        subprocess.Popen([*command, home, str(site.lake), f"t{at}"], cwd=PROJECT)
        for at, home in enumerate(homes)
    ]
    assert [one.wait() for one in runs] == [0] * 4
    assert sorted(Lake(site.lake).frame("job_runs")["table_name"]) == ["t0", "t1", "t2", "t3"]


def test_rows_put_aside_twice_are_there_once(site: Site, rows: Callable[..., Any]) -> None:
    (row,) = rows("quarantine", {"key_text": "k", "rules": ["r"]}).to_pylist()
    aside = [{name: row[name] for name in ("key_text", "rules", "row_json")}]
    for _ in range(2):
        journal.put_aside(site, "sellers", aside, 3, STORED[0]["observed_at"])
    assert Lake(site.lake).frame("quarantine").height == 1
