"""What errors cost in money, for each way to decide upon a thousand listings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from conf.model import Costs
from jobs.judged import Cost

PER = 1_000  # listings


def costs(
    ways: Mapping[str, np.ndarray], labels: np.ndarray, weights: np.ndarray, prices: Costs
) -> tuple[Cost, ...]:
    """Give what each way costs, and beside them to do nothing.

    Args:
        ways: flags by the name of the way, which rows it puts before a person.
        labels: 1.0 is a counterfeit.
        weights: by which counterfeits are as frequent as on a marketplace (`figures.rebased`).
        prices: of a missed counterfeit and of a genuine listing flagged.

    """
    nothing = {"do nothing": np.zeros(len(labels), dtype=bool)}
    total = float(weights.sum())

    def cost(name: str, flags: np.ndarray) -> Cost:
        missed = PER * float((weights * labels * ~flags).sum()) / total
        wrong = PER * float((weights * (1 - labels) * flags).sum()) / total
        usd = missed * prices.missed_usd + wrong * prices.false_flag_usd
        return Cost(way=name, missed=missed, false_flags=wrong, usd=usd)

    return tuple(cost(name, flags) for name, flags in {**ways, **nothing}.items())


def cheapest(
    chances: np.ndarray, labels: np.ndarray, weights: np.ndarray, prices: Costs
) -> np.ndarray:
    """Give the flags of the line that costs least on these very rows: a bound, not a promise."""
    lines = np.quantile(chances, np.linspace(0, 1, 101))
    usd = [costs({"": chances > one}, labels, weights, prices)[0].usd for one in lines]
    found: np.ndarray = chances > lines[int(np.argmin(usd))]
    return found
