"""What must be true of every job, model, platform, feed and error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conf import errors, feed, model, platform, software
from crawler import pages
from infra.feature_figures import measured
from jobs import catalogue
from jobs.graph import Job, jobs

PROJECT = Path(__file__).parents[2]
PACKAGES = ("conf", "crawler", "jobs", "ml", "infra")
SAVED = PROJECT / "tests" / "crawler" / "pages" / "saved"
# Split so that this file does not find itself.
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]))


def sources(*folders: str) -> dict[Path, str]:
    """Text of every Python file under some folders."""
    return {path: path.read_text() for one in folders for path in (PROJECT / one).rglob("*.py")}


@pytest.mark.parametrize("job", jobs(), ids=lambda job: job.name)
def test_a_job_is_run_by_a_test_of_its_stage_or_of_all(job: Job) -> None:
    named = re.compile(rf"\b{job.name}\b")
    assert any(named.search(text) for text in sources("tests/jobs").values())


@pytest.mark.parametrize(
    "job", [j for j in jobs() if j.table.write == "merge"], ids=lambda j: j.name
)
def test_a_job_takes_what_its_contract_knows(job: Job) -> None:
    """What a change in an input touches is said for every one that merges, and for no other."""
    assert set(job.table.increment.when) == set(job.inputs)


@pytest.mark.parametrize("one", platform.platforms(), ids=lambda one: one.name)
def test_a_platform_has_a_page_module_and_saved_pages(one: platform.Platform) -> None:
    assert pages.module(one.pages).listing is not None
    kinds = {path.name.partition(".")[0] for path in (SAVED / one.name).glob("*.expected.json")}
    assert {"listing", "index"} <= kinds
    assert one.legal


def test_a_page_module_is_some_platform_s_or_software_s() -> None:
    folder = PROJECT / "crawler" / "pages"
    names = {path.stem for path in folder.glob("*.py")}
    named = {one.pages for one in (*platform.platforms(), *software.every())}
    general = {"generic", "market"}  # of any page; platforms may name them
    assert names - {"__init__", "page", "software"} - general == named - general


@pytest.mark.parametrize("name", [one.name for one in catalogue.row_features()])
def test_a_feature_of_a_listing_was_measured(name: str) -> None:
    """What it costs and gives, and how steady it is: `make bench NAME=features DATA=<home>`."""
    assert measured().figures[name].cost_us is not None


def test_what_was_measured_is_a_feature() -> None:
    assert measured().figures.keys() <= catalogue.catalogue().keys()


@pytest.mark.parametrize("one", feed.feeds(), ids=lambda one: one.name)
def test_a_feed_is_of_a_platform_and_says_whose_it_is(one: feed.Feed) -> None:
    assert one.title
    assert one.table == "decisions" or one.platform


@pytest.mark.parametrize("one", model.models(), ids=lambda one: one.name)
def test_a_model_is_built_from_features_that_are(one: model.Model) -> None:
    assert catalogue.some(one.features)
    assert "def build(" in (PROJECT / "ml" / "models" / f"{one.name}.py").read_text()


def test_every_kind_of_error_is_raised() -> None:
    kinds = [name for name, one in vars(errors).items() if isinstance(one, type)]
    text = "".join(body for path, body in sources(*PACKAGES).items() if path.name != "errors.py")
    unused = [name for name in kinds if f"raise {name}(" not in text and f"({name})" not in text]
    assert set(unused) <= {"CountermarkError"}


def test_nothing_is_left_to_do() -> None:
    found = sources(*PACKAGES, "tests")
    assert [path for path, text in found.items() if UNFINISHED.search(text)] == []
