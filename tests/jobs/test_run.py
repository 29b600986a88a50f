"""A job that fails is named, what reads its table waits, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from conf import contract
from conf.errors import LakeError
from conf.site import Site
from jobs.givens import Givens
from jobs.graph import Job
from jobs.reader import Lake
from jobs.run import Outcome, run_all
from jobs.running import line
from jobs.tables import LakeTables, storage_fault

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TODAY = date(2026, 11, 2)


def job(name: str, function: Callable[..., Any], *inputs: str) -> Job:
    return Job(name, "clean", inputs, frozenset(), (), function)


def wrong(seller_observations: DataFrame) -> DataFrame:
    """Break two rules."""
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    names = {c: F.lit(None) for c in contract.table("sellers").names}
    return seller_observations.select(*(v.alias(n) for n, v in names.items()))


def broken(observations: DataFrame) -> DataFrame:
    """Fail as a job with a fault does."""
    return observations.select("no_such_column")


def counted(observations: DataFrame) -> DataFrame:
    """Work."""
    from jobs.clean.listing_sightings import listing_sightings

    return listing_sightings(observations)


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_the_rest_goes_on(site: Site, add_bronze: Callable[..., int]) -> None:
    add_bronze("observations", {})
    add_bronze("seller_observations", {})
    jobs = [
        job("sellers", wrong, "seller_observations"),
        job("listings", broken, "observations"),
        job("listing_matches", lambda **_: None, "listings"),
        job("listing_sightings", counted, "observations"),
    ]
    found = {o.table: o for o in run_all(LakeTables(site), jobs, Givens(site, TODAY))}
    assert {name: outcome.status for name, outcome in found.items()} == {
        "sellers": "failed",
        "listings": "failed",
        "listing_matches": "waits",
        "listing_sightings": "made",
    }
    assert "seller_key is missing in 1 rows" in (found["sellers"].why or "")
    assert "no_such_column" in (found["listings"].why or "")
    assert found["listing_matches"].why == "it reads listings"
    assert not Lake(site.lake).exists("sellers")
    assert found["listing_sightings"].cpu_seconds > 0


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_a_damaged_input_is_told_in_one_line(site: Site, add_bronze: Callable[..., int]) -> None:
    add_bronze("observations", {})
    for file in (site.lake / "observations").rglob("*.parquet"):
        file.write_bytes(b"PAR1 no more")
    jobs = [job("listing_sightings", counted, "observations")]
    (outcome,) = run_all(LakeTables(site), jobs, Givens(site, TODAY))
    assert outcome.status == "failed"
    assert "damaged" in (outcome.why or "")
    assert "\n" not in (outcome.why or "")


def test_a_full_disk_is_told_as_such() -> None:
    fault = storage_fault("listings", OSError("java.io.IOException: No space left on device\n at"))
    assert isinstance(fault, LakeError)
    assert str(fault) == "listings: the disk is full; make room and run the job again"
    assert storage_fault("listings", ValueError("ours")) is None


def test_a_lake_that_cannot_be_made(site: Site) -> None:
    from jobs.run import open_tables

    site.home.parent.mkdir(exist_ok=True)
    site.home.write_text("a file where the folder should be")
    with pytest.raises(LakeError, match="cannot be written"):
        open_tables(site)


def test_a_line_for_people() -> None:
    made = Outcome(
        "listings",
        "made",
        how="touched keys",
        rows_read=1200,
        rows_made=1100,
        rows_written=3,
        version=7,
    )
    assert line(made).startswith(
        "listings           made      touched keys: read 1,200, made 1,100"
    )
    assert (
        line(Outcome("a", "waits", why="it reads b")) == "a                  waits     it reads b"
    )


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_a_job_may_see_its_own_rows_of_the_last_run(
    site: Site, add_bronze: Callable[..., int]
) -> None:
    seen: list[list[str]] = []

    def sellers(seller_observations: DataFrame, *, before: pl.DataFrame) -> DataFrame:
        """Give what clean gives."""
        from jobs.clean.sellers import sellers as made

        seen.append(before["seller_key"].sort().to_list())
        return made(seller_observations, home_currencies={}, countries={}).frame()

    name = "sellers"
    one = Job(name, "clean", ("seller_observations",), frozenset(), ("before",), sellers)
    for key, status in (("a:1", "made"), ("a:2", "made"), (None, "unchanged")):
        if key:
            add_bronze("seller_observations", {"seller_key": key, "seller_id": key[2:]})
        (outcome,) = run_all(LakeTables(site), [one], Givens(site, TODAY))
        assert outcome.status == status, outcome.why
    assert seen == [[], ["a:1"]]
