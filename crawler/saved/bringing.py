"""Rows on their way to the lake outside of a crawl: in batches, each row once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from conf import contract
from conf.place import Place
from crawler.commit import Committer
from crawler.lake import of_day
from crawler.packs import PackWriter
from crawler.rows import Row

_BATCH_ROWS = 5_000


class Bringer:
    """Brings rows of one name to their tables; what the lake holds already it leaves out.

    A run that was killed is simply run again: rows that reached the lake are known by their ids,
    table by table, and the rest follows. Bodies are on the disk before the rows that name them.
    """

    def __init__(
        self,
        lake: Place,
        committer: Committer,
        packs: PackWriter | None,
        own: Mapping[str, pl.Expr],
    ) -> None:
        """Take the tables to write, each with what tells the rows that may be ours already."""
        self._lake, self._committer, self._packs, self._own = lake, committer, packs, own
        committer.hold(own)
        self._seq = committer.next_seq(own)
        self._known: dict[tuple[str, date], set[str]] = {}
        self._rows: dict[str, list[Row]] = {}
        self._count = 0

    def has(self, table: str, key: str, day: date) -> bool:
        """Say whether a row is in the lake or on its way there."""
        return key in self._ids(table, day)

    def put(self, table: str, row: Row) -> bool:
        """Take a row, unless it is there already; gives whether it is new."""
        promised = contract.table(table)
        ids = self._ids(table, row[promised.partition or ""])
        key = row[promised.key[0]]
        if key in ids:
            return False
        ids.add(key)
        self._rows.setdefault(table, []).append(row)
        self._count += 1
        return True

    def leave_if_full(self) -> None:
        """Send what is here to the lake if it is enough for a batch."""
        if self._count >= _BATCH_ROWS:
            self.leave()

    def leave(self) -> None:
        """Send what is here to the lake.

        Raises:
            LakeError: a table cannot be written.

        """
        if not self._count:
            return
        if self._packs is not None:
            make_durable = self._packs.checkpoint()
            make_durable()
        self._committer.commit(self._rows, self._seq)
        self._seq += 1
        self._rows, self._count = {}, 0

    def _ids(self, table: str, day: date) -> set[str]:
        found = self._known.get((table, day))
        if found is None:
            (key,) = contract.table(table).key
            there = of_day(self._lake, table, day, self._own[table], [key])
            found = self._known[table, day] = set(there[key])
        return found
