"""Trees that say what the rules say: what a model starts from where few labels are.

The rules are known, so no listing is needed to learn them from: made-up ones are scored by the
rules, and trees learn from that (distillation: Bucila, Caruana and Niculescu-Mizil, KDD 2006).
Trees that learn from people's labels then only mend what the rules get wrong; without labels the
model is the rules, which holds on any marketplace.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import expit

from jobs import catalogue
from jobs.score import _rules
from jobs.score._scorer import xgboost

MADE_UP = 6000
ROUNDS, DEPTH, ETA = 150, 3, 0.3
# Of the rules: points that make one unit of log-odds, and those at which a listing is as likely as
# not; a listing of none is then one of fifty-five, as listings of a brand at large are.
POINTS, EVEN = 15.0, 60.0
SHOWN, MISSING = 0.2, 0.1  # how often a sign is there, and a value not known
_BRAND_SHOWN = tuple(_rules.NO_BRAND.most)
_HIGHEST = 1.5  # of a number without a bound near 1, as price over reference: all rules lie below


def from_rules(names: Sequence[str], signs: str, seed: int) -> Any:
    """Give trees whose log-odds are those of the rules, as far as these features tell them.

    Args:
        names: features of the model; a rule that reads another never holds.
        signs: direction of each feature, as XGBoost takes them; more trees are to keep them.
        seed: of the made-up listings.

    """
    columns = made_up(names, np.random.default_rng(seed))
    known = {name: columns.get(name, _unknown()) for name in _rules.FEATURES}
    chances = expit((_rules.suspicion(known) - EVEN) / POINTS)
    rows = np.column_stack([columns[name] for name in names])
    matrix = xgboost().DMatrix(rows, label=chances, feature_names=list(names))
    parameters = {
        "objective": "binary:logistic",
        "base_score": 0.5,
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "max_depth": DEPTH,
        "eta": ETA,
        "monotone_constraints": signs,
    }
    return xgboost().train(parameters, matrix, ROUNDS)


def made_up(names: Sequence[str], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Make listings up: each feature by itself over what it may be, one brand at least shown."""
    found = {name: _values(name, rng) for name in names}
    shown = [found[name] > 0 for name in _BRAND_SHOWN if name in found]
    if "is_brand_claimed" in found:
        bare = ~np.any(shown, axis=0)
        found["is_brand_claimed"][bare] = 1.0
    return found


def _values(name: str, rng: np.random.Generator) -> np.ndarray:
    one = catalogue.catalogue()[name]
    if name.startswith(("says_", "is_", "shows_")):
        values = (rng.random(MADE_UP) < SHOWN).astype(np.float32)
    else:
        values = rng.uniform(one.lowest, min(one.highest, _HIGHEST), MADE_UP).astype(np.float32)
    values[rng.random(MADE_UP) < MISSING] = np.nan
    return values


def _unknown() -> np.ndarray:
    return np.full(MADE_UP, np.nan, dtype=np.float32)
