"""A worker's desk: outcomes leave in sealed batches; a committer brings them to the lake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from crawler.desk import Desk, Draft, Pace
from crawler.packs import PackWriter
from crawler.spool import Sealed, Spool, of_workers
from crawler.workers.owned import owned

# Small and often: what a killed worker had not sealed is fetched once more.
PACE = Pace(rows=2_000, seconds=0.5, first_seconds=0.25)
MOST_BATCHES = 200  # of all workers, that wait for the committer
_LOOK_S = 0.5


class WorkerDesk(Desk):
    """Seals batches in the worker's own folder of the spool, and there its work ends."""

    def __init__(self, crawl_id: str, folder: Path, packs: PackWriter, pace: Pace = PACE) -> None:
        """Seal under a folder of this worker alone; the one above is that of all workers."""
        super().__init__(crawl_id, Spool(folder), None, packs, pace)
        self._all = folder.parent
        self._looked_at = -_LOOK_S
        self._is_clogged = False

    @property
    def is_full(self) -> bool:
        """Whether so much waits, here or for the committer, that nothing should be fetched."""
        now = monotonic()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at = now
            self._is_clogged = len(of_workers(self._all)) >= MOST_BATCHES
        return self._is_clogged or super().is_full

    def _write(self, checkpoint: Callable[[], None], draft: Draft, seq: int) -> None:
        """Make bodies durable, then the batch: in this order."""
        checkpoint()
        tables, owners = owned(draft.rows, draft.owners, self._crawl_id)
        told = tuple(draft.told)
        self._spool.seal(Sealed(seq, self._crawl_id, draft.acks, tables, owners, told))

    def _end(self, draft: Draft, seq: int) -> None:
        """Leave the leases as they are: the committer ends them."""
