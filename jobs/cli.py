"""countermark job: run, undo, plan, list, status, features."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import Annotated, Any

import cyclopts

from jobs import printing

app = cyclopts.App(name="countermark job", help="Turn what was seen into scores and reports.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Full = Annotated[bool, cyclopts.Parameter(negative="")]
Names = Annotated[list[str], cyclopts.Parameter(negative="")]


@app.command
def run(
    names: Names,
    /,
    *,
    today: date | None = None,
    full: Full = False,
    since: datetime | None = None,
    wait: float = 0.0,
    as_json: Json = False,
) -> None:
    """Make tables from what changed since they were made last; `all` makes every table.

    A job that fails does not stop those that do not read its table; the status is 1 then.

    Args:
        names: Tables to make, or `all`.
        today: Day that reports are made for, default today in UTC.
        full: Make them of all rows, whatever changed.
        since: Take again what changed since this time (UTC), though it was taken before.
        wait: Seconds to wait for a table that another process writes.
        as_json: Print the outcomes as JSON, last.

    """
    from conf.errors import ConfError
    from conf.site import site
    from jobs import running
    from jobs.run import Asked

    if full and since:
        raise ConfError("--full takes all there is; leave --since out")
    asked = Asked(full, since and (since if since.tzinfo else since.replace(tzinfo=UTC)), wait)
    outcomes = running.run_told(site(), names, today, asked)
    if as_json:
        printing.as_json(outcomes)
    raise SystemExit(any(outcome.status in {"failed", "waits"} for outcome in outcomes))


@app.command
def undo(table: str, /, *, as_json: Json = False) -> None:
    """Take a table back to before its newest write; the next run makes that again.

    What was written stays in the table's history.

    Args:
        table: Table to take back.
        as_json: Print the outcome as JSON, last.

    """
    from conf.site import site
    from jobs import running

    outcome = running.undo_told(site(), table)
    if as_json:
        printing.as_json(outcome)


@app.command
def plan(*, today: date | None = None, as_json: Json = False) -> None:
    """Say what `run all` would do now, table by table, and over how many rows; starts no Spark.

    Args:
        today: Day that reports are made for, default today in UTC.
        as_json: Print the steps as JSON.

    """
    from conf.site import site
    from jobs import standing

    steps = standing.plan(site(), today)
    _print(steps, as_json=as_json, columns=("table", "will", "rows", "why"))


@app.command(name="list")
def list_(*, as_json: Json = False) -> None:
    """List the jobs in the order in which they run, with what each reads and makes.

    Args:
        as_json: Print the list as JSON.

    """
    from jobs import standing

    _print(standing.listed(), as_json=as_json, columns=("stage", "table", "reads", "says"))


@app.command
def status(*, as_json: Json = False) -> None:
    """Say how fresh each table is: made when, of what, how many rows, at what cost, what failed.

    Args:
        as_json: Print the tables as JSON.

    """
    from conf.site import site
    from jobs import standing

    columns = (
        "table",
        "version",
        "rows",
        "made_at",
        "seconds",
        "cpu_seconds",
        "from_versions",
        "failed",
    )
    _print(standing.status(site()), as_json=as_json, columns=columns)


@app.command
def features() -> None:
    """Print the catalogue of features: what each tells, its range and what it reads."""
    from jobs import catalogue

    sys.stdout.write(catalogue.as_markdown())


def _print(found: list[Any], *, as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        printing.as_json(found)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=box.SIMPLE, pad_edge=False)
    for one in found:
        table.add_row(*("" if (v := getattr(one, c)) is None else str(v) for c in columns))
    Console(width=None if sys.stdout.isatty() else 180).print(table)
