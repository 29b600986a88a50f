"""How much company a shared value keeps: whether those who share it share anything else."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from jobs.vendors._blocking import Index
from jobs.vendors._evidence import FAMILY_OF_KIND, Traits, Weights, chunks, evidence, shared
from jobs.vendors._likelihood import weighed_without


def ties(
    index: Index, about: Traits, pairs: tuple[np.ndarray, np.ndarray], weights: Weights
) -> np.ndarray:
    """Give for each value the mean chance that two of its sellers are one actor by all *else*.

    Accounts of one actor share much; an agency's clients share its number and nothing else, and a
    supplier's dealers its texts, but neither hours nor telephones. Pairs that are no candidates
    share nothing else that is rare and count 0. Half a pair of even chance is added, so that a
    value of two sellers is not judged by the one pair in question alone.
    """
    left, right = pairs
    total = np.zeros(index.values.height)
    for part in chunks(len(left)):
        some = left[part], right[part]
        rows = evidence(index, about, some, weights, np.ones(len(total)))
        chance = expit(weighed_without(rows, weights))
        found = shared(index, *some)
        family = FAMILY_OF_KIND[index.values["kind"].to_numpy()[found.value]]
        total += np.bincount(found.value, chance[found.pair, family], minlength=len(total))
    sharers = index.values["sharer_count"].to_numpy().astype(float)
    return np.asarray((total + 0.25) / (sharers * (sharers - 1) / 2 + 0.5))
