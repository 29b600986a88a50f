"""How likely two sellers are one actor: weights found without decisions, and learned from them.

Without decisions, m is found by expectation and maximisation (Winkler 1988). Blocking chose the
pairs because they agree on something, so each kind is judged by what the *other* families say of a
pair, never by itself. With decisions, a logistic regression weighs the same numbers; all of them
are laid so that more speaks for one actor, and no weight may be less than nothing: what it cannot
learn from few decisions, it leaves at 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.special import expit

from jobs.vendors._blocking import Index, prior_bits
from jobs.vendors._evidence import POPULATION, Weights, agreed, bits_of, chunks, shared
from jobs.vendors._kinds import FAMILIES, FAMILY_OF, HARD, KINDS

ROUNDS = 12
MOST_PAIRS_OF_A_ROUND = 300_000
LEAST_M, MOST_M = 0.01, 0.99
MOST_FAMILY_BITS = 24.0
REST = 0.5  # of what a family's further values add
RHYTHM = 0.5  # of the log of Bayes' factor of hours
# A value that so many sellers show says nothing more of any two, however many sellers there are.
A_CROWD = 1000.0
RIDGE = 1.0
WRONG_SHARE = 0.01
_LN2 = float(np.log(2.0))
_FAMILY_OF_KIND = np.array([[*FAMILIES].index(FAMILY_OF[kind]) for kind in KINDS])


class Learned(msgspec.Struct, frozen=True):
    """Weights of a logistic regression, readable: log-odds that each input adds for its unit."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float


def first_weights(index: Index, m: Mapping[str, float] | None = None) -> Weights:
    """Give weights with this m of each kind, a half where it is not told; u is counted.

    u is the chance that two sellers who show a kind share a value of it by chance, taken from all
    pairs: those of one actor are too few among them to be seen.
    """
    sharers = index.values["sharer_count"].to_numpy().astype(float)
    kind = index.values["kind"].to_numpy()
    pairs = np.bincount(kind, sharers * (sharers - 1) / 2, minlength=len(KINDS))
    showing = (index.listing_counts > 0).sum(axis=0).astype(float)
    u = np.clip(pairs / np.maximum(showing * (showing - 1) / 2, 1.0), 1e-9, 0.9)
    known = np.clip([(m or {}).get(kind, 0.5) for kind in KINDS], LEAST_M, MOST_M)
    return Weights(known, u, prior_bits(len(index.sellers)))


def estimated(index: Index, left: np.ndarray, right: np.ndarray) -> Weights:
    """Give m of each kind and the prior, by what candidate pairs share.

    Args:
        index: of the sightings.
        left: numbers of sellers, as `candidates` gives them.
        right: the other one of each.

    """
    step = max(1, len(left) // MOST_PAIRS_OF_A_ROUND)
    some_left, some_right = left[::step], right[::step]
    weights = first_weights(index)
    present = (index.listing_counts[some_left] > 0) & (index.listing_counts[some_right] > 0)
    for _ in range(ROUNDS):
        bits, agree = _kind_bits(index, some_left, some_right, weights)
        against = np.log2((1 - weights.m) / (1 - weights.u))
        signed = np.where(agree, bits, np.where(present, against, 0.0))
        families = np.stack(
            [_family(signed[:, at == _FAMILY_OF_KIND]) for at in range(len(FAMILIES))], axis=1
        )
        total = weights.prior_bits + families.sum(axis=1)
        without = expit(_LN2 * (total[:, None] - families))[:, _FAMILY_OF_KIND]
        seen = (without * present).sum(axis=0)
        hit = (without * agree).sum(axis=0)
        # Two agreements and two disagreements in advance, for kinds that nobody shows.
        m = np.clip((hit + 2.0) / (seen + 4.0), LEAST_M, MOST_M)
        same = expit(_LN2 * total).sum() * step
        weights = Weights(m, weights.u, _prior(same, len(index.sellers)))
    return weights


def _prior(same: float, sellers: int) -> float:
    """Give the prior's bits, if so many pairs are one actor; a tenth to ten others for each."""
    many = max(sellers, 2)
    share = same / (many * (many - 1) / 2)
    return float(np.log2(np.clip(share, 0.1 / many, 10.0 / many)))


def _kind_bits(
    index: Index, left: np.ndarray, right: np.ndarray, weights: Weights
) -> tuple[np.ndarray, np.ndarray]:
    """Give the strongest weight of each kind that pairs share, and whether they share one."""
    bits = np.zeros((len(left), len(KINDS)), dtype=np.float32)
    agree = np.zeros(bits.shape, dtype=bool)
    for part in chunks(len(left)):
        found = shared(index, left[part], right[part])
        agree[part] = agreed(index, found, part.stop - part.start)
        kind = index.values["kind"].to_numpy()[found.value]
        np.maximum.at(bits[part], (found.pair, kind), bits_of(index, found, weights))
    return bits, agree


def _family(signed: np.ndarray) -> np.ndarray:
    """Weigh a family's kinds together: the strongest whole, the rest in part, no more than the cap.

    Where nothing agrees, the strongest disagreement stands for all.
    """
    best = signed.max(axis=1, initial=0.0)
    rest = np.minimum(np.maximum(signed, 0.0).sum(axis=1) - best, best)
    for_ = np.minimum(best + REST * rest, MOST_FAMILY_BITS)
    return np.asarray(np.where(best > 0, for_, signed.min(axis=1, initial=0.0)))


def _parts(rows: pl.DataFrame, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Give bits of each family and bits of all else, the prior among them."""
    families = np.zeros((rows.height, len(FAMILIES)))
    for at, name in enumerate(FAMILIES):
        bits, more = rows[name].to_numpy(), rows[f"{name}_more"].to_numpy()
        for_ = np.minimum(bits + REST * more, MOST_FAMILY_BITS)
        # A second number beside a shared one is no disagreement.
        families[:, at] = np.where(for_ > 0, for_, rows[f"{name}_differs"].to_numpy())
    # What one does at one hour one does often: listings are no independent draws.
    hours = np.clip(RHYTHM * rows["hours"].to_numpy(), -5.0, 5.0) / _LN2
    return families, weights.prior_bits + hours


def weighed(rows: pl.DataFrame, weights: Weights) -> np.ndarray:
    """Give natural log-odds of one actor without decisions, from rows of `evidence`."""
    families, rest = _parts(rows, weights)
    return np.asarray(_LN2 * (rest + families.sum(axis=1)))


def weighed_without(rows: pl.DataFrame, weights: Weights) -> np.ndarray:
    """Give the same with each family left out in turn, a column a family."""
    families, rest = _parts(rows, weights)
    total = (rest + families.sum(axis=1))[:, None]
    return _LN2 * np.asarray(total - families)


def inputs(rows: pl.DataFrame, seller_count: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Give what the regression weighs: names, and a row a pair.

    Bits grow with the number of sellers, the prior falls by as much; so a family counts by its bits
    above a value that a crowd shows, and by whether it has any.
    """
    columns: dict[str, np.ndarray] = {}
    for name in FAMILIES:
        bits = rows[name].to_numpy()
        # As `bits_of` weighs an identifier: in a small lake, as if there were more sellers.
        among = max(seller_count, POPULATION if name in HARD else A_CROWD)
        above = np.clip(bits - np.log2(among / A_CROWD), 0.0, np.log2(A_CROWD))
        scale = np.divide(above, bits, out=np.zeros_like(above), where=bits > 0)
        columns[f"has_{name}"] = (above > 0).astype(np.float64)
        columns[name] = above
        columns[f"{name}_more"] = rows[f"{name}_more"].to_numpy() * scale
        columns[f"{name}_alone"] = rows[f"{name}_alone"].to_numpy() * scale
    for name in (*(f"{one}_differs" for one in FAMILIES), "name", "posture", "apart"):
        columns[name] = rows[name].to_numpy()
    # Two rhythms speak otherwise than one does: who has two helpers has two rhythms.
    hours = np.clip(rows["hours"].to_numpy(), -10.0, 10.0)
    columns |= {"one_rhythm": np.maximum(hours, 0.0), "two_rhythms": np.minimum(hours, 0.0)}
    columns["far_prices"] = -np.square(rows["posture"].to_numpy())
    return (*columns,), np.column_stack([*columns.values()]).astype(np.float64)


def learned(
    names: tuple[str, ...],
    x: np.ndarray,
    is_same: np.ndarray,
    counts: np.ndarray,
    wrong: float = WRONG_SHARE,
) -> Learned:
    """Learn weights from decided pairs.

    Args:
        names: of the inputs.
        x: rows of `inputs`, one a decided pair; pairs of several indices may stand together.
        is_same: 1 where a person found one actor, 0 where two.
        counts: how many pairs like it each decision stands for; decisions are asked for where
            doubt is, so that they are no fair sample.
        wrong: share of decisions that are wrong. Without it, one slip on a hopeless pair would say
            that no pair is hopeless, and make every weight smaller than it is.

    """
    weight = np.asarray(counts, dtype=float) / np.mean(counts)
    scale = np.maximum(x.std(axis=0), 1e-9)
    scaled = x / scale

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        chance = expit(scaled @ beta[:-1] + beta[-1])
        said = wrong + (1 - 2 * wrong) * chance
        value = -(weight * (is_same * np.log(said) + (1 - is_same) * np.log(1 - said))).sum()
        miss = (said - is_same) / (said * (1 - said))
        slope = weight * miss * (1 - 2 * wrong) * chance * (1 - chance)
        gradient = np.r_[scaled.T @ slope + RIDGE * beta[:-1], slope.sum()]
        return float(value + RIDGE / 2 * (beta[:-1] ** 2).sum()), gradient

    bounds = [(0.0, None)] * x.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = tuple((found.x[:-1] / scale).tolist())
    return Learned(names, weights, float(found.x[-1]))


def log_odds(x: np.ndarray, model: Learned) -> np.ndarray:
    """Give natural log-odds of one actor by what was learned, from rows of `inputs`."""
    return np.asarray(x @ np.array(model.weights) + model.intercept)


def without_strongest(x: np.ndarray, model: Learned) -> np.ndarray:
    """Give the log-odds that are left where the family that says most is taken away.

    What one seller can copy from another is of one family: numbers pasted, sentences taken.
    """
    parts = x * np.array(model.weights)
    places = [[at for at, name in enumerate(model.names) if family in name] for family in FAMILIES]
    most = np.max([parts[:, place].sum(axis=1) for place in places], axis=0)
    return np.asarray(parts.sum(axis=1) + model.intercept - np.maximum(most, 0.0))
