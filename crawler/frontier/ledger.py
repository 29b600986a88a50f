"""What a crawl's store keeps for good: what is done, and what is known of the crawl itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from crawler.frontier.host import Host
from crawler.frontier.outbox import chunks
from crawler.frontier.remote import Remote, fingerprint
from crawler.frontier.store import Acks, Done


class QueueCount(msgspec.Struct, frozen=True):
    """How many targets of one platform there are on one host."""

    platform: str
    host: str
    waiting: int  # not asked yet, or not yet in the lake
    out: int  # of these, those that were handed out
    done: int


class Ledger:
    """One crawl's, for whoever ends leases or looks after the crawl; all wait for the store."""

    def __init__(self, remote: Remote) -> None:
        """Take the store."""
        self._remote = remote

    def join(self, hosts: Iterable[Host]) -> None:
        """Have each host asked no faster than we may."""
        for host in hosts:
            self._remote.put(f"h:{host.name}", host.pace.terms())
            self._remote.include(f"hp:{host.name}", host.platforms)

    def claim(self, batch_id: str, done: Sequence[Done]) -> Sequence[bool]:
        """Decide which of a sealed batch's targets this batch commits, once and for all."""
        items = [[str(one.target), str(one.token)] for one in done]
        said = self._remote.call("claim", {"batch": batch_id, "items": items})
        return [one == ord("1") for one in said]

    def acknowledge(self, acks: Acks) -> int:
        """End the leases of what is in the lake; gives how many targets are not acknowledged.

        Doing it twice does no harm.
        """
        left, closed = 0, list(acks.closed)
        for part in chunks([_ended(one) for one in acks.done]) or [[]]:
            left = int(self._remote.call("acknowledge", {"done": part, "closed": closed}))
            closed = []
        return left

    def recall(self, done: Sequence[Done], *, hold: Sequence[str] = ()) -> None:
        """Take for done what the lake has, whoever holds it, and queue the pictures it wants.

        Pictures of a platform that is held wait for `let_go`, so that all listings that show them
        are known.
        """
        rows = [
            [str(one.target), one.platform, one.host, one.kind, one.listing_key or "", _shown(one)]
            for one in done
        ]
        for part in chunks(rows):
            self._remote.call("recall", {"done": part, "hold": list(hold), "let_go": []})

    def let_go(self, platforms: Sequence[str]) -> None:
        """Have the pictures of some platforms asked for when all their pages are done."""
        self._remote.call("recall", {"done": [], "hold": [], "let_go": list(platforms)})

    def bury(self, names: Sequence[str]) -> None:
        """Have others take at once what dead workers held; `names` are those they joined under."""
        while names and not self._remote.call("bury", {"names": list(names)}):
            pass

    def give_back(self, is_there: Callable[[str], bool]) -> None:
        """Have what batches claimed that are lost be asked for again; a batch is named as claimed.

        A batch is there until all it claimed is acknowledged.
        """
        claimed = self._remote.hash("claimed")
        lost = {batch for batch in set(claimed.values()) if not is_there(batch)}
        for part in chunks([[fp, batch] for fp, batch in claimed.items() if batch in lost]):
            self._remote.call("give_back", {"claims": part})

    def standing(self) -> list[QueueCount]:
        """Count all targets, by platform and host."""
        still_open, done = self.open(), self._remote.hash("done")
        queued = self._remote.sizes([f"q:{name}" for name in still_open])
        waits = dict(zip(still_open, queued, strict=True))
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for name in {*still_open, *done}:
            platform, host, _ = name.split("|")
            left = int(still_open.get(name, 0))
            found[platform, host]["open"] += left
            found[platform, host]["out"] += max(0, left - waits.get(name, 0))
            found[platform, host]["done"] += int(done.get(name, 0))
        return [
            QueueCount(*where, count["open"], count["out"], count["done"])
            for where, count in sorted(found.items())
        ]

    def open(self) -> dict[str, str]:
        """Count what is not acknowledged, by `platform|host|kind`."""
        return self._remote.hash("open")

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        return self._remote.field("fact", name)

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        self._remote.put("fact", {name: value})

    def unnote(self, *names: str) -> None:
        """Take back what was noted of the crawl itself."""
        self._remote.drop("fact", *names)

    def forget(self, platform: str) -> None:
        """Drop what is known of a finished platform; with the last one, of all pages."""
        names = self.open()
        self._remote.drop("pages", platform)
        mine = [name for name in names if name.partition("|")[0] == platform]
        if mine:
            self._remote.drop("open", *mine)
            self._remote.drop("done", *mine)
        if len(mine) == len(names):
            self._remote.drop_all("seen:*")
            self._remote.drop("meta", "level", "split", "count")

    def close(self) -> None:
        """Let go of the store."""
        self._remote.close()


def _ended(done: Done) -> list[Any]:
    ids = [str(done.target), str(done.token)]
    return [*ids, done.platform, done.listing_key or "", _shown(done)]


def _shown(done: Done) -> list[list[str]]:
    return [
        [str(fingerprint(done.platform, one.key)), one.host, one.key, one.url]
        for one in done.pictures
    ]
