"""The daily run over a world of any size: a first day, a normal day, and a day without news.

    python infra/bench/daily.py --listings 1000000 [--then 100000] [--folder DIR] [--keep]

The world is made once and kept (infra/bench/daily_world.py). Its first day goes into a new lake and
all jobs run; then a normal day (70 % seen unchanged, 25 % changed a little, 5 % new); then all jobs
once more with nothing new. With --then, a third day sees so many of the listings, 30 % of them
changed: what the same changes cost where more is stored. Told are CPU seconds of the process tree a
stage, its wall time, rows a CPU second, bytes written and the largest memory. A model of all
features scores, of our own model's size; it has learned nothing but the rules' scores, as its cost
alone is asked for here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import psutil

from conf.place import size
from conf.site import PROJECT, Site, Spark, site
from infra.bench.daily_model import costly_model
from infra.bench.daily_world import DAYS, committed, third_day, world
from jobs import graph
from jobs.cpu import tree_seconds
from jobs.givens import Givens
from jobs.run import Outcome, open_tables, run_all

FOLDER = PROJECT / "var" / "bench"
SPARK = Spark(
    master="local[2]", driver_memory="7g", shuffle_partitions=16, is_small=False, options={}
)
A_LOOK_S = 4.0  # at the memory; to add up shared pages of 8 GiB takes a quarter of a second
TARGETS = {
    "normal_day_minutes": "<= 15 at 10,000,000 listings",
    "first_day_minutes": "<= 30 at 10,000,000 listings",
    "peak_gib": "<= 12",
    "unchanged_s": "<= 60",
}


class Day(msgspec.Struct):
    """What one run came to."""

    name: str
    rows: int
    commit_s: float = 0.0
    commit_cpu_s: float = 0.0
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_gib: float = 0.0
    written_gib: float = 0.0
    outcomes: list[Outcome] = []


def main() -> None:
    """Run the three days; figures as JSON, last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=300_000)
    parser.add_argument("--then", type=int, default=0, help="listings that a third day sees")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="world and lake lie here")
    parser.add_argument("--keep", action="store_true", help="leave the lake there")
    given = parser.parse_args()
    made = world(given.folder, given.listings)
    home = given.folder / f"home-{given.listings}"
    shutil.rmtree(home, ignore_errors=True)
    where = msgspec.structs.replace(site("local"), name="bench", home=home, spark=SPARK)
    model = costly_model(given.folder)
    days = [
        _day("first day", where, made / "day1", DAYS[0].date(), model),
        _day("normal day", where, made / "day2", DAYS[1].date(), model),
        _day("nothing new", where, None, DAYS[1].date(), model),
    ]
    if given.then:
        rows = third_day(made, given.then)
        days.append(_day("third day", where, rows, DAYS[2].date(), model))
    _tell(days, given.listings)
    if not given.keep:
        shutil.rmtree(home)


def _day(name: str, where: Site, rows: Path | None, today: date, model: Any) -> Day:
    """Commit a day's rows and run all jobs."""
    before = size(where.lake)
    with _peak() as peak:
        count, commit_s, commit_cpu_s = _committed(where, rows) if rows else (0, 0.0, 0.0)
        day = Day(name, count, commit_s, commit_cpu_s)
        begun, cpu = time.monotonic(), tree_seconds()
        tables = open_tables(where)
        givens = Givens(where, today, {"model": model})
        for outcome in run_all(tables, graph.chosen(["all"]), givens):
            day.outcomes.append(outcome)
            sys.stderr.write(f"{name}: {_line(outcome)}\n")
        day.cpu_s = tree_seconds() - cpu + commit_cpu_s
        tables.close()
        day.seconds = time.monotonic() - begun + commit_s
    day.peak_gib, day.written_gib = peak[0], (size(where.lake) - before) / 2**30
    return day


def _committed(where: Site, rows: Path) -> tuple[int, float, float]:
    """Append a day's rows to bronze; gives rows, wall and CPU seconds."""
    begun, cpu = time.monotonic(), tree_seconds()
    count = committed(where, rows)
    return count, time.monotonic() - begun, tree_seconds() - cpu


@contextmanager
def _peak() -> Iterator[list[float]]:
    """Watch the memory of the process tree, its shared pages counted once; in GiB."""
    peak, ended = [0.0], threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not ended.wait(A_LOOK_S):
            tree_seconds()  # keeps what workers used that end in the middle of a job
            held = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    memory = process.memory_full_info()
                    held += getattr(memory, "pss", memory.uss)
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], held / 2**30)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def _line(one: Outcome) -> str:
    return (
        f"{one.table:<18} {one.status:<9} {one.how or '':<13} read {one.rows_read:>11,} made "
        f"{one.rows_made:>11,} wrote {one.rows_written:>11,} {one.seconds:>7.1f} s "
        f"{one.cpu_seconds:>7.1f} CPU s {one.why or ''}"
    )


def _tell(days: list[Day], listings: int) -> None:
    figures: dict[str, Any] = {"listings": listings}
    for day in days:
        key = day.name.replace(" ", "_")
        sys.stdout.write(
            f"\n{day.name}: {day.rows:,} observations, {day.seconds:.0f} s, {day.cpu_s:.0f} CPU s, "
            f"at most {day.peak_gib:.1f} GiB, {day.written_gib:.2f} GiB more on disk\n"
            f"  commit {day.commit_s:.1f} s, {day.commit_cpu_s:.1f} CPU s\n"
        )
        sys.stdout.writelines(f"  {_line(one)}\n" for one in day.outcomes)
        figures[f"{key}_s"] = round(day.seconds, 1)
        figures[f"{key}_cpu_s"] = round(day.cpu_s, 1)
        figures[f"{key}_peak_gib"] = round(day.peak_gib, 2)
        figures[f"{key}_written_gib"] = round(day.written_gib, 3)
        figures[f"{key}_cpu_s_by_table"] = {o.table: o.cpu_seconds for o in day.outcomes}
        figures[f"{key}_failed"] = [o.table for o in day.outcomes if o.status == "failed"]
    figures["first_day_minutes"] = round(days[0].seconds / 60, 2)
    figures["normal_day_minutes"] = round(days[1].seconds / 60, 2)
    figures["unchanged_s"] = round(days[2].seconds, 1)
    figures["unchanged_writes"] = sum(o.status == "made" for o in days[2].outcomes)
    figures["peak_gib"] = max(day.peak_gib for day in days)
    sys.stdout.write(json.dumps({"bench": "daily", "figures": figures, "targets": TARGETS}) + "\n")


if __name__ == "__main__":
    main()
