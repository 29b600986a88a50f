"""One page, fetched as a crawl would; nothing of it goes to the lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from conf.errors import CrawlError
from conf.platform import Platform
from crawler import engine
from crawler.capture import Fetched
from crawler.frontier.address import Place
from crawler.frontier.frontier import Frontier
from crawler.frontier.host import Ask
from crawler.frontier.robots import Rules
from crawler.frontier.store import Acks, Found, Store, Target, done
from crawler.spiders import reading


class Seen(NamedTuple):
    """An answer, and what the hosts that were asked allow."""

    fetched: Fetched
    rules: dict[str, Rules]


def fetch(one: Platform, where: Place, beside: Sequence[Place] = ()) -> Seen:
    """Fetch one page by the rules of a crawl: robots.txt, token, pace, retries, bounds.

    Args:
        one: platform of the page.
        where: the page.
        beside: other pages to ask for, whose answers nobody wants: their hosts' rules count.

    Raises:
        CrawlError: the page may not be fetched, or gave no answer.

    """
    store = Store(Path(":memory:"))
    store.add([Found(one.name, place) for place in (where, *beside)])
    window = _Window(where.key)
    frontier = window.frontier = Frontier(store, [one], window.refuse)
    engine.work([one], frontier, window, window, lambda _counts: None)
    store.close()
    if window.failure is not None:
        raise window.failure
    if window.fetched is None:
        silent = "; ".join(f"{host}: {how}" for host, how in frontier.silence(one.name).items())
        said = window.said or silent or "stopped before it came"
        raise CrawlError(f"{where.url} was not fetched: {said}; mend that and run it again")
    hosts = frontier.hosts.items()
    return Seen(window.fetched, {name: host.rules for name, host in hosts if host.rules})


class NoDesk:
    """The desk of who keeps nothing: a lease ends with its answer."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.frontier: Frontier | None = None
        self.on_commit: Callable[[], None] = lambda: None
        self.is_full = self.has_waiting = False

    def fail(self, error: Exception) -> None:
        """Keep an error that is not one page's."""
        self.failure = self.failure or error

    def leave(self) -> bool:
        """Send nothing anywhere."""
        return False

    def leave_if_due(self, age_s: float) -> bool:  # noqa: ARG002 - as a desk's
        """Send nothing anywhere."""
        return False

    async def empty(self) -> None:
        """Send nothing anywhere."""

    def _acknowledge(self, acks: Acks) -> None:
        if self.frontier is not None:
            self.frontier.acknowledge(acks)


class _Window(NoDesk):
    """Clerk and desk in one: keeps the one answer, and nothing else."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.fetched: Fetched | None = None
        self.said: str | None = None

    async def take(self, target: Target, fetched: Fetched) -> reading.Read:
        """Keep the answer; it leads to nothing."""
        self.gone(target, fetched)
        return reading.Read()

    def gone(self, target: Target, fetched: Fetched) -> None:
        """Keep the answer, whatever its status."""
        if target.key == self._key:
            self.fetched = fetched
        self._acknowledge(Acks((done(target),)))

    def refuse(self, ask: Ask, reason: str, detail: str, closed: str | None = None) -> None:
        """Keep why there is no answer."""
        if ask.target is None or ask.target.key == self._key:
            self.said = f"{detail} ({reason})"
        ended = (done(ask.target),) if ask.target is not None else ()
        self._acknowledge(Acks(ended, (closed,) if closed else ()))
