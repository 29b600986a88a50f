"""The day as a DAG of Airflow 3: put this folder, or a link to this file, where Airflow finds DAGs.

Airflow needs nothing of ours installed. What it takes from its environment:

- COUNTERMARK_COMMAND: how `countermark` is started; the one of the checkout's `.venv` if not set.
- COUNTERMARK_SCHEDULE: when, as cron has it, in UTC; `0 2 * * *` if not set.
- COUNTERMARK_COMMITS: `1` adds a task that brings what a stopped crawl's workers left; it is not
  for where a committer runs always.
- COUNTERMARK_SUBMIT: a connection; tables are made with spark-submit by it, else by `countermark`.
- COUNTERMARK_APPLICATION: what spark-submit starts, `local:///opt/countermark/main.py` if not set.

COUNTERMARK_SITE, COUNTERMARK_HOME and the like reach the commands as they are.
"""

from __future__ import annotations

import os
import shlex
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG

PROJECT = Path(__file__).resolve().parents[2]
if str(PROJECT) not in sys.path:
    sys.path.append(str(PROJECT))

from infra.schedule import tasks  # noqa: E402 - found by the path above

COMMAND = os.environ.get("COUNTERMARK_COMMAND") or str(PROJECT / ".venv" / "bin" / "countermark")
SUBMIT = os.environ.get("COUNTERMARK_SUBMIT", "")
APPLICATION = os.environ.get("COUNTERMARK_APPLICATION", "local:///opt/countermark/main.py")
TRIES = {
    "retries": 2,  # every command is safe to run again: it goes on, or finds nothing to do
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(hours=1),
}


def dag() -> DAG:
    """Give the day: one run at a time, as each table has one writer."""
    made = DAG(
        "countermark",
        schedule=os.environ.get("COUNTERMARK_SCHEDULE", "0 2 * * *"),
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,  # a crawl of yesterday cannot be made up for
        max_active_runs=1,
        default_args=TRIES,
        tags=["countermark"],
        doc_md=__doc__,
    )
    day = tasks.tasks(
        tasks.read_graph(), commits=os.environ.get("COUNTERMARK_COMMITS", "") not in {"", "0"}
    )
    with made:
        operators = {one.name: _operator(one) for one in day}
    for one in day:
        for before in one.after:
            operators[before] >> operators[one.name]
    return made


def _operator(task: tasks.Task) -> Any:
    options: dict[str, Any] = {"task_id": task.name, "max_active_tis_per_dag": 1}
    if task.is_last_resort:
        options["trigger_rule"] = "all_done"
    if task.is_table and SUBMIT:
        from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

        return SparkSubmitOperator(
            application=APPLICATION,
            application_args=list(task.arguments),
            conn_id=SUBMIT,
            name=f"countermark-{task.name.replace('_', '-')}",
            **options,
        )
    from airflow.providers.standard.operators.bash import BashOperator

    return BashOperator(bash_command=command(task.arguments), append_env=True, **options)


def command(arguments: tuple[str, ...]) -> str:
    """Give a command line; Airflow's templates in it stay as they are."""
    quoted = (f'"{one}"' if "{{" in one else shlex.quote(one) for one in arguments)
    return " ".join([COMMAND, *quoted])


countermark = dag()
