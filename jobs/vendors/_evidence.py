"""What speaks for and against two sellers being one actor, in bits, family by family.

The weight of a shared value is Fellegi and Sunter's (JASA 64, 1969) with Winkler's adjustment for
frequency: log2 of m, how often accounts of one actor agree on that kind, over the value's share
among all sellers. The rarer the value, the more it weighs; shown in few of a seller's listings, the
less.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from scipy import sparse
from scipy.special import gammaln

from jobs.vendors._blocking import MOST_SHARERS, Index
from jobs.vendors._kinds import FAMILIES, FAMILY_OF, HARD, KINDS

MANY_LISTINGS = 3.0
LONG_OPEN_DAYS = 365
MOST_BITS = 24.0
# Sellers that were seen are a sample, and an identifier is one person's by nature: one that no more
# show than an actor may have accounts is as rare as among so many sellers.
POPULATION, A_FEW = 100_000, 6
# Of all pairs that show a value above MOST_SHARERS, the least share that something else ties.
LEAST_TIED = 0.02
_CHUNK = 400_000
_FAMILY_NAMES = (*FAMILIES,)
FAMILY_OF_KIND = np.array([_FAMILY_NAMES.index(FAMILY_OF[kind]) for kind in KINDS])
_IS_HARD = np.array([FAMILY_OF[kind] in HARD for kind in KINDS])
_HOURS = 24
_SMOOTHING = 12.0  # listings' worth of the usual day behind each seller's hours


class Traits(msgspec.Struct, frozen=True):
    """What is known of each seller besides values, a row a seller in the order of the index."""

    platform: np.ndarray  # numbers
    names: list[str]  # folded
    since_days: np.ndarray  # days open, NaN where unknown
    brands: sparse.csr_array  # sellers by brands, 0 or 1
    hours: np.ndarray  # sellers by 24, listings made or edited at each hour UTC
    postures: np.ndarray  # sellers by numbers of prices, NaN where unknown


class Weights(msgspec.Struct, frozen=True):
    """How often accounts of one actor, and any two, agree on each kind (places as in KINDS)."""

    m: np.ndarray
    u: np.ndarray
    prior_bits: float


class Shared(msgspec.Struct, frozen=True):
    """Values that pairs share, sorted by pair: which pair, which column of the index, how shown."""

    pair: np.ndarray
    value: np.ndarray
    share: np.ndarray


def traits(index: Index, frame: pl.DataFrame) -> Traits:
    """Lay traits in the order of the index.

    Args:
        index: whose sellers are meant; of others nothing is kept.
        frame: seller_key, platform, name_folded, open_days, brands (list), hours (list of 24), and
            numbers of prices whose names begin with `posture_`.

    """
    # frame: one row a seller
    laid = pl.DataFrame([index.sellers]).join(
        frame, on="seller_key", how="left", maintain_order="left"
    )
    count = laid.height
    brands = laid.select(pl.int_range(count).alias("seller"), "brands").explode("brands")
    brands = brands.drop_nulls()
    names = brands["brands"].unique().sort()
    held = (brands["seller"].to_numpy(), brands["brands"].cast(pl.Enum(names)).to_physical())
    hours = laid["hours"].fill_null([0.0] * _HOURS).list.to_array(_HOURS).to_numpy()
    postures = laid.select(pl.selectors.starts_with("posture_").cast(pl.Float32))
    return Traits(
        platform=laid["platform"].rank("dense").fill_null(0).to_numpy(),
        names=laid["name_folded"].fill_null("").to_list(),
        since_days=laid["open_days"].cast(pl.Float32).to_numpy(),
        brands=sparse.csr_array(
            (np.ones(brands.height, dtype=np.float32), held), shape=(count, len(names))
        ),
        hours=np.ascontiguousarray(hours, dtype=np.float32),
        postures=_standard(postures.to_numpy()),
    )


def _standard(numbers: np.ndarray) -> np.ndarray:
    """Give each column in units of its own spread, the middle at 0."""
    is_known = ~np.isnan(numbers).all(axis=0)
    if not is_known.any():
        return numbers
    known = numbers[:, is_known]
    low, middle, high = np.nanquantile(known, [0.25, 0.5, 0.75], axis=0)
    scaled = np.full_like(numbers, np.nan)
    scaled[:, is_known] = np.clip((known - middle) / np.maximum(high - low, 1e-6), -3.0, 3.0)
    return scaled


def chunks(count: int) -> Iterator[slice]:
    """Cut that many pairs into parts that fit in memory."""
    return (slice(at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK))


def shared(index: Index, left: np.ndarray, right: np.ndarray) -> Shared:
    """Give the values that each pair shares, but for void ones; the share is the lesser of both."""
    both = index.shown[left].minimum(index.shown[right]).tocoo()
    pair, value = both.coords
    live = ~index.values["is_void"].to_numpy()[value]
    return Shared(pair[live], value[live], both.data[live])


def agreed(index: Index, found: Shared, count: int) -> np.ndarray:
    """Tell for each of `count` pairs and each kind whether they share a value."""
    cells = np.zeros((count, len(KINDS)), dtype=bool)
    cells[found.pair, index.values["kind"].to_numpy()[found.value]] = True
    return cells


def bits_of(index: Index, found: Shared, weights: Weights) -> np.ndarray:
    """Give the weight of each shared value: log2 of m over the value's share among sellers."""
    kind = index.values["kind"].to_numpy()[found.value]
    sharers = index.values["sharer_count"].to_numpy()[found.value]
    is_rare = _IS_HARD[kind] & (sharers <= A_FEW)
    population = np.where(is_rare, max(len(index.sellers), POPULATION), len(index.sellers))
    frequency = sharers / population
    bits = np.log2(weights.m[kind] * found.share / frequency)
    return np.asarray(np.clip(bits, 0.0, MOST_BITS), dtype=np.float32)


class _Best(msgspec.Struct, frozen=True):
    """The strongest shared value of each pair and family, and what the others add to it."""

    cell: np.ndarray  # pair times families, plus family
    bits: np.ndarray
    more: np.ndarray
    value: np.ndarray


def _strongest(index: Index, found: Shared, bits: np.ndarray) -> _Best:
    """Reduce shared values to families; the same digits under two kinds are one value."""
    kind = index.values["kind"].to_numpy()[found.value]
    cell = found.pair.astype(np.int64) * len(FAMILIES) + FAMILY_OF_KIND[kind]
    root = index.values["root"].to_numpy()[found.value]
    order = np.lexsort((-bits, root, cell))
    cell, root, bits, value = cell[order], root[order], bits[order], found.value[order]
    first = np.r_[True, (cell[1:] != cell[:-1]) | (root[1:] != root[:-1])][: len(cell)]
    cell, bits, value = cell[first], bits[first], value[first]
    order = np.lexsort((value, -bits, cell))
    cell, bits, value = cell[order], bits[order], value[order]
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]][: len(cell)])
    total = np.add.reduceat(bits, starts) if len(starts) else bits
    # What comes second says at most as much again.
    more = np.minimum(total - bits[starts], bits[starts])
    return _Best(cell[starts], bits[starts], more, value[starts])


def is_hub(index: Index, tied: np.ndarray) -> np.ndarray:
    """Tell which values join nobody: many sellers show it, and hardly any two share more."""
    is_common = index.values["sharer_count"].to_numpy() > MOST_SHARERS
    return np.asarray(is_common & (tied < LEAST_TIED))


def evidence(
    index: Index,
    about: Traits,
    pairs: tuple[np.ndarray, np.ndarray],
    weights: Weights,
    tied: np.ndarray,
) -> pl.DataFrame:
    """Give a row a pair: left, right, and numbers that say more the larger they are.

    Of each family: `<family>` bits of its strongest value, `<family>_more` what others add, at
    most as much again, and `<family>_alone` minus the bits of a value that nothing else ties.
    `<family>_differs`: bits (0 or less) of kinds that both show and differ in. `hours`: log of
    Bayes' factor of one daily rhythm against two. `name`: likeness above that of any two names.
    `posture`: minus the distance of prices. `apart`: minus 1 where both are long open on one
    platform and share no brand.
    """
    left, right = pairs
    tables = [
        _part(index, about, (left[part], right[part]), weights, tied) for part in chunks(len(left))
    ]
    return pl.concat(tables) if tables else _part(index, about, pairs, weights, tied)


def _part(
    index: Index,
    about: Traits,
    pairs: tuple[np.ndarray, np.ndarray],
    weights: Weights,
    tied: np.ndarray,
) -> pl.DataFrame:
    left, right = pairs
    found = shared(index, left, right)
    kept = ~is_hub(index, tied)[found.value]
    strong = Shared(found.pair[kept], found.value[kept], found.share[kept])
    best = _strongest(index, strong, bits_of(index, strong, weights))
    columns: dict[str, np.ndarray] = {
        "left": left.astype(np.uint32),
        "right": right.astype(np.uint32),
    }
    laid = {"": best.bits, "_more": best.more, "_alone": -best.bits * (1 - tied[best.value])}
    for ending, numbers in laid.items():
        cells = np.zeros((len(left), len(FAMILIES)), dtype=np.float32)
        cells.reshape(-1)[best.cell] = numbers
        columns |= {f"{name}{ending}": cells[:, at] for at, name in enumerate(FAMILIES)}
    columns |= _differing(index, agreed(index, found, len(left)), pairs, weights)
    columns |= {
        "hours": _one_rhythm(about.hours, left, right),
        "name": _alike(about.names, left, right),
        "posture": -_distance(about.postures, left, right),
        "apart": -_is_apart(about, left, right),
    }
    return pl.DataFrame({name: np.asarray(one) for name, one in columns.items()})


def _differing(
    index: Index, agree: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], weights: Weights
) -> dict[str, np.ndarray]:
    """Give each family's disagreements: kinds that both show without sharing a value.

    An identifier counts where both have many listings with one of their own.
    """
    least = np.where(_IS_HARD, MANY_LISTINGS, 1.0)
    has = index.listing_counts >= least
    # Nearly all of any two differ, so that 1 - u is 1; counted, it would change with every agency.
    against = np.log2(1 - weights.m).astype(np.float32)
    bits = np.where(has[pairs[0]] & has[pairs[1]] & ~agree, against, 0.0)
    places = {name: at == FAMILY_OF_KIND for at, name in enumerate(FAMILIES)}
    return {f"{name}_differs": bits[:, own].sum(axis=1) for name, own in places.items()}


def _one_rhythm(hours: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give the log of Bayes' factor of one distribution over hours against two, by Dirichlet."""
    usual = hours.sum(axis=0) + 1.0
    prior = (_SMOOTHING * usual / usual.sum()).astype(np.float32)
    alone = _log_evidence(hours, prior)
    both = _log_evidence(hours[left] + hours[right], prior)
    return np.asarray(both - alone[left] - alone[right], dtype=np.float32)


def _log_evidence(counts: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Give the log of the chance of counts under a Dirichlet prior, but for their ways."""
    total = gammaln(prior.sum()) - gammaln(counts.sum(axis=1) + prior.sum())
    return np.asarray(total + (gammaln(counts + prior) - gammaln(prior)).sum(axis=1))


def _alike(names: list[str], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give how alike names are, above what any two are; 0 where one has none."""
    firsts, seconds = [names[at] for at in left], [names[at] for at in right]
    likeness = process.cpdist(firsts, seconds, scorer=JaroWinkler.similarity, dtype=np.float32)
    known = np.array([bool(a and b) for a, b in zip(firsts, seconds, strict=True)], dtype=bool)
    return np.where(known, np.maximum(likeness - 0.6, 0.0), 0.0).astype(np.float32)


def _distance(postures: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give the mean distance of what both have; 1, a usual distance, where nothing is known."""
    if not postures.shape[1]:
        return np.ones(len(left), dtype=np.float32)
    gap = np.abs(postures[left] - postures[right])
    known = ~np.isnan(gap)
    count = known.sum(axis=1)
    mean = np.where(known, gap, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, 1.0), dtype=np.float32)


def _is_apart(about: Traits, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tell which pairs are long open side by side on one platform and sell no brand in common."""
    same = about.platform[left] == about.platform[right]
    long = np.nan_to_num(about.since_days) >= LONG_OPEN_DAYS
    common = about.brands[left].multiply(about.brands[right]).sum(axis=1)
    has = np.diff(about.brands.indptr) > 0
    disjoint = (np.asarray(common).ravel() == 0) & has[left] & has[right]
    return np.asarray(same & long[left] & long[right] & disjoint, dtype=np.float32)
