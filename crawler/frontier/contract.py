"""What every frontier does, wherever it keeps its targets: in this process, or shared in Redis.

Nothing here waits for a network but `sync`, `acknowledge`, `make_durable` and the facts: `next`,
`add` and what comes back only touch what this process holds. All moments are this process'
monotonic clock's, given by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from conf.platform import Platform
from crawler.frontier.host import Ask
from crawler.frontier.robots import Rules
from crawler.frontier.store import Acks, Target
from crawler.items import Link


class Refuse(Protocol):
    """Is told what the frontier will not ask for; `closed` is a host that is left for good."""

    def __call__(self, ask: Ask, reason: str, detail: str, closed: str | None = None) -> None:
        """Take note of one refusal."""
        ...


def nobody(ask: Ask, reason: str, detail: str, closed: str | None = None) -> None:
    """Hear no refusal: whoever only fills a frontier asks for nothing."""


class Wants(Protocol):
    """Knows which listings show a picture."""

    def wanted_by(self, picture: Target) -> list[str]:
        """Give the listing_key of every listing that shows a picture that is out, sorted."""
        ...


class Frontier(Wants, Protocol):
    """All platforms of one crawl, as one worker sees them; it calls `sync` when `sync_at` comes."""

    platforms: dict[str, Platform]
    tokens: dict[str, str]  # bearer tokens, by platform
    silent: dict[str, str]  # hosts that do not answer, and how
    warnings: list[str]  # what a person should know; whoever shows one removes it
    in_flight: int
    wake_at: float  # after `next` gave None: when to ask again; infinite if only an answer can help
    refuse: Refuse  # who is told; may be set after the frontier is made

    # What goes out

    def next(self, now: float) -> Ask | None:
        """Give the next request that may go out now; with None, `wake_at` says when to ask."""
        ...

    @property
    def sync_at(self) -> float:
        """When the next round with the store is due; infinite if none ever is."""
        ...

    async def sync(self) -> None:
        """Bring to the store what was noted here, in one round, and fetch what may go out next.

        A store that is away is waited for, with a line in `warnings`; nothing noted is lost.

        Raises:
            CrawlError: the store is away for too long, or gives what makes no sense.

        """
        ...

    @property
    def is_done(self) -> bool:
        """Whether everything was asked and acknowledged, but for hosts that do not answer."""
        ...

    @property
    def uncommitted(self) -> int:
        """Targets that are out or answered, over all workers, and not acknowledged."""
        ...

    def waiting(self, platform: str) -> int:
        """Count what of one platform was not asked, or not acknowledged."""
        ...

    def silence(self, platform: str) -> dict[str, str]:
        """Give those hosts of a platform, its token's among them, that do not answer, and how."""
        ...

    # What comes back

    def add(self, source: Target | None, platform: str, links: Iterable[Link]) -> int:
        """Add what a page leads to; gives how many pages were new, as far as is known here."""
        ...

    def answered(self, ask: Ask, now: float | None = None) -> None:
        """Note that a request was answered; with `now`, also how long that took."""
        ...

    def throttled(self, ask: Ask, now: float, wait_s: float | None) -> float:
        """Note that a host asked us to slow down; gives the seconds that it is left alone."""
        ...

    def failed(self, ask: Ask, detail: str) -> bool:
        """Note that a host did not answer; gives whether it is silent now."""
        ...

    def again(self, ask: Ask, at: float) -> None:
        """Ask once more at a moment or later, maybe at another address (`ask.url`)."""
        ...

    # What prepares the way, and what shuts it

    def learn(self, host: str, rules: Rules, now: float | None = None) -> None:
        """Keep a host's rules, for a day."""
        ...

    def renew_token(self, platform: str) -> None:
        """Fetch a platform's token anew: the old one is no longer taken."""
        ...

    def close_host(self, name: str, reason: str, detail: str) -> None:
        """Ask a host for nothing more in this crawl; one refusal stands for all its pages."""
        ...

    # What a batch ends

    def make_durable(self) -> None:
        """Bring what pages led to to where it outlives this process, before they are done."""
        ...

    def acknowledge(self, acks: Acks) -> None:
        """End the leases of what is in the lake. Doing it twice does no harm."""
        ...

    # What is known of the crawl itself

    def fact(self, name: str) -> str | None:
        """Give what was noted of the crawl itself."""
        ...

    def note(self, name: str, value: str) -> None:
        """Note something of the crawl itself, for good."""
        ...

    def close(self) -> None:
        """Hand back what was not asked, and let go of the store."""
        ...
