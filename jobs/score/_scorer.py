"""What scores: a learned model in one file of XGBoost's own format, or the readable rules."""

from __future__ import annotations

import sys
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np

from conf.errors import ModelError

CALIBRATION = "calibration"  # attribute of the model's file: [[margin, probability], …]

Line = tuple[tuple[float, float], ...]  # from log-odds to chance
Band = tuple[tuple[float, float, float, float], ...]  # log-odds, chance, its low and high end


class Scorer(msgspec.Struct, frozen=True):
    """A model as jobs use it; without a file it is the rules.

    It travels to Spark's workers as it is. `sha256` is that of `content`, which holds the trees,
    the names of the features and the calibration, so that it names everything a score depends on.
    """

    name: str
    version: str
    sha256: str
    features: tuple[str, ...] = ()
    content: bytes = b""
    calibration: tuple[tuple[float, float], ...] = ()

    @property
    def is_learned(self) -> bool:
        """Tell whether it is a model and not the rules."""
        return bool(self.content)

    def suspicion(self, vectors: np.ndarray) -> np.ndarray:
        """Give the calibrated suspicion of each row, 0 to 100; columns as `features` names them."""
        margins = booster(self.content).inplace_predict(
            vectors, predict_type="margin", validate_features=False
        )
        return 100.0 * calibrated(margins, self.calibration)

    def contributions(self, vectors: np.ndarray) -> np.ndarray:
        """Give what each feature adds to each row's log-odds, shape (rows, features)."""
        matrix = xgboost().DMatrix(vectors, feature_names=list(self.features))
        parts = booster(self.content).predict(matrix, pred_contribs=True)
        return np.asarray(parts[:, :-1])  # the last column is the same for all rows


def read(content: bytes, name: str, version: str, sha256: str) -> Scorer:
    """Read a model's file.

    Raises:
        ModelError: it is no model of XGBoost, or lacks names or calibration.

    """
    where = f"model {name} version {version}"
    try:
        trees = booster(content)
    except (ValueError, xgboost().core.XGBoostError) as error:
        why = str(error).strip().split("\n")[0]
        raise ModelError(f"{where} is damaged ({why}): train it again") from None
    try:
        line = msgspec.json.decode(trees.attr(CALIBRATION) or "", type=list[tuple[float, float]])
    except msgspec.DecodeError:
        raise ModelError(f"{where} holds no calibration: train it again") from None
    if not trees.feature_names or not is_line(line):
        raise ModelError(f"{where} lacks feature names or a rising calibration: train it again")
    return Scorer(name, version, sha256, tuple(trees.feature_names), content, tuple(line))


def is_line(points: list[tuple[float, float]]) -> bool:
    """Tell whether points make a calibration: margins rise and probabilities do not fall."""
    rises = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))
    return len(points) > 1 and rises and points[0][1] >= 0 and points[-1][1] <= 1


def calibrated(margins: np.ndarray, line: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Give the probability of each margin by straight lines between the calibration's points."""
    at, value = np.array(line, dtype=np.float64).T
    found: np.ndarray = np.interp(np.asarray(margins, dtype=np.float64), at, value)
    return found


@cache
def booster(content: bytes) -> Any:
    """Give a model's trees, read once a process; one thread, as workers run side by side."""
    trees = xgboost().Booster()
    trees.load_model(bytearray(content))
    trees.set_param({"nthread": 1})
    return trees


@cache
def xgboost() -> Any:
    """Import XGBoost without scikit-learn.

    It imports that for wrappers that nothing here uses: 1.2 CPU seconds a worker without, 7 with.
    """
    is_hidden = "sklearn" not in sys.modules
    if is_hidden:
        sys.modules["sklearn"] = None  # type: ignore[assignment] # makes the import fail, as meant
    try:
        import xgboost as found
    finally:
        if is_hidden:
            del sys.modules["sklearn"]
    return found
