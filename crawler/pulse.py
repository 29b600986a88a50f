"""A crawling process' pulse: what it has asked of each host and taken of each platform until now.

Written each second to `state/pulses/`, where `crawl status` reads it, whichever machine it is on.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import msgspec

from conf.errors import CrawlError

_WINDOW_S = 10.0  # the time that a rate is taken over
_STALE_S = 30.0  # a process whose pulse is older is taken for dead


class HostCount(msgspec.Struct, frozen=True):
    """What one process asked of one host."""

    asked: int = 0
    answered: int = 0
    slowdowns: int = 0  # answers that asked us to slow down
    errors: int = 0  # requests without an answer, and answers of 400 and over but 404 and 410
    per_second: float = 0.0  # requests in the last seconds
    answer_s: float = 0.0  # mean time of the answers
    body_bytes: int = 0


class PlatformCount(msgspec.Struct, frozen=True):
    """What one process took of one platform."""

    taken: dict[str, int] = {}  # pages, listings, gone, seller, picture
    refused: dict[str, int] = {}  # by reason


class Pulse(msgspec.Struct, frozen=True):
    """One process as it was at a moment."""

    crawl_id: str
    worker: str
    process_id: int
    at: datetime
    hosts: dict[str, HostCount] = {}
    platforms: dict[str, PlatformCount] = {}

    def is_fresh(self, now: datetime) -> bool:
        """Say whether the process told of itself a short while ago."""
        return (now - self.at).total_seconds() < _STALE_S


class HostCounts:
    """Counts as the requests come and go; every moment is a monotonic clock's seconds."""

    def __init__(self) -> None:
        """Begin with no host."""
        self._counts: dict[str, Counter[str]] = {}
        self._seconds: Counter[str] = Counter()
        self._sent: dict[str, deque[float]] = {}

    def sent(self, host: str, now: float) -> None:
        """Count a request that goes out."""
        self._of(host)["asked"] += 1
        times = self._sent.setdefault(host, deque())
        times.append(now)
        while times[0] < now - _WINDOW_S:
            times.popleft()

    def answered(self, host: str, status: int, size: int, seconds: float) -> None:
        """Count an answer."""
        count = self._of(host)
        count["answered"] += 1
        count["body_bytes"] += size
        self._seconds[host] += seconds  # type: ignore[assignment] # a Counter adds floats as well
        if status in {429, 503}:
            count["slowdowns"] += 1
        elif status >= 400 and status not in {404, 410}:  # noqa: PLR2004 - a page that is no more is no error
            count["errors"] += 1

    def failed(self, host: str) -> None:
        """Count a request that got no answer."""
        self._of(host)["errors"] += 1

    def now(self, now: float) -> dict[str, HostCount]:
        """Give the counts of every host."""
        return {host: self._count(host, now) for host in sorted(self._counts)}

    def _count(self, host: str, now: float) -> HostCount:
        count = self._counts[host]
        recent = sum(at >= now - _WINDOW_S for at in self._sent.get(host, ()))
        answers = count["answered"]
        return HostCount(
            **{name: count[name] for name in ("asked", "answered", "slowdowns", "errors")},
            per_second=recent / _WINDOW_S,
            answer_s=self._seconds[host] / answers if answers else 0.0,
            body_bytes=count["body_bytes"],
        )

    def _of(self, host: str) -> Counter[str]:
        return self._counts.setdefault(host, Counter())


def platform_counts(
    tally: Mapping[str, Mapping[str, int]], refusals: Mapping[str, Mapping[str, int]]
) -> dict[str, PlatformCount]:
    """Give what a desk counted, by platform."""
    return {
        name: PlatformCount(dict(tally.get(name, {})), dict(refusals.get(name, {})))
        for name in sorted({*tally, *refusals})
    }


class PulseFile:
    """Where one process tells of itself; the file goes when the process ends in order."""

    def __init__(self, folder: Path, worker: str) -> None:
        """Take the site's folder of pulses and this process' name."""
        self._path = folder / f"{worker}.json"

    def write(self, pulse: Pulse) -> None:
        """Tell, whole or not at all. A disk that is full costs the pulse, not the crawl."""
        part = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(msgspec.json.encode(pulse))
            part.replace(self._path)
        except OSError:
            return

    def remove(self) -> None:
        """Tell no more."""
        self._path.unlink(missing_ok=True)


def pulses(folder: Path) -> Iterator[Pulse]:
    """Give every process that tells of itself, by name.

    Raises:
        CrawlError: a file there is no pulse.

    """
    for path in sorted(folder.glob("*.json")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=Pulse)
        except FileNotFoundError:  # it ended meanwhile
            continue
        except (OSError, msgspec.MsgspecError) as error:
            raise CrawlError(f"{path} cannot be read: {error}; remove it") from None


class Teller:
    """Tells of this process, in its file and to whoever asks `now`."""

    def __init__(
        self,
        file: PulseFile,
        crawl_id: str,
        worker: str,
        platforms: Callable[[], dict[str, PlatformCount]],
    ) -> None:
        """Take where to tell, who tells, and what gives the counts by platform."""
        self._file, self._crawl_id, self._worker = file, crawl_id, worker
        self._platforms = platforms
        self._hosts = HostCounts()

    def tell(self, hosts: HostCounts) -> None:
        """Tell, with the counts by host as they are."""
        self._hosts = hosts
        self._file.write(self.now())

    def now(self) -> Pulse:
        """Give the pulse of the moment."""
        return Pulse(
            crawl_id=self._crawl_id,
            worker=self._worker,
            process_id=os.getpid(),
            at=datetime.now(UTC),
            hosts=self._hosts.now(monotonic()),
            platforms=self._platforms(),
        )


def folder(state: Path) -> Path:
    """Give the folder of pulses under a site's state."""
    return state / "pulses"
