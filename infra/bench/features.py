"""What each feature costs, what it weighs, how steady it is over platforms: infra/features.yaml.

    make bench NAME=features DATA=<home>

DATA is the home of a lake with decisions, such as `make demo` leaves in var/demo.

- cost_us: CPU microseconds a row of a listing's feature, its expression alone over the facts of
  ROWS listings (50,000; those of the lake as many times over as it takes). Features take turns,
  ROUNDS times (7); the least counts. Of a seller's feature it is the aggregate over the rows of
  its inputs, for each of those rows, less what counting them takes.
- importance: share of the gain of trees that learn from all features and all labelled listings by
  the parameters of our own model, mean of SEEDS (5). The champion's own gain would tell nothing of
  the features that it was not given.
- psi: population stability index of each platform that has sellers enough against all others
  together, in the bins of all, as models are watched by; mean over platforms.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import yaml

from conf.model import model
from conf.site import Site, site
from infra.feature_figures import PATH, Figure, Measured
from jobs import catalogue
from jobs.facts import join_facts
from jobs.features.seller_features import KEYS, inputs_of
from jobs.reader import Lake
from ml import drift, examples, frame
from ml.fitting import fit

ROWS = int(os.environ.get("ROWS", "50000"))
ROUNDS = int(os.environ.get("ROUNDS", "7"))
SEEDS = int(os.environ.get("SEEDS", "5"))
MODEL = "counterfeit"
TOGETHER, TOGETHER_OF_SELLER = "all in one pass", "all of a seller in one pass"
TABLES = ("listings", "listing_matches", "sellers", "seller_features")
HEAD = """\
# What each feature costs, weighs and how steady it is, for docs/features.md. Written by
# `make bench NAME=features DATA=<home>`, which says what the figures are; then `make docs`.
"""


def main() -> None:
    """Measure, write the figures, and print as JSON what all features take in one pass."""
    where: Site = msgspec.structs.replace(site("local"), home=Path(sys.argv[1]).resolve())
    lake = Lake(where.lake)
    facts = join_facts(*(lake.frame(name) for name in TABLES))
    names = sorted(catalogue.catalogue())
    labelled = examples.read(where, of_all(names), frame.versions(where))
    costs = costs_us(facts, [one.name for one in catalogue.row_features()]) | group_costs_us(facts)
    gains = importance(labelled, names)
    indexes, platforms = psi(facts, names)
    figures = {name: Figure(gains[name], indexes[name], costs.get(name)) for name in names}
    day = datetime.now(UTC).date()
    found = Measured(day, facts.height, len(labelled), tuple(platforms), figures)
    PATH.write_text(as_yaml(found), encoding="utf-8")
    together = {
        "all_features_of_a_listing_us": costs[TOGETHER],
        "all_features_of_a_seller_us": costs[TOGETHER_OF_SELLER],
    }
    print(json.dumps({"bench": "features", "figures": together}))


def of_all(names: Sequence[str]) -> Any:
    """Give our own model's configuration with all features."""
    return msgspec.structs.replace(model(MODEL), features=tuple(names))


def costs_us(facts: pl.DataFrame, names: Sequence[str]) -> dict[str, float]:
    """Give the least CPU microseconds a row of each feature alone, and of all in one pass."""
    times = -(-ROWS // facts.height)
    rows = pl.concat([facts.select(catalogue.fact_columns(names))] * times).head(ROWS).rechunk()
    made = {name: catalogue.expressions([name]) for name in names}
    made[TOGETHER] = catalogue.expressions(names)
    least = dict.fromkeys(made, float("inf"))
    for _ in range(ROUNDS):
        for name, expressions in made.items():
            begun = time.process_time()
            rows.lazy().select(expressions).collect()
            least[name] = min(least[name], time.process_time() - begun)
    return {name: 1e6 * spent / rows.height for name, spent in least.items()}


def group_costs_us(facts: pl.DataFrame) -> dict[str, float]:
    """Give the same of each aggregate alone, and of all in one pass, a row of its inputs."""
    rows = inputs_of(facts.unique("listing_key")).sort(KEYS)
    copies = [
        rows.with_columns(pl.format("{}:{}", pl.lit(at), "seller_key").alias("seller_key"))
        for at in range(-(-ROWS // rows.height))
    ]
    rows = pl.concat(copies).with_columns(pl.col(pl.Float32).cast(pl.Float64)).rechunk()
    names = [one.name for one in catalogue.group_features()]
    made = {name: [one] for name, one in zip(names, catalogue.aggregates(), strict=True)}
    made |= {TOGETHER_OF_SELLER: catalogue.aggregates(), "": [pl.len()]}
    least = dict.fromkeys(made, float("inf"))
    for _ in range(ROUNDS):
        for name, aggregates in made.items():
            begun = time.process_time()
            rows.lazy().group_by("seller_key").agg(aggregates).collect()
            least[name] = min(least[name], time.process_time() - begun)
    counting = least.pop("")
    return {name: 1e6 * max(0.0, one - counting) / rows.height for name, one in least.items()}


def importance(labelled: examples.Examples, names: Sequence[str]) -> dict[str, float]:
    """Give each feature's share of the gain of trees over all of them."""
    asked = of_all(names)
    gains = np.zeros(len(names))
    for seed in range(SEEDS):
        trees = fit(msgspec.structs.replace(asked, seed=seed), labelled)
        gained = trees.get_score(importance_type="total_gain")
        found = np.array([gained.get(name, 0.0) for name in names])
        gains += found / found.sum()
    return dict(zip(names, (gains / SEEDS).tolist(), strict=True))


def psi(facts: pl.DataFrame, names: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Give the mean index of each feature, and the platforms that it is the mean of."""
    vectors = catalogue.vectors(facts, names)
    sellers = facts["seller_key"].fill_null(facts["listing_key"]).to_numpy()
    platforms = facts["platform"].to_numpy()
    seen = drift.Frame(tuple(names), vectors, np.zeros(len(vectors)), platforms, sellers)
    known = drift.reference(seen, prevalence=0.0)
    found = []
    compared = [name for name in known.shapes if name != drift.EVERY]
    for platform in compared:
        others = drift.shapes(seen.only(platforms != platform), known.edges)[drift.EVERY].features
        own = known.shapes[platform].features
        found.append([drift.psi(others[name], own[name]) for name in names])
    return dict(zip(names, np.mean(found, axis=0).tolist(), strict=True)), compared


def as_yaml(found: Measured) -> str:
    """Give the file, a feature a line."""
    told = msgspec.to_builtins(found)
    figures = told.pop("figures")
    lines = [f"  {name}: {_flow(figure)}\n" for name, figure in figures.items()]
    return f"{HEAD}{yaml.safe_dump(told, sort_keys=False)}figures:\n{''.join(lines)}"


def _flow(figure: dict[str, float | None]) -> str:
    known = {name: float(f"{value:.3g}") for name, value in figure.items() if value is not None}
    return yaml.safe_dump(known, default_flow_style=True, sort_keys=False, width=1000).strip()


if __name__ == "__main__":
    main()
