"""What scores: a learned model in one file of XGBoost's own format, or the readable rules."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np

from conf.errors import ModelError

# Attributes of the model's file.
CALIBRATION = "calibration"  # [[margin, probability], …]
BANDS = "bands"  # {platform: [[margin, probability, its low and high end], …], …}
ELSEWHERE = ""  # in place of a platform: any that has no band of its own

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
    calibration: Line = ()  # of a platform that has no band
    bands: Mapping[str, Band] = {}

    @property
    def is_learned(self) -> bool:
        """Tell whether it is a model and not the rules."""
        return bool(self.content)

    def suspicion(self, vectors: np.ndarray, platforms: Sequence[str]) -> np.ndarray:
        """Give the calibrated suspicion of each row with the ends of its interval, 0 to 100.

        Args:
            vectors: columns as `features` names them.
            platforms: of each row; each platform that people audited has a line of its own.

        Returns:
            shape (3, rows): suspicion, low end, high end; NaN where nothing tells the ends.

        """
        margins = booster(self.content).inplace_predict(
            vectors, predict_type="margin", validate_features=False
        )
        names, which = np.unique(np.asarray(platforms, dtype=str), return_inverse=True)
        found = np.empty((3, len(margins)))
        for at, name in enumerate(names):
            own = which == at
            found[:, own] = self._chances(margins[own], str(name))
        return 100.0 * found

    def _chances(self, margins: np.ndarray, platform: str) -> np.ndarray:
        band = self.bands.get(platform, self.bands.get(ELSEWHERE))
        if band is None:
            chances = calibrated(margins, self.calibration)
            return np.vstack([chances, np.full((2, len(margins)), np.nan)])
        at, *columns = np.array(band, dtype=np.float64).T
        return np.vstack([np.interp(margins.astype(np.float64), at, one) for one in columns])

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
    features = tuple(trees.feature_names)
    return Scorer(name, version, sha256, features, content, tuple(line), _bands(trees, where))


def _bands(trees: Any, where: str) -> dict[str, Band]:
    """Read the platforms' own bands; a model that was trained before there were any has none."""
    try:
        bands = msgspec.json.decode(trees.attr(BANDS) or "{}", type=dict[str, Band])
    except msgspec.DecodeError:
        raise ModelError(f"{where} has damaged bands of platforms: train it again") from None
    for name, band in bands.items():
        if not all(is_line([(one[0], one[at]) for one in band]) for at in (1, 2, 3)):
            who = name or "elsewhere"
            raise ModelError(f"{where} has a band of {who} that does not rise: train it again")
    return bands


def is_line(points: list[tuple[float, float]]) -> bool:
    """Tell whether points make a calibration: margins rise and probabilities do not fall."""
    rises = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))
    return len(points) > 1 and rises and points[0][1] >= 0 and points[-1][1] <= 1


def calibrated(margins: np.ndarray, line: Line) -> np.ndarray:
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
