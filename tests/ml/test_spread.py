"""Trees that a cluster fitted are as those of one machine, within what a seed changes."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from pyspark.sql import SparkSession

from conf.model import Model
from conf.site import Site
from ml import figures, spread
from ml.examples import read
from ml.fitting import fit, margins
from ml.frame import versions

TOLERATED = 1.5  # times what another seed changes on one machine


def _chances(trees: object, vectors: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-margins(trees, vectors)))


@pytest.mark.spark
def test_two_tasks_and_one_machine(learned: Site, small: Model, spark: SparkSession) -> None:
    examples = read(learned, small, versions(learned))
    held_out = examples.platforms == "mercato"
    rest, own = examples.only(~held_out), examples.only(held_out)
    seeds = [msgspec.structs.replace(small, seed=seed) for seed in (7, 8, 9)]
    alone = [_chances(fit(one, rest), own.vectors) for one in seeds]
    together = spread.fit(small, rest, spark, tasks=2)
    assert tuple(together.feature_names) == small.features
    chances = _chances(together, own.vectors)

    usual = max(np.abs(alone[0] - one).mean() for one in alone[1:])
    assert np.abs(alone[0] - chances).mean() <= TOLERATED * usual
    aucs = [figures.auc(one, own.labels, np.ones(len(own))) for one in (alone[0], chances)]
    assert abs(aucs[0] - aucs[1]) <= 0.02
    again = spread.fit(small, rest, spark, tasks=2)
    assert bytes(again.save_raw("ubj")) == bytes(together.save_raw("ubj"))
