"""One host as the frontier knows it: its pace, its rules, and what waits to be asked again."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from itertools import count
from typing import Literal

import msgspec

from conf.platform import Platform
from crawler.frontier.pace import Pace, pace, strictest
from crawler.frontier.robots import FRESH_S, Rules
from crawler.frontier.store import Target

Purpose = Literal["page", "robots", "token"]
_order = count()


class Ask(msgspec.Struct, eq=False):
    """One request in the making, through all its tries and redirects.

    `target` is None for what only prepares the way: robots.txt and tokens.
    """

    purpose: Purpose
    platform: str
    host: str
    url: str
    target: Target | None = None
    tries: int = 0
    slowdowns: int = 0
    hops: int = 0
    sent_at: float = 0.0
    redirects: tuple[tuple[int, str], ...] = ()  # status, and the address that answered so


class Host:
    """One host, with its port."""

    def __init__(self, name: str, own: Pace, scheme: str) -> None:
        self.name = name
        self.pace = own
        self.platforms: list[str] = []
        self.rules: Rules | None = None
        self.rules_until = math.inf
        self.rules_ask: Ask | None = None  # None while it is out
        self.is_closed = False
        self.robots_url = f"{scheme}://{name}/robots.txt"
        self._again: list[tuple[float, int, Ask]] = []

    def join(self, platform: str, own: Pace) -> None:
        """Serve one more platform; the strictest of them sets the pace."""
        self.pace = strictest(self.pace, own) if self.platforms else own
        self.platforms.append(platform)
        self.rules_ask = self.robots_ask()

    def learn(self, rules: Rules, now: float | None = None) -> None:
        """Keep the host's rules, and its own idea of how fast it may be asked."""
        self.rules = rules
        self.rules_until = math.inf if now is None else now + FRESH_S
        self.pace.interval_s = max(self.pace.interval_s, rules.delay_s)

    def put_again(self, ask: Ask, at: float) -> None:
        """Keep a request that is to be asked again at a moment or later."""
        if ask.purpose == "robots":
            self.rules_ask = ask
            self.pace.next_at = max(self.pace.next_at, at)
        else:
            heapq.heappush(self._again, (at, next(_order), ask))

    def again(self, now: float) -> Ask | None:
        """Give a request whose moment to be asked again has come."""
        if self._again and self._again[0][0] <= now:
            return heapq.heappop(self._again)[2]
        return None

    @property
    def again_at(self) -> float | None:
        """When the next request is to be asked again; None if none waits."""
        return self._again[0][0] if self._again else None

    def drop_old_rules(self, now: float) -> None:
        """Ask for the rules anew when they are too old (RFC 9309, 2.4)."""
        if now >= self.rules_until:
            self.rules, self.rules_until = None, math.inf
            self.rules_ask = self.robots_ask()

    def robots_ask(self) -> Ask:
        """Give a request for the host's rules, which also stands for the host as a whole."""
        return Ask("robots", self.platforms[0], self.name, self.robots_url)

    def take_rules_ask(self) -> Ask | None:
        """Give the request for the host's rules, once at a time."""
        ask, self.rules_ask = self.rules_ask, None
        return ask

    def close(self) -> None:
        """Ask this host for nothing more in this crawl."""
        self.is_closed = True
        self._again.clear()


def hosts(platforms: Iterable[Platform]) -> dict[str, Host]:
    """Give the hosts of all platforms, by name."""
    found: dict[str, Host] = {}
    for platform in platforms:
        scheme = platform.home.partition(":")[0]
        for name in platform.hosts:
            own = pace(platform.politeness)
            found.setdefault(name, Host(name, own, scheme)).join(platform.name, own)
    return found
