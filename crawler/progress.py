"""How long work tells how far it is: a bar on a terminal, one line a minute elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from crawler.desk import Desk

_LINE_S = 60.0


class Progress:
    """Tells how far work is; call `show` as often as you like."""

    def __init__(self, words: Callable[[float], str]) -> None:
        """Take what gives the words, told the seconds since the work began."""
        self._words = words
        self._begun = self._told = monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        """Begin to tell, on stderr."""
        console = Console(stderr=True)
        if console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bar = Bar(*columns, console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task("beginning")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop telling."""
        if self._bar is not None:
            self._bar.stop()

    def show(self) -> None:
        """Tell how far it is, if it is time to."""
        now = monotonic()
        if self._bar is not None:
            self._bar.update(self._task, description=self._words(now - self._begun))
        elif now - self._told >= _LINE_S:
            self._told = now
            sys.stderr.write(self._words(now - self._begun) + "\n")


def of_crawl(desk: Desk) -> Callable[[float], str]:
    """Give what tells how far a crawl is, by the desk that all outcomes come to."""

    def words(seconds: float) -> str:
        tallies = desk.tally.values()
        pages = sum(tally["page"] + tally["picture"] for tally in tallies)
        refused = sum(sum(one.values()) for one in desk.refusals.values())
        listings = sum(tally["listing"] for tally in tallies)
        rate = pages / max(0.1, seconds)
        return f"crawl: {pages} pages ({rate:.0f} a second), {listings} listings, {refused} refused"

    return words
