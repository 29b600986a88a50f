"""What a crawl of many workers took so far: kept by the committer, batch by batch, in one file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from conf.errors import CrawlError
from crawler.spool import Told, durable

Words = dict[str, dict[str, int]]  # by platform


class Tally(msgspec.Struct):
    """Counts by platform, of all batches up to one."""

    seq: int = 0
    counts: Words = {}
    refused: Words = {}

    def take(
        self, seq: int, batches: Iterable[tuple[Iterable[Told], Callable[[int], bool]]]
    ) -> None:
        """Count what of some batches is kept, unless their commit is counted already."""
        if seq <= self.seq:
            return
        self.seq = seq
        for told, keeps in batches:
            for one in told:
                if keeps(one.owner):
                    _add(self.counts, one.platform, one.counts)
                    _add(self.refused, one.platform, [one.reason] if one.reason else [])

    def less(self, other: Tally) -> Tally:
        """Give what came since another one."""
        return Tally(self.seq, _less(self.counts, other.counts), _less(self.refused, other.refused))


def read(path: Path) -> Tally:
    """Give what a file holds; nothing if there is none yet.

    Raises:
        CrawlError: it cannot be read.

    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Tally)
    except FileNotFoundError:
        return Tally()
    except (OSError, msgspec.DecodeError) as error:
        raise CrawlError(
            f"{path}: cannot be read: {error}; remove it, only the counts of the summary are lost"
        ) from None


def write(path: Path, tally: Tally) -> None:
    """Write the file whole or not at all.

    Raises:
        OSError: it cannot be written.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    durable(part, msgspec.json.encode(tally))
    part.replace(path)


def said(taken: Tally, seconds: float) -> str:
    """Say in a line what came in so many seconds."""
    counts = taken.counts.values()
    pages = sum(one.get("page", 0) + one.get("picture", 0) for one in counts)
    listings = sum(one.get("listing", 0) for one in counts)
    refused = sum(sum(one.values()) for one in taken.refused.values())
    rate = pages / max(0.1, seconds)
    return f"crawl: {pages} pages ({rate:.0f} a second), {listings} listings, {refused} refused"


def file(state: Path, crawl_id: str) -> Path:
    """Give the file of a crawl."""
    return state / "crawls" / f"{crawl_id}.tally.json"


def _add(words: Words, platform: str, said: Iterable[str]) -> None:
    counts = words.setdefault(platform, {})
    for word in said:
        counts[word] = counts.get(word, 0) + 1


def _less(words: Words, other: Words) -> Words:
    return {
        platform: dict(Counter(counts) - Counter(other.get(platform, {})))
        for platform, counts in words.items()
    }
