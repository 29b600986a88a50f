"""What one worker has to tell the store: the pages that it found, and what came back from hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from conf.platform import Platform
from crawler.frontier.queue import found
from crawler.frontier.remote import Call, fingerprint
from crawler.frontier.store import Target
from crawler.items import Link

_CHUNK = 500  # links a call
_REMEMBERED = 50_000  # links of the last pages: most pages show the same menus
_MANY = 10 * _CHUNK

Items = list[list[Any]]


class Told(NamedTuple):
    """What one round tells."""

    adds: Items
    feedback: Items


class Outbox:
    """Gathers until the next round; what a failed round took comes back."""

    def __init__(self, platforms: Mapping[str, Platform], limit: int | None) -> None:
        """Begin empty; `limit` is in listings a platform."""
        self._platforms, self._limit = platforms, limit
        self._adds: Items = []
        self._sending: Items = []
        self._feedback: Items = []
        self.forget()

    def forget(self) -> None:
        """Forget which links the store had from us lately: it may have lost them."""
        self._told: set[tuple[str, str]] = set()

    def add(self, source: Target | None, platform: str, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages may be new."""
        before = len(self._adds)
        for link in links:
            one = found(source, self._platforms[platform], link)
            if one is None or (platform, one.place.key) in self._told:
                continue
            where, hint = one.place, one.hint.replace("\x1f", " ")
            self._told.add((platform, where.key))
            fp = str(fingerprint(platform, where.key))
            place = [where.host, where.kind, where.key, where.url]
            self._adds.append([fp, platform, *place, one.depth, hint])
        if len(self._told) > _REMEMBERED:
            self._told.clear()
        return len(self._adds) - before

    def note(self, *item: Any) -> None:
        """Add what happened, as the feedback script reads it."""
        self._feedback.append([*item])

    def take(self) -> Told:
        """Give all of it to a round that begins."""
        told = Told(self._adds, self._feedback)
        self._adds, self._feedback, self._sending = [], [], told.adds
        return told

    def restore(self, told: Told) -> None:
        """Take back what a round could not tell."""
        self._adds = told.adds + self._adds
        self._feedback = told.feedback + self._feedback

    def end(self) -> None:
        """Note that the round that took something is over."""
        self._sending = []

    def take_adds(self) -> Items:
        """Give what was found, with what a round tells at this very moment: twice does no harm."""
        adds, self._adds = self._sending + self._adds, []
        return adds

    def add_calls(self, adds: Items) -> list[Call]:
        """Give the calls that tell what was found."""
        limit = -1 if self._limit is None else self._limit
        return [("add", {"limit": limit, "items": part}) for part in chunks(adds)]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self._adds or self._feedback)

    @property
    def is_large(self) -> bool:
        """Whether so much was found that it should not wait."""
        return len(self._adds) > _MANY


def chunks(items: Sequence[Any]) -> list[Sequence[Any]]:
    """Cut what is told into parts that the store is through with in a moment."""
    return [items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK)]
