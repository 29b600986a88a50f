"""A day's tasks are the jobs, in their order, with crawl before, reports and care after."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

from conf.cli import GROUPS
from infra.schedule import tasks
from jobs.graph import jobs

PROJECT = Path(__file__).parents[3]
# a <- b <- d, a <- c: every end of it is before the reports.
TABLES: dict[str, tuple[str, ...]] = {"a": (), "b": ("a",), "c": ("a",), "d": ("b",)}


def after(day: tuple[tasks.Task, ...]) -> dict[str, tuple[str, ...]]:
    return {one.name: one.after for one in day}


def test_a_day_is_crawl_then_tables_then_reports() -> None:
    day = tasks.tasks(TABLES)
    assert after(day) == {
        "crawl": (),
        "a": ("crawl",),
        "b": ("a",),
        "c": ("a",),
        "d": ("b",),
        "report": ("c", "d"),
        "maintain": ("report",),
    }
    commands = {one.name: one.arguments for one in day}
    assert commands["crawl"][:3] == ("crawl", "run", "--now")
    assert commands["b"] == ("job", "run", "b", "--today", tasks.TODAY)
    assert commands["report"] == ("report", "brand", "all")
    assert commands["maintain"] == ("lake", "maintain")
    assert [one.name for one in day if one.is_table] == ["a", "b", "c", "d"]


def test_what_a_stopped_crawl_left_is_brought_whatever_became_of_it() -> None:
    day = tasks.tasks(TABLES, commits=True)
    assert after(day)["commit"] == ("crawl",)
    assert after(day)["a"] == ("commit",)
    assert [one.name for one in day if one.is_last_resort] == ["commit"]


def test_a_day_without_jobs_reports_after_the_crawl() -> None:
    assert after(tasks.tasks({}))["report"] == ("crawl",)


def test_the_graph_that_is_read_is_that_of_the_jobs() -> None:
    """Read from the sources here, from the imported functions there."""
    made = {one.name for one in jobs()}
    known = {one.name: tuple(i for i in one.inputs if i in made) for one in jobs()}
    assert tasks.read_graph() == known


def test_every_table_is_one_task_and_comes_after_what_it_reads() -> None:
    day = tasks.tasks(tasks.read_graph())
    order = list(TopologicalSorter({one.name: one.after for one in day}).static_order())
    assert order[0] == "crawl"
    assert order[-2:] == ["report", "maintain"]
    place = {name: at for at, name in enumerate(order)}
    for job in jobs():
        assert all(place[one] < place[job.name] for one in job.inputs if one in place)
    assert sorted(one.name for one in day if one.is_table) == sorted(one.name for one in jobs())


def test_reading_the_graph_imports_nothing_that_is_slow() -> None:
    code = (
        "import sys, time; begun = time.perf_counter()\n"
        "from infra.schedule import tasks; tasks.read_graph()\n"
        "slow = {'pyspark', 'polars', 'msgspec', 'yaml', 'jobs', 'conf'} & set(sys.modules)\n"
        "print(sorted(slow), time.perf_counter() - begun < 5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] True"


def test_cron_s_lines_are_five_fields_and_commands_that_are() -> None:
    text = (PROJECT / "infra" / "schedule" / "countermark.cron").read_text()
    lines = [line for line in text.splitlines() if line[:1].isdigit()]
    assert len(lines) == 1
    assert re.match(r"(?:[\d*/,-]+ +){5}flock -n ", lines[0])
    found = re.findall(r"countermark ([a-z]+) ([a-z]+)", lines[0])
    assert found == [("crawl", "run"), ("job", "run"), ("report", "brand"), ("lake", "maintain")]
    for group, verb in found:
        assert verb in set(importlib.import_module(GROUPS[group][0]).app)
