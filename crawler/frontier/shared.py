"""The shared frontier: many workers on many machines ask the same hosts, none of them too often.

Targets, leases and each host's politeness are in Redis or Valkey, and change only in scripts. A
worker holds what it may ask within the next moments, each request with its own moment, and brings
what it learned back in rounds: one round trip for many pages.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

import msgspec

from conf.platform import Platform
from crawler.frontier.address import host_of
from crawler.frontier.contract import Refuse
from crawler.frontier.host import Ask, Host, hosts
from crawler.frontier.queue import found, is_empty
from crawler.frontier.remote import Away, Call, Remote, fingerprint
from crawler.frontier.reply import Leased, leased
from crawler.frontier.robots import Rules, kept
from crawler.frontier.store import Acks, Done, Target
from crawler.items import Kind, Link

_CHUNK = 500  # links or acknowledgements a call
_AT_HAND = 256  # requests a worker holds
_LEAST_S, _IDLE_S, _LONGEST_S = 0.02, 0.25, 1.0  # between two rounds
_ASLEEP_S = 2.0  # a worker that asks for nothing for so long gets nothing
_REMEMBERED = 50_000  # links of the last pages: most pages show the same menus
_LATE_S = 0.02
_LEAD = 0.7  # of the horizon: how long before its moment a request is fetched


class Terms(msgspec.Struct, frozen=True):
    """How a worker leases."""

    name: str = "worker"
    lease_s: float = 30.0  # without renewal; then others take over
    horizon_s: float = 1.0  # how far ahead requests are handed out
    most: int = 50_000  # targets of the whole crawl that may be out or uncommitted
    clock: Callable[[], float] = time.monotonic


class SharedFrontier:
    """All platforms of one crawl, as one of its workers or its committer sees them."""

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
        self.platforms = {one.name: one for one in platforms}
        self.hosts = hosts(platforms)
        self.tokens: dict[str, str] = {}
        self.silent: dict[str, str] = {}
        self.warnings = remote.warnings
        self.in_flight = 0
        self.wake_at, self.sync_at = math.inf, -math.inf
        self.refuse = refuse
        self._remote, self._limit, self._terms = remote, limit, terms or Terms()
        self._clock = self._terms.clock
        self._at_hand: list[tuple[float, int, Ask]] = []
        self._order = count()
        self._adds: list[list[Any]] = []
        self._sending: list[list[Any]] = []
        self._feedback: list[list[Any]] = []
        self._again: list[tuple[float, int, Ask]] = []
        self._closing: dict[str, tuple[str, str]] = {}
        self._versions: dict[str, str] = {}
        self._token_asked: set[str] = set()
        self._ended: set[str] = set()
        self._full: dict[str, float] = {}
        self._open: dict[tuple[str, str, Kind], int] = {}
        self._away_since: float | None = None
        self._asked_at = math.inf
        self._lock = threading.Lock()
        self._is_counted = self._is_syncing = self._is_unsure = False
        self.uncommitted = 0
        self._begin_life()
        self._join()

    # What goes out

    def next(self, now: float) -> Ask | None:
        """Give the next request that may go out now; with None, `wake_at` says when to ask."""
        self._asked_at = now
        while self._at_hand and self._at_hand[0][0] <= now:
            at, _, ask = heapq.heappop(self._at_hand)
            if self._may(ask, at, now):
                ask.sent_at = now
                self.in_flight += 1
                return ask
        first = self._at_hand[0][0] if self._at_hand else math.inf
        again = self._again[0][0] if self._again else math.inf
        self.wake_at = min(first, max(again, now + _LEAST_S), max(self._work_at, now + _LEAST_S))
        return None

    async def sync(self) -> None:
        """Bring to the store what was noted here, in one round, and fetch what may go out next."""
        if self._is_syncing:
            return
        self._is_syncing = True
        try:
            calls, adds, feedback = self._prepare(self._clock())
            try:
                said, texts, at = await asyncio.to_thread(self._trip, calls)
            except Away as error:
                self._adds, self._feedback = adds + self._adds, feedback + self._feedback
                self._wait(error)
                return
            finally:
                self._sending = []
            self._take(said, texts, at, is_all=not (self._adds or self._feedback))
        finally:
            self._is_syncing = False

    @property
    def is_done(self) -> bool:
        """Whether everything was asked and acknowledged, but for hosts that do not answer."""
        busy = self.in_flight or self._at_hand or self._again or self._wanted or self._closing
        if busy or self._adds or self._feedback or self._is_syncing or not self._is_counted:
            return False
        return is_empty(self._open, self.silent, self._without_token())

    def waiting(self, platform: str) -> int:
        """Count what of one platform was not asked, or not acknowledged, as of the last round."""
        return sum(number for (name, _, _), number in self._open.items() if name == platform)

    def silence(self, platform: str) -> dict[str, str]:
        """Give those hosts of a platform, its token's among them, that do not answer, and how."""
        one = self.platforms[platform]
        asked = {*one.hosts, *([host_of(one.token_url)] if one.token_url else [])}
        return {host: how for host, how in self.silent.items() if host in asked}

    # What comes back

    def add(self, source: Target | None, platform: str, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages may be new."""
        before = len(self._adds)
        for link in links:
            one = found(source, self.platforms[platform], link)
            if one is not None:
                where, hint = one.place, one.hint.replace("\x1f", " ")
                if (platform, where.key) in self._told:
                    continue
                self._told.add((platform, where.key))
                self._adds.append(
                    [
                        str(fingerprint(platform, where.key)),
                        platform,
                        where.host,
                        where.kind,
                        where.key,
                        where.url,
                        one.depth,
                        hint,
                    ]
                )
        number = len(self._adds) - before
        if number:
            self._is_counted = False
            self._soon(_LEAST_S if not self._at_hand else _IDLE_S)
        if len(self._told) > _REMEMBERED:
            self._told.clear()
        if len(self._adds) > 10 * _CHUNK:
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
        self._hold(ask.host, now + pause)
        self._soon(0.0)
        return pause

    def failed(self, ask: Ask, detail: str) -> bool:
        """Note that a host did not answer; gives whether it is silent now."""
        host = self.hosts[ask.host]
        host.pace.failed()
        self._back(ask, "answered", -1.0)
        retries = self.platforms[ask.platform].politeness.retries
        if host.pace.failures > retries <= ask.tries and not host.is_closed:
            self.silent[ask.host] = detail
            host.close()
        if ask.host in self.silent:
            self._release(ask)
        return ask.host in self.silent

    def again(self, ask: Ask, at: float) -> None:
        """Ask once more at a moment or later, maybe at another address (`ask.url`)."""
        if ask.purpose != "robots":
            ask.host = host_of(ask.url)
        if self.hosts[ask.host].is_closed:
            self._release(ask)
            return
        heapq.heappush(self._again, (at, next(self._order), ask))
        self.sync_at = min(self.sync_at, max(at, self._clock() + _LEAST_S))

    # What prepares the way, and what shuts it

    def learn(self, host: str, rules: Rules, now: float | None = None) -> None:
        """Keep a host's rules, for a day and for all workers."""
        self.hosts[host].learn(rules, now)
        kind, text = ("open", "") if rules.text is None else ("written", rules.text)
        self._note(["learned", host, text, kind, rules.delay_s])
        self._soon(0.0)

    def renew_token(self, platform: str) -> None:
        """Fetch a platform's token anew: the old one is no longer taken."""
        if self.tokens.pop(platform, None) is not None:
            self._token_asked.discard(platform)
            self._soon(0.0)

    def close_host(self, name: str, reason: str, detail: str) -> None:
        """Ask a host for nothing more in this crawl; one worker's refusal stands for all."""
        if not self.hosts[name].is_closed:
            self.hosts[name].close()
            self._closing[name] = (reason, detail)
            self._note(["closing", name])
            self._soon(0.0)

    # What a batch ends

    def make_durable(self) -> None:
        """Bring what pages led to to the store, and wait for it while it is away."""
        with self._lock:
            adds, self._adds = self._sending + self._adds, []
            for call in self._add_calls(adds):
                self._remote.call(*call)

    def claim(self, batch_id: str, done: Sequence[Done]) -> Sequence[bool]:
        """Decide which of a sealed batch's targets this batch commits, once and for all."""
        items = [[str(one.target), str(one.token)] for one in done]
        said = self._remote.call("claim", {"batch": batch_id, "items": items})
        return [one == ord("1") for one in said]

    def acknowledge(self, acks: Acks) -> None:
        """End the leases of what is in the lake. Doing it twice does no harm."""
        self._is_counted = False
        rows = [_ended(one) for one in acks.done]
        for at in range(0, max(1, len(rows)), _CHUNK):
            part = {"done": rows[at : at + _CHUNK], "closed": list(acks.closed) if not at else []}
            self.uncommitted = int(self._remote.call("acknowledge", part))
        for host in acks.closed:
            self._closing.pop(host, None)
            if host in self.hosts:
                self.hosts[host].close()
        self._soon(_LEAST_S)

    def wanted_by(self, picture: Target) -> list[str]:
        """Give the listing_key of every listing that shows a picture that is out, sorted."""
        return self._wants.pop(picture.id, [])

    # What is known of the crawl itself

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        return self._remote.field("fact", name)

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        self._remote.put("fact", {name: value})

    def forget(self, platform: str) -> None:
        """Drop what is known of a finished platform; with the last one, of all pages."""
        names = self._remote.hash("open")
        self._remote.drop("pages", platform)
        mine = [name for name in names if name.partition("|")[0] == platform]
        if mine:
            self._remote.drop("open", *mine)
        if len(mine) == len(names):
            self._remote.drop_all("seen:*")
            self._remote.drop("meta", "level", "split", "count")

    def close(self) -> None:
        """Hand back what was not asked, and let go of the store."""
        for ask in (*(one for _, _, one in self._at_hand + self._again), *self._wanted.values()):
            self._release(ask)
        self._at_hand, self._again = [], []
        self._wanted.clear()
        try:
            self.make_durable()
            if self._feedback:
                self._remote.round([self._feedback_call(self._feedback)])
        except Away:
            self._is_unsure = True  # its leases end by themselves
        self._remote.close()

    # What is held here

    def _begin_life(self) -> None:
        """Be a worker that nobody knows yet, with nothing in hand."""
        self._worker = f"{self._terms.name}:{secrets.token_hex(6)}"
        self._is_new = True
        self._at_hand = []
        self._wanted: dict[str, Ask] = {}
        self._mine: set[str] = set()
        self._wants: dict[int, list[str]] = {}
        self._delays: list[float] = []
        self._told: set[tuple[str, str]] = set()  # links that the store had from us lately
        self._work_at = -math.inf

    def _join(self) -> None:
        """Tell the store how each host may be asked, and learn how much is open."""
        for name, host in self.hosts.items():
            self._remote.put(f"h:{name}", host.pace.terms())
            self._remote.include(f"hp:{name}", host.platforms)
        self._count(self._remote.hash("open"))

    def _may(self, ask: Ask, at: float, now: float) -> bool:
        """Say whether a request whose moment has come still may go out."""
        host = self.hosts[ask.host]
        is_moot = ask.platform in self._ended and ask.target and ask.target.kind == "index"
        if host.is_closed or is_moot:
            self._release(ask, "drop" if is_moot else "release")
        elif self._is_late(host, at, now) or (ask.target and self._needs_token(ask.platform)):
            self._unused(ask)
            self._want(ask)
        elif ask.purpose != "robots" and not (host.rules and host.rules.allows(ask.url)):
            self._unused(ask)
            if host.rules:
                self.refuse(ask, "robots_disallowed", "the host's robots.txt does not allow it")
            else:
                self._want(ask)
        else:
            return True
        return False

    def _is_late(self, host: Host, at: float, now: float) -> bool:
        """Say whether a moment is so long gone that a request now would crowd the next one."""
        interval_s = host.pace.interval_s
        return interval_s > 0 and now - at > max(_LATE_S, 0.45 * interval_s)

    def _id(self, ask: Ask) -> str:
        if ask.target is not None:
            return f"{ask.target.id}:{ask.target.token}"
        if ask.purpose == "robots":
            return f"robots:{self._worker}"
        return f"token:{self._worker}:{ask.platform}"

    def _back(self, ask: Ask, what: str, seconds: float) -> None:
        self.in_flight -= 1
        self._mine.discard(_fp(ask))
        self._note([what, ask.host, self._id(ask), seconds])
        now = self._clock()
        if ask.host in self._full:
            lead = self._full.pop(ask.host) - _LEAD * self._terms.horizon_s
            self.sync_at = min(self.sync_at, max(now + _LEAST_S, lead))
        elif not self.in_flight and not self._at_hand:
            self._soon(_LEAST_S)

    def _note(self, item: list[Any]) -> None:
        self._feedback.append(item)
        self._is_counted = False

    def _unused(self, ask: Ask) -> None:
        self._note(["unused", ask.host, self._id(ask)])

    def _want(self, ask: Ask) -> None:
        self._wanted[self._id(ask)] = ask
        self._soon(_LEAST_S)

    def _release(self, ask: Ask, how: str = "release") -> None:
        self._unused(ask)
        if ask.target is not None:
            self._mine.discard(_fp(ask))
            self._wants.pop(ask.target.id, None)
            self._note([how, str(ask.target.id), str(ask.target.token)])

    def _hold(self, host: str, until: float) -> None:
        """Ask a host for nothing until a moment: what is in hand of it gets another one."""
        held = [one for one in self._at_hand if one[2].host == host and one[0] < until]
        if held:
            self._at_hand = [one for one in self._at_hand if one not in held]
            heapq.heapify(self._at_hand)
            for _, order, ask in held:
                self._unused(ask)
                heapq.heappush(self._again, (until, order, ask))

    def _soon(self, seconds: float) -> None:
        self.sync_at = min(self.sync_at, self._clock() + seconds)

    # Tokens

    def _needs_token(self, platform: str) -> bool:
        return self.platforms[platform].token_url is not None and platform not in self.tokens

    def _without_token(self) -> frozenset[str]:
        return frozenset(
            one.name
            for one in self.platforms.values()
            if one.token_url and self._needs_token(one.name)
            if host_of(one.token_url) in self.silent
        )

    def _ask_tokens(self) -> None:
        """Ask for the token of each platform that has work, before its pages."""
        for one in self.platforms.values():
            if one.token_url and self._needs_token(one.name) and one.name not in self._token_asked:
                host = host_of(one.token_url)
                if self.waiting(one.name) and not self.hosts[host].is_closed:
                    self._token_asked.add(one.name)
                    ask = Ask("token", one.name, host, one.token_url)
                    self._wanted[self._id(ask)] = ask

    # One round

    def _prepare(self, now: float) -> tuple[list[Call], list[list[Any]], list[list[Any]]]:
        """Give one round's calls, and what is noted in them."""
        self._ask_tokens()
        while self._again and self._again[0][0] <= now + _LEAST_S:
            self._want(heapq.heappop(self._again)[2])
        adds, self._adds = self._adds, []
        feedback, self._feedback = self._feedback, []
        self._sending, self._is_counted = adds, True
        self.sync_at = math.inf
        calls = self._add_calls(adds)
        if feedback:
            calls.append(self._feedback_call(feedback))
        return [*calls, self._renew_call(), self._lease_call(now)], adds, feedback

    def _add_calls(self, adds: Sequence[list[Any]]) -> list[Call]:
        limit = -1 if self._limit is None else self._limit
        return [
            ("add", {"limit": limit, "items": adds[at : at + _CHUNK]})
            for at in range(0, len(adds), _CHUNK)
        ]

    def _feedback_call(self, items: Sequence[list[Any]]) -> Call:
        given = {"worker": self._worker, "lease_s": self._terms.lease_s, "items": items}
        return ("feedback", given)

    def _renew_call(self) -> Call:
        given = {
            "worker": self._worker,
            "lease_s": self._terms.lease_s,
            "is_new": self._is_new,
            "is_unsure": self._is_unsure,
            "mine": list(self._mine) if self._is_unsure else [],
            "closing": list(self._closing),
        }
        return ("renew", given)

    def _lease_call(self, now: float) -> Call:
        is_awake = now - self._asked_at < _ASLEEP_S
        ruled = {
            key: ask
            for key, ask in self._wanted.items()
            if ask.purpose == "robots" or self.hosts[ask.host].rules
            if not (ask.target and self._needs_token(ask.platform))
        }
        unruled = {one.host for key, one in self._wanted.items() if not self.hosts[one.host].rules}
        given = {
            "worker": self._worker,
            "want": max(0, _AT_HAND - len(self._at_hand)) if is_awake else 0,
            "most": self._terms.most,
            "horizon_s": self._terms.horizon_s,
            "platforms": [one for one in self.platforms if not self._needs_token(one)],
            "skip": [name for name, host in self.hosts.items() if host.is_closed],
            "slots": [[ask.host, key] for key, ask in ruled.items()] if is_awake else [],
            "rules_for": list(unruled),
            "watch": list({one.host for _, _, one in self._at_hand}),
        }
        return ("lease", given)

    def _trip(self, calls: list[Call]) -> tuple[list[Any], dict[str, Rules], float]:
        """Make the round trip, in a thread; gives what was said, new rules, and when it came."""
        with self._lock:
            said = self._remote.round(calls)
            at = self._clock()
            versions = {one.name: one.version for one in leased(said[-1]).hosts}
            fresh = [
                name
                for name, version in versions.items()
                if float(version) > 0 and version != self._versions.get(name)
            ]
            rules = {name: kept(*self._remote.rules(name)) for name in fresh}
            self._versions |= {name: versions[name] for name in fresh}
        return said, rules, at

    def _take(self, said: list[Any], texts: dict[str, Rules], at: float, *, is_all: bool) -> None:
        """Take what one round gave."""
        self._away_since, self._is_unsure = None, False
        for name, rules in texts.items():
            self.hosts[name].learn(rules)
        reply = leased(said[-1])
        if not said[-2]:
            self.warnings.append(
                f"{self._worker} was away for longer than its leases; others took what it held"
            )
            self._begin_life()
            self._join()  # a store that lost all it had knows no host any more
            self._soon(0.0)
            return
        self._is_new = False
        if len(said) > 2 and isinstance(said[-3], list):  # noqa: PLR2004 - feedback's answer
            for host in said[-3]:
                self._tell_closed(host.decode())
        self._delays = [*self._delays[-15:], at - reply.now]
        self._hand(reply, min(self._delays))
        self._count(reply.counts)
        self._is_counted = self._is_counted and is_all
        self._plan(reply, min(self._delays))

    def _hand(self, reply: Leased, delay: float) -> None:
        """Keep what was handed out, each with its moment on this process' clock."""
        for one in reply.targets:
            self._mine.add(str(one.target.id))
            if one.wants:
                self._wants[one.target.id] = one.wants
            ask = Ask("page", one.target.platform, one.target.host, one.target.url, one.target)
            self._push(one.at + delay, ask)
        for key, moment in reply.slots:
            again = self._wanted.pop(key, None)
            if again is not None:
                self._push(moment + delay, again)
        for name, moment in reply.robots:
            host = self.hosts[name]
            ask = Ask("robots", host.platforms[0], name, host.robots_url)
            self._push(moment + delay, ask)
        for name, moment in reply.pauses:
            self._hold(name, moment + delay)
        for name in reply.closed:
            self._closing.pop(name, None)
            if name in self.hosts:
                self.hosts[name].close()
        self._ended.update(reply.ended)
        self.uncommitted = reply.uncommitted
        held = {one.host for _, _, one in self._at_hand}
        for name in set(reply.spent) - held:
            self.close_host(name, "daily_requests", "the day's requests to it are used up")

    def _push(self, at: float, ask: Ask) -> None:
        heapq.heappush(self._at_hand, (at, next(self._order), ask))

    def _plan(self, reply: Leased, delay: float) -> None:
        """Say when the next round is due."""
        now = self._clock()
        self._full |= {one.name: one.next_at + delay for one in reply.hosts if one.free < 1}
        self._work_at = reply.first + delay
        got = reply.targets or reply.slots or reply.robots
        least = _LEAST_S if got else _IDLE_S
        due = max(now + least, self._work_at - _LEAD * self._terms.horizon_s)
        longest = min(_LONGEST_S, self._terms.lease_s / 4)
        again = self._again[0][0] if self._again else math.inf
        longest = _IDLE_S if self._wanted else longest
        self.sync_at = min(self.sync_at, max(now + least, min(due, again)), now + longest)

    def _wait(self, error: Away) -> None:
        """Wait for a store that is away."""
        now = time.monotonic()
        self._away_since = self._away_since or now
        self._is_counted, self._is_unsure = False, True
        self._remote.tell_away(self._away_since, error)
        self._soon(min(5.0, max(_IDLE_S, (now - self._away_since) / 4)))

    def _tell_closed(self, host: str) -> None:
        reason, detail = self._closing.get(host, ("", ""))
        if reason:
            one = self.hosts[host]
            ask = Ask("robots", one.platforms[0], host, one.robots_url)
            self.refuse(ask, reason, detail, closed=host)

    def _count(self, counts: dict[str, str]) -> None:
        self._open = {}
        for name, number in counts.items():
            platform, host, kind = name.split("|")
            if platform in self.platforms and int(number) > 0:
                self._open[platform, host, kind] = int(number)  # type: ignore[index]


def _fp(ask: Ask) -> str:
    return str(ask.target.id) if ask.target else ""


def _ended(done: Done) -> list[Any]:
    pictures = [
        [str(fingerprint(done.platform, one.key)), one.host, one.key, one.url]
        for one in done.pictures
    ]
    return [str(done.target), str(done.token), done.platform, done.listing_key or "", pictures]
