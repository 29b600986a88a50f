"""How fast one host is asked: a property of the host, whichever platforms live on it.

The mean rate is the host's limit, and no second holds more than one request beyond it. So moments
that went by without a request are made up for, a little at a time: two requests come closer by so
little that all of one second take up a fifth at most of the gap that the limit leaves between them.
The rest is for requests that are late, on our side and on the way.
"""

from __future__ import annotations

import msgspec

from conf.platform import ALWAYS, Politeness

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
SLOW_S = 1.0  # answers that are faster than this say nothing of a host's load
_SMOOTH = 0.3
DEBT_S = 0.5  # a host that was asked nothing for longer is owed no more than this
CATCH_UP = 0.015  # of the gap, at most: how much closer two requests come while that is made up for
LONGEST_WAIT_S = 900.0  # a host that asks for more than this is left for the next crawl


class Pace(msgspec.Struct):
    """The state of one host; every moment is a monotonic clock's seconds, given by the caller."""

    interval_s: float
    concurrency: int
    in_flight: int = 0
    next_at: float = 0.0  # when the rate wants the next one
    near_at: float = 0.0  # as soon after the last one as is polite
    pauses: int = 0  # answers in a row that asked us to slow down
    failures: int = 0  # connections in a row that failed
    asked: int = 0
    daily: int | None = None
    slow_factor: float = 0.0
    hours: tuple[int, int] = ALWAYS  # minutes of the UTC day; the same twice is all day
    took_s: float = 0.0  # of the last answers, smoothed

    @property
    def gap_s(self) -> float:
        """Seconds between two requests: longer for a host that is slow to answer."""
        slow = self.slow_factor * self.took_s if self.took_s > SLOW_S else 0.0
        return max(self.interval_s, slow)

    def due(self, now: float, wall_s: float = 0.0) -> float | None:
        """Give seconds until the next request may go; None while all connections are in use.

        `wall_s` is the same moment in seconds of UTC, for the opening hours.
        """
        if self.in_flight >= self.concurrency:
            return None
        return max(0.0, self.next_at - now, self.near_at - now, opens_in(self.hours, wall_s))

    def sent(self, now: float) -> None:
        """Note that a request goes out now."""
        self.in_flight += 1
        self.asked += 1
        owed_s = min(DEBT_S, now - self.next_at) if self.asked > 1 else 0.0
        self.next_at = max(now, self.next_at) - max(0.0, owed_s) + self.gap_s
        self.near_at = now + closest_s(self.gap_s)

    def answered(self, took_s: float | None = None) -> None:
        """Note an answer that was no call to slow down, and how long it took."""
        self.in_flight -= 1
        self.pauses = 0
        self.failures = 0
        if took_s is not None:
            self.took_s += _SMOOTH * (took_s - self.took_s)

    def failed(self) -> None:
        """Note a connection that gave no answer."""
        self.in_flight -= 1
        self.failures += 1

    def throttled(self, now: float, wait_s: float | None) -> float:
        """Note a 429 or 503; give the seconds that nobody asks the host.

        What the host says (Retry-After) counts; else the pause doubles from answer to answer.
        """
        self.in_flight -= 1
        self.failures = 0
        pause = wait_s if wait_s is not None else _FIRST_PAUSE_S * 2 ** min(self.pauses, 10)
        pause = min(pause, _LONGEST_PAUSE_S) if wait_s is None else pause
        self.pauses += 1
        self.next_at = max(self.next_at, now + pause)
        return pause

    def terms(self) -> dict[str, float]:
        """Give what does not change with the crawl, as a shared store keeps it."""
        return {
            "interval": self.interval_s,
            "concurrency": self.concurrency,
            "daily": self.daily or 0,
            "slow": self.slow_factor,
            "from": self.hours[0],
            "to": self.hours[1],
        }

    @property
    def is_spent(self) -> bool:
        """Whether the day's requests are used up."""
        return self.daily is not None and self.asked >= self.daily


def closest_s(gap_s: float) -> float:
    """Give the seconds that two requests lie apart at least, for those of the mean rate."""
    return gap_s * (1 - min(CATCH_UP, gap_s / (5 * (1 + gap_s))))


def opens_in(hours: tuple[int, int], wall_s: float) -> float:
    """Give seconds until a host opens; 0 while it is open."""
    begin, end = hours
    minute = wall_s % 86_400 / 60
    is_open = begin <= minute < end if begin < end else minute >= begin or minute < end
    return 0.0 if is_open else (begin - minute) % 1_440 * 60


def pace(politeness: Politeness) -> Pace:
    """Give a host's pace before anything is known of it."""
    rate = politeness.requests_per_second
    return Pace(
        interval_s=1.0 / rate if rate > 0 else 0.0,
        concurrency=max(1, politeness.concurrency),
        daily=politeness.daily_requests,
        slow_factor=politeness.slow_factor,
        hours=politeness.hours,
    )


def strictest(first: Pace, second: Pace) -> Pace:
    """Give the pace for a host that two platforms share."""
    daily = [one.daily for one in (first, second) if one.daily is not None]
    return Pace(
        interval_s=max(first.interval_s, second.interval_s),
        concurrency=min(first.concurrency, second.concurrency),
        daily=min(daily) if daily else None,
        slow_factor=max(first.slow_factor, second.slow_factor),
        hours=first.hours if first.hours != ALWAYS else second.hours,
    )
