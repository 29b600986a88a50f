"""The rounds of one worker with the store: one round trip for many pages, and when it is due."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from crawler.frontier.held import Held
from crawler.frontier.known import Known
from crawler.frontier.outbox import Items, Load, Outbox
from crawler.frontier.pace import CATCH_UP, DEBT_S
from crawler.frontier.remote import Away, Call, Remote
from crawler.frontier.reply import Leased, leased
from crawler.frontier.robots import Rules, kept

LEAST_S, IDLE_S, _LONGEST_S = 0.02, 0.25, 1.0  # between two rounds
_AT_HAND = 256  # requests a worker holds
_ASLEEP_S = 2.0  # a worker that asks for nothing for so long gets nothing
_LEAD = 0.7  # of the horizon: how long before its moment a request is fetched


class Terms(msgspec.Struct, frozen=True):
    """How a worker leases."""

    name: str = "worker"
    lease_s: float = 30.0  # without renewal; then others take over
    horizon_s: float = 1.0  # how far ahead requests are handed out
    most: int = 50_000  # targets of the whole crawl that may be out or uncommitted
    clock: Callable[[], float] = time.monotonic


class Round(NamedTuple):
    """What one round gave."""

    is_alive: bool  # whether the store still knows this worker
    first_to_close: list[str]  # hosts whose end this worker is to tell of
    reply: Leased
    rules: dict[str, Rules]  # by host, those that are new
    delay_s: float  # added to a moment of the store's clock it gives ours


class Rounds:
    """When the store is spoken with, and what is said."""

    def __init__(
        self, remote: Remote, terms: Terms, known: Known, held: Held, outbox: Outbox
    ) -> None:
        self._remote, self._known, self._held, self._outbox = remote, known, held, outbox
        self.terms = terms
        self.due_at = -math.inf
        self.work_at = -math.inf  # when some host may be asked next
        self.asked_at = math.inf  # when somebody last wanted a request
        self.is_on = False
        self.is_unsure = False  # whether an answer of the store may be lost
        self._full: dict[str, float] = {}
        self._delays: list[float] = []
        self._versions: dict[str, str] = {}
        self._away_since: float | None = None
        self._lock = threading.Lock()

    def soon(self, seconds: float) -> None:
        """Have a round after so many seconds at the latest."""
        self.due_at = min(self.due_at, self.terms.clock() + seconds)

    def soon_for(self, host: str, *, is_idle: bool) -> None:
        """Have a round early enough for a host one of whose connections is free again.

        `is_idle`: there is nothing else to do.
        """
        if host in self._full:
            lead = self._full.pop(host) - _LEAD * self.terms.horizon_s
            self.due_at = min(self.due_at, max(self.terms.clock() + LEAST_S, lead))
        elif is_idle:
            self.soon(LEAST_S)

    async def make(self) -> Round | None:
        """Tell and ask; None if the store is away, and then nothing noted is lost."""
        self._want(self.terms.clock())
        load = self._outbox.take()
        self.due_at = math.inf
        calls = [*self._outbox.add_calls(load.adds), *self._calls(load)]
        try:
            said, rules, at = await asyncio.to_thread(self._trip, calls)
        except Away as error:
            self._outbox.restore(load)
            self._wait(error)
            return None
        finally:
            self._outbox.end()
        self._away_since, self.is_unsure = None, False
        reply = leased(said[-1])
        self._delays = [*self._delays[-15:], at - reply.now]
        first = said[-3] if load.feedback else []
        hosts = [host.decode() for host in first]
        return Round(bool(said[-2]), hosts, reply, rules, min(self._delays))

    def add_now(self) -> None:
        """Tell the store what was found, and wait for it while it is away."""
        with self._lock:
            for call in self._outbox.add_calls(self._outbox.take_adds()):
                self._remote.call(*call)

    def end(self) -> None:
        """Tell the store all that is left to tell, if it is there."""
        try:
            self.add_now()
            if feedback := self._outbox.take().feedback:
                self._remote.round([self._feedback_call(feedback)])
        except Away:
            self.is_unsure = True  # its leases end by themselves
        self._remote.close()

    def begin(self) -> None:
        """Begin anew: the store took this worker for dead."""
        self._delays, self.work_at = [], -math.inf
        self.soon(0.0)

    def plan(self, reply: Leased, delay_s: float) -> None:
        """Say when the next round is due."""
        now = self.terms.clock()
        self._full |= {one.name: one.next_at + delay_s for one in reply.hosts if one.free < 1}
        self.work_at = reply.first + delay_s
        got = reply.targets or reply.slots or reply.robots
        least = LEAST_S if got else IDLE_S
        due = max(now + least, self.work_at - _LEAD * self.terms.horizon_s)
        longest = IDLE_S if self._held.wanted else min(_LONGEST_S, self.terms.lease_s / 4)
        again = self._held.again.first
        self.due_at = min(self.due_at, max(now + least, min(due, again)), now + longest)

    def _trip(self, calls: list[Call]) -> tuple[list[Any], dict[str, Rules], float]:
        """Make the round trip, in a thread; gives what was said, new rules, and when it came."""
        with self._lock:
            said = self._remote.round(calls)
            at = self.terms.clock()
            versions = {one.name: one.version for one in leased(said[-1]).hosts}
            fresh = [
                name
                for name, version in versions.items()
                if float(version) > 0 and version != self._versions.get(name)
            ]
            rules = {name: kept(*self._remote.rules(name)) for name in fresh}
            self._versions |= {name: versions[name] for name in fresh}
        return said, rules, at

    def _wait(self, error: Away) -> None:
        """Wait for a store that is away."""
        now = time.monotonic()
        self._away_since = self._away_since or now
        self.is_unsure = True
        self._remote.tell_away(self._away_since, error)
        self.soon(min(5.0, max(IDLE_S, (now - self._away_since) / 4)))

    # What is said

    def _want(self, now: float) -> None:
        """Want a moment for each token that is missing, and for what is to be asked once more."""
        for ask in self._known.token_asks():
            self._held.want(ask)
        while (due := self._held.again.pop(now + LEAST_S)) is not None:
            self._held.want(due[1])

    def _calls(self, load: Load) -> list[Call]:
        feedback = [self._feedback_call(load.feedback)] if load.feedback else []
        return [*feedback, self._renew_call(), self._lease_call(self.terms.clock())]

    def _feedback_call(self, items: Items) -> Call:
        given = {"worker": self._held.worker, "lease_s": self.terms.lease_s, "items": items}
        return ("feedback", given)

    def _renew_call(self) -> Call:
        given = {
            "worker": self._held.worker,
            "lease_s": self.terms.lease_s,
            "is_new": self._held.is_new,
            "is_unsure": self.is_unsure,
            "mine": list(self._held.mine) if self.is_unsure else [],
            "closing": list(self._known.closing),
        }
        return ("renew", given)

    def _lease_call(self, now: float) -> Call:
        is_awake = now - self.asked_at < _ASLEEP_S
        wanted, hosts = self._held.wanted, self._known.hosts
        ruled = {
            key: ask
            for key, ask in wanted.items()
            if ask.purpose == "robots" or hosts[ask.host].rules
            if not self._known.lacks_token(ask)
        }
        unruled = {one.host for one in wanted.values() if not hosts[one.host].rules}
        given = {
            "worker": self._held.worker,
            "want": max(0, _AT_HAND - len(self._held.at_hand)) if is_awake else 0,
            "most": self.terms.most,
            "horizon_s": self.terms.horizon_s,
            "platforms": [n for n in self._known.platforms if not self._known.needs_token(n)],
            "skip": [name for name, host in hosts.items() if host.is_closed],
            "slots": [[ask.host, key] for key, ask in ruled.items()] if is_awake else [],
            "rules_for": list(unruled),
            "watch": list(self._held.at_hand.hosts),
            "debt_s": DEBT_S,
            "catch_up": CATCH_UP,
        }
        return ("lease", given)
