"""How a pair of offers stands among all others: is either a better match of somebody else?

A listing is of one product, so that the best of what is like it is worth more than being like it.
What is told of a pair: the cosine of its texts, how many offers of the other side are nearer to
either of the two, and by how much the nearest is. No label is used, only what is in the pool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from scipy import sparse

from jobs.match._offer import Offer

Terms = Callable[[Offer], Iterable[str]]
_ROWS = 1000  # of one side that are compared with all of the other at once
_TIE = 1e-6
_TOLD = ("cosine", "nearer", "nearer_back", "ahead", "ahead_back", "over", "over_back")


def _grams(words: Iterable[str], lengths: Sequence[int]) -> Iterator[str]:
    """Give the pieces of words, a blank at either end of each."""
    for word in words:
        text = f" {word} "
        for length in lengths:
            yield from (text[at : at + length] for at in range(len(text) - length + 1))


VIEWS: dict[str, Terms] = {
    "words": lambda one: one.words,
    "letters": lambda one: _grams(one.title_words, (3, 4, 5)),
    "codes": lambda one: _grams(sorted(one.of_all.codes), (3, 4)),
}
NAMES = tuple(f"{view}_{told}" for view in VIEWS for told in _TOLD)


class Pool:
    """Two sides, of which any of one may be the same thing as any of the other."""

    def __init__(self, ours: Sequence[Offer], theirs: Sequence[Offer]) -> None:
        self._sides = [_vectors([*ours, *theirs], terms, len(ours)) for terms in VIEWS.values()]

    def standing(self, pairs: Sequence[tuple[int, int]]) -> np.ndarray:
        """Tell how each pair stands.

        Args:
            pairs: places of an offer of ours and one of theirs.

        Returns:
            float64, shape (pairs, len(NAMES)).

        """
        at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return np.hstack([_standing(ours, theirs, at) for ours, theirs in self._sides])


def _vectors(
    offers: Sequence[Offer], terms: Terms, ours: int
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Give both sides as rows of weights by term frequency and rarity, each of length 1.

    The weight is `(1 + ln tf) (1 + ln((1 + n) / (1 + df)))`.
    """
    places: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, one in enumerate(offers):
        for term, count in Counter(terms(one)).items():
            rows.append(row)
            columns.append(places.setdefault(term, len(places)))
            values.append(1.0 + np.log(count))
    shape = (len(offers), max(1, len(places)))
    found = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float32)
    having = np.bincount(found.indices, minlength=shape[1])
    found = found @ sparse.diags_array(
        (1 + np.log((1 + len(offers)) / (1 + having))).astype(np.float32)
    )
    length = np.sqrt(found.multiply(found).sum(axis=1)).A1
    found = sparse.diags_array(1 / np.maximum(length, _TIE)) @ found
    found = sparse.csr_matrix(found)
    return found[:ours], found[ours:]


def _standing(ours: sparse.csr_matrix, theirs: sparse.csr_matrix, at: np.ndarray) -> np.ndarray:
    cosine, nearer, best = _places(ours, theirs, at[:, 0], at[:, 1])
    _, nearer_back, best_back = _places(theirs, ours, at[:, 1], at[:, 0])
    return np.column_stack(
        [
            cosine,
            np.log1p(nearer),
            np.log1p(nearer_back),
            cosine - best,
            cosine - best_back,
            cosine / np.maximum(best, _TIE),
            cosine / np.maximum(best_back, _TIE),
        ]
    )


def _places(
    rows: sparse.csr_matrix, columns: sparse.csr_matrix, row: np.ndarray, column: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each pair's cosine, how many columns are nearer to its row, and the nearest other."""
    cosine, nearer, best = (np.zeros(len(row)) for _ in range(3))
    other = columns.T.tocsc()
    for first in range(0, rows.shape[0], _ROWS):
        mine = np.flatnonzero((row >= first) & (row < first + _ROWS))
        if not mine.size:
            continue
        like = (rows[first : first + _ROWS] @ other).toarray()[row[mine] - first]
        own = like[np.arange(mine.size), column[mine]].copy()
        like[np.arange(mine.size), column[mine]] = -1.0
        cosine[mine], best[mine] = own, like.max(axis=1)
        nearer[mine] = (like > own[:, None] + _TIE).sum(axis=1)
    return cosine, nearer, np.maximum(best, 0.0)
