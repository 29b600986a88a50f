"""Every merge job: in two steps as in one, again as once, after a kill as without, after a rebuild.

The same rows of bronze come to one lake in two portions, with a run after each, and to another at
once; every table must hold the same rows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec
import polars as pl
import pytest
from deltalake import DeltaTable

from conf.brand import Brand, Catalogue, Photo, Price, Product
from conf.site import Site
from jobs import graph
from jobs.digest import STORAGE
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import Outcome, run_all
from jobs.tables import LakeTables
from tests.conftest import append, site_at

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    Add = Callable[..., int]

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark")]

TODAY = date(2026, 11, 3)
MERGED = [job for job in graph.jobs() if job.table.write == "merge"]
HASH = "f" * 64
ORRIS = Brand(
    key="orris",
    name="Orris",
    industry="watches",
    country="CH",
    marks=("Orris",),
    products=(
        Product(
            key="lago",
            name="Lago 38",
            category="watch",
            mpn="OR-38110",
            reference_prices={"US": Price(amount=2400, currency="USD")},
            photos=(Photo(file="lago.jpg", pdq=HASH),),
        ),
    ),
)


def at(day: int) -> dict[str, Any]:
    when = datetime(2026, 11, day, 6, tzinfo=UTC)
    return {"observed_at": when, "observed_on": when.date()}


def seen(listing: int, day: int, content: str, **texts: Any) -> dict[str, Any]:
    seller = texts.pop("seller", "s1")
    return {
        "observation_id": f"{listing}{day}".zfill(64),
        "listing_key": f"bazaar:{listing}",
        "platform": "bazaar",
        "listing_id": str(listing),
        "seller_id": seller,
        "seller_key": f"bazaar:{seller}",
        "content_sha256": content * 64,
        "title_text": f"Orris Lago 38 watch {content}",
        "price_text": "US $120.00",
        **at(day),
        **texts,
    }


def seller(name: str, day: int, content: str) -> dict[str, Any]:
    return {
        "observation_id": f"{ord(name[1])}{day}".zfill(64),
        "seller_key": f"bazaar:{name}",
        "platform": "bazaar",
        "seller_id": name,
        "content_sha256": content * 64,
        "name_text": f"Shop {content}",
        "rating_text": "97%",
        "contact_text": f"WeChat: shop_{content}01",
        **at(day),
    }


def picture(listing: int, day: int) -> dict[str, Any]:
    when = datetime(2026, 11, day, 6, tzinfo=UTC)
    return {
        "image_id": f"{listing}{day}".zfill(64),
        "listing_key": f"bazaar:{listing}",
        "platform": "bazaar",
        "image_url": f"http://x/{listing}-{day}",
        "pdq_hex": HASH,
        "pdq_quality": 100,
        "fetched_at": when,
        "fetched_on": when.date(),
    }


FIRST: dict[str, list[dict[str, Any]]] = {
    "observations": [
        seen(1, 1, "a"),
        seen(2, 1, "a"),
        seen(3, 1, "a", seller="s2"),
        seen(5, 1, "a", description_text="WhatsApp +44 7700 900123"),
    ],
    "seller_observations": [seller("s1", 1, "a"), seller("s2", 1, "a")],
    "images": [picture(1, 1)],
}
# 1: same again; 2: changed and back; 3: gone; 4: new; 5: another seller
SECOND: dict[str, list[dict[str, Any]]] = {
    "observations": [
        seen(1, 2, "a"),
        seen(2, 2, "b"),
        seen(2, 3, "a"),
        seen(3, 2, "c", seller="s2", is_gone=True),
        seen(4, 2, "a", seller="s2"),
        seen(5, 2, "b", seller="s2", title_text="A plain chair"),
    ],
    "seller_observations": [seller("s1", 2, "a"), seller("s2", 2, "b")],
    "images": [picture(4, 2)],
}


def with_brand(site: Site) -> Site:
    catalogue = site.home.parent / "brands.yaml"
    catalogue.write_bytes(msgspec.yaml.encode(Catalogue(brands=(ORRIS,))))
    return msgspec.structs.replace(site, brands=catalogue)


@pytest.fixture
def site(site: Site) -> Site:
    return with_brand(site)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> Path:  # noqa: ARG001 - the session is used by the jobs
    """A home where the second portion has come after a run on the first."""
    site = with_brand(site_at(tmp_path_factory.mktemp("half") / "home"))
    bring(partial(append, site), FIRST)
    run(site, *CLEAN)
    bring(partial(append, site), SECOND)
    return site.home


def run(site: Site, *names: str) -> dict[str, Outcome]:
    tables, givens = LakeTables(site), Givens(site, TODAY)
    outcomes = list(run_all(tables, graph.chosen(names or ("all",)), givens))
    assert [(o.table, o.why) for o in outcomes if o.status in {"failed", "waits"}] == []
    return {outcome.table: outcome for outcome in outcomes}


def contents(site: Site) -> dict[str, list[dict[str, Any]]]:
    lake = Lake(site.lake)
    return {
        job.name: lake.frame(job.name).drop(*STORAGE, strict=False).sort(job.table.key).to_dicts()
        for job in made_jobs()
    }


def made_jobs() -> list[graph.Job]:
    """Give the jobs that have something to do here: there is no challenger."""
    return [job for job in graph.jobs() if "challenger" not in job.givens]


def commits(site: Site) -> list[str]:
    return sorted(str(path) for path in site.lake.glob("*/_delta_log/*"))


def bring(add_bronze: Add, *portions: dict[str, list[dict[str, Any]]]) -> None:
    for table in FIRST:
        add_bronze(table, *(row for portion in portions for row in portion[table]))


@pytest.mark.timeout(600)
def test_two_steps_make_what_one_makes(site: Site, add_bronze: Add, tmp_path: Path) -> None:
    bring(add_bronze, FIRST)
    run(site)
    bring(add_bronze, SECOND)
    second = run(site)
    assert {second[job.name].how for job in MERGED if job in made_jobs()} <= {
        "new rows",
        "touched keys",
        None,
    }
    assert second["listings"].rows_read == len(SECOND["observations"])
    assert second["listings"].rows_written == 3  # 2 came back, 4 is new, 5 changed
    stepwise = contents(site)

    before = commits(site)
    again = run(site)
    assert {outcome.status for outcome in again.values()} == {"unchanged"}
    assert commits(site) == before
    assert not any(
        "_delta_log" in str(p) and p.stat().st_mtime_ns == 0 for p in tmp_path.rglob("*")
    )

    whole = msgspec.structs.replace(site, home=tmp_path / "whole")
    for table in FIRST:  # the same rows in a lake of their own, which has never been run
        shutil.copytree(site.lake / table, whole.lake / table)
    run(whole)
    at_once = contents(whole)
    for name, rows in stepwise.items():
        assert rows == at_once[name], name
    _opens_everywhere(site)


def _opens_everywhere(site: Site) -> None:
    for job in made_jobs():
        path = str(site.lake / job.name)
        rows = pl.read_delta(path).height
        dataset = DeltaTable(path).to_pyarrow_dataset()
        assert dataset.count_rows() == rows
        connection = duckdb.connect()
        connection.register("t", dataset)
        assert connection.sql("SELECT count(*) FROM t").fetchall() == [(rows,)]


CLEAN = ("listings", "listing_sightings", "sellers")


def test_a_rebuilt_source_is_read_anew(site: Site, add_bronze: Add) -> None:
    bring(add_bronze, FIRST)
    add_bronze("observations", seen(6, 1, "a"))
    run(site, *CLEAN)
    shutil.rmtree(site.lake / "observations")
    add_bronze("observations", seen(1, 1, "a"))
    outcomes = run(site, *CLEAN)
    assert outcomes["listings"].why == "observations was made anew"
    assert outcomes["sellers"].status == "unchanged"
    lake = Lake(site.lake)
    assert lake.frame("listings")["listing_key"].to_list() == ["bazaar:1"]
    assert lake.frame("listing_sightings")["sighting_count"].to_list() == [1]


def test_compaction_of_bronze_brings_nothing_new(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"))
    add_bronze("observations", seen(2, 1, "a"))
    run(site, "listing_sightings")
    DeltaTable(str(site.lake / "observations")).optimize.compact()
    add_bronze("observations", seen(2, 2, "a"))
    outcome = run(site, "listing_sightings")["listing_sightings"]
    assert (outcome.how, outcome.rows_read) == ("new rows", 1)
    counts = Lake(site.lake).frame("listing_sightings").sort("listing_key")["sighting_count"]
    assert counts.to_list() == [1, 2]


def test_maintenance_does_not_hide_what_was_consumed(
    spark: SparkSession, site: Site, add_bronze: Add
) -> None:
    add_bronze("observations", seen(1, 1, "a"))
    run(site, "listing_sightings")
    spark.sql(f"OPTIMIZE delta.`{site.lake / 'listing_sightings'}`")
    spark.sql(
        f"ALTER TABLE delta.`{site.lake / 'listing_sightings'}` SET TBLPROPERTIES ('note' = 'x')"
    )
    assert run(site, "listing_sightings")["listing_sightings"].status == "unchanged"


KILLED = """
import os, sys
from pathlib import Path
import msgspec
from conf.site import site
from jobs import graph, tables, writes
from jobs.givens import Givens
from jobs.run import run_all
from datetime import date

home, moment = Path(sys.argv[1]), sys.argv[2]
here = msgspec.structs.replace(site("local"), home=home)
lake = tables.LakeTables(here)
commit = writes._commit

def killed(lake, table, *rest):  # its files are there, and what others are told of it
    if moment == table.name:
        os._exit(9)
    commit(lake, table, *rest)

writes._commit = killed
if moment == "after":
    tables.LakeTables.note = lambda *_: os._exit(9)
givens = Givens(here, date(2026, 11, 3))
list(run_all(lake, graph.chosen(["listing_sightings", "listings"]), givens))
"""


@pytest.mark.parametrize("moment", ["listing_sightings", "listings", "after"])
def test_killed_beside_the_commit_and_run_again(site: Site, half: Path, moment: str) -> None:
    shutil.copytree(half, site.home)
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-c", KILLED, str(site.home), moment]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    run(site, *CLEAN)
    sightings = Lake(site.lake).frame("listing_sightings").sort("listing_key")
    assert sightings["sighting_count"].to_list() == [2, 3, 2, 1, 2]
    assert sightings["is_gone"].to_list() == [False, False, True, False, False]
    assert Lake(site.lake).frame("listings").height == 5
