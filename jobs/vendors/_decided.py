"""What people decided of pairs of sellers: the newest decision of a pair holds until another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from conf.errors import LakeError
from conf.site import Site
from jobs import journal
from jobs.reader import Lake
from jobs.vendors._clusters import Decisions

TABLE = "link_decisions"
CONFIRMED, CUT, FORBIDDEN, OPEN = "confirmed", "cut", "forbidden", "open"
PAIR = ("seller_key_a", "seller_key_b")


def standing(decisions: pl.DataFrame) -> pl.DataFrame:
    """Give what holds of each pair: seller_key_a, seller_key_b, verdict; one row a pair.

    Of two decisions of one moment the one of the greater id holds, so that order decides nothing.
    """
    newest = decisions.sort("decided_at", "decision_id").group_by(PAIR).last()
    return newest.filter(pl.col("verdict") != OPEN).select(*PAIR, "verdict").sort(PAIR)


def ruled(lake: Lake) -> pl.DataFrame:
    """Give what holds of each pair now; nothing where nobody decided yet."""
    if not lake.exists(TABLE):
        return pl.DataFrame(schema=dict.fromkeys([*PAIR, "verdict"], pl.String))
    return standing(lake.frame(TABLE))


def numbered(pairs: pl.DataFrame, sellers: pl.Series) -> pl.DataFrame:
    """Give pairs with their sellers' numbers, left and right; pairs of sellers that are no more go.

    Args:
        pairs: seller_key_a, seller_key_b and whatever else.
        sellers: keys, each once; a seller's number is its place.

    """
    places = pl.DataFrame({"_seller": sellers}).with_row_index("_at")
    found = pairs
    for column, name in zip(PAIR, ("left", "right"), strict=True):
        # places: one row a seller
        own = places.rename({"_seller": column, "_at": name})
        found = found.join(own, on=column, how="inner", maintain_order="left")
    return found


def decisions(ruled: pl.DataFrame, sellers: pl.Series) -> Decisions:
    """Give what holds of pairs by the numbers of their sellers, as grouping takes it."""
    sets: dict[str, set[tuple[int, int]]] = {CONFIRMED: set(), CUT: set(), FORBIDDEN: set()}
    rows = numbered(ruled, sellers).select("verdict", "left", "right")
    for verdict, one, other in rows.iter_rows():
        sets[verdict].add((min(one, other), max(one, other)))
    return Decisions(*(frozenset(sets[name]) for name in (CONFIRMED, CUT, FORBIDDEN)))


def pair(one: str, other: str) -> tuple[str, str]:
    """Give two sellers in the order of the table.

    Raises:
        LakeError: they are one and the same.

    """
    if one == other:
        raise LakeError(f"{one} is one seller; name two to decide of a link")
    return min(one, other), max(one, other)


def decide(
    site: Site, pairs: Sequence[tuple[str, str]], verdict: str, by: str, note: str, at: datetime
) -> int:
    """Append a decision of each pair, in one commit; gives how many.

    Raises:
        LakeError: the table cannot be written.

    """
    rows = [_row(*pair(*two), verdict, by, note, at) for two in pairs]
    journal.append(site, TABLE, rows)
    return len(rows)


def _row(one: str, other: str, verdict: str, by: str, note: str, at: datetime) -> dict[str, Any]:
    told = {
        "decided_at": at,
        "decided_on": at.date(),
        "seller_key_a": one,
        "seller_key_b": other,
        "verdict": verdict,
        "decided_by": by,
        "note": note,
    }
    text = "\x1f".join(str(value) for value in told.values())
    return {"decision_id": hashlib.sha256(text.encode()).hexdigest(), **told}
