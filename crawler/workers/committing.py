"""The committer as a process: brings what is sealed for as long as it runs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from typing import Any

from conf.errors import CrawlError, LakeError
from conf.site import Site
from crawler.commit import Committer
from crawler.frontier.ledger import Ledger
from crawler.metrics import serve_what
from crawler.spool import of_workers
from crawler.workers import shared
from crawler.workers.bringing import APP, Bringer
from crawler.workers.queue import QueueCollector

_LOOK_S = 0.1
_ENOUGH, _LONGEST_S = 50, 5.0  # batches that go at once, and how long one waits for others
_QUIET_S = 0.6  # a worker that has work seals a batch each half second
_PAUSE_S = 1.0  # before something that failed is tried again
Metrics = tuple[int, str]  # port and address that they are served at
PATIENCE_S = 900.0  # a lake may be full or away for so long before the committer gives up


def commit(
    site: Site, *, once: bool = False, parent: int | None = None, metrics: Metrics | None = None
) -> int:
    """Bring batches to the lake until a signal says to end; gives how many.

    With `once`, bring what is there and end. It ends, too, when `parent` is no more. Whatever is
    sealed when it is told to end is brought first. With `metrics`, the queue's length is told to
    whoever asks, from before it has the tables until it ends.

    Raises:
        ConfError: the site's frontier cannot be shared.
        LakeError: another committer has the tables (with `once`), or they stay unwritable.
        CrawlError: a batch cannot be read, the frontier's store is away for long, or the port of
            the metrics is taken.

    """
    shared.check_shared(site, "crawl commit")
    stop = Event()
    if not once:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        if metrics is not None:
            stack.callback(serve_what(QueueCollector(site), *metrics))
        committer = stack.enter_context(Committer(site.lake, APP))

        def is_to_end() -> bool:
            return stop.is_set() or (parent is not None and os.getppid() != parent)

        bringer = _bringer(site, committer, stack, is_to_end, once=once)
        company, count, is_last = Company(), 0, False
        while bringer is not None and not is_last:
            is_last = once or is_to_end()
            _patiently(bringer.remind, stop)
            waiting = len(of_workers(site.state / "spool"))
            if company.is_due(waiting, time.monotonic()) or is_last:
                count += _patiently(bringer.bring_all, stop)
            elif not is_last:
                stop.wait(_LOOK_S)
        return count


class Company:
    """When sealed batches go: together, as each commit costs as much for one row as for many."""

    def __init__(self) -> None:
        self._count, self._first_at, self._last_at = 0, 0.0, 0.0

    def is_due(self, count: int, now: float) -> bool:
        """Say whether so many should go: enough wait, or one for long, or no more will come."""
        if count > self._count:
            self._last_at = now
            self._first_at = self._first_at if self._count else now
        self._count = count
        is_old = now - self._first_at >= _LONGEST_S or now - self._last_at >= _QUIET_S
        is_due = bool(count) and (count >= _ENOUGH or is_old)
        if is_due:
            self._count = 0
        return is_due


def _bringer(
    site: Site,
    committer: Committer,
    stack: ExitStack,
    is_to_end: Callable[[], bool],
    *,
    once: bool,
) -> Bringer | None:
    """Take the tables, as soon as the committer that has them lets go; None if told to end."""
    ledgers = _Ledgers(site)
    stack.callback(ledgers.close)
    said = ""
    while not is_to_end():
        try:
            return Bringer(site, committer, ledgers.of)
        except LakeError as error:
            committer.close()
            if once:
                raise
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"countermark: waits for the tables: {said}\n")
            time.sleep(_PAUSE_S)
    return None


def _patiently(work: Callable[[], int], stop: Event) -> int:
    """Do a part of the work; what fails for want of room or of a store is tried again for long."""
    begun, said = time.monotonic(), ""
    while True:
        try:
            return work()
        except (LakeError, CrawlError) as error:
            if stop.is_set() or time.monotonic() - begun > PATIENCE_S:
                raise
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"countermark: waits: {said}\n")
            stop.wait(_PAUSE_S)


class _Ledgers:
    """The ledgers of the crawls that batches are of."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._open: dict[str, Ledger] = {}

    def of(self, name: str) -> Ledger:
        """Give the ledger of a crawl."""
        if name not in self._open:
            self._open[name] = shared.ledger(self._site, name)
        return self._open[name]

    def close(self, *_: Any) -> None:
        """Let go of all stores."""
        for one in self._open.values():
            one.close()
