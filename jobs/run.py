"""Runs jobs: each makes its table from what changed, and one that fails does not stop the rest."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from conf.contract import Table
from conf.errors import ConfError, CountermarkError, LakeError
from conf.site import Site
from jobs import graph, increments, writes
from jobs.conform import conform, to_spark
from jobs.consumed import Consumed, caught_up, digest, newest_note, note_before, undoable
from jobs.cpu import tree_seconds
from jobs.givens import BEFORE, VERSIONS, Givens
from jobs.graph import Job
from jobs.merging import nothing
from jobs.parts import folder, make
from jobs.rules import refuse
from jobs.tables import LakeTables, storage_fault
from jobs.writes import Want

if TYPE_CHECKING:
    from conf.place import Place

How = Literal["whole", "touched keys", "new rows"]


class Asked(msgspec.Struct, frozen=True):
    """What a person asked a run to take, beyond what changed."""

    is_full: bool = False
    since: datetime | None = None  # all that changed since then, though it was taken before
    wait_s: float = 0.0  # for a table that another process writes


WHAT_CHANGED = Asked()


class Outcome(msgspec.Struct, frozen=True):
    """What one job came to."""

    table: str
    status: Literal["made", "unchanged", "failed", "waits", "undone"]
    how: How | None = None
    why: str | None = None  # why the whole table was made, or what failed
    rows_read: int = 0
    keys_touched: int | None = None
    rows_made: int = 0
    rows_written: int = 0
    rows_quarantined: int = 0
    version: int | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def run_all(
    tables: LakeTables, chosen: Sequence[Job], givens: Givens, asked: Asked = WHAT_CHANGED
) -> Iterator[Outcome]:
    """Run jobs in their order; what reads a table that failed waits for the next run."""
    stuck: set[str] = set()
    for job in chosen:
        if blocking := sorted(stuck & set(job.inputs)):
            outcome = Outcome(job.name, "waits", why=f"it reads {', '.join(blocking)}")
        else:
            outcome = timed(lambda job=job: attempt(tables, job, givens, asked))  # type: ignore[misc] # a default binds the loop's job
        if outcome.status != "unchanged":
            _note(tables, outcome)
        if outcome.status in {"failed", "waits"}:
            stuck.add(job.name)
        yield outcome


def _note(tables: LakeTables, outcome: Outcome) -> None:
    """Note what a run came to; that it cannot be noted is told, and stops nothing."""
    told = msgspec.structs.asdict(outcome)
    row = {"table_name": told.pop("table"), "duration_seconds": told.pop("seconds"), **told}
    try:
        tables.note([row], datetime.now(UTC) - timedelta(seconds=outcome.seconds))
    except LakeError as error:
        sys.stderr.write(f"countermark: {error}\n")


def attempt(tables: LakeTables, job: Job, givens: Givens, asked: Asked) -> Outcome:
    """Run one job; a failure is an outcome like any other.

    A fault that is ours and not the user's keeps its traceback, on standard error.
    """
    try:
        if givens.is_idle(job.givens) or is_current(
            tables, job, givens, asked
        ):  # leaves no trace, not even a lease
            return Outcome(job.name, "unchanged", version=tables.lake.version(job.name))
        with tables.held(job.name, asked.wait_s):
            return run(tables, job, givens, asked)
    except CountermarkError as error:
        return Outcome(job.name, "failed", why=str(error))
    except Exception as error:  # noqa: BLE001 - told below, and the run ends with status 1
        if fault := storage_fault(job.name, error):
            return Outcome(job.name, "failed", why=str(fault))
        traceback.print_exc()
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        return Outcome(job.name, "failed", why=why)
    finally:
        tables.let_go()


def is_current(tables: LakeTables, job: Job, givens: Givens, asked: Asked) -> bool:
    """Tell whether the table holds what a run would make."""
    now = _now(tables, job, givens.take(job.givens))
    return not asked.is_full and _before(tables, job, asked, now) == now


def _now(tables: LakeTables, job: Job, given: dict[str, Any]) -> Consumed:
    return Consumed({name: tables.stand(name) for name in job.inputs}, digest(job.table, given))


def run(tables: LakeTables, job: Job, givens: Givens, asked: Asked) -> Outcome:
    """Make one table from what changed since it was made last.

    Raises:
        CountermarkError: whatever a user can mend; nothing was written then.

    """
    table, given = job.table, givens.take(job.givens)
    now = _now(tables, job, given)
    before = _before(tables, job, asked, now)
    version = tables.lake.version(job.name)
    if before == now and not asked.is_full:
        return Outcome(job.name, "unchanged", version=version)
    if VERSIONS in job.givens:
        given[VERSIONS] = {n: s.version for n, s in now.inputs.items() if s.version is not None}
    if BEFORE in job.givens:
        given[BEFORE] = tables.lake.frame(job.name) if version is not None else nothing(table)
    with folder(tables.lake, job.name) as where:
        part, why = decide(tables, job, before, now, asked, where)
        _ = tables.spark  # where tasks read tables themselves, no frame has started it
        made = job.function(**part.inputs, **given)
        count = writes.bucket_count(tables, table, part.expected)
        rows = conform(to_spark(tables.spark, made, table), table)
        parts = make(rows, table, count, where, part.whole_of)
        refuse(table, parts.faults, parts.bad, parts.rows)
        if parts.bad:
            tables.put_aside(table, parts.aside())
        want = wanted(tables, table, part, given.get("today"))
        written = writes.write(tables, table, parts, want, now)
    return Outcome(
        job.name,
        "made",
        how="new rows" if part.is_fold else "whole" if why else "touched keys",
        why=why,
        rows_read=part.read,
        keys_touched=part.touched,
        rows_made=parts.rows,
        rows_quarantined=parts.bad,
        rows_written=written,
        version=tables.lake.version(job.name),
    )


def _before(tables: LakeTables, job: Job, asked: Asked, now: Consumed) -> Consumed | None:
    """Give what the table is taken to have consumed."""
    if asked.since is None:
        return caught_up(tables.lake, newest_note(tables.lake, job.name), now)
    if job.table.combine:
        raise ConfError(
            f"{job.name} adds new rows up, so it cannot take some of them twice; give --full "
            "instead of --since"
        )
    return note_before(tables.lake, job.name, asked.since)


def undo(tables: LakeTables, job: Job) -> Outcome:
    """Take a table back to before its newest write; the next run makes that again.

    Raises:
        LakeError: there is nothing to go back to.

    """
    with tables.held(job.name):
        back = undoable(tables.lake, job.name)
        writes.restore(tables, job.table, back.version, back.consumed)
    why = f"as of version {back.version}"
    return Outcome(job.name, "undone", why=why, version=tables.lake.version(job.name))


def decide(
    tables: LakeTables,
    job: Job,
    before: Consumed | None,
    now: Consumed,
    asked: Asked,
    where: Place,
) -> tuple[increments.Part, str | None]:
    """Give what the job is to be run on, and why that is everything if it is."""
    why = "it was asked for" if asked.is_full else increments.must_be_whole(job, before, now)
    if why is None and before is not None:
        part = increments.part(tables, job, before, now, where)
        if part is not None:
            return part, None
        why = "the tables no longer tell what changed"
    return increments.whole(tables, job, now), why


def wanted(tables: LakeTables, table: Table, part: increments.Part, today: date | None) -> Want:
    """Say how the made rows are to be written, by contract and by what they were made of."""
    followed = tuple(graph.followed(table.name))
    if table.write == "replace" or not tables.is_of_contract(table):
        return Want("replace")
    if table.write == "replace_day":
        if today is None:
            raise ConfError(f"job {table.name} replaces a day, so it must take `*, today`")
        return Want("replace_day", day=today)
    if part.is_fold:
        return Want("combine") if table.combine else Want("fold", followed)
    return Want("sync", followed, part.scope)


def timed(do: Callable[[], Outcome]) -> Outcome:
    """Give an outcome with the wall and CPU seconds it took, those of the JVM included."""
    start, cpu = time.monotonic(), tree_seconds()
    outcome = do()
    return msgspec.structs.replace(
        outcome,
        seconds=round(time.monotonic() - start, 2),
        cpu_seconds=round(max(0.0, tree_seconds() - cpu), 2),
    )


def open_tables(site: Site) -> LakeTables:
    """Open the lake, made if it is not there; Spark starts when a job has something to do.

    Raises:
        LakeError: the lake's folder cannot be written.

    """
    try:
        site.lake.mkdir(parents=True, exist_ok=True)
        return LakeTables(site)
    except OSError as error:
        raise LakeError(f"{site.lake} cannot be written: {error.strerror}; mend it") from None
