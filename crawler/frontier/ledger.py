"""What a crawl's store keeps for good: what is done, and what is known of the crawl itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from crawler.frontier.host import Host
from crawler.frontier.outbox import chunks
from crawler.frontier.remote import Remote, fingerprint
from crawler.frontier.store import Acks, Done


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

    def open(self) -> dict[str, str]:
        """Count what is not acknowledged, by `platform|host|kind`."""
        return self._remote.hash("open")

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        return self._remote.field("fact", name)

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        self._remote.put("fact", {name: value})

    def forget(self, platform: str) -> None:
        """Drop what is known of a finished platform; with the last one, of all pages."""
        names = self.open()
        self._remote.drop("pages", platform)
        mine = [name for name in names if name.partition("|")[0] == platform]
        if mine:
            self._remote.drop("open", *mine)
        if len(mine) == len(names):
            self._remote.drop_all("seen:*")
            self._remote.drop("meta", "level", "split", "count")

    def close(self) -> None:
        """Let go of the store."""
        self._remote.close()


def _ended(done: Done) -> list[Any]:
    pictures = [
        [str(fingerprint(done.platform, one.key)), one.host, one.key, one.url]
        for one in done.pictures
    ]
    return [str(done.target), str(done.token), done.platform, done.listing_key or "", pictures]
