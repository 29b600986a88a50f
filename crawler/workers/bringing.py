"""The committer's work: batches of all workers into the lake, each page once, whoever dies when.

Sealed batches are small, and go together. They take five steps, each of which may be done again
after a kill:

1. the frontier is asked which of a batch's pages its worker still holds (`claim`; asked again under
   the batch's name it says the same), and `Taken` which of them the lake has;
2. the answer and the number of the commit are pinned in the batch's folder;
3. all rows go to the tables under that number, which no table takes twice;
4. the frontier is told that the pages are done;
5. the batches are thrown away.

The number is of one application for all workers, given here: so the tables' logs stay short. What
is pinned comes before everything else, for a table would take its number for an old one.

What the frontier was told, it is told once more some seconds later: a store that is killed may have
forgotten the last of it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Protocol

import msgspec
import pyarrow as pa

from conf.errors import CrawlError
from conf.site import Site
from crawler.commit import Committer
from crawler.desk import TABLES
from crawler.frontier.store import Acks, Done
from crawler.spool import Sealed, durable, of_workers, read, throw_away
from crawler.workers import tally
from crawler.workers.owned import Tables, kept, places
from crawler.workers.taken import Taken, taken

APP = "crawl-workers"
_DECISION = "decision.json"
_ROWS = 20_000  # of one commit, or little more
_FORGETFUL_S = 5.0  # a store that forces its log to the disk each second may forget two


class Ledger(Protocol):
    """What a committer needs of the store of a crawl."""

    def claim(self, batch_id: str, done: Sequence[Done]) -> Sequence[bool]:
        """Say which pages of a batch its worker still holds; the same whenever it is asked."""
        ...

    def acknowledge(self, acks: Acks) -> object:
        """End the leases of what is in the lake."""
        ...


class Decision(msgspec.Struct, frozen=True):
    """What is done with a batch, pinned before it is done."""

    seq: int
    owned: tuple[bool, ...]  # the rows of these pages go to the lake
    ended: tuple[bool, ...]  # these pages are acknowledged: it has them now, or had them before
    known: frozenset[int] = frozenset()  # owners of rows that are no page's, and there already

    def keeps(self, owner: int) -> bool:
        """Say whether an owner's rows go to the lake."""
        return self.owned[owner] if owner >= 0 else owner not in self.known


class Batch(NamedTuple):
    """A sealed batch, and what is done with it."""

    folder: Path
    sealed: Sealed
    decision: Decision

    @property
    def rows(self) -> Tables:
        """Its rows that go to the lake."""
        return kept(self.sealed.tables, self.sealed.owners, self.decision.keeps)

    @property
    def acks(self) -> Acks:
        """What it ends."""
        pairs = zip(self.sealed.acks.done, self.decision.ended, strict=True)
        return Acks(tuple(one for one, is_ended in pairs if is_ended), self.sealed.acks.closed)


class Bringer:
    """Brings sealed batches to the lake and tells their frontiers."""

    def __init__(self, site: Site, committer: Committer, ledger: Callable[[str], Ledger]) -> None:
        """Take the tables; `ledger` gives the one of a crawl.

        Raises:
            LakeError: another process holds a table, or it cannot be written.

        """
        committer.hold(TABLES)
        self._site, self._committer, self._ledger = site, committer, ledger
        self._seq = committer.next_seq(TABLES)
        self._taken: dict[str, Taken] = {}
        self._tallies: dict[str, tally.Tally] = {}
        self._told: deque[tuple[float, str, Acks]] = deque()

    def bring_all(self) -> int:
        """Bring what is sealed now; gives the number of batches.

        Raises:
            CrawlError: a batch cannot be read, or the frontier's store is away.
            LakeError: a table cannot be written.

        """
        folders = of_workers(self._site.state / "spool")
        pinned: dict[int, list[Batch]] = defaultdict(list)
        for folder in folders:
            if (decision := _pinned(folder)) is not None:
                pinned[decision.seq].append(Batch(folder, read(folder), decision))
        for seq in sorted(pinned):
            self._seq = max(self._seq, seq + 1)
            self._bring(pinned[seq], seq)
        there = {batch.folder for group in pinned.values() for batch in group}
        for group in self._groups(folder for folder in folders if folder not in there):
            seq, self._seq = self._seq, self._seq + 1
            self._bring([self._decide(folder, sealed, seq) for folder, sealed in group], seq)
        return len(folders)

    def remind(self) -> int:
        """Tell the frontier again what it was told some seconds ago; gives how many times."""
        count = 0
        while self._told and self._told[0][0] <= monotonic():
            _, crawl_id, acks = self._told[0]
            self._ledger(crawl_id).acknowledge(acks)
            self._told.popleft()
            count += 1
        return count

    def _groups(self, folders: Iterable[Path]) -> Iterable[list[tuple[Path, Sealed]]]:
        """Give batches as they go together: of one crawl, and not too many rows."""
        group: list[tuple[Path, Sealed]] = []
        rows = 0
        for folder in folders:
            sealed = read(folder)
            if group and (rows > _ROWS or sealed.crawl_id != group[0][1].crawl_id):
                yield group
                group, rows = [], 0
            group.append((folder, sealed))
            rows += sum(table.num_rows for table in sealed.tables.values())
        if group:
            yield group

    def _decide(self, folder: Path, sealed: Sealed, seq: int) -> Batch:
        """Decide what is done with a batch, and pin it."""
        name = f"{folder.parent.name}/{folder.name}"
        held = self._ledger(sealed.crawl_id).claim(name, sealed.acks.done)
        there = self._there(sealed.crawl_id)
        known, new = set(), set()
        for owner, place in places(sealed.tables, sealed.owners).items():
            if place in new or there.has(place):
                known.add(owner)
            elif owner < 0 or held[owner]:
                new.add(place)
        owned = tuple(is_held and at not in known for at, is_held in enumerate(held))
        loose = frozenset(owner for owner in known if owner < 0)
        decision = Decision(seq, owned, tuple(held), loose)
        try:
            durable(folder / _DECISION, msgspec.json.encode(decision))
        except OSError as error:
            raise _unwritable(folder, error) from None
        there.add(new)  # it will be: what is pinned is brought before anything else
        return Batch(folder, sealed, decision)

    def _bring(self, batches: Sequence[Batch], seq: int) -> None:
        rows: dict[str, list[pa.Table]] = defaultdict(list)
        for batch in batches:
            for name, table in batch.rows.items():
                rows[name].append(table)
        self._committer.commit_arrow(
            {name: pa.concat_tables(tables) for name, tables in rows.items()}, seq
        )
        crawl_id = batches[0].sealed.crawl_id
        self._count(crawl_id, batches, seq)
        for batch in batches:
            self._ledger(crawl_id).acknowledge(batch.acks)
            self._told.append((monotonic() + _FORGETFUL_S, crawl_id, batch.acks))
            throw_away(batch.folder)

    def _count(self, crawl_id: str, batches: Sequence[Batch], seq: int) -> None:
        path = tally.file(self._site.state, crawl_id)
        if crawl_id not in self._tallies:
            self._tallies[crawl_id] = tally.read(path)
        counted = self._tallies[crawl_id]
        counted.take(seq, ((batch.sealed.told, batch.decision.keeps) for batch in batches))
        try:
            tally.write(path, counted)
        except OSError as error:
            raise _unwritable(path, error) from None

    def _there(self, crawl_id: str) -> Taken:
        if crawl_id not in self._taken:
            self._taken[crawl_id] = taken(self._site.lake, crawl_id)
        return self._taken[crawl_id]


def _unwritable(path: Path, error: OSError) -> CrawlError:
    return CrawlError(
        f"{path}: cannot be written: {error.strerror or error}; mend that, the committer goes on "
        "from here"
    )


def _pinned(folder: Path) -> Decision | None:
    """Give what was pinned of a batch; None if nothing was.

    A decision that was cut short was never acted on: it is forced to the disk first.
    """
    try:
        return msgspec.json.decode((folder / _DECISION).read_bytes(), type=Decision)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
