"""Runs jobs: each makes its table from what changed, and one that fails does not stop the rest."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from conf.contract import Table
from conf.errors import ConfError, CountermarkError, LakeError
from conf.site import Site
from jobs import graph, increments, writes
from jobs.among import marked
from jobs.conform import check, conform, is_broken, parted, to_spark
from jobs.consumed import Consumed, digest, newest_note, note_before, undoable
from jobs.cpu import tree_seconds
from jobs.givens import VERSIONS, Givens
from jobs.graph import Job
from jobs.tables import LakeTables, storage_fault
from jobs.upsert import BAD, WHOLE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

How = Literal["whole", "touched keys", "new rows"]


class Asked(msgspec.Struct, frozen=True):
    """What a person asked a run to take, beyond what changed."""

    is_full: bool = False
    since: datetime | None = None  # all that changed since then, though it was taken before


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
        with tables.held(job.name):
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


def run(tables: LakeTables, job: Job, givens: Givens, asked: Asked) -> Outcome:
    """Make one table from what changed since it was made last.

    Raises:
        CountermarkError: whatever a user can mend; nothing was written then.

    """
    table, given = job.table, givens.take(job.givens)
    now = Consumed({name: tables.stand(name) for name in job.inputs}, digest(table, given))
    before = _before(tables, job, asked)
    version = tables.lake.version(job.name)
    if before == now and not asked.is_full:
        return Outcome(job.name, "unchanged", version=version)
    part, why = decide(tables, job, before, now, asked)
    if VERSIONS in job.givens:
        given[VERSIONS] = {n: s.version for n, s in now.inputs.items() if s.version is not None}
    made = conform(to_spark(tables.spark, job.function(**part.inputs, **given), table), table)
    if part.whole_of is not None:
        made = marked(made, table.key, part.whole_of, WHOLE)
    rows = tables.settle(made)
    counts = check(rows, table)
    if counts.bad:
        good, aside = parted(rows, table)
        tables.put_aside(table, aside)
        is_merged = part.is_fold and not table.combine
        rows = rows.withColumn(BAD, is_broken(table)) if is_merged else good
    written = write(tables, table, rows, now, part, given.get("today"))
    return Outcome(
        job.name,
        "made",
        how="new rows" if part.is_fold else "whole" if why else "touched keys",
        why=why,
        rows_read=part.read,
        keys_touched=part.touched,
        rows_made=counts.rows,
        rows_quarantined=counts.bad,
        rows_written=written,
        version=tables.lake.version(job.name),
    )


def _before(tables: LakeTables, job: Job, asked: Asked) -> Consumed | None:
    """Give what the table is taken to have consumed."""
    if asked.since is None:
        return newest_note(tables.lake, job.name)
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
    tables: LakeTables, job: Job, before: Consumed | None, now: Consumed, asked: Asked
) -> tuple[increments.Part, str | None]:
    """Give what the job is to be run on, and why that is everything if it is."""
    why = "it was asked for" if asked.is_full else increments.must_be_whole(job, before, now)
    if why is None and before is not None:
        part = increments.part(tables, job, before, now)
        if part is not None:
            return part, None
        why = "the tables no longer tell what changed"
    return increments.whole(tables, job, now), why


def write(
    tables: LakeTables,
    table: Table,
    made: DataFrame,
    now: Consumed,
    part: increments.Part,
    today: date | None,
) -> int:
    """Write rows as the contract says, in one commit; gives how many rows that changed."""
    followed = graph.followed(table.name)
    if table.write == "replace" or not tables.is_of_contract(table):
        writes.replace(tables, table, made, now)
    elif table.write == "replace_day":
        if today is None:
            raise ConfError(f"job {table.name} replaces a day, so it must take `*, today`")
        writes.replace_day(tables, table, made, now, today)
    elif part.is_fold and table.combine:
        writes.fold_all(tables, table, made, now)
    elif part.is_fold:
        return writes.fold(tables, table, made, now, followed)
    else:
        return writes.sync(tables, table, made, now, part.scope, followed)
    return tables.written(table.name)


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
