"""Keys of vendors that stay from day to day, and what came of them.

A vendor keeps its key as long as most of it is there: keys go to today's groups so that the most
accounts keep theirs. A new key is a digest of the member that founded the group.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

MOST_REASONS = 3


def vendor_key(seller_key: str, again: int = 0) -> str:
    """Give the key of a vendor that this account founded; `again` where that key was given away."""
    told = seller_key if not again else f"{seller_key}\x1f{again}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def keyed(groups: pl.DataFrame, before: pl.DataFrame, used: Iterable[str] = ()) -> pl.DataFrame:
    """Give seller_key and vendor_key of today, sorted.

    Args:
        groups: seller_key, group (of today, any name), first_seen_at; one row a seller.
        before: seller_key, vendor_key of yesterday; one row a seller.
        used: keys of vendors that ended earlier; none of them is given again.

    """
    # groups, before: one row a seller
    both = groups.join(before, on="seller_key", how="left")
    stays = _assigned(both.drop_nulls("vendor_key"))
    founders = groups.sort("first_seen_at", "seller_key").group_by("group", maintain_order=True)
    named = founders.agg(pl.col("seller_key").alias("members"))
    # named, stays: one row a group
    named = named.join(stays, on="group", how="left", maintain_order="left")
    taken = {*used, *before["vendor_key"].unique()}
    new = named.filter(pl.col("vendor_key").is_null())
    keys = {}
    # By the founder, so that who gets a key first depends on no order of groups.
    for group, members, _ in new.sort(pl.col("members").list.first()).iter_rows():
        keys[group] = _fresh(members, taken)
        taken.add(keys[group])
    fresh = pl.DataFrame(
        {"group": [*keys], "fresh": [*keys.values()]},
        schema={"group": groups.schema["group"], "fresh": pl.String},
    )
    named = named.join(fresh, on="group", how="left")
    key = pl.coalesce("vendor_key", "fresh").alias("vendor_key")
    all_ = named.select(key, pl.col("members").alias("seller_key")).explode("seller_key")
    return all_.select("seller_key", "vendor_key").sort("seller_key")


def _fresh(members: list[str], taken: set[str]) -> str:
    """Give a key that nobody had: of the founder, else of the next member, else of a later life."""
    lives = (vendor_key(members[0], again) for again in itertools.count(1))
    keys = itertools.chain((vendor_key(one) for one in members), lives)
    return next(key for key in keys if key not in taken)


def _assigned(both: pl.DataFrame) -> pl.DataFrame:
    """Give group and vendor_key so that the most accounts keep their vendor's key."""
    overlap = both.group_by("group", "vendor_key").agg(
        pl.len().alias("count"), pl.col("seller_key").min().alias("lowest")
    )
    overlap = overlap.sort("vendor_key", "lowest")
    alone = (pl.len().over("group") == 1) & (pl.len().over("vendor_key") == 1)
    plain = overlap.filter(alone)
    rest = overlap.filter(~alone)
    chosen = [plain.select("group", "vendor_key")]
    chosen.extend(_best(part) for part in _entangled(rest))
    return pl.concat(chosen)


def _entangled(overlap: pl.DataFrame) -> list[pl.DataFrame]:
    """Cut overlaps into parts that share neither a group nor a key."""
    if overlap.is_empty():
        return []
    group = overlap["group"].rank("dense").to_numpy().astype(np.int64) - 1
    key = overlap["vendor_key"].rank("dense").to_numpy().astype(np.int64) + group.max()
    count = int(key.max()) + 1
    edges = sparse.coo_array((np.ones(len(group)), (group, key)), (count, count))
    part = connected_components(edges, directed=False)[1][group]
    return overlap.with_columns(pl.Series("part", part)).partition_by("part", maintain_order=True)


def _best(overlap: pl.DataFrame) -> pl.DataFrame:
    """Assign keys to groups; equal overlaps fall to the founder's group, else to the lowest."""
    keys = overlap["vendor_key"].unique(maintain_order=True).to_list()
    groups = overlap.sort("lowest")["group"].unique(maintain_order=True).to_list()
    gain = np.zeros((len(groups), len(keys)))
    for group, key, count, lowest in overlap.select(
        "group", "vendor_key", "count", "lowest"
    ).iter_rows():
        at = groups.index(group)
        founder = 0.25 * (vendor_key(lowest) == key)
        gain[at, keys.index(key)] = count + founder - 1e-6 * at
    rows, columns = linear_sum_assignment(gain, maximize=True)
    kept = [(groups[r], keys[c]) for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0]
    return pl.DataFrame(
        {"group": [one for one, _ in kept], "vendor_key": [key for _, key in kept]},
        schema={"group": overlap.schema["group"], "vendor_key": pl.String},
    )


def history(
    before: pl.DataFrame, after: pl.DataFrame, came: pl.DataFrame, went: pl.DataFrame
) -> pl.DataFrame:
    """Give what came of vendors: change, vendor_key, other_key, seller_keys, reasons.

    `merged`: accounts of other_key are vendor_key's now, and other_key is no more. `split`:
    accounts of vendor_key are other_key's now, a key of today. `moved`: other_key was there before
    and is still. `founded`, `joined`: accounts that had no vendor. `left`, `ended`: accounts that
    are gone, some or all of the vendor's.

    Args:
        before: seller_key, vendor_key of yesterday; one row a seller.
        after: the same of today.
        came: left, right (seller keys), log_odds, words of links that are new.
        went: the same of links that are no more.

    """
    # before, after: one row a seller
    both = before.join(after, on="seller_key", how="full", coalesce=True, suffix="_now")
    old, now = pl.col("vendor_key"), pl.col("vendor_key_now")
    changed = both.filter(old.ne_missing(now)).group_by("vendor_key", "vendor_key_now")
    moves = changed.agg(pl.col("seller_key").sort()).rows()
    known, lives = set(before["vendor_key"]), set(after["vendor_key"])
    new_links, old_links = _Links(came), _Links(went)
    rows = []
    for was, is_, sellers in moves:
        change = _change(was, is_, known, lives)
        links = old_links if change in {"split", "moved"} else new_links
        first, second = (is_, was) if change in {"merged", "founded", "joined"} else (was, is_)
        reasons = [] if change in {"left", "ended"} else links.reasons(sellers)
        rows.append((change, first, second, sellers, reasons))
    texts = pl.List(pl.String)
    schema = {"change": pl.String, "vendor_key": pl.String, "other_key": pl.String}
    told = pl.DataFrame(rows, schema | {"seller_keys": texts, "reasons": texts}, orient="row")
    return told.sort("vendor_key", "other_key", "change")


def _change(was: str | None, is_: str | None, known: set[str], lives: set[str]) -> str:
    """Name what came of accounts that were one vendor's and are another's."""
    if was is None:
        return "joined" if is_ in known else "founded"
    if is_ is None:
        return "left" if was in lives else "ended"
    if was not in lives:
        return "merged"
    return "moved" if is_ in known else "split"


class _Links:
    """Links by the sellers at their ends."""

    def __init__(self, links: pl.DataFrame) -> None:
        self.at: dict[str, list[tuple[float, str, str, str]]] = defaultdict(list)
        for left, right, odds, words in links.select(
            "left", "right", "log_odds", "words"
        ).iter_rows():
            for end in (left, right):
                self.at[end].append((-odds, left, right, words))

    def reasons(self, sellers: Sequence[str]) -> list[str]:
        """Give the words of the strongest links of these accounts, those to others first."""
        own = set(sellers)
        found = {link for one in sellers for link in self.at.get(one, [])}
        best = sorted(found, key=lambda link: (link[1] in own and link[2] in own, link))
        return [f"{left} and {right}: {words}" for _, left, right, words in best[:MOST_REASONS]]
