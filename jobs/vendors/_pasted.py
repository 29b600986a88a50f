"""Who shows the identifiers of several others: it pasted them, and they say nothing of it."""

from __future__ import annotations

import numpy as np

from jobs.vendors._blocking import Index
from jobs.vendors._evidence import is_hub
from jobs.vendors._kinds import FAMILY_OF, HARD, KINDS

# Others whose identifiers one seller shows. An actor's older numbers are its own accounts', too.
LEAST_OTHERS = 3
_IS_HARD = np.array([FAMILY_OF[kind] in HARD for kind in KINDS])


def pasters(index: Index, groups: np.ndarray, tied: np.ndarray) -> np.ndarray:
    """Tell which sellers show identifiers of three or more actors besides their own.

    An identifier is another's where somebody shows it, and nobody of the seller's own actor but
    itself does. A courier's number that leads to many counts once, as one number does.
    """
    values = index.values
    meant = _IS_HARD[values["kind"].to_numpy()] & ~values["is_void"].to_numpy()
    meant &= ~is_hub(index, tied)
    seller, value = index.shown.tocoo().coords
    seller, value = seller[meant[value]].astype(np.int64), value[meant[value]].astype(np.int64)
    order = np.lexsort((groups[seller], value))
    seller, value = seller[order], value[order]
    group = groups[seller]
    first = np.r_[True, (value[1:] != value[:-1]) | (group[1:] != group[:-1])][: len(value)]
    holders = np.bincount(np.cumsum(first) - 1)[np.cumsum(first) - 1] if len(value) else value
    starts = np.r_[True, value[1:] != value[:-1]][: len(value)]
    lowest = group[starts][np.cumsum(starts) - 1]
    highest = group[np.r_[value[1:] != value[:-1], True][: len(value)]][np.cumsum(starts) - 1]
    other = np.where(lowest != group, lowest, highest)
    is_other = (holders == 1) & (other != group)
    found = np.unique(np.stack([seller[is_other], other[is_other]]), axis=1)
    return np.asarray(np.bincount(found[0], minlength=len(groups)) >= LEAST_OTHERS)
