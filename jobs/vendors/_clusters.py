"""Which accounts are one actor, from the log-odds of pairs and what people decided.

Friends of friends are not friends: one wrong link would make one actor of two. So linked accounts
are only where grouping begins. A seller that ties three or more groups which nothing else ties is
no witness (`bridges`); and inside what is linked, groups are made that agree with the log-odds of
*all* their pairs, those that are not linked, too. That is correlation clustering (Bansal, Blum and
Chawla 2004), greedily (Keuper et al., ICCV 2015), then one account at a time.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from conf.errors import ConfError

LINE = 0.0  # natural log-odds from which a pair is a link, if nothing else is said
MOST_LOG_ODDS = 6.0  # no pair outweighs six that speak the other way by one
UNSEEN = -1.0  # log-odds of a pair that shares nothing rare, among linked accounts
PARTS_OF_A_BRIDGE = 3
_PASSES = 10
_CHUNK = 400_000

Pair = tuple[int, int]


class Decisions(msgspec.Struct, frozen=True):
    """What people decided of pairs of sellers (numbers, the lower first); it always holds."""

    confirmed: frozenset[Pair] = frozenset()  # one actor
    cut: frozenset[Pair] = frozenset()  # their link is no evidence; others may bring them together
    forbidden: frozenset[Pair] = frozenset()  # never one actor


def clusters(
    links: pl.DataFrame,
    seller_count: int,
    decisions: Decisions | None = None,
    line: float = LINE,
) -> np.ndarray:
    """Give each seller the lowest number among the sellers of its actor.

    Args:
        links: left, right (left the lower; each pair once), log_odds, and `log_odds_less`, what is
            left without the family that says most. Pairs that speak against one actor belong in,
            too.
        seller_count: sellers are numbered below it.
        decisions: of people.
        line: log-odds from which a pair is a link, and speaks for one actor.

    Raises:
        ConfError: two sellers are forbidden to be one actor, and confirmed to be, if by others.

    """
    ruled = decisions or Decisions()
    kept = without(links.sort("left", "right"), ruled.cut | ruled.forbidden)
    kept = kept.with_columns(pl.col("log_odds", "log_odds_less") - line)
    near = kept.filter(pl.col("log_odds") >= 0)
    kept = doubted(kept, bridges(near["left"].to_numpy(), near["right"].to_numpy(), seller_count))
    root = _confirmed(seller_count, ruled)
    linked = kept.filter(pl.col("log_odds") >= 0)
    sure = np.array(sorted(ruled.confirmed), dtype=np.int64).reshape(-1, 2)
    groups = components(
        np.r_[linked["left"].to_numpy(), sure[:, 0]],
        np.r_[linked["right"].to_numpy(), sure[:, 1]],
        seller_count,
    )
    return _refined(kept, groups, root, ruled)


def without(links: pl.DataFrame, pairs: Iterable[Pair]) -> pl.DataFrame:
    """Give the links but for those of these pairs."""
    gone = pl.DataFrame(
        sorted(pairs),
        schema={"left": links["left"].dtype, "right": links["right"].dtype},
        orient="row",
    )
    return links.join(gone, on=["left", "right"], how="anti", maintain_order="left")


def _confirmed(seller_count: int, ruled: Decisions) -> np.ndarray:
    """Give each seller the lowest number that it is confirmed to be one actor with."""
    pairs = np.array(sorted(ruled.confirmed), dtype=np.int64).reshape(-1, 2)
    root = components(pairs[:, 0], pairs[:, 1], seller_count)
    for left, right in sorted(ruled.forbidden):
        if root[left] == root[right]:
            raise ConfError(
                f"sellers {left} and {right} are forbidden to be one actor and confirmed to be, "
                "if by others; take back one of the decisions"
            )
    return root


def _joined(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    edges = sparse.coo_array((np.ones(len(left), dtype=np.int8), (left, right)), (count, count))
    return np.asarray(connected_components(edges, directed=False)[1])


def _lowest(labels: np.ndarray) -> np.ndarray:
    """Name each group by its lowest member."""
    first = np.full(int(labels.max(initial=-1)) + 1, len(labels), dtype=np.int64)
    np.minimum.at(first, labels, np.arange(len(labels)))
    return np.asarray(first[labels])


def components(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """Give each seller the lowest number that links lead to."""
    return _lowest(_joined(left, right, count))


def bridges(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """Tell which sellers tie three or more groups of their neighbours that no link ties.

    Such a seller shows many identifiers, each of another actor: it pasted its rivals' numbers, or
    copied from several honest sellers. An actor's own accounts know each other.
    """
    start, end = np.r_[left, right].astype(np.int64), np.r_[right, left].astype(np.int64)
    order = np.lexsort((end, start))
    start, end = start[order], end[order]
    place = start * count + end  # sorted: an edge in one direction is a node, "end seen from start"
    edges = sparse.csr_array((np.ones(len(start), dtype=np.int8), (start, end)), (count, count))
    firsts, seconds = [], []
    for at in range(0, len(left), _CHUNK):
        a, b = left[at : at + _CHUNK].astype(np.int64), right[at : at + _CHUNK].astype(np.int64)
        pair, seen_by = edges[a].multiply(edges[b]).tocoo().coords
        firsts.append(np.searchsorted(place, seen_by.astype(np.int64) * count + a[pair]))
        seconds.append(np.searchsorted(place, seen_by.astype(np.int64) * count + b[pair]))
    if not firsts:
        return np.zeros(count, dtype=bool)
    part = _joined(np.concatenate(firsts), np.concatenate(seconds), len(place))
    _, first = np.unique(part, return_index=True)
    return np.bincount(start[first], minlength=count) >= PARTS_OF_A_BRIDGE


def doubted(links: pl.DataFrame, is_doubtful: np.ndarray) -> pl.DataFrame:
    """Let links of these sellers weigh what they do without the family that says most."""
    ends = is_doubtful[links["left"].to_numpy()] | is_doubtful[links["right"].to_numpy()]
    less = pl.when(pl.lit(pl.Series(ends))).then(pl.min_horizontal("log_odds", "log_odds_less"))
    return links.with_columns(less.otherwise("log_odds").alias("log_odds"))


def _refined(
    links: pl.DataFrame, groups: np.ndarray, root: np.ndarray, ruled: Decisions
) -> np.ndarray:
    """Make groups anew in each component where not every pair is a link."""
    left, right = links["left"].to_numpy(), links["right"].to_numpy()
    inside = groups[left] == groups[right]
    odds = links["log_odds"].to_numpy()[inside]
    left, right = left[inside], right[inside]
    held = np.bincount(groups[left[odds >= 0]], minlength=len(groups))
    size = np.bincount(groups, minlength=len(groups))
    doubtful = held < size * (size - 1) // 2
    for pair in (*ruled.forbidden, *ruled.confirmed):
        doubtful[groups[list(pair)]] = True
    meant = doubtful[groups[left]]
    found = groups.copy()
    members = np.flatnonzero(doubtful[groups])
    for own, pairs in _by_group(groups, members, (left[meant], right[meant], odds[meant])):
        forbidden = [pair for pair in ruled.forbidden if pair[0] in own and pair[1] in own]
        for seller, name in grouped(own, pairs, root, forbidden).items():
            found[seller] = name
    return found


def _by_group(
    groups: np.ndarray, members: np.ndarray, rows: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Iterable[tuple[dict[int, None], list[tuple[int, int, float]]]]:
    """Give each component's members and its pairs, in the order of numbers."""
    owns: dict[int, dict[int, None]] = defaultdict(dict)
    for seller, group in zip(members.tolist(), groups[members].tolist(), strict=True):
        owns[group][seller] = None
    pairs: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    left, right, odds = rows
    packed = zip(left.tolist(), right.tolist(), odds.tolist(), strict=True)
    for group, row in zip(groups[left].tolist(), packed, strict=True):
        pairs[group].append(row)
    return ((owns[group], pairs[group]) for group in sorted(owns))


def grouped(
    members: Iterable[int],
    pairs: Iterable[tuple[int, int, float]],
    root: np.ndarray,
    forbidden: Iterable[Pair],
) -> dict[int, int]:
    """Group one component: each member's lowest fellow, by the log-odds of all pairs.

    Args:
        members: of the component.
        pairs: left, right, log-odds; a pair that is not there counts UNSEEN.
        root: of each seller, the lowest that it is confirmed to be one actor with.
        forbidden: pairs that must not meet.

    """
    group = {one: int(root[one]) for one in members}
    size: dict[int, int] = defaultdict(int)
    for name in group.values():
        size[name] += 1
    # Above UNSEEN, so that what two groups say to each other is a sum, and sizes do the rest.
    above: dict[int, dict[int, float]] = defaultdict(dict)
    for left, right, odds in pairs:
        a, b = group[left], group[right]
        if a != b:
            bounded = min(max(odds, -MOST_LOG_ODDS), MOST_LOG_ODDS) - UNSEEN
            _add(above, a, b, bounded)
    for left, right in forbidden:
        _add(above, group[left], group[right], -np.inf)
    parent = _merged(size, {one: dict(near) for one, near in above.items()})
    _moved(parent, dict(size), above)
    lowest: dict[int, int] = {}
    for one in sorted(group):
        lowest.setdefault(parent[group[one]], one)
    return {one: lowest[parent[group[one]]] for one in group}


def _add(above: dict[int, dict[int, float]], a: int, b: int, odds: float) -> None:
    above[a][b] = above[a].get(b, 0.0) + odds
    above[b][a] = above[b].get(a, 0.0) + odds


def _merged(start: Mapping[int, int], above: dict[int, dict[int, float]]) -> dict[int, int]:
    """Join the two groups that say most for each other, until none do; gives each one's group."""
    size, parent = dict(start), {one: one for one in start}
    said = [
        (-(odds + UNSEEN * size[a] * size[b]), a, b)
        for a, near in above.items()
        for b, odds in near.items()
        if a < b
    ]
    heap = [entry for entry in said if entry[0] < 0]
    heapq.heapify(heap)
    while heap:
        less, a, b = heapq.heappop(heap)
        is_stale = a not in size or b not in size or b not in above[a]
        if is_stale or -less != above[a][b] + UNSEEN * size[a] * size[b]:
            continue
        size[a] += size.pop(b)
        parent[b] = a
        near = above.pop(b)
        above[a].pop(b)
        for other, odds in near.items():
            if other != a:
                above[other].pop(b)
                _add(above, a, other, odds)
        for other, odds in above[a].items():
            entry = (-(odds + UNSEEN * size[a] * size[other]), min(a, other), max(a, other))
            if entry[0] < 0:
                heapq.heappush(heap, entry)
    return {one: _found(parent, one) for one in parent}


def _found(parent: dict[int, int], one: int) -> int:
    while parent[one] != one:
        one = parent[one]
    return one


def _moved(
    parent: dict[int, int], weight: Mapping[int, int], above: Mapping[int, Mapping[int, float]]
) -> None:
    """Move single accounts (confirmed ones together) to where they say more, until none would."""
    size: dict[int, int] = defaultdict(int)
    for one, name in parent.items():
        size[name] += weight[one]
    for _ in range(_PASSES):
        moves = 0
        for one in sorted(parent):
            at, own = parent[one], weight[one]
            said: dict[int, float] = defaultdict(float)
            for other, odds in above.get(one, {}).items():
                said[parent[other]] += odds
            stay = said.get(at, 0.0) + UNSEEN * own * (size[at] - own)
            best, most = at, stay + 1e-9
            for name in sorted(said):
                if name != at and said[name] + UNSEEN * own * size[name] > most:
                    best, most = name, said[name] + UNSEEN * own * size[name]
            if most < 0.0 and size[at] > own:
                best = min(name for name in parent if not size[name])
            if best != at:
                size[at] -= own
                size[best] += own
                parent[one] = best
                moves += 1
        if not moves:
            return
