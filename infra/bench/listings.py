"""Counterfeits among real listings: how well scores carry to whole sources never learned from.

    python infra/bench/listings.py DATA

DATA is a folder of listings in one form, a gzip JSON-lines file a source, with a label by source (1
a replica offer, 0 genuine). Counted are listings that claim a brand of real_brands.yaml in title or
description, and of these, in the figures to reach, the brands that both labels of the judged side
have. Direction 1 learns from one group of sources and is judged on the other; direction 2 is the
reverse. With references, half of each brand's genuine listings of the judged side tell what it
costs there and are never scored; without, prices of the other side do, and the judged listings
themselves, unlabelled.

Nothing is tuned here. Average precision is at 6.6 % counterfeits. The random split is a warning:
its figures look best and mean least.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import msgspec
import numpy as np
import polars as pl

from conf.errors import CountermarkError
from infra.bench import listings_rows, listings_scores
from infra.bench.listings_figures import BASE_RATE, ROUNDS, Figures, figures
from infra.bench.listings_scores import CONTROL, LEARNED, OURS, PRICE_RULE, UNLEARNED
from infra.bench.listings_sides import (
    IS_GENUINE,
    Sides,
    clusters,
    halves,
    in_both,
    left_out,
    of,
    sides,
)
from jobs.market import Known, learned, priced
from ml.cold_start import log_odds

ONE_SIDE = (
    "tetramatrix",
    "szwego_watches",
    "flipkart_20k",
    "flipkart_5k",
    "amazon_uk_toys",
    "myntra",
)
OTHER_SIDE = ("kallin", "waschdachs", "adidas_nike", "wish")
DIRECTIONS = {"direction 1": (ONE_SIDE, OTHER_SIDE), "direction 2": (OTHER_SIDE, ONE_SIDE)}
WITH, WITHOUT = "with references", "without references"
COUNTED, EVERY = "brands of both labels", "all brands"
PRICED = f"{COUNTED}, priced listings alone"
PAIRS, RANDOM, OTHERS = "one pair left out", "random split", "no brand of the list"
# Means of both directions, of ours, on the brands of both labels.
TARGETS = {
    f"{WITH}, AUC": ">= .92",
    f"{WITH}, AP": ">= .60",
    f"{WITHOUT}, AUC": ">= .85",
    f"{WITHOUT}, AP": ">= .45",
}


class Row(msgspec.Struct, frozen=True):
    """The figures of one way to score, on one part of one test."""

    test: str
    part: str
    by: str
    figures: Figures


def main(arguments: Sequence[str]) -> int:
    """Judge and print, JSON last; 1 if the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of *.jsonl.gz")
    given = parser.parse_args(arguments)
    try:
        facts = listings_rows.read(given.data)
    except CountermarkError as error:
        sys.stderr.write(f"listings: {error}\n")
        return 1
    rows = list(judged(facts))
    _print_sources(facts)
    _print_rows(rows)
    shown = {
        f"{row.test} | {row.part} | {row.by}": [
            round(one.value, 3) for one in (row.figures.auc, row.figures.ap)
        ]
        for row in rows
        if not row.test.startswith(PAIRS)
    }
    content = {"bench": "listings", "figures": shown | means(rows), "targets": TARGETS}
    sys.stdout.write(json.dumps(content) + "\n")
    return 0


def judged(facts: pl.DataFrame) -> Iterator[Row]:
    """Give the figures of every test."""
    claims = facts.filter(pl.col("claim") == "claim")
    for name, (own, other) in DIRECTIONS.items():
        mine, theirs = of(claims, own), of(claims, other)
        if _has_both(mine) and _has_both(theirs):
            yield from _direction(name, mine, theirs)
            yield from _others(name, of(facts, other))
    yield from _pairs(claims)
    yield from _random(claims)


def means(rows: Sequence[Row]) -> dict[str, float]:
    """Give what is to be reached: the mean of both directions, of ours, on the counted rows."""
    found = {}
    for known in (WITH, WITHOUT):
        mine = [
            row.figures
            for row in rows
            if row.test.endswith(f", {known}") and (row.part, row.by) == (COUNTED, OURS)
        ]
        if len(mine) == len(DIRECTIONS):
            found[f"{known}, AUC"] = round(float(np.mean([one.auc.value for one in mine])), 3)
            found[f"{known}, AP"] = round(float(np.mean([one.ap.value for one in mine])), 3)
    return found


def _direction(name: str, own: pl.DataFrame, other: pl.DataFrame) -> Iterator[Row]:
    for known in (WITH, WITHOUT):
        has = known == WITH
        scores = listings_scores.ours(own, other, has_references=has)
        scores |= listings_scores.baselines(own, other, has_references=has)
        test = other.filter(~halves(other))
        for part, kept in parts(test).items():
            yield from rated(f"{name}, {known}", part, test, scores, kept)


def parts(test: pl.DataFrame) -> dict[str, np.ndarray]:
    """Give the parts that figures are told of: those that count, all, and by language.

    A language is that of the counterfeits; they are ranked among all genuine listings.
    """
    both, is_priced = (
        in_both(test),
        test.select(pl.col("price_usd") > 0).to_series().fill_null(value=False),
    )
    found = {COUNTED: both, PRICED: both & is_priced.to_numpy()}
    found[EVERY] = np.ones(test.height, dtype=bool)
    for name, code in (("English", "en"), ("Chinese", "zh")):
        spoken = (pl.col("language") == code).fill_null(value=False) | IS_GENUINE
        found[f"counterfeits in {name}"] = test.select(spoken).to_series().to_numpy()
    return found


def rated(
    name: str,
    part: str,
    test: pl.DataFrame,
    scores: Mapping[str, np.ndarray],
    kept: np.ndarray,
    rounds: int = ROUNDS,
) -> Iterator[Row]:
    """Give the figures of every way to score, where both labels have enough."""
    labels, groups = test["label"].to_numpy().astype(np.float64)[kept], clusters(test)[kept]
    for by, values in scores.items():
        found = figures(values[kept], labels, groups, rounds)
        if found is not None:
            yield Row(name, part, by, found)


def _others(name: str, facts: pl.DataFrame) -> Iterator[Row]:
    """Score by words alone what names no brand of the list: such listings have no price to tell."""
    rest = facts.filter(pl.col("brand").is_null())
    test = priced(rest, Known(((learned(rest.head(0)), 0.0),)))
    every = np.ones(test.height, dtype=bool)
    yield from rated(name, OTHERS, test, {OURS: log_odds(test)}, every)


def _pairs(facts: pl.DataFrame) -> Iterator[Row]:
    """Leave each pair of a replica and a genuine source out; the others tell what things cost."""
    for pair, rest, out in left_out(facts):
        for known in (WITH, WITHOUT):
            made = sides(rest, out, has_references=known == WITH)
            ratio = listings_scores.price_rule(rest, out, has_references=known == WITH)
            scores = {UNLEARNED: log_odds(made.test), PRICE_RULE: ratio}
            every = np.ones(made.test.height, dtype=bool)
            yield from rated(f"{PAIRS}, {known}", pair, made.test, scores, every, rounds=0)


def _random(facts: pl.DataFrame) -> Iterator[Row]:
    """Split at random: the figure that flatters."""
    gives = halves(facts)
    kept = priced(facts.filter(~gives), Known(((learned(facts.filter(gives)), 0.0),)))
    held = np.random.default_rng(7).random(kept.height) < 0.2  # noqa: PLR2004 - a fifth
    made = Sides(kept.filter(~held), kept.filter(held))
    if _has_both(made.train) and _has_both(made.test):
        found = listings_scores.fold(made)
        control = listings_scores.learned(made, is_control=True)
        scores = {LEARNED: found.learned, UNLEARNED: found.prior}
        every = np.ones(made.test.height, dtype=bool)
        yield from rated(RANDOM, "a warning", made.test, scores | {CONTROL: control}, every)


def _has_both(facts: pl.DataFrame) -> bool:
    return facts["label"].n_unique() > 1


def _print_sources(facts: pl.DataFrame) -> None:
    is_claim = pl.col("claim") == "claim"
    counts = facts.group_by("origin", "label").agg(
        pl.len(), is_claim.sum().alias("claims"), (is_claim & (pl.col("price_usd") > 0)).sum()
    )
    print(f"{'source':<18}{'label':>6}{'listings':>10}{'claim a brand':>15}{'priced':>8}")
    for origin, label, *told in counts.sort("label", "origin").iter_rows():
        print(f"{origin:<18}{label:>6}{told[0]:>10,}{told[1]:>15,}{told[2]:>8,}")


def _print_rows(rows: Sequence[Row]) -> None:
    """Print the figures; of the pairs, the middle and the ends."""
    last = ""
    for row in (row for row in rows if not row.test.startswith(PAIRS)):
        head = f"{row.test}: {row.part}"
        if head != last:
            one = row.figures
            print(f"\n{head} ({one.counterfeits:,} counterfeit, {one.genuine:,} genuine)")
        last = head
        print(f"  {row.by:<30}{_told(row.figures)}")
    pairs = [row for row in rows if row.test.startswith(PAIRS)]
    for test, by in dict.fromkeys((row.test, row.by) for row in pairs):
        mine = [row.figures for row in pairs if (row.test, row.by) == (test, by)]
        auc, ap = ([getattr(one, name).value for one in mine] for name in ("auc", "ap"))
        print(
            f"\n{test}, {len(mine)} pairs, {by}: AUC {min(auc):.3f} to {max(auc):.3f}, middle "
            f"{median(auc):.3f}; AP middle {median(ap):.3f}"
        )
    print(
        f"\nIntervals of 95 % by seller, or source and brand; AP at {BASE_RATE:.1%} counterfeits."
    )


def _told(one: Figures) -> str:
    auc, ap = one.auc, one.ap
    return (
        f"AUC {auc.value:.3f} [{auc.low:.3f}, {auc.high:.3f}]  "
        f"AP {ap.value:.3f} [{ap.low:.3f}, {ap.high:.3f}]"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
