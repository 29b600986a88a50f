"""The desk: outcomes come in one by one, leave in batches, and are acknowledged in the lake."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Protocol

import msgspec

from crawler.commit import Committer
from crawler.conform import conform
from crawler.frontier.store import Acks, Done
from crawler.outcome import Outcome
from crawler.packs import PackWriter
from crawler.rows import Row
from crawler.spool import Owners, Sealed, Spool, Told

TABLES = ("captures", "finds", "images", "observations", "refused", "seller_observations")


class Pace(msgspec.Struct, frozen=True):
    """When a batch leaves: at so many rows or seconds, whichever comes first.

    The first batches leave sooner, each waiting twice as long as the one before, so that a short
    crawl does not wait for its own acknowledgements and a long one writes few files.
    """

    rows: int = 10_000
    seconds: float = 15.0
    first_seconds: float = 2.0

    def wait_s(self, batches: int) -> float:
        """Give the longest wait of the batch that comes after so many."""
        return float(min(self.seconds, self.first_seconds * 2 ** min(batches, 30)))


class Draft:
    """A batch in the making: rows by table, whose each is, and what all of it ends."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.owners: Owners = {}
        self.row_count = 0
        self.done: list[Done] = []
        self.closed: list[str] = []
        self.told: list[Told] = []

    def put(self, outcome: Outcome) -> None:
        """Take one outcome."""
        owner = -1 - len(self.told) if outcome.done is None else len(self.done)
        for table, row in outcome.rows:
            self.rows.setdefault(table, []).append(row)
            self.owners.setdefault(table, []).append(owner)
            self.row_count += 1
        if outcome.done is not None:
            self.done.append(outcome.done)
        if outcome.closed is not None:
            self.closed.append(outcome.closed)
        self.told.append(Told(owner, outcome.platform, outcome.counts, outcome.reason))

    @property
    def acks(self) -> Acks:
        """What it ends in the frontier."""
        return Acks(tuple(self.done), tuple(self.closed))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that must be kept."""
        return not (self.done or self.closed or self.row_count)


class Frontier(Protocol):
    """What the desk needs of the frontier."""

    def make_durable(self) -> None:
        """Force to the disk what the pages of a batch led to."""
        ...

    def acknowledge(self, acks: Acks) -> None:
        """End the leases of what is in the lake."""
        ...


class Desk:
    """Takes outcomes on the event loop; seals and commits them in a thread, one batch at a time."""

    def __init__(
        self,
        crawl_id: str,
        spool: Spool,
        committer: Committer | None,
        packs: PackWriter,
        pace: Pace = Pace(),  # noqa: B008 - frozen
    ) -> None:
        self.failure: Exception | None = None
        self.tally: dict[str, Counter[str]] = {}
        self.refusals: dict[str, Counter[str]] = {}
        self.frontier: Frontier | None = None
        self.packs = packs
        self.on_commit: Callable[[], None] = lambda: None
        self._crawl_id, self._spool, self._committer, self._pace = crawl_id, spool, committer, pace
        self._seq = committer.next_seq(TABLES) if committer else 1
        self._batches = 0
        self._committing: asyncio.Task[None] | None = None
        self._draft = Draft()

    def put(self, outcome: Outcome) -> None:
        """Take one outcome."""
        self._draft.put(outcome)
        self.tally.setdefault(outcome.platform, Counter()).update(outcome.counts)
        if outcome.reason is not None:
            self.refusals.setdefault(outcome.platform, Counter())[outcome.reason] += 1

    @property
    def is_full(self) -> bool:
        """Whether so much waits that nothing more should be fetched until a batch is through."""
        return self._draft.row_count >= 2 * self._pace.rows

    @property
    def has_waiting(self) -> bool:
        """Whether anything here waits for a commit."""
        return not self._draft.is_empty

    def fail(self, error: Exception) -> None:
        """Stop the crawl for an error that is not one page's; the first one counts."""
        self.failure = self.failure or error

    def leave_if_due(self, age_s: float) -> bool:
        """Send a batch on its way if there is enough for one; gives whether it did."""
        if not self.has_waiting:
            return False
        is_due = self._draft.row_count >= self._pace.rows or age_s >= self._pace.wait_s(
            self._batches
        )
        return self.leave() if is_due else False

    def leave(self) -> bool:
        """Send what is here on its way, unless a batch is on its way already."""
        if self.failure or not self.has_waiting or self._is_committing:
            return False
        self._committing = asyncio.ensure_future(self._commit())
        return True

    async def empty(self) -> None:
        """Send everything on its way and wait until it is in the lake."""
        while not self.failure and (self._is_committing or self.has_waiting):
            self.leave()
            if self._committing is not None:
                await self._committing

    @property
    def _is_committing(self) -> bool:
        return self._committing is not None and not self._committing.done()

    async def _commit(self) -> None:
        draft, seq = self._draft, self._seq
        self._draft = Draft()
        self._seq += 1
        self._batches += 1
        try:
            if self.frontier is not None:
                self.frontier.make_durable()
            checkpoint = self.packs.checkpoint()
            await asyncio.to_thread(self._write, checkpoint, draft, seq)
            self._end(draft, seq)
        except Exception as error:  # noqa: BLE001 - told by whoever runs the crawl, see `failure`
            self.fail(error)
        self.on_commit()

    def _write(self, checkpoint: Callable[[], None], draft: Draft, seq: int) -> None:
        """Make bodies durable, then the batch, then bring it to the lake: in this order."""
        checkpoint()
        tables = conform(draft.rows, self._crawl_id)
        batch = Sealed(seq, self._crawl_id, draft.acks, tables)
        self._spool.seal(batch)
        if self._committer is not None:
            self._committer.commit_arrow(batch.tables, seq)

    def _end(self, draft: Draft, seq: int) -> None:
        """Tell the frontier that a batch is in the lake, and throw it away."""
        if self.frontier is not None:
            self.frontier.acknowledge(draft.acks)
        self._spool.remove(seq)
