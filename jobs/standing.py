"""Where every table stands and what a run would do; read from the logs alone, without Spark."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from conf.site import Site
from jobs import increments
from jobs.consumed import Consumed, Stand, digest, newest_note
from jobs.givens import Givens
from jobs.graph import Job, jobs
from jobs.reader import Lake


class Step(msgspec.Struct, frozen=True):
    """What a run would do to one table."""

    table: str
    will: str
    why: str


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
    return [_status(lake, job) for job in jobs()]


def _step(lake: Lake, job: Job, givens: Givens, stirred: set[str]) -> Step:
    stands = {name: Stand(lake.id(name), lake.version(name)) for name in job.inputs}
    now = Consumed(stands, digest(job.table, givens.take(job.givens)))
    before = newest_note(lake, job.name)
    if before is not None and before == now and not stirred:
        return Step(job.name, "stay", "nothing that it reads has changed")
    if why := increments.must_be_whole(job, before, now):
        return Step(job.name, "be made whole", why)
    named = {name for name in job.inputs if before and before.inputs[name] != now.inputs[name]}
    return Step(job.name, "take what changed", f"in {', '.join(sorted(named | stirred))}")


def _status(lake: Lake, job: Job) -> Status:
    if not lake.exists(job.name):
        return Status(job.name, None, None, None, None)
    commit = next(iter(lake.commits(job.name)))
    made = datetime.fromtimestamp(commit["timestamp"] / 1000, UTC)
    found = newest_note(lake, job.name)
    read = found.inputs.items() if found else ()
    versions = ", ".join(f"{name} {stand.version}" for name, stand in read)
    rows = lake.row_count(job.name)
    return Status(job.name, lake.version(job.name), rows, f"{made:%Y-%m-%d %H:%M:%S}", versions)
