"""What scores best while people have decided little: rules, champion's make, robust, cold start.

    make bench NAME=few_labels DATA="<home> [<home> ...]"

Each DATA is the home of a lake with decisions of several platforms, such as `make demo` leaves in
var/demo. Each platform is held out in turn; of the others so many labels are kept as a column says,
whole sellers drawn at random, DRAWS times (6). Counted are AUC, the mean of platforms, and average
precision at the model's base rate; both as the mean of draws and homes.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from conf.model import model
from conf.site import site
from ml import figures, frame
from ml.examples import Examples, examples
from ml.fitting import by_platform, fit, margins
from ml.from_rules import from_rules
from ml.judgement import mean_auc
from ml.trees import Trees

MODELS = ("counterfeit", "robust", "cold_start")
LABELS = (40, 75, 150, 300, None)  # None: all there are
DRAWS = int(os.environ.get("DRAWS", "6"))
RULES, UNTAUGHT = "rules", "cold_start, no label"
Figures = dict[tuple[str, int | None], list[tuple[float, float]]]


def main() -> None:
    """Print a table, and one line of JSON last."""
    found: Figures = {}
    for home in sys.argv[1:]:
        _measure(Path(home).resolve(), found)
    means = {key: np.mean(values, axis=0) for key, values in found.items()}
    table = Table("scores by", *(str(count or "all") for count in LABELS))
    for name in (RULES, UNTAUGHT, *MODELS):
        cells = [means[key if key in means else (name, 0)] for key in product([name], LABELS)]
        table.add_row(name, *(f"{auc:.3f} / {ap:.3f}" for auc, ap in cells))
    Console(width=110).print(table)
    told = {
        f"{name} {count or 'all'}": one.round(4).tolist() for (name, count), one in means.items()
    }
    print(json.dumps({"bench": "few_labels", "auc_and_ap": told, "simulated": True}))


def _measure(home: Path, found: Figures) -> None:
    where = msgspec.structs.replace(site("local"), home=home)
    rows = frame.rows_at(where, frame.versions(where))
    known = {name: examples(model(name), rows) for name in MODELS}
    first = known[MODELS[0]]
    cold = model("cold_start")
    untaught = from_rules(cold.features, Trees.signs(cold.features, cold.monotone), cold.seed)
    plain = {RULES: first.by_rules, UNTAUGHT: margins(untaught, known["cold_start"].vectors)}
    for name, scores in plain.items():
        found.setdefault((name, 0), []).append(_figures(scores, first))
    for name, count in product(MODELS, LABELS):
        for draw in range(DRAWS if count else 1):
            scores = _held_out(name, known[name], count, draw)
            found.setdefault((name, count), []).append(_figures(scores, known[name]))


def _held_out(name: str, given: Examples, count: int | None, draw: int) -> np.ndarray:
    """Give the log-odds of each platform by what so many labels of the others teach."""
    scores, rng = np.full(len(given), np.nan), np.random.default_rng(draw)
    for _, held_out in by_platform(given):
        rest = given.apart_from(held_out)
        some = rest if count is None else rest.only(_drawn(rest, count, rng))
        scores[held_out] = margins(fit(model(name), some), given.vectors[held_out])
    return scores


def _drawn(given: Examples, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw whole sellers until there are so many labels."""
    order = {seller: at for at, seller in enumerate(rng.permutation(np.unique(given.sellers)))}
    by_seller = np.argsort([order[seller] for seller in given.sellers], kind="stable")
    return np.sort(by_seller[:count])


def _figures(scores: np.ndarray, given: Examples) -> tuple[float, float]:
    at = ~np.isnan(scores) & (given.population > 0)
    own = given.only(at)
    based = figures.rebased(own.labels, own.population, model(MODELS[0]).base_rate)
    ap = figures.average_precision(scores[at], own.labels, based)
    return mean_auc(scores[at], own, own.population), ap


if __name__ == "__main__":
    main()
