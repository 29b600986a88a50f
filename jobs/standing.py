"""Where every table stands and what a run would do; read from the logs alone, without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from conf.site import Site
from jobs import increments
from jobs.consumed import Consumed, Stand, caught_up, digest, newest_note
from jobs.givens import Givens
from jobs.graph import Job, jobs
from jobs.journal import RUNS
from jobs.reader import Lake


class Step(msgspec.Struct, frozen=True):
    """What a run would do to one table."""

    table: str
    will: str
    why: str
    rows: int | None  # of its inputs that it would look at; None when it stays, or nobody can tell


class Listed(msgspec.Struct, frozen=True):
    """One job, for people."""

    stage: str
    table: str
    reads: str
    says: str


class Status(msgspec.Struct, frozen=True):
    """One table that a job makes, as it is now."""

    table: str
    version: int | None
    rows: int | None
    made_at: str | None
    from_versions: str | None
    seconds: float | None = None  # that making this version took
    cpu_seconds: float | None = None
    failed: str | None = None  # what the newest run said, if it failed


def listed() -> list[Listed]:
    """Give every job in the order in which they run."""
    return [Listed(job.stage, job.name, ", ".join(job.inputs), job.says) for job in jobs()]


def plan(site: Site, today: date | None = None) -> list[Step]:
    """Say what `run all` would do, on the tables as they are now."""
    lake, givens = Lake(site.lake), Givens(site, today or datetime.now(UTC).date())
    steps: list[Step] = []
    stirred: set[str] = set()
    for job in jobs():
        step = _step(lake, job, givens, stirred & set(job.inputs))
        if step.will != "stay":
            stirred.add(job.name)
        steps.append(step)
    return steps


def status(site: Site) -> list[Status]:
    """Give every job's table: version, rows, when it was made and from which versions."""
    lake = Lake(site.lake)
    runs = _newest_runs(lake)
    return [_status(lake, job, runs.get(job.name, {})) for job in jobs()]


def _step(lake: Lake, job: Job, givens: Givens, stirred: set[str]) -> Step:
    if givens.is_idle(job.givens):
        return Step(job.name, "stay", "it is given nothing to work with", None)
    stands = {name: Stand(lake.id(name), lake.version(name)) for name in job.inputs}
    now = Consumed(stands, digest(job.table, givens.take(job.givens)))
    before = caught_up(lake, newest_note(lake, job.name), now)
    if before is not None and before == now and not stirred:
        return Step(job.name, "stay", "nothing that it reads has changed", None)
    if why := increments.must_be_whole(job, before, now):
        known = [(name, one.version) for name, one in stands.items() if one.version is not None]
        count = sum(lake.row_count(name, version) for name, version in known)
        return Step(job.name, "be made whole", why, count)
    named = {name for name in job.inputs if before and before.inputs[name] != now.inputs[name]}
    rows = _changed(lake, before, now) if before and not stirred else None
    return Step(job.name, "take what changed", f"in {', '.join(sorted(named | stirred))}", rows)


def _changed(lake: Lake, before: Consumed, now: Consumed) -> int | None:
    """Count the rows of the inputs that changed in between; None when nobody can tell."""
    counts = [
        lake.touched(name, before.inputs[name].version or 0, stand.version or 0)
        for name, stand in now.inputs.items()
        if before.inputs[name] != stand
    ]
    return None if None in counts else sum(one for one in counts if one is not None)


def _newest_runs(lake: Lake) -> dict[str, dict[str, Any]]:
    """Give the newest run of each table."""
    if not lake.exists(RUNS):
        return {}
    runs = lake.frame(RUNS).sort("started_at").group_by("table_name").last()
    return {row["table_name"]: row for row in runs.to_dicts()}


def _status(lake: Lake, job: Job, run: Mapping[str, Any]) -> Status:
    failed = run["why"] if run.get("status") in {"failed", "waits"} else None
    if not lake.exists(job.name):
        return Status(job.name, None, None, None, None, failed=failed)
    commit = next(iter(lake.commits(job.name)))
    made = datetime.fromtimestamp(commit["timestamp"] / 1000, UTC)
    found = newest_note(lake, job.name)
    read = found.inputs.items() if found else ()
    versions = ", ".join(f"{name} {stand.version}" for name, stand in read)
    rows = lake.row_count(job.name)
    version = lake.version(job.name)
    costs = run if run.get("version") == version and not failed else {}
    return Status(
        job.name,
        version,
        rows,
        f"{made:%Y-%m-%d %H:%M:%S}",
        versions,
        costs.get("duration_seconds"),
        costs.get("cpu_seconds"),
        failed,
    )
