"""A model of the size of our own over every feature there is; what it learned matters to nobody.

It is fitted to what the rules say of a small world and a lot of chance, so that its trees are full,
and calibrated so that as few listings come over the review line as in a real day.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from conf.errors import LakeError
from conf.model import model
from conf.site import Site, Spark, site
from infra.bench.daily_world import DAYS, committed, world
from jobs import graph
from jobs.catalogue import catalogue, vectors
from jobs.facts import join_facts, row_columns
from jobs.givens import Givens
from jobs.reader import Lake
from jobs.run import open_tables, run_all
from jobs.score._scorer import CALIBRATION, Scorer, read, xgboost

ROWS, SEED = 20_000, 5
# Of the listings: those over the review line (50) and those that are red flags (over 80).
REVIEWED, FLAGGED = 0.02, 0.005
_TABLES = ("listings", "listing_matches", "sellers", "seller_features")


def own_size() -> tuple[int, int]:
    """Give how many trees our own model has, and how deep they are."""
    parameters = model("counterfeit").parameters
    return int(parameters["rounds"]), int(parameters["max_depth"])


def costly_model(folder: Path, trees: int | None = None, depth: int | None = None) -> Scorer:
    """Give a model of so many trees so deep, by default as our own; made once a folder."""
    own = own_size()
    size = (trees or own[0], depth or own[1])
    names = sorted(catalogue())
    key = hashlib.sha256(json.dumps([names, *size, ROWS, SEED]).encode()).hexdigest()
    path = folder / f"model-{key[:12]}.ubj"
    if not path.exists():
        path.write_bytes(_fitted(names, facts_of(folder), *size))
    content = path.read_bytes()
    return read(content, "bench", "1", hashlib.sha256(content).hexdigest())


def facts_of(folder: Path) -> pl.DataFrame:
    """Give the facts of a small world with the rules' scores; made once a folder."""
    path = folder / f"facts-{ROWS}-{len(row_columns())}.parquet"
    if not path.exists():
        home = folder / "home-model"
        shutil.rmtree(home, ignore_errors=True)
        where: Site = msgspec.structs.replace(site("local"), name="bench", home=home, spark=Spark())
        committed(where, world(folder, ROWS) / "day1")
        tables = open_tables(where)
        for outcome in run_all(tables, graph.chosen(["all"]), Givens(where, DAYS[0].date())):
            if outcome.status == "failed":
                raise LakeError(f"{outcome.table}: {outcome.why}")
        tables.close()
        lake = Lake(where.lake)
        facts = join_facts(*(lake.frame(name) for name in _TABLES))
        scores = lake.frame("listing_scores").select("listing_key", "rules_suspicion")
        facts.join(scores, on="listing_key").write_parquet(path)
        shutil.rmtree(home)
    return pl.read_parquet(path)


def _fitted(names: list[str], facts: pl.DataFrame, trees: int, depth: int) -> bytes:
    chance = np.random.default_rng(SEED)
    rows = vectors(facts, names)
    points = facts["rules_suspicion"].to_numpy() + chance.normal(scale=15, size=facts.height)
    xgb = xgboost()
    matrix = xgb.DMatrix(rows, label=points > np.quantile(points, 0.9), feature_names=names)
    settings = {"max_depth": depth, "eta": 0.05, "objective": "binary:logistic", "nthread": 2}
    fitted = xgb.train(settings, matrix, num_boost_round=trees)
    margins = fitted.predict(matrix, output_margin=True)
    line = [
        (float(margins.min()) - 1, 0.0),
        (float(np.quantile(margins, 1 - REVIEWED)), 0.5),
        (float(np.quantile(margins, 1 - FLAGGED)), 0.8),
        (float(margins.max()) + 1, 1.0),
    ]
    fitted.set_attr(**{CALIBRATION: json.dumps(line)})
    return bytes(fitted.save_raw("ubj"))
