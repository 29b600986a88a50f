"""Fits trees on a cluster, by XGBoost's own estimator for Spark.

Each task holds a part of the rows and sums gradients with the others (Chen and Guestrin 2016); the
file is the same kind, and scores the same way. It is not the same to the byte as that of one
machine: parts draw their own rows for each tree and merge their own quantiles. How far apart two
such models are is held by a test: no farther than two seeds on one machine.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from conf.errors import ConfError
from conf.model import Model
from jobs.score._scorer import xgboost
from ml.examples import Examples
from ml.fitting import unfitted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LABEL, WEIGHT = "_label", "_weight"


def fit(model: Model, examples: Examples, spark: SparkSession, tasks: int) -> Any:
    """Give trees that learned from all of these examples, by so many tasks at once.

    The cluster must have as many free cores as there are tasks, as all run together or not at all.

    Raises:
        ConfError: the model starts from the rules, which is for few labels.

    """
    made = unfitted(model)
    if made.from_rules:
        raise ConfError(
            f"model {model.name} starts from the rules, for few labels: train it without --tasks"
        )
    rows, labels, weights = made.rows(
        examples.vectors, examples.labels, examples.weights, model.features, model.seed
    )
    logging.getLogger("XGBoost-PySpark").setLevel(logging.WARNING)
    own = {"objective", "nthread"}  # the estimator's
    estimator = _estimator()(
        features_col=list(model.features),
        label_col=LABEL,
        weight_col=WEIGHT,
        num_workers=tasks,
        missing=float("nan"),
        n_estimators=made.rounds,
        random_state=model.seed,
        monotone_constraints=made.signs(model.features, model.monotone),
        verbose=False,
        **{name: value for name, value in made.parameters.items() if name not in own},
    )
    table = _table(rows, labels, weights, model.features)
    fitted = estimator.fit(spark.createDataFrame(table).repartition(tasks))
    return _named(fitted.get_booster(), model.features)


def _estimator() -> Any:
    """Import the estimator; it needs scikit-learn, which scoring hid from XGBoost for speed."""
    import xgboost.compat

    if not xgboost.compat.SKLEARN_INSTALLED:
        import xgboost.sklearn

        importlib.reload(xgboost.compat)
        importlib.reload(xgboost.sklearn)
    import xgboost.spark

    return xgboost.spark.SparkXGBClassifier


def _table(
    rows: np.ndarray, labels: np.ndarray, weights: np.ndarray, names: tuple[str, ...]
) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(names)).assign(**{LABEL: labels, WEIGHT: weights})


def _named(trees: Any, names: tuple[str, ...]) -> Any:
    """Give the same trees, of one thread and with the names that scoring looks for."""
    made = xgboost().Booster()
    made.load_model(trees.save_raw("ubj"))
    made.feature_names = list(names)
    return made
