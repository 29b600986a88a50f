"""The day in a real Airflow 3: its DAG is read there, and one run of it makes every table.

AIRFLOW_PYTHON names the Python of an environment that has one; else `make airflow` makes it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.schedule import tasks
from jobs.graph import jobs
from jobs.reader import Lake

PROJECT = Path(__file__).parents[3]
COUNTERMARK = Path(sys.executable).with_name("countermark")
PYTHON = Path(os.environ.get("AIRFLOW_PYTHON") or PROJECT / ".cache/airflow/bin/python")
KIOSK_PORT, PORT = 8473, 9570  # where the marketplace is, and where this test's own sandbox begins
TELL = """
import json
from airflow.dag_processing.dagbag import DagBag
bag = DagBag({folder!r})
dag = bag.dags["countermark"]
print("DAG " + json.dumps({{
    "errors": list(bag.import_errors.values()),
    "runs": dag.max_active_runs,
    "catchup": dag.catchup,
    "tasks": {{one.task_id: {{
        "kind": type(one).__name__,
        "after": sorted(one.upstream_task_ids),
        "retries": one.retries,
        "at_once": one.max_active_tis_per_dag,
        "rule": str(one.trigger_rule.value),
    }} for one in dag.tasks}},
}}))
"""
pytestmark = [
    pytest.mark.airflow,
    pytest.mark.skipif(
        not PYTHON.exists(), reason=f"no Airflow 3 at {PYTHON}: `make airflow` brings one"
    ),
]


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an Airflow with a database of its own."""
    home = tmp_path_factory.mktemp("airflow")
    found = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    found |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "infra" / "schedule"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "COUNTERMARK_COMMAND": f"env PYTHONPATH={PROJECT} {COUNTERMARK}",
    }
    run(found, PYTHON, "-m", "airflow", "db", "migrate")
    return found


def run(environment: dict[str, str], *command: str | Path) -> str:
    done = subprocess.run(
        command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def read_dag(environment: dict[str, str]) -> dict[str, object]:
    code = TELL.format(folder=str(PROJECT / "infra" / "schedule"))
    told = run(environment, PYTHON, "-c", code)
    (line,) = [one for one in told.splitlines() if one.startswith("DAG ")]
    found: dict[str, object] = json.loads(line.removeprefix("DAG "))
    return found


def test_airflow_reads_the_day_with_one_writer_a_table(airflow: dict[str, str]) -> None:
    found = read_dag(airflow)
    assert (found["errors"], found["runs"], found["catchup"]) == ([], 1, False)
    read = found["tasks"]
    assert isinstance(read, dict)
    expected = {one.name: sorted(one.after) for one in tasks.tasks(tasks.read_graph())}
    assert {name: one["after"] for name, one in read.items()} == expected
    assert {(one["retries"], one["at_once"], one["kind"]) for one in read.values()} == {
        (2, 1, "BashOperator")
    }


def test_tables_are_submitted_to_spark_where_that_is_asked_for(airflow: dict[str, str]) -> None:
    more = {"COUNTERMARK_SUBMIT": "spark_default", "COUNTERMARK_COMMITS": "1"}
    read = read_dag(airflow | more)["tasks"]
    assert isinstance(read, dict)
    submitted = {name for name, one in read.items() if one["kind"] == "SparkSubmitOperator"}
    assert submitted == {one.name for one in jobs()}
    assert read["commit"]["rule"] == "all_done"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A small marketplace, and the environment of a home that crawls it alone."""
    platforms = tmp_path / "platforms"
    platforms.mkdir()
    text = (PROJECT / "conf" / "platforms" / "kiosk.yaml").read_text()
    (platforms / "kiosk.yaml").write_text(text.replace(str(KIOSK_PORT), str(PORT + 3)))
    where = {"COUNTERMARK_HOME": str(tmp_path / "home"), "COUNTERMARK_PLATFORMS": str(platforms)}
    home = ("--home", str(tmp_path / "home"))
    here = os.environ | {"PYTHONPATH": str(PROJECT)}
    world = ("--port", str(PORT), "--listings", "120", "--until-parent-exits", str(os.getpid()))
    run(here, COUNTERMARK, "sandbox", "up", *world, *home)
    yield where
    run(here, COUNTERMARK, "sandbox", "down", *home)


@pytest.mark.spark
@pytest.mark.timeout(1800)
def test_a_day_in_airflow_makes_every_table_and_report(
    airflow: dict[str, str], lake: dict[str, str]
) -> None:
    run(airflow | lake, PYTHON, "-m", "airflow", "dags", "test", "countermark")
    home = Path(lake["COUNTERMARK_HOME"])
    made = Lake(home / "lake")
    assert all(made.exists(one.name) for one in jobs())
    assert list((home / "reports").glob("*.html"))
