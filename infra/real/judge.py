"""What the scores are worth on real listings, with whole sources held out.

    python -m infra.real.judge DATA [--home HOME] [--json]

Reads the cleaned listings of the lake under HOME (`infra.demo_real` makes it) and the labels of
DATA. Nothing is tuned here: features, parameters and seed are those of conf/models, the rules those
of jobs/score. docs/measured.md says how the sides are divided, and why.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from conf.errors import ConfError, CountermarkError
from conf.model import model
from conf.site import site
from infra.real import examples, printed
from infra.real.catalogue import catalogue
from infra.real.data import labels
from infra.real.figures import ROUNDS, Figures, Floats, figures
from jobs.reader import Lake
from jobs.score import _rules
from ml.fitting import margins, unfitted

# By source, both labels on both sides; the reverse is the second direction.
ONE_SIDE = (
    "tetramatrix",
    "szwego_watches",
    "flipkart_20k",
    "flipkart_5k",
    "amazon_uk_toys",
    "myntra",
)
OTHER_SIDE = ("kallin", "waschdachs", "adidas_nike", "wish")

CONTROL = "only what is missing"
Indices = npt.NDArray[np.intp]


class Row(msgspec.Struct, frozen=True):
    """The figures of one way to score, on one part of one test."""

    test: str
    part: str
    by: str
    figures: Figures


class Sides(msgspec.Struct, frozen=True):
    """What is learned from, and what is judged."""

    name: str
    train: pl.DataFrame
    test: pl.DataFrame


def main(arguments: Sequence[str]) -> int:
    """Judge and print; 1 if the data or the lake is not there."""
    parser = argparse.ArgumentParser(prog="python -m infra.real.judge", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with listings/")
    parser.add_argument("--home", type=Path, help="home of the lake; COUNTERMARK_HOME if not given")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, last")
    given = parser.parse_args(arguments)
    try:
        lake = Lake((given.home or site().home).resolve() / "lake")
        facts = read(lake, given.data)
        rows = list(judge(facts))
        printed.write(facts, rows, sys.stdout, as_json=given.json)
    except CountermarkError as error:
        sys.stderr.write(f"judge: {error}\n")
        return 1
    return 0


def read(lake: Lake, data: Path) -> pl.DataFrame:
    """Give the labelled listings of the lake that claim a brand of the price list.

    Raises:
        ConfError: the lake holds none of them.

    """
    known = labels(data)
    judged = pl.col("listing_key").is_in(known["listing_key"].to_list())
    listings = lake.frame("listings", where=judged)
    facts = examples.claims(listings, catalogue(data), known)
    if not facts.height:
        raise ConfError(
            f"{lake.root} holds no listing of {data}; run `make demo-real DATA={data}` first"
        )
    return facts.sort("listing_key")


def judge(facts: pl.DataFrame) -> Iterator[Row]:
    """Give the figures of every test: both directions, pairs left out, and a random split."""
    for name, train, test in (
        ("direction 1", ONE_SIDE, OTHER_SIDE),
        ("direction 2", OTHER_SIDE, ONE_SIDE),
    ):
        yield from _direction(facts, name, train, test)
    yield from _pairs(facts)
    yield from _random(facts)


def _direction(
    facts: pl.DataFrame, name: str, train: Sequence[str], test: Sequence[str]
) -> Iterator[Row]:
    own, other = _side(facts, train), _side(facts, test)
    if not (_has_both(own) and _has_both(other)):
        return
    for known, sides in _with_and_without(own, other):
        yield from _scored(Sides(f"{name}, {known}", *sides))


def _with_and_without(
    own: pl.DataFrame, other: pl.DataFrame
) -> Iterator[tuple[str, tuple[pl.DataFrame, pl.DataFrame]]]:
    """Give both sides priced by their own markets, and both by the learned side's market alone.

    The same listings are learned from and judged in both: half of each brand's genuine listings
    only ever give prices.
    """
    own_gives, other_gives = examples.halves(own), examples.halves(other)
    own_prices = examples.prices(own.filter(own_gives))
    other_prices = examples.prices(other.filter(other_gives))
    train = examples.priced(own.filter(~own_gives), own_prices)
    judged = other.filter(~other_gives)
    yield "with references", (train, examples.priced(judged, other_prices))
    yield "without", (train, examples.priced(judged, own_prices))


def _scored(sides: Sides) -> Iterator[Row]:
    """Give the figures of every way to score on every part of the test."""
    scores = _scores(sides) | {CONTROL: learned(sides, is_control=True)}
    for part, kept in _parts(sides.test):
        yield from _rows(sides, part, scores, np.flatnonzero(kept.to_numpy()), ROUNDS)


def _rows(
    sides: Sides, part: str, scores: dict[str, Floats], at: Indices, rounds: int
) -> Iterator[Row]:
    known = sides.test["label"].to_numpy().astype(np.float64)[at]
    clusters = examples.clusters(sides.test)[at]
    for by, values in scores.items():
        found = figures(values[at], known, clusters, rounds)
        if found is not None:
            yield Row(sides.name, part, by, found)


def _scores(sides: Sides) -> dict[str, Floats]:
    ratio = sides.test["price_to_reference"].fill_null(1.0).to_numpy().astype(np.float64)
    points = examples.vectors(sides.test, _rules.FEATURES)
    columns = {name: points[:, at] for at, name in enumerate(_rules.FEATURES)}
    return {
        "price alone": -ratio,
        "rules": np.asarray(_rules.suspicion(columns), dtype=np.float64),
        "XGBoost": learned(sides, is_control=False),
    }


def learned(sides: Sides, *, is_control: bool) -> Floats:
    """Give the log-odds of the test by trees of the training side.

    The control learns from nothing but which features are missing: if it can tell the labels, so
    can the model, for the wrong reason.
    """
    conf, names = model(examples.MODEL), examples.feature_names()
    train, test = (examples.vectors(one, names) for one in (sides.train, sides.test))
    if is_control:
        train, test = (np.isnan(one).astype(np.float32) for one in (train, test))
    target = sides.train["label"].to_numpy().astype(np.float64)
    monotone = {} if is_control else conf.monotone
    trees = unfitted(conf).fit(
        train, target, examples.balanced(sides.train), names, monotone, conf.seed
    )
    return np.asarray(margins(trees, test), dtype=np.float64)


def _parts(test: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    """Give the parts of a test that figures are told of apart."""
    is_positive = pl.col("label") == 1
    both = test.select(
        (is_positive.any() & (~is_positive).any()).over("brand").alias("both")
    ).to_series()
    yield "all brands", pl.Series([True] * test.height)
    yield "brands with both labels", both
    for name, code in (("English", "en"), ("Chinese", "zh")):
        spoken = (pl.col("language") == code) | ~is_positive
        yield f"counterfeits in {name}", test.select(spoken.fill_null(value=False)).to_series()


def _pairs(facts: pl.DataFrame) -> Iterator[Row]:
    """Leave each pair of a replica and a genuine source out, and learn from all the others."""
    origins = facts.group_by("origin").agg(pl.col("label").max()).sort("origin")
    bad = origins.filter(pl.col("label") == 1)["origin"].to_list()
    good = origins.filter(pl.col("label") == 0)["origin"].to_list()
    for pair in product(bad, good):
        own, other = facts.filter(~pl.col("origin").is_in(pair)), _side(facts, pair)
        if _has_both(own) and _has_both(other):
            (_, priced), _ = _with_and_without(own, other)
            sides = Sides(printed.PAIRS, *priced)
            everything = np.arange(sides.test.height)
            yield from _rows(sides, " | ".join(pair), _scores(sides), everything, 0)


def _random(facts: pl.DataFrame) -> Iterator[Row]:
    """Split at random: the figure that flatters, told so that nobody takes it for the others."""
    gives = examples.halves(facts)
    kept = examples.priced(facts.filter(~gives), examples.prices(facts.filter(gives)))
    held = np.random.default_rng(7).random(kept.height) < 0.2  # noqa: PLR2004 - a fifth
    sides = Sides("random split (a warning)", kept.filter(~held), kept.filter(held))
    if _has_both(sides.train) and _has_both(sides.test):
        yield from (row for row in _scored(sides) if row.part == "all brands")


def _side(facts: pl.DataFrame, sources: Sequence[str]) -> pl.DataFrame:
    return facts.filter(pl.col("origin").is_in(sources))


def _has_both(facts: pl.DataFrame) -> bool:
    return facts["label"].n_unique() > 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
