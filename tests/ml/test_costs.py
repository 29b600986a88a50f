"""What errors cost, for a thousand listings."""

from __future__ import annotations

import numpy as np
import pytest

from conf.model import Costs
from ml.costs import cheapest, costs

LABELS = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
WEIGHTS = np.array([0.05, 0.05, 0.3, 0.3, 0.3])  # a tenth is counterfeit
PRICES = Costs(missed_usd=40.0, false_flag_usd=10.0)


@pytest.mark.parametrize(
    ("flags", "missed", "wrong", "usd"),
    [
        ([1, 1, 0, 0, 0], 0.0, 0.0, 0.0),
        ([1, 0, 0, 0, 1], 50.0, 300.0, 5_000.0),
        ([1, 1, 1, 1, 1], 0.0, 900.0, 9_000.0),
    ],
)
def test_each_error_has_its_price(
    flags: list[int], missed: float, wrong: float, usd: float
) -> None:
    found, nothing = costs({"way": np.array(flags, dtype=bool)}, LABELS, WEIGHTS, PRICES)
    assert (found.missed, found.false_flags, found.usd) == pytest.approx((missed, wrong, usd))
    assert (nothing.way, nothing.usd) == ("do nothing", pytest.approx(4_000.0))


def test_the_cheapest_line() -> None:
    chances = np.array([0.9, 0.4, 0.5, 0.1, 0.1])
    assert cheapest(chances, LABELS, WEIGHTS, PRICES).tolist() == [True, False, False, False, False]
    dear = Costs(missed_usd=400.0, false_flag_usd=10.0)
    assert cheapest(chances, LABELS, WEIGHTS, dear).tolist() == [True, True, True, False, False]
