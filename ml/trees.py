"""Boosted trees by XGBoost, made the same from the same examples, to the byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from conf.errors import ConfError
from jobs.score._scorer import xgboost
from ml.from_rules import from_rules
from ml.masking import masked

_OURS = ("rounds", "masked_copies", "masked_share", "from_rules")
_KNOWN = {
    *_OURS,
    "max_depth",
    "eta",
    "min_child_weight",
    "subsample",
    "colsample_bytree",
    "reg_lambda",
    "reg_alpha",
    "gamma",
    "max_bin",
}


class Trees(msgspec.Struct, frozen=True):
    """An unfitted model: XGBoost's parameters, number of trees, masking, what they start from."""

    parameters: dict[str, Any]
    rounds: int
    masked_copies: int
    masked_share: float
    from_rules: bool

    def fit(
        self,
        vectors: np.ndarray,
        labels: np.ndarray,
        weights: np.ndarray,
        names: Sequence[str],
        monotone: Mapping[str, int],
        seed: int,
    ) -> Any:
        """Give the fitted trees."""
        table, targets, counted = self.rows(vectors, labels, weights, names, seed)
        matrix = xgboost().DMatrix(table, label=targets, weight=counted, feature_names=list(names))
        own = {"seed": seed, "monotone_constraints": self.signs(names, monotone)}
        if not self.from_rules:
            return xgboost().train(self.parameters | own, matrix, self.rounds)
        start = from_rules(names, self.signs(names, monotone), seed)
        # Log-odds of both count from the same nought.
        own |= {"base_score": 0.5}
        return xgboost().train(self.parameters | own, matrix, self.rounds, xgb_model=start)

    def rows(
        self,
        vectors: np.ndarray,
        labels: np.ndarray,
        weights: np.ndarray,
        names: Sequence[str],
        seed: int,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give the rows that are learned from, masked copies among them, labels and weights."""
        rows, copies = [vectors], self.masked_copies
        rng = np.random.default_rng(seed)
        rows += [masked(vectors, names, self.masked_share, rng) for _ in range(copies)]
        counted = np.tile(weights, copies + 1) / (copies + 1)
        return np.concatenate(rows), np.tile(labels, copies + 1), counted

    @staticmethod
    def signs(names: Sequence[str], monotone: Mapping[str, int]) -> str:
        """Give the directions as XGBoost takes them, in the order of the names."""
        return f"({','.join(str(monotone.get(name, 0)) for name in names)})"


def trees(params: Mapping[str, float | int | str | bool], objective: str) -> Trees:
    """Give unfitted trees of these parameters.

    Raises:
        ConfError: a parameter is unknown; XGBoost itself would only warn.

    """
    if strange := sorted(set(params) - _KNOWN):
        raise ConfError(
            f"parameter {', '.join(strange)} is unknown; there are: {', '.join(sorted(_KNOWN))}"
        )
    # More threads add the same numbers in another order, which is another model.
    fixed = {"objective": objective, "tree_method": "hist", "nthread": 1, "verbosity": 0}
    given = {name: value for name, value in params.items() if name not in _OURS}
    return Trees(
        parameters=given | fixed,
        rounds=int(params.get("rounds", 100)),
        masked_copies=int(params.get("masked_copies", 0)),
        masked_share=float(params.get("masked_share", 0.0)),
        from_rules=bool(params.get("from_rules", False)),
    )
