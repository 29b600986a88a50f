"""What others say of a pair: whether the accounts that are like one are like the other, too.

A pair that is in doubt is less so when both of it are like the same third ones; one account that is
like two groups, where neither is like the other, is like neither enough.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse
from scipy.special import expit

from jobs.vendors._evidence import chunks

NAMES = ("alone", "together", "astray")
_MOST = 8.0  # log-odds of a pair alone


def company(links: pl.DataFrame, seller_count: int, odds: str = "log_odds") -> np.ndarray:
    """Give a row a pair: log-odds alone, how many third ones are like both, minus like one only.

    Args:
        links: left, right, log_odds; each pair once.
        seller_count: sellers are numbered below it.
        odds: the column that tells of the pair alone.

    """
    left, right = links["left"].to_numpy(), links["right"].to_numpy()
    chance = expit(links["log_odds"].to_numpy()).astype(np.float32)
    both = (np.r_[chance, chance], (np.r_[left, right], np.r_[right, left]))
    like = sparse.csr_array(both, shape=(seller_count, seller_count))
    total = np.asarray(like.sum(axis=1)).ravel()
    together = np.zeros(len(left))
    for part in chunks(len(left)):
        common = like[left[part]].multiply(like[right[part]])
        together[part] = np.asarray(common.sum(axis=1)).ravel()
    astray = total[left] + total[right] - 2 * chance - 2 * together
    alone = np.clip(links[odds].to_numpy(), -_MOST, _MOST)
    return np.column_stack([alone, np.log1p(together), -np.log1p(np.maximum(astray, 0.0))])
