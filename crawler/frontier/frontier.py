"""The frontier: what to ask next, of whom, and when. No I/O but its file; the clock is given.

A page goes out under a lease that only its acknowledgement ends, and that comes after what the
page gave is in the lake. So a crawl that is killed anywhere loses nothing.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable, Sequence

from conf.platform import Platform
from crawler.frontier.address import host_of
from crawler.frontier.contract import Refuse
from crawler.frontier.host import Ask, Host, hosts
from crawler.frontier.queue import Queue
from crawler.frontier.robots import Rules
from crawler.frontier.store import Acks, Store, Target
from crawler.items import Link


class Frontier:
    """All platforms of one crawl."""

    def __init__(
        self, store: Store, platforms: Sequence[Platform], refuse: Refuse, limit: int | None = None
    ) -> None:
        """Take up the crawl where its file says it is; `limit` is in listings a platform."""
        self.platforms = {one.name: one for one in platforms}
        self.hosts = hosts(platforms)
        self.tokens: dict[str, str] = {}
        self.silent: dict[str, str] = {}  # hosts that do not answer, and how
        self.warnings: list[str] = []
        self.in_flight = 0
        self.wake_at = math.inf
        self.sync_at = math.inf
        self.refuse = refuse
        self.epoch_s = time.time() - time.monotonic()  # added to a moment it gives the wall's
        self._store = store
        self._queue = Queue(store, self.platforms, limit)
        self._token_asked: set[str] = set()
        self._turn: deque[Host] = deque(self.hosts.values())
        for name in set(store.closed()) & set(self.hosts):
            self.hosts[name].close()

    # What goes out

    def next(self, now: float) -> Ask | None:
        """Give the next request that may go out now.

        With None, `wake_at` is the moment to ask again, infinite when only an answer or an
        acknowledgement can bring work.
        """
        self.wake_at = math.inf
        for _ in range(len(self._turn)):
            host = self._turn[0]
            self._turn.rotate(-1)
            ask = None if host.is_closed else self._of(host, now)
            if ask is not None:
                host.pace.sent(now)
                ask.sent_at = now
                self.in_flight += 1
                return ask
        return None

    async def sync(self) -> None:
        """Do nothing: all is in this process."""

    @property
    def is_done(self) -> bool:
        """Whether everything was asked and acknowledged, but for hosts that do not answer."""
        return not self.in_flight and self._queue.is_empty(self.silent, self._without_token())

    @property
    def uncommitted(self) -> int:
        """Targets that are out or answered and not acknowledged."""
        return self._queue.out

    def waiting(self, platform: str) -> int:
        """Count what of one platform was not asked, or not acknowledged."""
        return self._queue.waiting(platform)

    def silence(self, platform: str) -> dict[str, str]:
        """Give those hosts of a platform, its token's among them, that do not answer, and how."""
        one = self.platforms[platform]
        asked = {*one.hosts, *([host_of(one.token_url)] if one.token_url else [])}
        return {host: how for host, how in self.silent.items() if host in asked}

    # What comes back

    def add(self, source: Target | None, platform: str, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages were new."""
        return self._queue.add(source, self.platforms[platform], links)

    def answered(self, ask: Ask, now: float | None = None) -> None:
        """Note that a request was answered; with `now`, also how long that took."""
        self.in_flight -= 1
        took_s = None if now is None else max(0.0, now - ask.sent_at)
        self.hosts[ask.host].pace.answered(took_s)

    def throttled(self, ask: Ask, now: float, wait_s: float | None) -> float:
        """Note that a host asked us to slow down; gives the seconds that it is left alone."""
        self.in_flight -= 1
        ask.slowdowns += 1
        return self.hosts[ask.host].pace.throttled(now, wait_s)

    def failed(self, ask: Ask, detail: str) -> bool:
        """Note that a host did not answer; gives whether it is silent now.

        A host is silent when it did not answer for longer than one page is tried. Its pages wait:
        the next run of this crawl asks for them, and a machine without a network loses nothing.
        """
        self.in_flight -= 1
        pace = self.hosts[ask.host].pace
        pace.failed()
        retries = self.platforms[ask.platform].politeness.retries
        if pace.failures > retries <= ask.tries and not self.hosts[ask.host].is_closed:
            self.silent[ask.host] = detail
            self.hosts[ask.host].close()
        return ask.host in self.silent

    def again(self, ask: Ask, at: float) -> None:
        """Ask once more at a moment or later, maybe at another address (`ask.url`)."""
        if ask.purpose != "robots":
            ask.host = host_of(ask.url)
        host = self.hosts[ask.host]
        if not host.is_closed:
            host.put_again(ask, at)

    def make_durable(self) -> None:
        """Force to the disk what pages led to, before they are taken for done."""
        self._queue.make_durable()

    def acknowledge(self, acks: Acks) -> None:
        """End the leases of what is in the lake."""
        self._queue.acknowledge(acks)

    def wanted_by(self, picture: Target) -> list[str]:
        """Give the listing_key of every listing that shows a picture, sorted."""
        return self._store.wanted_by(picture)

    # What is known of the crawl itself

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        return self._store.fact(name)

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        self._store.note(name, value)

    def close(self) -> None:
        """Write what is still open and close the file."""
        self._store.close()

    # What prepares the way, and what shuts it

    def learn(self, host: str, rules: Rules, now: float | None = None) -> None:
        """Keep a host's rules, for a day from `now` on."""
        self.hosts[host].learn(rules, now)

    def renew_token(self, platform: str) -> None:
        """Fetch a platform's token anew: the old one is no longer taken."""
        if self.tokens.pop(platform, None) is not None:
            self._token_asked.discard(platform)

    def close_host(self, name: str, reason: str, detail: str) -> None:
        """Ask a host for nothing more in this crawl; one refusal stands for all its pages."""
        host = self.hosts[name]
        if not host.is_closed:
            host.close()
            self.refuse(host.robots_ask(), reason, detail, closed=name)

    def _of(self, host: Host, now: float) -> Ask | None:
        """Give what may be asked of one host now."""
        due = host.pace.due(now, self.epoch_s + now)
        has_work = any(self._queue.has_work(one, host.name) for one in host.platforms)
        if due is None or not (has_work or host.again_at is not None):
            return None
        if due > 0:
            self.wake_at = min(self.wake_at, now + due)
            return None
        if host.pace.is_spent:
            self.close_host(host.name, "daily_requests", "the day's requests to it are used up")
            return None
        host.drop_old_rules(now)
        return self._page(host, now) if host.rules else host.take_rules_ask()

    def _page(self, host: Host, now: float) -> Ask | None:
        while (again := host.again(now)) is not None:
            if self._may(host, again):
                return again
        if host.again_at is not None:
            self.wake_at = min(self.wake_at, host.again_at)
        for platform in tuple(host.platforms):
            ask = self._token(host, platform) or self._new(host, platform)
            if ask is not None:
                host.platforms.append(host.platforms.pop(host.platforms.index(platform)))
                return ask
        return None

    def _new(self, host: Host, platform: str) -> Ask | None:
        if self.platforms[platform].token_url is not None and platform not in self.tokens:
            return None
        while (target := self._queue.pick(platform, host.name)) is not None:
            ask = Ask("page", platform, host.name, target.url, target)
            if self._may(host, ask):
                return ask
        return None

    def _token(self, host: Host, platform: str) -> Ask | None:
        """Ask for a platform's token before its pages."""
        url = self.platforms[platform].token_url
        if url is None or platform in self._token_asked or host_of(url) != host.name:
            return None
        self._token_asked.add(platform)
        return Ask("token", platform, host.name, url)

    def _without_token(self) -> frozenset[str]:
        """Give the platforms that may ask for nothing, as the host of their token is silent."""
        return frozenset(
            one.name
            for one in self.platforms.values()
            if one.token_url and one.name not in self.tokens
            if host_of(one.token_url) in self.silent
        )

    def _may(self, host: Host, ask: Ask) -> bool:
        if host.rules is not None and not host.rules.allows(ask.url):
            self.refuse(ask, "robots_disallowed", "the host's robots.txt does not allow it")
            return False
        return True
