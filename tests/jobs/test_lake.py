"""The notebook's way in: its examples are run as they are written, and importing starts nothing."""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from conf.errors import LakeError
from conf.site import Site
from jobs import lake as entrance
from tests.jobs.test_past import seen


@pytest.fixture
def small(site: Site, add_bronze: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> Site:
    """Three listings that the examples tell of, one of which changed; two are flagged."""
    price = {"price_text": "$40"}
    add_bronze(
        "observations",
        seen("bazaar:1", "1", title_text="Abyss 300", price_text="$90"),
        seen("bazaar:1", "3", title_text="Abyss 300, second hand", price_text="$90"),
        seen("bazaar:2", "2", title_text="Abyss", **price),
        seen("bazaar:3", "2", title_text="Abys", **price),
    )
    rows = [
        {"listing_key": f"bazaar:{n}", "suspicion": 30.0 * n, "is_red_flag": n > 1}
        for n in (1, 2, 3)
    ]
    add_bronze("listing_scores", *rows)
    made = entrance.open_lake(site).frame("listings", as_of=date(2026, 11, 9)).to_arrow()
    add_bronze("listings", *made.select(made.column_names).to_pylist())
    monkeypatch.setenv("COUNTERMARK_HOME", str(site.home))
    return site


def examples(*, is_of_spark: bool) -> doctest.TestResults:
    """Run the examples that need Spark, or the others."""
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for one in doctest.DocTestFinder(exclude_empty=True).find(entrance):
        one.examples = [e for e in one.examples if is_of_spark or "spark_frame" not in e.source]
        runner.run(one)
    return runner.summarize()


@pytest.mark.usefixtures("small")
def test_the_examples_are_true() -> None:
    found = examples(is_of_spark=False)
    assert found.attempted > 12
    assert found.failed == 0


@pytest.mark.spark
@pytest.mark.usefixtures("small", "spark")
def test_the_examples_of_spark_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.session.end", lambda _: None)  # the session is all tests'
    assert examples(is_of_spark=True).failed == 0


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_spark_sees_a_day_and_a_version(small: Site) -> None:
    lake = entrance.open_lake(small)
    old = lake.spark_frame("listings", as_of=date(2026, 11, 1)).select("title").collect()
    assert [row.title for row in old] == ["Abyss 300"]
    assert lake.spark_frame("listing_scores", version=0).count() == 3
    assert lake.spark_frame("observations", as_of=date(2026, 11, 2)).count() == 3
    with pytest.raises(LakeError, match="there is no table sellers"):
        lake.spark_frame("sellers")


def test_what_is_not_there_is_told(small: Site) -> None:
    lake = entrance.open_lake(small)
    with pytest.raises(LakeError, match="there is no table sellers"):
        lake.frame("sellers")
    with pytest.raises(LakeError, match="no score of bazaar:9"):
        lake.repeated("bazaar:9")
    with pytest.raises(LakeError, match="as_of or version"):
        lake.frame("listings", as_of=date(2026, 11, 1), version=0)


def test_an_empty_answer_keeps_its_types(small: Site) -> None:
    found = entrance.open_lake(small).sql("SELECT price_usd FROM listings WHERE false")
    assert found.schema == {"price_usd": pl.Float64}


def test_importing_starts_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, jobs.lake; print({'pyspark', 'py4j', 'mlflow', 'duckdb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
