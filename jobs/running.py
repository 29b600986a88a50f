"""Runs jobs and tells a person how far they are: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conf.site import Site
from jobs import graph
from jobs.givens import Givens
from jobs.run import WHAT_CHANGED, Asked, Outcome, open_tables, run_all, undo

A_MINUTE = 60.0


def run_told(
    site: Site, names: Sequence[str], today: date | None, asked: Asked = WHAT_CHANGED
) -> list[Outcome]:
    """Run the named jobs and print a line for each as it ends, on standard error."""
    chosen = graph.chosen(names)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    outcomes: list[Outcome] = []
    with _progress(console, len(chosen)) as step:
        tables = open_tables(site)
        givens = Givens(site, today or datetime.now(UTC).date())
        step(chosen[0].name)
        for outcome in run_all(tables, chosen, givens, asked):
            outcomes.append(outcome)
            console.print(line(outcome), markup=False)
            done = len(outcomes)
            step(chosen[done].name if done < len(chosen) else "done", done)
    tables.close()
    return outcomes


def undo_told(site: Site, name: str) -> Outcome:
    """Undo the newest write of one table, and print a line on standard error.

    Raises:
        ConfError: there is no job of that name.
        LakeError: there is nothing to go back to.

    """
    (job,) = graph.chosen([name])
    tables = open_tables(site)
    try:
        outcome = undo(tables, job)
    finally:
        tables.close()
    Console(stderr=True, highlight=False, soft_wrap=True).print(line(outcome), markup=False)
    return outcome


def line(outcome: Outcome) -> str:
    """Say in one line what a job came to."""
    start = f"{outcome.table:<18} {outcome.status:<9}"
    if outcome.status in {"failed", "waits"}:
        return f"{start} {outcome.why}"
    if outcome.status == "unchanged":
        return f"{start} version {outcome.version}"
    if outcome.status == "undone":
        return f"{start} version {outcome.version} is {outcome.why}; the next run makes it again"
    why = f" ({outcome.why})" if outcome.why else ""
    aside = f", {outcome.rows_quarantined:,} put aside" if outcome.rows_quarantined else ""
    return (
        f"{start} {outcome.how}{why}: read {outcome.rows_read:,}, made {outcome.rows_made:,}, "
        f"wrote {outcome.rows_written:,}{aside} -> version {outcome.version}, "
        f"{outcome.seconds:.1f} s, {outcome.cpu_seconds:.1f} CPU s"
    )


class _Step:
    """Moves the bar, or remembers for the line a minute what runs now."""

    def __init__(self, progress: Progress | None, count: int) -> None:
        self.now = ""
        self._progress = progress
        self._task = progress.add_task("", total=count) if progress else None

    def __call__(self, name: str, done: int = 0) -> None:
        self.now = name
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=name, completed=done)


@contextmanager
def _progress(console: Console, count: int) -> Iterator[_Step]:
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
            yield _Step(progress, count)
        return
    step, ended, start = _Step(None, count), threading.Event(), time.monotonic()

    def tell() -> None:
        while not ended.wait(A_MINUTE):
            console.print(f"{step.now}: still at it after {time.monotonic() - start:.0f} s")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield step
    finally:
        ended.set()
        teller.join()
