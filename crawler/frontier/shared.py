"""The shared frontier: many workers on many machines ask the same hosts, none of them too often.

Targets, leases and each host's politeness are in Redis or Valkey, and change only in scripts. A
worker holds what it may ask within the next moments, each request with its own moment, and brings
what it learned back in rounds: one round trip for many pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from conf.platform import Platform
from crawler.frontier.address import host_of
from crawler.frontier.contract import Refuse
from crawler.frontier.handing import take, verdict
from crawler.frontier.held import Held
from crawler.frontier.host import Ask
from crawler.frontier.known import Known
from crawler.frontier.ledger import Ledger
from crawler.frontier.outbox import Outbox
from crawler.frontier.remote import Remote
from crawler.frontier.robots import Rules
from crawler.frontier.rounds import IDLE_S, LEAST_S, Round, Rounds, Terms
from crawler.frontier.store import Acks, Target
from crawler.items import Link


class SharedFrontier:
    """All platforms of one crawl, as one of its workers sees them."""

    def __init__(
        self,
        remote: Remote,
        platforms: Sequence[Platform],
        refuse: Refuse,
        limit: int | None = None,
        *,
        terms: Terms | None = None,
    ) -> None:
        """Join the crawl; `limit` is in listings a platform."""
        self._known = Known(platforms)
        self.platforms, self.hosts = self._known.platforms, self._known.hosts
        self.tokens, self.silent = self._known.tokens, self._known.silent
        self.warnings = remote.warnings
        self.in_flight = 0
        self.wake_at = math.inf
        self.refuse = refuse
        self.on_anew: Callable[[], None] = lambda: None  # told when all begins anew
        given = terms or Terms()
        self._outbox = Outbox(self.platforms, limit)
        self._held = Held(given.name, self._outbox)
        self._rounds = Rounds(remote, given, self._known, self._held, self._outbox)
        self._ledger = Ledger(remote)
        self._is_counted = False
        self._join()

    # What goes out

    def next(self, now: float) -> Ask | None:
        """Give the next request that may go out now; with None, `wake_at` says when to ask."""
        self._rounds.asked_at = now
        while (due := self._held.at_hand.pop(now)) is not None:
            at, ask = due
            said = verdict(self._known, ask, at, now)
            if said == "go":
                ask.sent_at = now
                self.in_flight += 1
                return ask
            self._held.settle(ask, said)
            if said == "disallowed":
                self.refuse(ask, "robots_disallowed", "the host's robots.txt does not allow it")
            self._rounds.soon(LEAST_S)
        later = max(now + LEAST_S, min(self._held.again.first, self._rounds.work_at))
        self.wake_at = min(self._held.at_hand.first, later)
        return None

    @property
    def sync_at(self) -> float:
        """When the next round with the store is due."""
        return self._rounds.due_at

    async def sync(self) -> None:
        """Bring to the store what was noted here, in one round, and fetch what may go out next."""
        if self._rounds.is_on:
            return
        self._rounds.is_on = True
        try:
            self._is_counted = True
            made = await self._rounds.make()
            self._is_counted = self._is_counted and made is not None and self._outbox.is_empty
            if made is not None:
                self._take(made)
        finally:
            self._rounds.is_on = False

    @property
    def is_done(self) -> bool:
        """Whether everything was asked and acknowledged, but for hosts that do not answer."""
        busy = self.in_flight or self._held.is_busy or self._known.closing or self._rounds.is_on
        if busy or not self._outbox.is_empty or not self._is_counted:
            return False
        return self._known.is_empty

    @property
    def uncommitted(self) -> int:
        """Targets that are out or answered, over all workers, and not acknowledged."""
        return self._known.uncommitted

    def waiting(self, platform: str) -> int:
        """Count what of one platform was not asked, or not acknowledged, as of the last round."""
        return self._known.waiting(platform)

    def silence(self, platform: str) -> dict[str, str]:
        """Give those hosts of a platform, its token's among them, that do not answer, and how."""
        return self._known.silence(platform)

    # What comes back

    def add(self, source: Target | None, platform: str, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages may be new."""
        number = self._outbox.add(source, platform, links)
        if number:
            self._is_counted = False
            self._rounds.soon(IDLE_S if self._held.at_hand else LEAST_S)
        if self._outbox.is_large:
            self.make_durable()
        return number

    def answered(self, ask: Ask, now: float | None = None) -> None:
        """Note that a request was answered; with `now`, also how long that took."""
        self.hosts[ask.host].pace.answered()
        self._back(ask, "answered", -1.0 if now is None else max(0.0, now - ask.sent_at))

    def throttled(self, ask: Ask, now: float, wait_s: float | None) -> float:
        """Note that a host asked us to slow down; gives the seconds that it is left alone."""
        ask.slowdowns += 1
        pause = self.hosts[ask.host].pace.throttled(now, wait_s)
        self._back(ask, "throttled", pause)
        self._held.hold(ask.host, now + pause)
        self._rounds.soon(0.0)
        return pause

    def failed(self, ask: Ask, detail: str) -> bool:
        """Note that a host did not answer; gives whether it is silent now."""
        self.hosts[ask.host].pace.failed()
        self._back(ask, "answered", -1.0)
        is_silent = self._known.fell_silent(ask, detail)
        if is_silent:
            self._held.release(ask)
        return is_silent

    def again(self, ask: Ask, at: float) -> None:
        """Ask once more at a moment or later, maybe at another address (`ask.url`)."""
        if ask.purpose != "robots":
            ask.host = host_of(ask.url)
        if self.hosts[ask.host].is_closed:
            self._held.release(ask)
            return
        self._held.again.push(at, ask)
        self._rounds.soon(max(at - self._rounds.terms.clock(), LEAST_S))

    # What prepares the way, and what shuts it

    def learn(self, host: str, rules: Rules, now: float | None = None) -> None:
        """Keep a host's rules, for a day and for all workers."""
        self.hosts[host].learn(rules, now)
        kind, text = ("open", "") if rules.text is None else ("written", rules.text)
        self._outbox.note("learned", host, text, kind, rules.delay_s)
        self._rounds.soon(0.0)

    def renew_token(self, platform: str) -> None:
        """Fetch a platform's token anew: the old one is no longer taken."""
        if self._known.renew_token(platform):
            self._rounds.soon(0.0)

    def close_host(self, name: str, reason: str, detail: str) -> None:
        """Ask a host for nothing more in this crawl; one worker's refusal stands for all."""
        if not self.hosts[name].is_closed:
            self.hosts[name].close()
            self._known.closing[name] = (reason, detail)
            self._outbox.note("closing", name)
            self._rounds.soon(0.0)

    # What a batch ends

    def make_durable(self) -> None:
        """Bring what pages led to to the store, and wait for it while it is away."""
        self._rounds.add_now()

    def acknowledge(self, acks: Acks) -> None:
        """End the leases of what is in the lake. Doing it twice does no harm."""
        self._is_counted = False
        self._known.uncommitted = self._ledger.acknowledge(acks)
        for host in acks.closed:
            self._known.close(host)
        self._rounds.soon(LEAST_S)

    def wanted_by(self, picture: Target) -> list[str]:
        """Give the listing_key of every listing that shows a picture that is out, sorted."""
        return self._held.shown_by(picture.id)

    # What is known of the crawl itself

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        return self._ledger.fact(name)

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        self._ledger.note(name, value)

    def close(self) -> None:
        """Hand back what was not asked, and let go of the store."""
        self._held.release_all()
        self._rounds.end()

    def _join(self) -> None:
        """Tell the store how each host may be asked, and learn how much is open."""
        self._ledger.join(self.hosts.values())
        self._known.count(self._ledger.open())

    def _back(self, ask: Ask, what: str, seconds: float) -> None:
        self.in_flight -= 1
        self._held.back(ask, what, seconds)
        self._rounds.soon_for(ask.host, is_idle=not (self.in_flight or self._held.at_hand))

    def _take(self, made: Round) -> None:
        """Take what one round gave."""
        for name, rules in made.rules.items():
            self.hosts[name].learn(rules)
        if not made.is_alive:
            self._begin_anew()
            return
        self._held.is_new = False
        for host in made.first_to_close:
            if (told := self._known.closing.get(host)) is not None:  # still means to leave it
                self.refuse(self.hosts[host].robots_ask(), *told, closed=host)
        for host in take(self._known, self._held, made.reply, made.delay_s):
            self.close_host(host, "daily_requests", "the day's requests to it are used up")
        self._rounds.plan(made.reply, made.delay_s)

    def _begin_anew(self) -> None:
        """Go on as a new worker: the store took this one for dead, or lost all it had."""
        self.warnings.append(
            f"{self._held.worker} was away for longer than its leases; others took what it held"
        )
        self._held.begin()
        self._known.forget_asked()
        self._outbox.forget()
        self._rounds.begin()
        self.on_anew()
        self._join()
