"""Trees that a cluster fitted are as those of one machine, within what a seed changes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import numpy as np
import pytest

from conf.model import Model
from conf.site import Site
from jobs.score._scorer import booster
from ml import figures, spread
from ml.examples import Examples, read
from ml.fitting import fit, margins
from ml.frame import versions
from tests.conftest import site_at

TOLERATED = 1.5  # times what another seed changes on one machine


def _chances(trees: object, vectors: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-margins(trees, vectors)))


def _fitted_by_spark(home: Path, model: Model, examples: Examples) -> tuple[bytes, bytes]:
    """Fit twice by two tasks, in a process of its own: what else is imported here is not there."""
    from jobs.session import end, start

    site = site_at(home)
    quick = msgspec.structs.replace(site.spark, master="local[2]", driver_memory="1g")
    spark = start(msgspec.structs.replace(site, spark=quick))
    try:
        one, other = (spread.fit(model, examples, spark, tasks=2) for _ in range(2))
    finally:
        end(spark)
    return bytes(one.save_raw("ubj")), bytes(other.save_raw("ubj"))


@pytest.mark.spark
@pytest.mark.timeout(300)
def test_two_tasks_and_one_machine(learned: Site, small: Model, tmp_path: Path) -> None:
    examples = read(learned, small, versions(learned))
    held_out = examples.platforms == "mercato"
    rest, own = examples.only(~held_out), examples.only(held_out)
    seeds = [msgspec.structs.replace(small, seed=seed) for seed in (7, 8, 9)]
    alone = [_chances(fit(one, rest), own.vectors) for one in seeds]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        made, again = apart.submit(_fitted_by_spark, tmp_path / "spark", small, rest).result()
    assert made == again
    together = booster(made)
    assert tuple(together.feature_names) == small.features
    chances = _chances(together, own.vectors)

    usual = max(np.abs(alone[0] - one).mean() for one in alone[1:])
    assert np.abs(alone[0] - chances).mean() <= TOLERATED * usual
    aucs = [figures.auc(one, own.labels, np.ones(len(own))) for one in (alone[0], chances)]
    assert abs(aucs[0] - aucs[1]) <= 0.02
