"""A model of the usual size over every feature there is; what it learned does not matter here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from jobs.catalogue import catalogue
from jobs.score._scorer import CALIBRATION, Scorer, read, xgboost

TREES, DEPTH, ROWS = 300, 6, 20_000
SEED = 5


def costly_model(folder: Path) -> Scorer:
    """Give a model that was fitted to noise over all features, made once a folder.

    Noise makes full trees, so it costs at least what a real model of its size does.
    """
    names = sorted(catalogue())
    key = hashlib.sha256(json.dumps([names, TREES, DEPTH, ROWS, SEED]).encode()).hexdigest()
    path = folder / f"model-{key[:12]}.ubj"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_fitted(names))
    content = path.read_bytes()
    return read(content, "bench", "1", hashlib.sha256(content).hexdigest())


def _fitted(names: list[str]) -> bytes:
    chance = np.random.default_rng(SEED)
    known = [catalogue()[name] for name in names]
    low, high = (np.array([getattr(one, edge) for one in known]) for edge in ("lowest", "highest"))
    rows = low + (high - low) * chance.random((ROWS, len(names))) ** 3
    # Most labels are "no", as most listings are honest: reasons are told of few.
    margin = (rows - rows.mean(0)) / rows.std(0) @ chance.normal(size=len(names))
    labels = (margin + chance.normal(size=ROWS) * margin.std()) > np.quantile(margin, 0.95)
    xgb = xgboost()
    matrix = xgb.DMatrix(rows.astype(np.float32), label=labels, feature_names=names)
    settings = {"max_depth": DEPTH, "eta": 0.1, "objective": "binary:logistic", "nthread": 2}
    trees = xgb.train(settings, matrix, num_boost_round=TREES)
    trees.set_attr(**{CALIBRATION: json.dumps([[-4.0, 0.0], [4.0, 1.0]])})
    return bytes(trees.save_raw("ubj"))
