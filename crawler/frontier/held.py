"""What one worker holds: requests with their moments, and those that wait for one."""

from __future__ import annotations

import heapq
import math
import secrets
from itertools import count
from typing import Literal

from crawler.frontier.host import Ask
from crawler.frontier.outbox import Outbox

Verdict = Literal["go", "later", "release", "drop", "disallowed"]


class Queue:
    """Requests by moment."""

    def __init__(self) -> None:
        self._order = count()
        self._heap: list[tuple[float, int, Ask]] = []

    def __len__(self) -> int:
        """Count them."""
        return len(self._heap)

    def push(self, at: float, ask: Ask) -> None:
        """Put a request in."""
        heapq.heappush(self._heap, (at, next(self._order), ask))

    def pop(self, until: float) -> tuple[float, Ask] | None:
        """Give the first one whose moment has come, with its moment."""
        if self.first > until:
            return None
        at, _, ask = heapq.heappop(self._heap)
        return at, ask

    @property
    def first(self) -> float:
        """The moment of the first one; infinite if there is none."""
        return self._heap[0][0] if self._heap else math.inf

    @property
    def hosts(self) -> set[str]:
        """The hosts that are asked."""
        return {ask.host for _, _, ask in self._heap}

    def take(self, host: str, until: float = math.inf) -> list[Ask]:
        """Take out what asks a host before a moment."""
        taken = [one for one in self._heap if one[2].host == host and one[0] < until]
        if taken:
            self._heap = [one for one in self._heap if one not in taken]
            heapq.heapify(self._heap)
        return [ask for _, _, ask in taken]

    def clear(self) -> list[Ask]:
        """Take out all."""
        heap, self._heap = self._heap, []
        return [ask for _, _, ask in heap]


class Held:
    """What the store gave one worker, and is told of when it goes back."""

    def __init__(self, name: str, outbox: Outbox) -> None:
        self._name, self._outbox = name, outbox
        self.begin()

    def begin(self) -> None:
        """Be a worker that nobody knows yet, with nothing in hand."""
        self.worker = f"{self._name}:{secrets.token_hex(6)}"
        self.is_new = True
        self.at_hand = Queue()
        self.again = Queue()  # what is to be asked once more, not before its moment
        self.wanted: dict[str, Ask] = {}  # waits for the store to say when
        self.mine: set[str] = set()  # targets that are out
        self._shown_by: dict[int, list[str]] = {}

    @property
    def is_busy(self) -> bool:
        """Whether anything is held that was not asked."""
        return bool(self.at_hand or self.again or self.wanted)

    def id(self, ask: Ask) -> str:
        """Give the name of a request in the store."""
        if ask.target is not None:
            return f"{ask.target.id}:{ask.target.token}"
        if ask.purpose == "robots":
            return f"robots:{self.worker}"
        return f"token:{self.worker}:{ask.platform}"

    def want(self, ask: Ask) -> None:
        """Have the store say when a request may go out."""
        self.wanted[self.id(ask)] = ask

    def lease(self, at: float, ask: Ask, shown_by: list[str]) -> None:
        """Take a page, with the listings that show it if it is a picture."""
        if ask.target is not None:
            self.mine.add(str(ask.target.id))
            if shown_by:
                self._shown_by[ask.target.id] = shown_by
        self.at_hand.push(at, ask)

    def shown_by(self, picture: int) -> list[str]:
        """Give the listings that show a picture, once."""
        return self._shown_by.pop(picture, [])

    def back(self, ask: Ask, what: str, seconds: float) -> None:
        """Tell how a request ended."""
        self._forget(ask)
        self._outbox.note(what, ask.host, self.id(ask), seconds)

    def unused(self, ask: Ask) -> None:
        """Tell that a moment went by without its request."""
        self._outbox.note("unused", ask.host, self.id(ask))

    def settle(self, ask: Ask, said: Verdict) -> None:
        """Act on what becomes of a request that does not go out."""
        if said in {"release", "drop"}:
            self.release(ask, said)
            return
        self.unused(ask)
        if said == "later":
            self.wanted[self.id(ask)] = ask

    def release(self, ask: Ask, how: str = "release") -> None:
        """Give a request back, or `drop` it for good."""
        self.unused(ask)
        if ask.target is not None:
            self._forget(ask)
            self._shown_by.pop(ask.target.id, None)
            self._outbox.note(how, str(ask.target.id), str(ask.target.token))

    def hold(self, host: str, until: float) -> None:
        """Ask a host for nothing until a moment: what is in hand of it gets another one."""
        for ask in self.at_hand.take(host, until):
            self.unused(ask)
            self.again.push(until, ask)

    def release_all(self) -> None:
        """Give back all that was not asked."""
        for ask in (*self.at_hand.clear(), *self.again.clear(), *self.wanted.values()):
            self.release(ask)
        self.wanted.clear()

    def _forget(self, ask: Ask) -> None:
        if ask.target is not None:
            self.mine.discard(str(ask.target.id))
