"""What a change does to tables that are there: as much as it must, to what a clean run makes.

Late and repeated sightings are in test_rerun.py, changed columns in test_migrate.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from deltalake import DeltaTable

from conf import contract
from conf.site import Site
from jobs import graph
from jobs.digest import STORAGE
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import WHAT_CHANGED, Asked, Outcome, run_all
from jobs.score._scorer import Scorer, read
from jobs.tables import LakeTables
from tests.jobs.test_migrate import changed
from tests.jobs.test_models import NAMES, model_file
from tests.jobs.test_rerun import TODAY, seen, titles

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark")]

Add = Callable[..., int]
CLEAN = ("listing_sightings", "listings")


def run(
    site: Site, *names: str, asked: Asked = WHAT_CHANGED, model: Scorer | None = None
) -> dict[str, Outcome]:
    givens = Givens(site, TODAY, {"model": model} if model else {})
    found = run_all(LakeTables(site), graph.chosen(names or ("all",)), givens, asked)
    return {one.table: one for one in found}


def rows(site: Site, *names: str) -> dict[str, list[dict[str, Any]]]:
    lake = Lake(site.lake)
    return {
        name: lake.frame(name).drop(*STORAGE, strict=False).sort("listing_key").to_dicts()
        for name in names
    }


def is_what_a_clean_run_makes(site: Site, *names: str) -> bool:
    found = rows(site, *names)
    run(site, *names, asked=Asked(is_full=True))
    return rows(site, *names) == found


def test_rows_that_were_deleted_from_bronze_are_gone_everywhere(
    site: Site, add_bronze: Add
) -> None:
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a"), seen(2, 2, "b"))
    run(site, *CLEAN)
    add_bronze("observations", seen(3, 2, "a"))
    opened = DeltaTable(str(site.lake / "observations"))
    opened.delete("listing_key = 'bazaar:1' OR content_sha256 LIKE 'b%'")
    made = run(site, *CLEAN)
    assert {one.why for one in made.values()} == {"the tables no longer tell what changed"}
    assert titles(site) == {"2": "Watch a", "3": "Watch a"}
    counts = Lake(site.lake).frame("listing_sightings").sort("listing_key")["sighting_count"]
    assert counts.to_list() == [1, 1]  # what was rewritten beside them is not counted twice
    assert is_what_a_clean_run_makes(site, *CLEAN)


def test_a_page_that_was_read_anew_corrects_its_listing_alone(site: Site, add_bronze: Add) -> None:
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a"))
    run(site, *CLEAN)
    anew = seen(1, 1, "b") | {"observation_id": "f" * 64, "source": "replay"}
    add_bronze("observations", anew)
    made = run(site, *CLEAN)
    assert (made["listings"].how, made["listings"].rows_written) == ("new rows", 1)
    assert titles(site) == {"1": "Watch b", "2": "Watch a"}
    assert is_what_a_clean_run_makes(site, *CLEAN)


def test_another_model_scores_all_listings_and_touches_nothing_else(
    site: Site, add_bronze: Add
) -> None:
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a"))
    run(site, model=model(NAMES))
    other = model((NAMES[0], "title_length_log"))  # one that knows another feature
    made = run(site, model=other)
    ran = {name: one.why for name, one in made.items() if one.status == "made"}
    assert ran.pop("listing_scores") == "what it is given changed"
    follow = {"seller_scores", "audit_sample", "brand_report", "platform_report"}
    assert ran.keys() <= follow | {"vendor_members", "vendors"}
    assert made["listing_scores"].rows_written == 2
    (sha256,) = {one["model_sha256"] for one in rows(site, "listing_scores")["listing_scores"]}
    assert sha256 == other.sha256


def model(features: tuple[str, ...]) -> Scorer:
    content = model_file(features)
    return read(content, "counterfeit", "1", hashlib.sha256(content).hexdigest())


def test_a_contract_that_asks_for_more_makes_the_table_whole(
    site: Site, add_bronze: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_bronze("observations", seen(1, 1, "a"), seen(2, 1, "a", brand_text="Orris"))
    run(site, "listings")
    asks_for(monkeypatch, "brand_text", quarantine_share=0.0)
    made = run(site, "listings")["listings"]
    assert "brand_text is missing in 1 rows (one: 'bazaar:1')" in str(made.why)
    assert (made.status, titles(site).keys()) == ("failed", {"1", "2"})  # nothing was written
    asks_for(monkeypatch, "brand_text", quarantine_share=0.5)
    made = run(site, "listings")["listings"]
    assert (made.why, made.rows_quarantined) == ("what it is given changed", 1)
    assert titles(site).keys() == {"2"}


def asks_for(monkeypatch: pytest.MonkeyPatch, name: str, *, quarantine_share: float) -> None:
    """Let the contract of listings ask for a column that it leaves free."""
    real = contract.table("listings")
    columns = tuple(
        msgspec.structs.replace(one, required=one.required or one.name == name)
        for one in real.columns
    )
    changed(monkeypatch, *columns, name="listings", quarantine_share=quarantine_share)
