"""Which rows of a feed the lake holds already, so that none is written twice.

Whatever was killed where, a row that is there is known by its id: the ids tell of what was shown,
when and by whom. Eight bytes of each are kept, of the days that a file touches.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from conf import contract
from conf.errors import LakeError
from conf.place import Place
from crawler.lake import scan

Hashes = npt.NDArray[np.uint64]
_MERGE_ROWS = 200_000
_NONE: Hashes = np.array([], dtype=np.uint64)


class Known:
    """The ids of one table's rows that came by one feed."""

    def __init__(self, lake: Place, table: str, feed: str) -> None:
        """Look nothing up yet."""
        promised = contract.table(table)
        self._lake, self._table, self._feed = lake, table, feed
        self._id, self._day = promised.key[0], promised.partition or ""
        self._has_feed = "source_name" in promised.names
        # The id of a picture holds no time: it may have come on any day.
        self._is_dated = table != "images"
        self._days: set[date] | None = None
        self._old, self._new = _NONE, set[int]()

    def sift(self, rows: pa.Table) -> pa.Table:
        """Give the rows that are new, each id once, and know them from now on."""
        if not rows.num_rows:
            return rows
        self._look_up(pc.unique(rows[self._day]).to_pylist())
        found = hashes(rows[self._id].to_pylist())
        is_old = np.zeros(len(found), dtype=bool)
        if len(self._old):
            at = np.searchsorted(self._old, found).clip(max=len(self._old) - 1)
            is_old = self._old[at] == found
        keep = []
        for one, old in zip(found.tolist(), is_old.tolist(), strict=True):
            keep.append(not old and one not in self._new)
            self._new.add(one)
        if len(self._new) > _MERGE_ROWS:
            self._remember(np.fromiter(self._new, dtype=np.uint64))
            self._new.clear()
        return rows if all(keep) else rows.filter(pa.array(keep))

    def _look_up(self, days: Iterable[date]) -> None:
        """Read the ids of days that were not looked up before."""
        if self._days is None:
            self._days = set()
            if not self._is_dated:
                self._remember(self._read(None))
        unseen = set(days) - self._days
        if self._is_dated and unseen:
            self._remember(self._read(sorted(unseen)))
            self._days |= unseen

    def _read(self, days: list[date] | None) -> Hashes:
        rows = scan(self._lake, self._table)
        if rows is None:
            return _NONE
        try:
            if days is not None:
                rows = rows.filter(pl.col(self._day).is_in(days))
            if self._has_feed:
                rows = rows.filter(pl.col("source_name") == self._feed)
            return hashes(rows.select(self._id).collect()[self._id].to_list())
        except (OSError, pl.exceptions.PolarsError) as error:
            why = " ".join(str(error).split())[:300]
            raise LakeError(
                f"{self._lake / self._table} cannot be read: {why}; restore the folder from a copy"
            ) from None

    def _remember(self, more: Hashes) -> None:
        self._old = np.sort(np.concatenate([self._old, more]))


def hashes(ids: list[str]) -> Hashes:
    """Give the first eight bytes of each id."""
    return np.array([int(one[:16], 16) for one in ids], dtype=np.uint64)
