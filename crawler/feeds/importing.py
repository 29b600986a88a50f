"""Files of partners into the lake: each once, whatever is killed where.

A file is kept, noted with its time, and read in batches; a batch brings only rows whose ids the
lake does not hold, under a lock that keeps every other writer out. So an import that was killed is
simply run again: what is there is known, and the rest follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Literal

import msgspec
import pyarrow as pa

from conf import contract
from conf.errors import FeedError
from conf.feed import Feed
from conf.site import Site
from crawler.commit import Committer
from crawler.conform import REFUSED, sift
from crawler.feeds.batches import Batch, Pace, batches, refusal
from crawler.feeds.kept import Kept, folder, keep
from crawler.feeds.known import Known
from crawler.feeds.notes import Note, Notes
from crawler.feeds.opened import kind
from crawler.feeds.plan import File
from crawler.items import Refused
from crawler.rows import refused_row

State = Literal["imported", "imported before", "unreadable"]


class Wish(msgspec.Struct, frozen=True):
    """A file to import, and as what."""

    path: Path
    feed: Feed


class Told(msgspec.Struct, frozen=True):
    """What became of one file."""

    file: str
    feed: str
    table: str
    sha256: str
    state: State
    read: int = 0
    taken: int = 0
    refused: dict[str, int] = {}
    known: int = 0  # rows that the lake held already
    note: str = ""
    seconds: float = 0.0


class When(msgspec.Struct, frozen=True):
    """The time of rows that tell none; `is_given` if somebody said that this is now."""

    now: datetime
    is_given: bool = False


class Tally:
    """What was counted of the file at hand."""

    def __init__(self) -> None:
        self.file = ""
        self.read = self.taken = 0
        self.refused: Counter[str] = Counter()

    def begin(self, file: str) -> None:
        """Count another file."""
        self.file, self.read, self.taken = file, 0, 0
        self.refused = Counter()


Show = Callable[[Tally], None]


def import_all(
    site: Site,
    wishes: Sequence[Wish],
    when: When,
    *,
    show: Show = lambda _: None,
    pace: Pace = Pace(),  # noqa: B008 - frozen
) -> Iterator[Told]:
    """Import files one after the other, and tell what became of each.

    Raises:
        FeedError: a file is not there; nothing is imported then.
        LakeError: another process holds a table, or it cannot be written.

    """
    for wish in wishes:
        kind(wish.path)
    for wish in wishes:
        with Committer(site.lake, f"feed:{wish.feed.name}") as committer:
            yield _Import(site, wish, committer, show, pace).run(when)


class _Import:
    """One file on its way to the lake."""

    def __init__(
        self, site: Site, wish: Wish, committer: Committer, show: Show, pace: Pace
    ) -> None:
        self._site, self._feed, self._path = site, wish.feed, wish.path
        self._committer, self._show, self._pace = committer, show, pace
        self._tables = (wish.feed.table, REFUSED)
        self._known = {name: Known(site.lake, name, wish.feed.name) for name in self._tables}
        self._tally = Tally()

    def run(self, when: When) -> Told:
        """Import it, unless it came before."""
        began = monotonic()
        self._committer.hold(self._tables)
        self._seq = self._committer.next_seq(self._tables)
        kept = keep(self._path, folder(self._site), self._feed.name)
        notes = Notes(self._site.state / "feeds" / self._feed.name, self._feed.version)
        note = notes.read(kept.sha256)
        if note is not None and note.is_done and note.seq < self._seq:
            came = f"came on {note.now:%Y-%m-%d %H:%M} UTC as {note.file}"
            return self._told(kept, "imported before", began, came)
        if note is None or note.is_done:  # done, in a lake that is no more
            note = Note(kept.name, when.now)
            notes.write(kept.sha256, note)
        file = File(note.file, kept.sha256, note.now, is_now_given=when.is_given)
        try:
            self._bring(kept, file)
        except FeedError as error:
            self._refuse_all(kept, file, str(error))
            return self._told(kept, "unreadable", began, str(error))
        notes.write(kept.sha256, Note(note.file, note.now, self._seq - 1, is_done=True))
        return self._told(kept, "imported", began)

    def _bring(self, kept: Kept, file: File) -> None:
        self._tally.begin(kept.name)
        for batch in batches(self._feed, kept, file, self._pace):
            self._commit(batch, file)
            self._show(self._tally)

    def _commit(self, batch: Batch, file: File) -> None:
        """Bring what is new of a batch, its refusals last."""
        taken = self._write(batch.rows, batch.refused, file)
        self._tally.read += batch.read
        self._tally.taken += taken
        self._tally.refused.update(one.reason for one in batch.refused)

    def _write(self, rows: pa.Table, refused: Sequence[Refused], file: File) -> int:
        """Write the rows and refusals that the lake does not hold; gives the number of rows."""
        platform = self._feed.platform or ""
        about = self._feed.name if "{" in platform or not platform else platform
        listed = [refused_row(one, self._feed.name, file.now, about) for one in refused]
        new = {
            self._feed.table: self._known[self._feed.table].sift(rows),
            REFUSED: self._known[REFUSED].sift(sift(REFUSED, listed)[0]),
        }
        there = {name: table for name, table in new.items() if table.num_rows}
        if there:
            self._committer.commit_arrow(there, self._seq)
            self._seq += 1
        return int(new[self._feed.table].num_rows)

    def _refuse_all(self, kept: Kept, file: File, said: str) -> None:
        """Write down that a file cannot be read at all."""
        nothing = contract.table(self._feed.table).arrow().empty_table()
        self._write(nothing, [refusal(file, 0, "bad_file", f"{kept.name}: {said}")], file)

    def _told(self, kept: Kept, state: State, began: float, note: str = "") -> Told:
        tally = self._tally
        return Told(
            file=kept.name,
            feed=self._feed.name,
            table=self._feed.table,
            sha256=kept.sha256,
            state=state,
            read=tally.read,
            taken=tally.taken,
            known=tally.read - tally.taken - tally.refused.total(),
            refused=dict(tally.refused.most_common()),
            note=note,
            seconds=round(monotonic() - began, 3),
        )
