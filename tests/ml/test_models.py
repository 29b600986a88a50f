"""Every model of conf/models fits, and keeps the directions that its YAML gives."""

from __future__ import annotations

import numpy as np
import pytest

from conf.model import MODELS, Model, model
from ml.fitting import margins, unfitted

NAMES = sorted(path.stem for path in MODELS.glob("*.yaml"))


def fitted(given: Model) -> tuple[np.ndarray, object]:
    """Give 600 made-up rows of a model's features, and trees that learned from them."""
    rng = np.random.default_rng(2)
    rows = rng.random((600, len(given.features))).astype(np.float32)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    odds = np.nansum(rows, axis=1) - len(given.features) * 0.45
    labels = (odds + rng.normal(size=600) > 0).astype(np.float64)
    weights = np.ones(600)
    trees = unfitted(given).fit(rows, labels, weights, given.features, given.monotone, given.seed)
    return rows, trees


@pytest.mark.parametrize("name", NAMES)
def test_more_of_a_sign_never_points_the_other_way(name: str) -> None:
    given = model(name)
    rows, trees = fitted(given)
    rows = np.nan_to_num(rows)
    for sign, direction in given.monotone.items():
        at = given.features.index(sign)
        low, high = rows.copy(), rows.copy()
        low[:, at], high[:, at] = 0.2, 0.8
        assert ((margins(trees, high) - margins(trees, low)) * direction >= -1e-6).all()


def test_what_the_robust_model_says_of_two_signs_adds_up() -> None:
    """A crossing of two features would make both together more or less than each alone."""
    given = model("robust")
    rows, trees = fitted(given)
    price, words = (given.features.index(name) for name in ("price_ratio", "says_replica"))

    def told(at: float, says: float) -> np.ndarray:
        changed = rows.copy()
        changed[:, price], changed[:, words] = at, says
        return margins(trees, changed)

    together = told(0.1, 1.0) - told(0.9, 0.0)
    apart = told(0.1, 0.0) + told(0.9, 1.0) - 2 * told(0.9, 0.0)
    assert together == pytest.approx(apart, abs=1e-4)
    assert np.abs(together).min() > 0.01
