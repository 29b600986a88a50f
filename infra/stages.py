"""Run commands one after the other as named stages, and tell what each cost."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from conf.errors import CountermarkError

COUNTERMARK = Path(sys.executable).parent / "countermark"
_PR_SET_PDEATHSIG = 1  # prctl(2): the signal to get when the parent dies


class Stage(msgspec.Struct, frozen=True):
    """A name to sum costs under, what it says to the reader, and its commands."""

    name: str
    says: str
    commands: Sequence[Sequence[str]]
    fine: Collection[int] = (0,)  # statuses after which the next stage goes on
    is_once: bool = False  # it tells of a moment, and is left alone once it has ended well


class Cost(msgspec.Struct):
    """What the commands of one name took."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Have the kernel send us a signal when our parent dies, so that nobody is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


class Stages:
    """Runs commands in one environment and keeps what they cost."""

    def __init__(self, environment: Mapping[str, str], ledger: Path | None = None) -> None:
        """Take what is added to the environment of every command.

        The ledger is a file that keeps which stages of a moment have ended well.
        """
        self._ledger = ledger
        self._environment = os.environ | dict(environment)
        self._costs: dict[str, Cost] = {}
        self._console = Console(highlight=False)
        signal.signal(signal.SIGTERM, _stop)

    def run_all(self, stages: Iterable[Stage]) -> None:
        """Run every stage in order.

        Raises:
            CountermarkError: a command ended with a status that its stage does not call fine.

        """
        for stage in stages:
            self._console.print(f"\n[bold]{stage.says}[/bold]")
            if stage.is_once and self._has_ended(stage):
                self._console.print("  done in an earlier run", style="dim")
                continue
            for command in stage.commands:
                self._console.print(
                    f"  $ countermark {' '.join(command)}", style="dim", soft_wrap=True
                )
                status = self._timed(stage.name, command)
                if status not in stage.fine:
                    raise CountermarkError(
                        f"`countermark {' '.join(command[:3])}` ended with status {status}; its "
                        "words are above. Mend that and run the same make command again: it goes on"
                    )
            if stage.is_once and self._ledger is not None:
                with self._ledger.open("a") as file:
                    file.write("\n" + _line(stage))  # a line that a kill cut stays alone

    def _has_ended(self, stage: Stage) -> bool:
        if self._ledger is None or not self._ledger.exists():
            return False
        return _line(stage) in self._ledger.read_text().splitlines(keepends=True)

    def module(self, name: str, *arguments: str) -> None:
        """Run one of our modules as a program, outside the count.

        Raises:
            CountermarkError: it ended with another status than 0.

        """
        command = [sys.executable, "-m", name, *arguments]
        if subprocess.run(command, env=self._environment, check=False).returncode:  # noqa: S603 - ours
            raise CountermarkError(f"`python -m {name}` failed; its words are above")

    def countermark(self, *command: str, is_quiet: bool = False) -> int:
        """Run one command outside the count; its status."""
        out = subprocess.DEVNULL if is_quiet else None
        done = subprocess.run(  # noqa: S603 - our own command
            [COUNTERMARK, *command], env=self._environment, stdout=out, stderr=out, check=False
        )
        return done.returncode

    def print_costs(self) -> None:
        """Print a table of the stages' wall and CPU seconds (children included)."""
        table = Table("stage", "seconds", "CPU seconds", title="What it cost", title_justify="left")
        for name, cost in self._costs.items():
            table.add_row(name, f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}")
        wall = sum(cost.wall_s for cost in self._costs.values())
        cpu = sum(cost.cpu_s for cost in self._costs.values())
        table.add_row("all", f"{wall:.1f}", f"{cpu:.1f}", style="bold")
        self._console.print()
        self._console.print(table)

    def _timed(self, name: str, command: Sequence[str]) -> int:
        start = time.monotonic()
        child = subprocess.Popen(  # noqa: S603 - our own command
            [COUNTERMARK, *command],
            env=self._environment,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads have started here
        )
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.terminate()
            child.wait()
            raise
        child.returncode = os.waitstatus_to_exitcode(status)
        cost = self._costs.setdefault(name, Cost())
        cost.wall_s += time.monotonic() - start
        cost.cpu_s += usage.ru_utime + usage.ru_stime
        return child.returncode


def _line(stage: Stage) -> str:
    return f"{stage.commands}\n"


def _stop(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)
