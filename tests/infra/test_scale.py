"""The arithmetic of docs/scale.md, with figures that a head can follow."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from conf.errors import ConfError
from infra import scale
from infra.scale import Line
from infra.scale_figures import PATH, Assumption, Figure, Known, Run, known
from infra.scale_page import scale_page

PROJECT = Path(__file__).parents[2]
DAY = date(2026, 11, 1)
FIGURES = {
    "worker_cpu_ms_per_page": 4.0,
    "committer_cpu_ms_per_page": 1.0,
    "redis_cpu_ms_per_page": 0.5,
    "redis_bytes_per_waiting_page": 390.0,
    "redis_bytes_per_known_page": 10.0,
    "pack_bytes_per_page": 50_000.0,
    "worker_mb": 500.0,
    "observation_cpu_us": 20.0,
    "rewrite_cpu_us": 120.0,
    "observation_bytes": 100.0,
    "listing_bytes": 300.0,
}
ASSUMED = {
    "changed_share": 0.1,
    "pages_a_listing": 2.0,
    "table_runs_a_day": 2.0,
    "captures_days": 10.0,
    "observations_days": 100.0,
    "requests_per_second_of_a_host": 5.0,
    "hosts": 10.0,
    "usable_share": 0.5,
    "redis_gb": 40.0,
    "volume_tb": 10.103,
    "volume_mb_per_second": 100.0,
    "tables_window_hours": 12.0,
    "usd_per_core_hour": 0.1,
    "usd_per_gb_memory_hour": 0.01,
    "usd_per_gb_month": 0.0304,
    "usd_per_million_requests": 2.0,
}


def made(*runs: Run) -> Known:
    """Round figures, and runs of jobs that take 10 s and 2 ms a listing."""
    return Known(
        figures={name: Figure(value, "", "", DAY) for name, value in FIGURES.items()},
        assumptions={name: Assumption(value, "", "") for name, value in ASSUMED.items()},
        runs=runs or (run(1000, 12.0), run(6000, 22.0)),
    )


def run(count: int, cpu_s: float, *, is_fitted: bool = True) -> Run:
    return Run("jobs", count, cpu_s, "make x", DAY, is_fitted)


def test_a_line_through_two_runs_meets_both() -> None:
    assert scale.line([run(1000, 12.0), run(6000, 22.0)]) == Line(10.0, 0.002)
    assert Line(10.0, 0.002).of(50_000) == 110.0


def test_a_line_begins_at_no_less_than_nothing() -> None:
    assert scale.line([run(1000, 1.0), run(2000, 3.0)]).start_s == 0.0


def test_a_line_needs_two_sizes() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        scale.line([run(1000, 1.0), run(1000, 3.0)])


def test_a_run_that_was_not_fitted_is_predicted() -> None:
    data = made(run(1000, 12.0), run(6000, 22.0), run(45_000, 125.0, is_fitted=False))
    (found,) = scale.check(data)
    assert (found.predicted_s, found.ratio) == (100.0, 0.8)


def test_a_day_of_a_million() -> None:
    """2 M pages: 23 a second; 11,000 CPU s to crawl.

    The tables: 100,000 changed take 210 s; all take 20 s, and twice 120 s to be rewritten.
    """
    found = scale.need(made(), 1e6)
    assert found.pages == 2e6
    assert found.requests_per_second == pytest.approx(2e6 / 86_400)
    assert found.crawl_cores == pytest.approx(11_000 / 86_400)
    assert found.job_cores == pytest.approx(470 / 86_400)
    assert found.workers == 1  # 8,000 s of a half of 86,400
    assert found.redis_gb == pytest.approx(0.4)
    assert found.memory_gb == pytest.approx(0.9)
    # 100 GB of pages a day for 10 days, 0.1 GB of observations for 100, 0.3 GB of listings.
    assert found.volume_gb == pytest.approx(1000 + 10 + 0.3)
    assert found.written_mb_per_second == pytest.approx(100_000 / 86_400)


def test_a_day_of_a_million_costs() -> None:
    found = scale.need(made(), 1e6)
    assert found.cost_usd == {
        "cores": pytest.approx(11_470 / 3600 * 0.1),
        "memory": pytest.approx(0.9 * 24 * 0.01),
        "storage": pytest.approx(1010.3 * 0.001),
        "requests": pytest.approx(4.0),
    }


def test_workers_are_as_many_as_half_a_core_each() -> None:
    """100 M: 800,000 CPU s over 43,200 usable ones each: 18.5."""
    assert scale.need(made(), 100e6).workers == 19


def test_what_breaks_is_told_soonest_first() -> None:
    found = {one.what: one.listings for one in scale.breaks(made())}
    assert list(found) == [
        "the marketplaces' own pace",
        "the shared volume's size",
        "the one committer",
        "Redis' one core",
        "the shared volume's pace",
        "Redis' memory",
    ]
    assert found["the shared volume's size"] == pytest.approx(10e6)  # 1.0103 TB a million
    assert found["the marketplaces' own pace"] == 10 * 5 * 86_400 / 2
    assert found["the one committer"] == pytest.approx(86_400_000 * 0.5 / 1.0 / 2)
    assert found["Redis' one core"] == pytest.approx(86_400_000 * 0.5 / 0.5 / 2)
    assert found["the shared volume's pace"] == pytest.approx(100e6 * 86_400 / 50_000 / 2)
    assert found["Redis' memory"] == pytest.approx(40e9 / 400)


def test_tables_within_half_a_day_take_twice_the_cores() -> None:
    assert scale.executors(made(), 1e6) == pytest.approx(2 * 470 / 86_400)


def test_every_figure_says_how_it_was_measured_and_every_assumption_why() -> None:
    data = known()
    assert all(one.command and one.unit for one in data.figures.values())
    assert all(one.why and one.unit for one in data.assumptions.values())
    assert set(FIGURES) == set(data.figures)
    assert set(ASSUMED) == set(data.assumptions)
    assert all(one.command for one in data.runs)
    assert {one.kind for one in data.runs if not one.is_fitted} == {"crawl", "jobs"}


def test_a_fault_in_the_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scale.yaml"
    path.write_text(PATH.read_text().replace("unit: bytes", "units: bytes", 1))
    with pytest.raises(ConfError, match=r"scale.yaml: .*units.*mend that field"):
        known(path)


def test_the_page_tells_of_every_size_limit_and_figure() -> None:
    data = known()
    page = scale_page(data)
    assert "| listings a day | 10 M | 100 M | 1,000 M |" in page
    assert all(one.what in page for one in scale.breaks(data))
    assert all(f"`{name}`" in page for name in (*data.figures, *data.assumptions))


def test_the_page_follows_the_figures() -> None:
    data = known()
    dearer = data.assumptions | {"usd_per_core_hour": Assumption(99.0, "USD", "a test")}
    assert scale_page(msgspec.structs.replace(data, assumptions=dearer)) != scale_page(data)


def test_check_prints_predicted_beside_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.scale", "check"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(scale.check(known()))
    assert all("predicted" in line and "measured" in line for line in lines)
