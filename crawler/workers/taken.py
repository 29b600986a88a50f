"""What of one crawl the lake has already: nothing is written twice, whatever a frontier forgot."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from conf.place import Place
from crawler.lake import scan
from crawler.workers.owned import COLUMNS, place

_MERGE = 100_000  # so many new ones are kept apart


class Taken:
    """The pages of one crawl that are in the lake; 8 bytes each."""

    def __init__(self, digests: Iterable[int] = ()) -> None:
        """Take the digests of those that are there; see `owned.place`."""
        self._old = np.fromiter(digests, dtype=np.int64)
        self._old.sort()
        self._new: set[int] = set()

    def has(self, digest: int) -> bool:
        """Say whether a page is in the lake."""
        if digest in self._new:
            return True
        at = int(np.searchsorted(self._old, digest))
        return at < len(self._old) and int(self._old[at]) == digest

    def add(self, digests: Iterable[int]) -> None:
        """Note pages that are in the lake now."""
        self._new.update(digests)
        if len(self._new) > _MERGE:
            new = np.fromiter(self._new, dtype=np.int64)
            self._old = np.sort(np.concatenate([self._old, new]))
            self._new.clear()


def taken(lake: Place, crawl_id: str) -> Taken:
    """Give what the lake has of a crawl.

    Raises:
        LakeError: a table cannot be read.

    """
    return Taken(place(*row) for row in addresses(lake, crawl_id))


def addresses(lake: Place, crawl_id: str) -> Iterable[tuple[str, str]]:
    """Give platform and address of each page that a crawl wrote anything of."""
    names = {"captures": "crawl_id", "refused": "source_name", "finds": "crawl_id"}
    for table, column in COLUMNS:
        rows = scan(lake, table)
        if rows is not None:
            mine = rows.filter(pl.col(names[table]) == crawl_id).select("platform", column)
            yield from mine.unique().collect().iter_rows()
