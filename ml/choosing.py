"""Which listings to look at or to buy next, so that a model learns the most from it.

A pick is worth the doubt of the model times what hangs on it times how unlike the other picks it
is: uncertainty sampling (Lewis and Gale 1994) told apart by a greedy choice, as a batch of the most
doubtful would be one doubt many times over. A share is drawn at random, so that what the model is
wrongly sure of is found as well, and so that decisions can be weighed back to all candidates.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

WIDTH = 20  # candidates a pick that are compared with each other; more than that are far from doubt

UNCERTAIN, VALUABLE, RANDOM = "uncertain", "valuable", "random"


class Alike(msgspec.Struct, frozen=True):
    """By what some candidates are compared, one row each.

    `codes` are whole numbers of shape (rows, any) that are the same where a model cannot tell two
    rows apart, such as the leaves that they fall into; each of `groups` numbers what may be one
    thing many times: sellers, copies of a text.
    """

    codes: np.ndarray
    groups: tuple[np.ndarray, ...]


class Candidates(msgspec.Struct, frozen=True):
    """What may be chosen, one row each; `alike` is asked of the places of few."""

    chances: np.ndarray  # of being counterfeit, 0 to 1
    values: np.ndarray  # what hangs on it, any unit, 0 or more
    alike: Callable[[np.ndarray], Alike]

    def __len__(self) -> int:
        """Count them."""
        return len(self.chances)


class Picks(msgspec.Struct, frozen=True):
    """What was chosen: places among the candidates, why, and with which chance."""

    at: np.ndarray
    kinds: tuple[str, ...]
    probabilities: np.ndarray  # 1 for what was chosen and not drawn: it speaks for itself


def uncertainty(chances: np.ndarray) -> np.ndarray:
    """Give how much a model doubts, 0 to 1: the variance of a coin of that chance, times four."""
    return np.asarray(4.0 * chances * (1.0 - chances))


def weight(values: np.ndarray) -> np.ndarray:
    """Give the factor of what hangs on it, a half to one, by rank.

    Prices spread over orders of magnitude: times them, a queue would hold the dearest things only,
    doubtful or not. So the most valuable counts twice the least, and no more.
    """
    if not len(values):
        return np.empty(0)
    ordered = np.sort(values)
    middle = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(0.5 + 0.5 * middle / (2.0 * len(values)))


def at_stake(chances: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Give what is lost if nobody looks: what hangs on it, as far as it is counterfeit."""
    return np.asarray(chances * np.maximum(worth, 1.0))


def foremost(chances: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Give the places of so many candidates with the most doubt times value, the foremost first."""
    return np.argsort(-_scores(chances, values), kind="stable")[:count]


def diverse(scores: np.ndarray, alike: Alike, count: int) -> np.ndarray:
    """Choose one after the other what scores most and is unlike what was chosen already.

    A score counts by the share of codes in which a row differs from the nearest chosen one. No
    group gives a second row while there is one of a group that gave none.
    """
    nearest, times = np.zeros(len(scores)), np.zeros(len(scores), dtype=int)
    is_left, chosen = np.ones(len(scores), dtype=bool), []
    for _ in range(min(count, len(scores))):
        is_next = is_left & (times == times[is_left].min())
        at = int(np.where(is_next, scores * (1.0 - nearest), -1.0).argmax())
        chosen.append(at)
        is_left[at] = False
        nearest = np.maximum(nearest, (alike.codes == alike.codes[at]).mean(axis=1))
        for group in alike.groups:
            times[group == group[at]] += 1
    return np.array(chosen, dtype=int)


def picks(
    candidates: Candidates, budget: int, random_share: float, rng: np.random.Generator
) -> Picks:
    """Choose so many candidates, a share of them drawn at random from all the others.

    The drawn ones stand evenly among the chosen, so that half of the list holds half of them.
    """
    drawn = min(round(budget * random_share), len(candidates))
    wanted = min(budget, len(candidates)) - drawn
    near = foremost(candidates.chances, candidates.values, WIDTH * wanted)
    scores = _scores(candidates.chances, candidates.values)[near]
    chosen = near[diverse(scores, candidates.alike(near), wanted)]
    rest = np.setdiff1d(np.arange(len(candidates)), chosen)
    lots = rng.choice(rest, drawn, replace=False)
    kinds = [*_kinds(candidates, chosen), *[RANDOM] * drawn]
    chances = np.r_[np.ones(wanted), np.full(drawn, drawn / max(len(rest), 1))]
    order = np.argsort(np.r_[_evenly(wanted), _evenly(drawn)], kind="stable")
    at = np.r_[chosen, lots].astype(int)[order]
    return Picks(at, tuple(kinds[one] for one in order), chances[order])


def _scores(chances: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.asarray(uncertainty(chances) * weight(values))


def _kinds(candidates: Candidates, chosen: np.ndarray) -> list[str]:
    """Say of each chosen one which of the two made it stand out more among all candidates."""
    doubt = weight(uncertainty(candidates.chances))[chosen]
    value = weight(candidates.values)[chosen]
    return [VALUABLE if v > d else UNCERTAIN for d, v in zip(doubt, value, strict=True)]


def _evenly(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / max(count, 1)
