"""Jobs are found by their place and ordered by what they read; what is no job is refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from conf.errors import ConfError
from jobs import graph
from jobs.givens import FRAMEWORK, Givens
from tests.conftest import site_at


def made(name: str, *inputs: str) -> graph.Job:
    return graph.Job(name, "clean", inputs, frozenset(), (), lambda: None)


def test_every_job_comes_after_what_it_reads() -> None:
    names = [job.name for job in graph.jobs()]
    for job in graph.jobs():
        before = names[: names.index(job.name)]
        assert {name for name in job.inputs if name in names} <= set(before)


@pytest.mark.parametrize("job", graph.jobs(), ids=lambda job: job.name)
def test_every_input_that_merges_says_what_it_touches(job: graph.Job) -> None:
    if job.table.write == "merge":
        assert set(job.table.increment.when) == set(job.inputs)


@pytest.mark.parametrize("job", graph.jobs(), ids=lambda job: job.name)
def test_every_given_is_known(job: graph.Job) -> None:
    known = Givens(site_at(Path()), date(2026, 11, 1)).names
    assert set(job.givens) <= {*known, *FRAMEWORK}


def test_a_ring_is_named() -> None:
    with pytest.raises(ConfError, match="in a ring: "):
        graph.ordered([made("a", "b"), made("b", "a")])


def test_order() -> None:
    found = graph.ordered([made("c", "b", "bronze"), made("b", "a"), made("a")])
    assert [job.name for job in found] == ["a", "b", "c"]


def test_a_name_that_is_no_job() -> None:
    with pytest.raises(ConfError, match="no job 'listingz'; there are: "):
        graph.chosen(["listingz"])


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module jobs/clean/probe.py that lies elsewhere."""
    import jobs.clean

    monkeypatch.setattr(jobs.clean, "__path__", [*jobs.clean.__path__, str(tmp_path)])
    yield tmp_path / "probe.py"
    sys.modules.pop("jobs.clean.probe", None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = 1\n", "has no function probe"),
        ("def probe(): pass\n", "has no docstring"),
        ('def probe():\n    """Give nothing."""\n', "conf/tables/probe.yaml is missing"),
    ],
)
def test_what_is_no_job_is_refused(module: Path, text: str, fault: str) -> None:
    module.write_text(text)
    with pytest.raises(ConfError, match=fault):
        graph.job("clean", "probe")


def test_an_unknown_given_is_refused(site: object) -> None:
    from datetime import date

    with pytest.raises(ConfError, match="no job can be given 'moon'; there are: "):
        Givens(site, date(2026, 11, 1)).take(["moon"])  # type: ignore[arg-type] # never read
