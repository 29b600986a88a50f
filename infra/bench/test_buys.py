"""What 200 chosen test buys teach a model about marketplaces that it never saw, beside random ones.

    python infra/bench/test_buys.py DATA [SEEDS]

DATA is a folder of real listings, read and divided as infra/bench/listings.py does, with
references. A model learns from some sources; others are new to it. Half of the new ones, whole
sellers and whole titles, is offered to be bought, 50 at a time with training in between; the other
half is never chosen from and judges: average precision at a base rate of 6.6 %. The choosing is
that of `countermark model queue` (ml/choosing.py), the trees are ours.

The choice was settled on direction 2 (new: tetramatrix, szwego_watches and four shops). What counts
is `pairs`: a replica source that was not new there with a genuine one, learned from all the others,
SEEDS (2) divisions of each. Both directions have 5 * SEEDS divisions.

What the model sees are our features and, as those that real sources can show are few, COMPONENTS of
the words (n-grams of characters, decomposed without labels).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from conf.model import model
from infra.bench import listings_rows
from infra.bench.listings import ONE_SIDE, OTHER_SIDE
from infra.bench.listings_figures import Ranking
from infra.bench.listings_scores import names
from infra.bench.listings_sides import balanced, of
from infra.bench.listings_sides import sides as divided
from jobs import catalogue
from jobs.score._scorer import xgboost
from ml import choosing
from ml.choosing import Alike, Candidates
from ml.cold_start import PRICE
from ml.fitting import margins, unfitted

BUYS, AT_ONCE = 200, 50
RANDOM_SHARE = 0.1
COMPONENTS = 48
NOTHING = np.array([], dtype=int)
TARGETS = {"gain": ">= 0.05"}
# Measured before on other data, mean of 3 divisions.
BASELINES = {"random": 0.831, "top": 0.801, "uncertain": 0.869, "choice": 0.877}
DIRECTIONS = {
    "direction 2, settled on": (OTHER_SIDE, ONE_SIDE),
    "direction 1": (ONE_SIDE, OTHER_SIDE),
}
REPLICAS = ("kallin", "waschdachs")
GENUINE = ("adidas_nike", "amazon_uk_toys", "flipkart_20k", "myntra")
LEAST_NEW = 3 * BUYS  # listings of a new side: half are offered, and choosing needs a choice

Way = Callable[["Trial", Any, np.ndarray, np.random.Generator], np.ndarray]


class Sides(msgspec.Struct, frozen=True):
    """What is learned from, what is new, and what the model sees of either."""

    own: pl.DataFrame
    new: pl.DataFrame
    names: tuple[str, ...]
    own_vectors: np.ndarray
    new_vectors: np.ndarray


class Trial:
    """One division of the new side, and the trees of what has been bought of it."""

    def __init__(self, sides: Sides, seed: int) -> None:
        """Divide by seller, where none is known by title."""
        self.sides, self.conf = sides, model("counterfeit")
        named = sides.new.select(pl.coalesce("seller_key", "title_folded", pl.lit("")))
        _, self.groups = np.unique(named.to_series().to_numpy().astype(str), return_inverse=True)
        is_offered = np.random.default_rng(seed).random(self.groups.max() + 1) < 0.5  # noqa: PLR2004 - half
        self.offered = np.flatnonzero(is_offered[self.groups])
        self.held = np.flatnonzero(~is_offered[self.groups])
        self.labels = sides.new["label"].to_numpy().astype(np.float64)
        self.worth = sides.new["reference_usd"].fill_null(0.0).to_numpy()

    def fit(self, bought: np.ndarray) -> Any:
        """Give trees of the known side and what was bought, sources and labels in balance."""
        sides = self.sides
        target = np.r_[sides.own["label"].to_numpy().astype(np.float64), self.labels[bought]]
        origins = [*sides.own["origin"], *["bought"] * len(bought)]
        weights = balanced(pl.DataFrame({"origin": origins, "label": target.astype(int)}))
        vectors = np.concatenate([sides.own_vectors, sides.new_vectors[bought]])
        return unfitted(self.conf).fit(
            vectors, target, weights, sides.names, {**self.conf.monotone, PRICE: 1}, self.conf.seed
        )

    def chances(self, trees: Any, at: np.ndarray) -> np.ndarray:
        """Give the chances that trees tell of some of the new side."""
        return np.asarray(1 / (1 + np.exp(-margins(trees, self.sides.new_vectors[at]))))

    def codes(self, trees: Any, at: np.ndarray) -> np.ndarray:
        """Give the leaves that some of the new side fall into."""
        rows = xgboost().DMatrix(self.sides.new_vectors[at], feature_names=list(self.sides.names))
        return np.asarray(trees.predict(rows, pred_leaf=True))

    def judged(self, trees: Any) -> float:
        """Give average precision on what is never chosen from."""
        ranking = Ranking(self.chances(trees, self.held), self.labels[self.held])
        return ranking.figures(np.ones(len(self.held)))[1]

    def run(self, way: Way, untaught: Any, seed: int) -> tuple[float, int]:
        """Buy in one way: average precision after, and the counterfeits among what was bought."""
        bought, trees, rng = NOTHING, untaught, np.random.default_rng(seed)
        for _ in range(BUYS // AT_ONCE):
            left = np.setdiff1d(self.offered, bought)
            bought = np.r_[bought, left[way(self, trees, left, rng)]]
            trees = self.fit(bought)
        return self.judged(trees), int(self.labels[bought].sum())


def at_random(_: Trial, __: Any, left: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose by chance."""
    return rng.choice(len(left), AT_ONCE, replace=False)


def at_top(trial: Trial, trees: Any, left: np.ndarray, _: np.random.Generator) -> np.ndarray:
    """Choose the most suspect."""
    return np.argsort(-trial.chances(trees, left), kind="stable")[:AT_ONCE]


def uncertain(trial: Trial, trees: Any, left: np.ndarray, _: np.random.Generator) -> np.ndarray:
    """Choose the most doubtful, alike or not."""
    doubt = choosing.uncertainty(trial.chances(trees, left))
    return np.argsort(-doubt, kind="stable")[:AT_ONCE]


def chosen(
    trial: Trial, trees: Any, left: np.ndarray, rng: np.random.Generator, share: float = 0.0
) -> np.ndarray:
    """Choose as `countermark model queue` does."""
    chances = trial.chances(trees, left)
    candidates = Candidates(
        chances,
        choosing.at_stake(chances, trial.worth[left]),
        lambda at: Alike(trial.codes(trees, left[at]), (trial.groups[left[at]],)),
    )
    return choosing.picks(candidates, AT_ONCE, share, rng).at


WAYS: dict[str, Way] = {
    "random": at_random,
    "top": at_top,
    "uncertain": uncertain,
    "choice": chosen,
    "choice_and_random": partial(chosen, share=RANDOM_SHARE),
}


def sides(known: pl.DataFrame, own: Collection[str], new: Collection[str]) -> Sides:
    """Give two sides, each priced by half of its own genuine listings, which are then left out."""
    both = divided(of(known, sorted(own)), of(known, sorted(new)), has_references=True)
    words = _words(pl.concat([one.select(_TEXT) for one in (both.train, both.test)]))
    parts = np.split(words, [both.train.height])
    own_vectors, new_vectors = (
        np.column_stack([catalogue.vectors(one, names()), one[PRICE].to_numpy(), some])
        for one, some in zip((both.train, both.test), parts, strict=True)
    )
    seen = (*names(), PRICE, *[f"words_{at}" for at in range(COMPONENTS)])
    return Sides(both.train, both.test, seen, own_vectors, new_vectors)


_TEXT = pl.concat_str(
    pl.col("title_folded").fill_null(""),
    pl.col("description_folded").fill_null("").str.slice(0, 200),
    separator=" ",
).alias("text")


def _words(texts: pl.DataFrame) -> np.ndarray:
    """Give what the words of each text are, in few numbers; no label is looked at."""
    grams = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), max_features=60_000, sublinear_tf=True, min_df=3
    ).fit_transform(texts["text"].to_list())
    reduced = TruncatedSVD(COMPONENTS, random_state=0).fit_transform(grams)
    return np.asarray(reduced, dtype=np.float32)


def measured(many: Iterable[Sides], seeds: int) -> dict[str, Any]:
    """Buy in every way in every division; means, and gains over random with their intervals."""
    found: dict[str, list[tuple[float, int]]] = {way: [] for way in WAYS}
    before = []
    for both in many:
        untaught = Trial(both, 0).fit(NOTHING)
        for seed in range(seeds):
            trial = Trial(both, seed)
            before.append(trial.judged(untaught))
            for way, choose in WAYS.items():
                found[way].append(trial.run(choose, untaught, 1000 + seed))
            newest = {way: round(runs[-1][0], 3) for way, runs in found.items()}
            sys.stderr.write(f"{newest}\n")
    told: dict[str, Any] = {"divisions": len(before), "before": _mean(before)}
    lots = np.array([one[0] for one in found["random"]])
    for way, runs in found.items():
        precision = np.array([one[0] for one in runs])
        fakes = round(float(np.mean([one[1] for one in runs])), 1)
        told[way] = {"ap": _mean(precision), "fakes": fakes}
        if way != "random":
            told[way] |= {"gain": _mean(precision - lots), "interval": _interval(precision - lots)}
    return told


def _mean(values: Any) -> float:
    return round(float(np.mean(values)), 3)


def _interval(gains: np.ndarray) -> list[float]:
    """Give the interval of 95 % of the mean, by drawing divisions again."""
    rng = np.random.default_rng(7)
    means = rng.choice(gains, (2000, len(gains))).mean(axis=1)
    return [round(float(one), 3) for one in np.quantile(means, [0.025, 0.975])]


def main() -> None:
    """Measure; figures as JSON, last."""
    if len(sys.argv) < 2:  # noqa: PLR2004 - the data
        sys.exit("usage: python infra/bench/test_buys.py DATA [SEEDS]")
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 2  # noqa: PLR2004 - SEEDS
    known = listings_rows.read(Path(sys.argv[1])).filter(pl.col("claim") == "claim")
    figures: dict[str, Any] = {}
    for name, many, each in tests(known, seeds):
        figures[name] = measured(many, each)
        _tell(name, figures[name])
    told = {"gain": figures["pairs"]["choice"]["gain"], **figures, "baselines": BASELINES}
    sys.stdout.write(json.dumps({"bench": "test_buys", "figures": told, "targets": TARGETS}) + "\n")


def tests(known: pl.DataFrame, seeds: int) -> Iterator[tuple[str, Iterable[Sides], int]]:
    """Give each test: its name, what is known and what new, and divisions of each."""
    every = set(known["origin"].to_list())
    pairs = list(product(REPLICAS, GENUINE))
    divisions = (sides(known, every - {*pair}, pair) for pair in pairs)
    yield "pairs", (one for one in divisions if one.new.height >= LEAST_NEW), seeds
    for name, (own, new) in DIRECTIONS.items():
        yield name, [sides(known, own, new)], 5 * seeds


def _tell(name: str, told: dict[str, Any]) -> None:
    sys.stdout.write(f"\n{name}: before {told['before']:.3f}, {told['divisions']} divisions\n")
    for way in WAYS:
        one = told[way]
        gain = f"{one['gain']:+.3f} {one['interval']}" if "gain" in one else ""
        sys.stdout.write(f"  {way:<18} AP {one['ap']:.3f}  fakes {one['fakes']:5.1f}  {gain}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
