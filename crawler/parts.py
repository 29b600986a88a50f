"""What the spider needs of those it works with: who writes down, and who sends it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from crawler.capture import Fetched
from crawler.frontier.host import Ask
from crawler.frontier.store import Target
from crawler.spiders.reading import Read


class Clerk(Protocol):
    """Takes each answer, and each refusal."""

    async def take(self, target: Target, fetched: Fetched) -> Read:
        """Take a page; gives what it led to."""
        ...

    def gone(self, target: Target, fetched: Fetched) -> None:
        """Take the answer that a page is no more."""
        ...

    def refuse(self, ask: Ask, reason: str, detail: str, closed: str | None = None) -> None:
        """Take note that something is not taken, or that a whole host is left."""
        ...


class Desk(Protocol):
    """Takes what the clerk wrote down to where it is kept."""

    failure: Exception | None
    on_commit: Callable[[], None]

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be fetched for now."""
        ...

    @property
    def has_waiting(self) -> bool:
        """Whether anything waits to be sent off."""
        ...

    def fail(self, error: Exception) -> None:
        """Stop for an error that is not one page's."""
        ...

    def leave(self) -> bool:
        """Send off what is here; gives whether it did."""
        ...

    def leave_if_due(self, age_s: float) -> bool:
        """Send off what is here if it is time to; gives whether it did."""
        ...

    async def empty(self) -> None:
        """Send off everything and wait until it is kept."""
        ...
