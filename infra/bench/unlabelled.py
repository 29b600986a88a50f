"""Learning from confirmed counterfeits alone: what bags of the unlabelled save of all labels.

    python infra/bench/unlabelled.py DATA

DATA is the folder of bench listings; whole sources are held out as there, in both directions, and
the judged side is scored by the trees of the features that every source can show. Of the training
side the genuine listings' labels are all hidden, and those of 50, 80 or 95 % of the counterfeits,
drawn at random, three times. Compared are all labels (the ceiling), the unlabelled taken as
genuine, the same with ten seeds averaged (what averaging alone gives), and bags (ml/unlabelled.py);
all weigh both kinds alike, whatever the source. Beside them stands the share of counterfeits that
is concluded, next to the true one.

Two more ways to hide: *as in the field*, counterfeits thinned to 6.6 % of the training side first;
and *chosen*, where what is cheap for its brand is confirmed nine times as often, by known chances.

Prices are set against the half of the genuine listings that is neither learned from nor judged,
which stands for a brand's price list. Nothing is tuned here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from conf.errors import CountermarkError
from conf.model import model
from infra.bench import listings_rows, listings_scores
from infra.bench.listings import COUNTED, DIRECTIONS, EVERY, parts
from infra.bench.listings_figures import BASE_RATE, ROUNDS, Figures, Ranking, figures
from infra.bench.listings_sides import Sides, clusters, halves, of
from jobs.judged import Interval
from jobs.market import APART, Known, learned, priced
from ml.cold_start import PRICE
from ml.fitting import margins, unfitted
from ml.groups import groups
from ml.unlabelled import (
    LEAST_POSITIVES,
    Fit,
    Rows,
    Share,
    bagged,
    confirmed_share,
    even,
    joined,
    share_by_chance,
    trusted,
)

SEEDS = 3
CEILING, NAIVE, BAGS = "all labels known", "unlabelled as genuine", "bags"
AVERAGED, AVERAGED_SEEDS = "unlabelled as genuine, averaged", 10
WEIGHED = "bags, weighed by known chance"
BY_SCORES, BY_CHANCE = "Elkan and Noto", "by known chance"
HIDDEN = {"50 % hidden": 0.5, "80 % hidden": 0.8, "95 % hidden": 0.95}
FIELD, CHOSEN = "80 % hidden, as in the field", "80 % hidden, chosen"
OFTENER = 9.0  # times that what is cheap is confirmed as often as the rest
TARGETS = {
    # Means of both directions, of the counted brands; at 95 % hidden.
    "AUC, bags over unlabelled as genuine": "> 0",
    "share found, distance from the truth": "<= 0.05",
}


class Side(msgspec.Struct, frozen=True):
    """What is learned from and what is judged, as trees take it."""

    vectors: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    test: pl.DataFrame
    test_vectors: np.ndarray

    def only(self, which: np.ndarray) -> Side:
        """Give some of what is learned from."""
        own = (self.vectors[which], self.labels[which], self.groups[which])
        return Side(*own, self.test, self.test_vectors)


class Hidden(msgspec.Struct, frozen=True):
    """A training side of which little is confirmed, and the known chance of each counterfeit."""

    side: Side
    is_confirmed: np.ndarray
    chance: np.ndarray

    @property
    def rows(self) -> Rows:
        """Give what a learner sees."""
        even_weights = np.ones(len(self.is_confirmed))
        return Rows(self.side.vectors, self.is_confirmed, even_weights, self.side.groups)


class Found(msgspec.Struct, frozen=True):
    """What one draw of labels came to."""

    scores: dict[str, np.ndarray]
    truth: float
    confirmed: int
    shares: dict[str, Share]


class Told(msgspec.Struct, frozen=True):
    """The figures of one direction and one way to hide."""

    direction: str
    hiding: str
    confirmed: float
    truth: float
    figures: dict[str, dict[str, list[Figures]]]  # of a part, of a way: one a draw
    gains: dict[str, list[tuple[Interval, Interval]]]  # of a part: bags less naive, AUC and AP
    shares: dict[str, list[Share]]


def main(arguments: Sequence[str]) -> int:
    """Judge and print, JSON last; 1 if the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of *.jsonl.gz")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    given = parser.parse_args(arguments)
    try:
        facts = listings_rows.read(given.data)
    except CountermarkError as error:
        sys.stderr.write(f"unlabelled: {error}\n")
        return 1
    claims = facts.filter(pl.col("claim") == "claim")
    told = []
    for one in judged(claims, given.seeds):
        _print(one)
        told.append(one)
    print(f"\nIntervals of 95 %, means of the draws' ends; AP at {BASE_RATE:.1%} counterfeits.")
    shown = {f"{one.direction} | {one.hiding}": shortly(one) for one in told}
    content = {"bench": "unlabelled", "figures": shown | means(told), "targets": TARGETS}
    sys.stdout.write(json.dumps(content) + "\n")
    return 0


def judged(claims: pl.DataFrame, seeds: int) -> Iterator[Told]:
    """Give the figures of both directions and every way to hide."""
    for name, (own, other) in DIRECTIONS.items():
        mine, theirs = of(claims, own), of(claims, other)
        if mine["label"].n_unique() > 1 and theirs["label"].n_unique() > 1:
            side = prepared(mine, theirs)
            for hiding in (*HIDDEN, FIELD, CHOSEN):
                draws = [found(hidden(side, hiding, seed), seed) for seed in range(seeds)]
                yield told(name, hiding, side, draws)


def prepared(own: pl.DataFrame, other: pl.DataFrame) -> Side:
    """Price both sides by what stands for price lists, and make features and groups."""
    made = divided(own, other)
    shown = pl.concat_str("title_folded", "description_folded", separator=" ", ignore_nulls=True)
    texts = made.train.select(shown).to_series().to_list()
    return Side(
        vectors=listings_scores.vectors(made.train),
        labels=made.train["label"].to_numpy().astype(np.float64),
        groups=joined(clusters(made.train), groups(texts)),
        test=made.test,
        test_vectors=listings_scores.vectors(made.test),
    )


def divided(own: pl.DataFrame, other: pl.DataFrame) -> Sides:
    """Divide as bench listings does with references, but price by no label that is hidden."""
    own_gives, other_gives = halves(own), halves(other)
    here, there = learned(own.filter(own_gives)), learned(other.filter(other_gives))
    known = Known(((there, 0.0), (here, APART)))
    train = priced(own.filter(~own_gives), Known(((here, 0.0),)))
    return Sides(train, priced(other.filter(~other_gives), known))


def hidden(side: Side, hiding: str, seed: int) -> Hidden:
    """Hide all genuine labels and most of the others."""
    rng = np.random.default_rng(seed)
    side = thinned(side, rng) if hiding == FIELD else side
    keeps = 1 - HIDDEN.get(hiding, 0.8)
    chance = chances(side, keeps) if hiding == CHOSEN else np.full(len(side.labels), keeps)
    return Hidden(side, (side.labels > 0) & (rng.random(len(chance)) < chance), chance)


def thinned(side: Side, rng: np.random.Generator) -> Side:
    """Keep so many counterfeits, drawn at random, that they are `BASE_RATE` of what is left."""
    places = np.flatnonzero(side.labels > 0)
    count = round(BASE_RATE / (1 - BASE_RATE) * int((side.labels == 0).sum()))
    which = side.labels == 0
    which[rng.choice(places, min(count, len(places)), replace=False)] = True
    return side.only(which)


def chances(side: Side, keeps: float) -> np.ndarray:
    """Give chances by which cheap counterfeits are confirmed `OFTENER`; their mean is `keeps`."""
    evidence = np.nan_to_num(side.vectors[:, -1])  # PRICE is the last
    is_cheap = evidence > np.median(evidence[side.labels > 0])
    raw = np.where(is_cheap, OFTENER, 1.0)
    return np.asarray(raw * keeps / raw[side.labels > 0].mean())


def found(one: Hidden, seed: int) -> Found:
    """Learn in every way, and conclude how many counterfeits there are."""
    fit, rows = fitted(), one.rows
    bags = bagged(fit, rows, seed)
    confirmed = one.is_confirmed.astype(np.float64)
    naive = [plainly(fit, one.side, confirmed, seed + 100 * at) for at in range(AVERAGED_SEEDS)]
    scores = {
        CEILING: plainly(fit, one.side, one.side.labels, seed),
        NAIVE: naive[0],
        AVERAGED: np.mean(naive, axis=0),
        BAGS: bags.margins(one.side.test_vectors),
    }
    shares = {}
    if int(one.is_confirmed.sum()) >= LEAST_POSITIVES:
        shares[BY_SCORES] = confirmed_share(bags.out_of_bag, rows, seed)
    if np.unique(one.chance[one.side.labels > 0]).size > 1:
        weighed = msgspec.structs.replace(rows, weights=_weights(one))
        scores[WEIGHED] = bagged(fit, weighed, seed).margins(one.side.test_vectors)
        shares[BY_CHANCE] = share_by_chance(one.chance, rows, seed)
    return Found(scores, float(one.side.labels.mean()), int(one.is_confirmed.sum()), shares)


def _weights(one: Hidden) -> np.ndarray:
    """Weigh what is confirmed; of the unlabelled nothing is known."""
    even_weights = np.ones(len(one.chance))
    return np.where(one.is_confirmed, trusted(even_weights, one.chance), even_weights)


def fitted() -> Fit:
    """Give what fits the product's trees on the features that every source can show."""
    conf = model("counterfeit")
    names, monotone = (*listings_scores.names(), PRICE), {**conf.monotone, PRICE: 1}
    made = unfitted(conf)
    return lambda vectors, labels, weights, seed: made.fit(
        vectors, labels, weights, names, monotone, seed
    )


def plainly(fit: Fit, side: Side, labels: np.ndarray, seed: int) -> np.ndarray:
    """Score the judged side by trees that take these labels as they are."""
    trees = fit(side.vectors, labels, even(labels, np.ones(len(labels))), seed)
    return margins(trees, side.test_vectors)


def told(direction: str, hiding: str, side: Side, draws: Sequence[Found]) -> Told:
    """Judge the scores of every draw."""
    every: dict[str, dict[str, list[Figures]]] = {}
    gains: dict[str, list[tuple[Interval, Interval]]] = defaultdict(list)
    labels, groups_ = side.test["label"].to_numpy().astype(np.float64), clusters(side.test)
    for part in (COUNTED, EVERY):
        kept = parts(side.test)[part]
        own: dict[str, list[Figures]] = defaultdict(list)
        for draw in draws:
            for by, scores in draw.scores.items():
                if (made := figures(scores[kept], labels[kept], groups_[kept])) is not None:
                    own[by].append(made)
            if own:
                pair = (draw.scores[BAGS][kept], draw.scores[NAIVE][kept])
                gains[part].append(gain(pair, labels[kept], groups_[kept]))
        every[part] = dict(own)
    shares: dict[str, list[Share]] = defaultdict(list)
    for draw in draws:
        for by, share in draw.shares.items():  # none where too few are confirmed
            shares[by].append(share)
    confirmed = float(np.mean([one.confirmed for one in draws]))
    truth = float(np.mean([one.truth for one in draws]))
    return Told(direction, hiding, confirmed, truth, every, dict(gains), shares)


def gain(
    pair: tuple[np.ndarray, np.ndarray], labels: np.ndarray, named: np.ndarray
) -> tuple[Interval, Interval]:
    """Give how much the first ranks better than the second, AUC and AP, drawn on the same rows."""
    first, second = (Ranking(scores, labels) for scores in pair)
    _, group = np.unique(named, return_inverse=True)
    count = int(group.max()) + 1
    rng = np.random.default_rng(7)

    def differ(weights: np.ndarray) -> np.ndarray:
        return np.subtract(first.figures(weights), second.figures(weights))

    drawn = [
        differ(np.bincount(rng.integers(0, count, count), minlength=count)[group].astype(float))
        for _ in range(ROUNDS)
    ]
    known = [one for one in drawn if not np.isnan(one[0])]
    low, high = np.quantile(known, [0.025, 0.975], axis=0)
    value = differ(np.ones(len(labels)))
    auc, ap = (Interval(float(value[at]), float(low[at]), float(high[at])) for at in (0, 1))
    return auc, ap


def mean(intervals: Sequence[Interval]) -> Interval:
    """Give the mean of values, and of ends."""
    ends = np.mean([[one.value, one.low, one.high] for one in intervals], axis=0)
    return Interval(*(round(float(one), 4) for one in ends))


def shortly(one: Told) -> dict[str, object]:
    """Give the figures of the counted brands for JSON: value, low and high."""
    counted = one.figures[COUNTED].items()
    shown: dict[str, object] = {
        by: {name: _ends(mean([getattr(x, name) for x in found])) for name in ("auc", "ap")}
        for by, found in counted
    }
    shown |= {f"share, {name}": _ends(_counterfeit(found)) for name, found in one.shares.items()}
    return shown | {"true share": round(one.truth, 4), "confirmed": round(one.confirmed, 1)}


def means(told: Sequence[Told]) -> dict[str, float]:
    """Give what is to be reached, means of both directions at 95 % hidden."""
    last = [one for one in told if one.hiding == list(HIDDEN)[-1] and COUNTED in one.gains]
    if len(last) < len(DIRECTIONS):
        return {}
    gains = [mean([auc for auc, _ in one.gains[COUNTED]]).value for one in last]
    off = [abs(_counterfeit(one.shares[BY_SCORES]).value - one.truth) for one in last]
    found = zip(TARGETS, (gains, off), strict=True)
    return {name: round(float(np.mean(values)), 3) for name, values in found}


def _counterfeit(shares: Sequence[Share]) -> Interval:
    return mean([one.counterfeit for one in shares])


def _ends(one: Interval) -> list[float]:
    return [round(one.value, 3), round(one.low, 3), round(one.high, 3)]


def _print(one: Told) -> None:
    print(f"\n{one.direction}, {one.hiding}: {one.confirmed:,.0f} confirmed")
    for part, ways in one.figures.items():
        print(f"  {part}")
        for by, found in ways.items():
            auc, ap = (mean([getattr(x, name) for x in found]) for name in ("auc", "ap"))
            print(f"    {by:<32}AUC {_told(auc)}  AP {_told(ap)}")
        _print_gain(one.gains.get(part, []))
    _print_shares(one.truth, one.shares)
    sys.stdout.flush()


def _print_gain(gains: Sequence[tuple[Interval, Interval]]) -> None:
    if gains:
        auc, ap = (mean([pair[at] for pair in gains]) for at in (0, 1))
        print(f"    {'bags less unlabelled as genuine':<32}AUC {_told(auc)}  AP {_told(ap)}")


def _print_shares(truth: float, shares: Mapping[str, Sequence[Share]]) -> None:
    for name, found in shares.items():
        holds = sum(one.counterfeit.low <= truth <= one.counterfeit.high for one in found)
        print(
            f"  share of counterfeits, {name:<18}{_told(_counterfeit(found))}, true {truth:.3f}: "
            f"in the interval {holds} of {len(found)} times"
        )


def _told(one: Interval) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
