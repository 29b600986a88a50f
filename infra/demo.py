"""The main job on the sandbox marketplaces: two days, from listing pages to brand reports.

Runs the very commands that a person would type, one after the other, in a home of its own
(`var/demo`). Each of them goes on where it was stopped, so the demo does too: kill it anywhere,
run it again, and the tables are those of one clean run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec

from conf.errors import CountermarkError, GateError
from infra.sandbox.world import FIRST_DAY
from infra.stages import Stage, Stages, end_with_parent

PROJECT = Path(__file__).parents[1]
HOME = PROJECT / "var" / "demo"
HISTORY_SEED_STEP = 1000  # the partners' history is another world: other sellers, other dates


class Options(msgspec.Struct, frozen=True):
    """What the demo was asked for."""

    listings: int
    seed: int
    home: Path


def main() -> int:
    """Run the demo; the status of the first command that failed, else 0."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--listings", type=int, default=1500, help="size of the sandbox world")
    parser.add_argument("--seed", type=int, default=1, help="which world")
    parser.add_argument("--home", type=Path, default=HOME, help="where lake and reports go")
    given = parser.parse_args()
    end_with_parent()
    options = Options(given.listings, given.seed, given.home.resolve())
    _same_world(options)
    home = {"COUNTERMARK_HOME": str(options.home)}
    stages = Stages(home, ledger=options.home / "stages.txt")
    try:
        stages.run_all(demo(options))
        _tell(options, stages)
    except CountermarkError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    finally:
        stages.countermark("sandbox", "down", is_quiet=True)
    return 0


def demo(options: Options) -> Iterator[Stage]:
    """Give the stages in their order."""
    yield from _history(options)
    yield from _learning()
    for day in (1, 2):
        yield from _day(options, day)
    reports = str(options.home / "reports")
    yield Stage(
        "report", "Write a report for every brand", [["report", "brand", "all", "--out", reports]]
    )
    yield Stage("judge", "Hold the scores against the planted truth", [["sandbox", "judge"]])


def _history(options: Options) -> Iterator[Stage]:
    folder = options.home / "history"
    seed = str(options.seed + HISTORY_SEED_STEP)
    yield Stage(
        "history",
        "Take four partners' history: listings, sellers, picture hashes, decisions",
        [["sandbox", "history", "--out", str(folder), "--seed", seed]],
    )
    day = FIRST_DAY - timedelta(days=1)
    # The time of rows that tell none, refused ones among them: the same in every run.
    now = ["--now", f"{day}T06:00:00+00:00"]
    yield Stage("feed", "Import it", [["feed", "import", "--history", str(folder), *now]])
    yield _jobs("Clean it, match it, score it by rules", day)


def _learning() -> Iterator[Stage]:
    name = "counterfeit"
    yield Stage("train", "Learn from the partners' decisions", [["model", "train", name]])
    yield Stage("gate", "Judge on unseen platforms, times and sellers", [["model", "judge", name]])
    yield Stage(
        "gate",
        "Promote it if it passes its gate; else the rules go on scoring",
        [["model", "promote", name]],
        fine=(0, GateError.status),
    )


def _day(options: Options, day: int) -> Iterator[Stage]:
    today = FIRST_DAY + timedelta(days=day - 1)
    world = ["--seed", str(options.seed), "--listings", str(options.listings)]
    parent = ["--until-parent-exits", str(os.getpid())]
    start = ["sandbox", "up", *world, "--day", str(day), *parent]
    crawl = ["crawl", "run", "--now", f"{today}T06:00:00+00:00"]
    move = start if day == 1 else ["sandbox", "day", str(day)]
    yield Stage("sandbox", f"Day {day}, {today}: the marketplaces open", [move])
    yield Stage("crawl", "Crawl them", [crawl])
    yield _jobs("Clean, match, score, report", today)


def _jobs(says: str, today: date) -> Stage:
    """Give the stage that reports a day; later, the same command would tell of a later lake."""
    return Stage("jobs", says, [["job", "run", "all", "--today", str(today)]], is_once=True)


def _same_world(options: Options) -> None:
    """Begin anew when the world asked for is not the one that the home holds."""
    stamp = options.home / "world.json"
    wanted = msgspec.json.encode({"listings": options.listings, "seed": options.seed})
    if stamp.exists() and stamp.read_bytes() != wanted:
        shutil.rmtree(options.home)
    options.home.mkdir(parents=True, exist_ok=True)
    stamp.write_bytes(wanted)


def _tell(options: Options, stages: Stages) -> None:
    """Print the stages' cost, where the reports are, and what to try next."""
    stages.print_costs()
    home = (
        options.home.relative_to(PROJECT) if options.home.is_relative_to(PROJECT) else options.home
    )
    prefix = f"COUNTERMARK_HOME={home} .venv/bin/countermark"
    sys.stdout.write(
        f"\nThe reports are in {home}/reports (one HTML page and one spreadsheet a brand).\n\n"
        "Try next:\n"
        f"  {prefix} lake show listing_scores --where is_red_flag=true\n"
        f"  {prefix} evidence show LISTING_KEY     the page and the score behind a flag\n"
        f"  {prefix} lake history LISTING_KEY      what it was, from when to when\n"
        f"  {prefix} lake tables                   what is in the lake\n"
        f"  {prefix} model ui                      the runs and the registry in MLflow\n"
        "  docs/walk.md                           one listing, followed through every room\n"
        "  docs/lake.md                           questions to the lake, with their answers\n"
    )


if __name__ == "__main__":
    sys.exit(main())
