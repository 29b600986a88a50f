"""What one worker has to tell the store: the pages that it found, and what came back from hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from conf.platform import Platform
from crawler.frontier.queue import new_to
from crawler.frontier.remote import Call, fingerprint
from crawler.frontier.store import Target
from crawler.frontier.told import Told
from crawler.items import Link

_CHUNK = 500  # links a call
_MANY = 10 * _CHUNK

Items = list[list[Any]]


class Load(NamedTuple):
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
        self._told = Told()

    def add(self, source: Target | None, platform: str, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages may be new."""
        before = len(self._adds)
        for one in new_to(self._told, source, self._platforms[platform], links):
            where, hint = one.place, one.hint.replace("\x1f", " ")
            fp = str(fingerprint(platform, where.key))
            place = [where.host, where.kind, where.key, where.url]
            self._adds.append([fp, platform, *place, one.depth, hint])
        return len(self._adds) - before

    def note(self, *item: Any) -> None:
        """Add what happened, as the feedback script reads it."""
        self._feedback.append([*item])

    def take(self) -> Load:
        """Give all of it to a round that begins."""
        load = Load(self._adds, self._feedback)
        self._adds, self._feedback, self._sending = [], [], load.adds
        return load

    def restore(self, load: Load) -> None:
        """Take back what a round could not tell."""
        self._adds = load.adds + self._adds
        self._feedback = load.feedback + self._feedback

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
