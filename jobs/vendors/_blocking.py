"""Which pairs of sellers to compare: those that share a rare value, or two common ones.

A value is one of a kind that sellers show: a telephone number, a sentence, a price ladder. What
very many show (an agency's number, a courier's, a stock sentence) says little of any two of them,
and all pairs of its sellers would be most of all pairs. So:

- a value of at most `MOST_SHARERS` sellers gives all its pairs; the limit sinks as far as it must
  for such pairs to be no more than one a sighting;
- of each seller's values above the limit, the `KEPT` rarest are taken two by two, and two values
  that few sellers show together give their pairs like a rare one;
- a value, or two together, of more sellers than the limit but at most `LARGEST` pairs each seller
  with the `WINDOW` next by key, so that an actor of hundreds of accounts holds together;
- any commoner value gives no pair. It counts in those that another one brought.

Work and pairs grow as the sightings do. What comes out depends on no order of rows.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import polars as pl
from scipy import sparse

from conf.errors import ConfError
from jobs.vendors._kinds import FAMILY_OF, KINDS

MOST_SHARERS = 30
LARGEST = 1000
WINDOW = 2
KEPT = 4
_DIGITS_OF_A_NUMBER = 7


class Index(msgspec.Struct, frozen=True):
    """Sightings as numbers: sellers in the order of their keys, values, and who shows what.

    `shown` has a row a seller and a column a value that at least two sellers show; a cell is the
    value's share of the listings in which the seller shows anything of that kind. `values` has a
    row a column: `kind` (place in KINDS), `sharer_count`, `root` (values of one family that are
    the same digits have one), `is_void` (an authorised seller shows it). `listing_counts` has a
    row a seller and a column a kind.
    """

    sellers: pl.Series
    shown: sparse.csr_array
    values: pl.DataFrame
    listing_counts: np.ndarray
    sighting_count: int


def indexed(sightings: pl.DataFrame, trusted: pl.Series | None = None) -> Index:
    """Give sightings as numbers.

    Args:
        sightings: seller_key, kind, value, listing_count; one row a seller, kind and value.
        trusted: keys of authorised sellers. What one of them shows is its distributor's or the
            brand's, and whoever shows it too may have copied it: it is void, evidence of nothing.

    Raises:
        ConfError: a kind is of no family.

    """
    if unknown := sorted({*sightings["kind"].unique()} - {*KINDS}):
        raise ConfError(f"kinds of no family: {unknown}; add them to jobs/vendors/_kinds.py")
    sellers = sightings["seller_key"].unique().sort().alias("seller_key")
    kinds = pl.Enum(KINDS)
    rows = sightings.select(
        pl.col("seller_key").cast(pl.Enum(sellers)).to_physical().alias("seller"),
        pl.col("kind").cast(kinds).to_physical().cast(pl.UInt8),
        pl.concat_str("kind", "value", separator="\x1f").hash().alias("value_hash"),
        pl.col("listing_count").cast(pl.Float32).clip(1.0),
    )
    counts = rows.group_by("seller", "kind").agg(pl.col("listing_count").sum().alias("all"))
    listing_counts = np.zeros((len(sellers), len(KINDS)), dtype=np.float32)
    listing_counts[counts["seller"].to_numpy(), counts["kind"].to_numpy()] = counts[
        "all"
    ].to_numpy()
    sharers = rows.group_by("value_hash").agg(pl.len().alias("sharer_count"))
    # By rarity, so that the values that are expanded are the first columns.
    sharers = sharers.filter(pl.col("sharer_count") > 1).sort("sharer_count", "value_hash")
    sharers = sharers.with_row_index("column")
    # rows: one row a sighting; sharers: one row a value that is shared
    rows = rows.with_row_index("at").join(sharers, on="value_hash", how="inner")
    seller, kind = rows["seller"].to_numpy(), rows["kind"].to_numpy()
    share = rows["listing_count"].to_numpy() / listing_counts[seller, kind]
    shown = sparse.csr_array(
        (share.astype(np.float32), (seller, rows["column"].to_numpy())),
        shape=(len(sellers), sharers.height),
    )
    shown.sort_indices()
    is_trusted = np.zeros(len(sellers), dtype=bool)
    if trusted is not None:
        is_trusted = sellers.is_in(trusted.implode()).to_numpy()
    values = _values(rows, sightings["value"], is_trusted)
    return Index(sellers, shown, values, listing_counts, sightings.height)


def _values(rows: pl.DataFrame, texts: pl.Series, is_trusted: np.ndarray) -> pl.DataFrame:
    """Give kind, count, root and voidness of each shared value, in the order of columns."""
    held = rows.select(
        "column", "kind", "sharer_count", "at", is_void=is_trusted[rows["seller"].to_numpy()]
    )
    one = held.group_by("column").agg(
        pl.first("kind", "sharer_count", "at"), pl.col("is_void").any()
    )
    one = one.sort("column")
    family = pl.Series([FAMILY_OF[kind] for kind in KINDS])
    digits = texts.gather(one["at"]).str.replace_all(r"\D", "")
    is_number = family.gather(one["kind"]).eq("contact") & (
        digits.str.len_chars() >= _DIGITS_OF_A_NUMBER
    )
    root = digits.hash().set(~is_number, None).fill_null(one["column"].cast(pl.UInt64))
    return one.select("kind", "sharer_count", root.alias("root"), "is_void")


def candidates(
    index: Index, most_sharers: int = MOST_SHARERS, pairs_per_sighting: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Give the pairs to be compared: numbers of sellers, the lower left, each pair once, sorted."""
    sizes = index.values["sharer_count"].to_numpy().astype(np.int64)
    limit = _limit(sizes, most_sharers, pairs_per_sighting * index.sighting_count)
    live = ~index.values["is_void"].to_numpy()
    by_value = index.shown.tocsc()
    by_value.sort_indices()
    members = by_value.indices.astype(np.int64)
    group = np.repeat(np.arange(len(sizes)), np.diff(by_value.indptr))
    meant = live[group] & (sizes[group] <= LARGEST)
    found = [_paired(members[meant], group[meant], limit)]
    found.append(_together(index, live & (sizes > limit), limit))
    pairs = np.unique(np.concatenate(found))
    return pairs >> 32, pairs & 0xFFFFFFFF


def _limit(sizes: np.ndarray, most: int, budget: float) -> int:
    """Give how many sellers a value may have for all its pairs to be taken."""
    levels, count = np.unique(sizes[sizes <= most], return_counts=True)
    total = np.cumsum(count * levels * (levels - 1) // 2)
    inside = levels[total <= budget]
    return int(inside[-1]) if len(inside) else 1


def _together(index: Index, is_common: np.ndarray, limit: int) -> np.ndarray:
    """Give pairs of sellers that show two common values, of each seller's rarest."""
    rows = index.shown.tocoo()
    seller, value = rows.coords
    # Columns are in the order of rarity, and each row's are sorted.
    meant = is_common[value]
    seller, value = seller[meant].astype(np.int64), value[meant].astype(np.int64)
    first = np.r_[True, seller[1:] != seller[:-1]] if len(seller) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(first)
    place = np.arange(len(seller)) - np.repeat(starts, np.diff(np.r_[starts, len(seller)]))
    seller, value = seller[place < KEPT], value[place < KEPT]
    sellers, keys = [], []
    for step in range(1, KEPT):
        same = np.flatnonzero(seller[step:] == seller[:-step])
        sellers.append(seller[same])
        keys.append(value[same] << 32 | value[same + step])
    group, members = np.concatenate(keys), np.concatenate(sellers)
    order = np.lexsort((members, group))
    group, members = group[order], members[order]
    _, count = np.unique(group, return_counts=True)
    meant = np.repeat(count <= LARGEST, count)
    return _paired(members[meant], group[meant], limit)


def _paired(members: np.ndarray, group: np.ndarray, limit: int) -> np.ndarray:
    """Give pairs inside groups that lie together: all of a small one, neighbours of a larger."""
    if not len(members):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    size = np.diff(np.r_[starts, len(group)])
    place = np.arange(len(group)) - np.repeat(starts, size)
    reach = np.where(np.repeat(size, size) <= limit, place, np.minimum(place, WINDOW))
    right = np.repeat(np.arange(len(group)), reach)
    back = np.arange(len(right)) - np.repeat(np.cumsum(reach) - reach, reach) + 1
    left = right - back
    return np.asarray(members[left] << 32 | members[right])


def every_pair(groups: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Give all pairs inside groups of at most `most` members; members are places in `groups`."""
    members = np.argsort(groups, kind="stable")
    _, inverse, count = np.unique(groups[members], return_inverse=True, return_counts=True)
    small = count[inverse] <= most
    pairs = np.sort(_paired(members[small].astype(np.int64), inverse[small], most))
    return pairs >> 32, pairs & 0xFFFFFFFF


def prior_bits(seller_count: int) -> float:
    """Give log2 of the odds that any two sellers are one actor, if each has one other account."""
    return -math.log2(max(seller_count, 2))
