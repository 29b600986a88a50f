"""The guard: notices where lists go on without showing anything new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from crawler.lists import Listed

MOST_BARREN = 2  # pages of one list that show only what it showed before
_MOST_WEIGHT = 60  # for lists of one make: twenty pages that repeat, or sixty that show nothing
_REPEATED, _EMPTY = 3, 1
_MOST_KEPT = 200_000  # listings remembered, of all lists: 15 MB
_MOST_OF_ONE = 20_000

Ended = Literal["list_exhausted", "trap"]


class Guard:
    """Remembers what the lists of one platform showed; the lists seen last, within bounds."""

    def __init__(self) -> None:
        self._shown: dict[str, set[int]] = {}
        self.kept = 0
        self._barren: dict[str, int] = {}
        self._told: set[str] = set()

    def look(self, own: Listed, shown: Iterable[str], *, is_back: bool = False) -> bool:
        """Take note of a page of a list; gives whether it showed anything new.

        New to the list; where facets choose from a list, also to what its path showed otherwise.
        `is_back` says that the server led back to another page: it was past the end.
        """
        hashes = {hash(one) for one in shown}
        is_new = self._add(own.key, hashes) and not is_back
        self._barren[own.key] = (
            0 if is_new else MOST_BARREN if is_back else self._barren.get(own.key, 0) + 1
        )
        is_new_here = self._add(f"path {own.path}", hashes)
        if own.filters:
            is_new = is_new and is_new_here
        if own.family is not None:
            is_new = self._add(own.family, hashes) and is_new
            weight = _REPEATED if hashes else _EMPTY
            self._barren[own.family] = 0 if is_new else self._barren.get(own.family, 0) + weight
        return is_new

    def ended(self, own: Listed) -> Ended | None:
        """Say why nothing more of a list, or of all lists of its make, is asked; None if it is."""
        if self._barren.get(own.key, 0) >= MOST_BARREN:
            return "list_exhausted"
        if own.family is not None and self._barren.get(own.family, 0) >= _MOST_WEIGHT:
            return "trap"
        return None

    def tell(self, own: Listed, why: Ended) -> bool:
        """Say whether an end is told for the first time."""
        key = own.key if why == "list_exhausted" else str(own.family)
        is_first = key not in self._told
        self._told.add(key)
        return is_first

    def _add(self, key: str, hashes: set[int]) -> bool:
        """Remember what a list showed; gives whether any of it is new to it."""
        kept = self._shown.pop(key, set())
        self._shown[key] = kept  # behind all others: those looked at longest ago are forgotten
        new = hashes - kept
        if len(kept) < _MOST_OF_ONE:
            kept |= new
            self.kept += len(new)
        while self.kept > _MOST_KEPT and len(self._shown) > 1:
            oldest = next(iter(self._shown))
            self.kept -= len(self._shown.pop(oldest))
        return bool(new)


def is_refined(own: Listed, other: Listed) -> bool:
    """Say whether a list is the part of another that one more facet leaves of it."""
    return own.path == other.path and own.filters < other.filters
