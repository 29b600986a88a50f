"""What a day is made of: crawl, one task a table, reports, care; and what waits for what.

Read from the jobs' sources without importing one, so that a scheduler needs neither Spark nor any
other library of ours to know it, and knows it in milliseconds. A test holds it to `jobs.graph`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[2]
CRAWL, COMMIT, REPORT, MAINTAIN = "crawl", "commit", "report", "maintain"
# Jinja of Airflow. The moment of the run, not of the try: a second try goes on with the same crawl.
NOW = "{{ dag_run.run_after.strftime('%Y-%m-%dT%H:%M:%S+00:00') }}"
TODAY = "{{ dag_run.run_after.strftime('%Y-%m-%d') }}"


class Task(NamedTuple):
    """One command of a day."""

    name: str
    arguments: tuple[str, ...]  # of `countermark`
    after: tuple[str, ...] = ()
    is_table: bool = False  # a Spark job, that makes the table of its name
    is_last_resort: bool = False  # runs whatever became of what it comes after


def tasks(tables: dict[str, tuple[str, ...]], *, commits: bool = False) -> tuple[Task, ...]:
    """Give a day's tasks; `tables` are what jobs make, each with the tables that it reads.

    Args:
        tables: as `read_graph` gives them.
        commits: whether a task of its own brings what workers sealed before their crawl was
            stopped; not where a committer runs always, as on Kubernetes.

    """
    fetched = COMMIT if commits else CRAWL
    found = [Task(CRAWL, ("crawl", "run", "--now", NOW))]
    if commits:
        found.append(Task(COMMIT, ("crawl", "commit", "--once"), (CRAWL,), is_last_resort=True))
    found += [_table(name, inputs, tables, fetched) for name, inputs in sorted(tables.items())]
    read = {name for inputs in tables.values() for name in inputs}
    ends = tuple(sorted(set(tables) - read)) or (fetched,)
    return (
        *found,
        Task(REPORT, ("report", "brand", "all"), ends),
        Task(MAINTAIN, ("lake", "maintain"), (REPORT,)),
    )


def read_graph(project: Path = PROJECT) -> dict[str, tuple[str, ...]]:
    """Give every table that a job makes, with the tables of jobs that it reads.

    A module of a stage's folder is a job if a contract has its name; its function of that name says
    by its positional parameters what it reads.
    """
    names = {path.stem for path in (project / "conf" / "tables").glob("*.yaml")}
    sources = [path for path in (project / "jobs").glob("*/*.py") if path.stem in names]
    inputs = {path.stem: _parameters(path) for path in sources}
    return {name: tuple(one for one in read if one in inputs) for name, read in inputs.items()}


def _table(
    name: str, inputs: Iterable[str], tables: dict[str, tuple[str, ...]], fetched: str
) -> Task:
    before = tuple(one for one in inputs if one in tables)
    arguments = ("job", "run", name, "--today", TODAY)
    return Task(name, arguments, before or (fetched,), is_table=True)


def _parameters(path: Path) -> tuple[str, ...]:
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == path.stem:
            return tuple(argument.arg for argument in node.args.args)
    return ()
