"""Fraudulent online shops: how well they are told from genuine ones, and what gives labels away.

    make bench NAME=shops DATA=<folder>

DATA is a folder with `mendeley_online_shops.csv`, 1,140 labelled shops. First each trace of how the
labels were collected is tried alone, as the file came and after infra/bench/shops_rows.py repaired
it. Then ours (infra/bench/shops_model.py) is judged beside XGBoost on the 21 plain columns, on the
same folds of the same run: three times five folds. Beside them stand harder divisions (alike shops
kept together; frauds with later domains; other endings), what is left without the services'
answers, and shuffled labels. Whatever is chosen is chosen within what is learned from.

Figures are of each round's pooled judged shops, the mean of the rounds; intervals of 95 % by
drawing shops, where groups are kept together groups.

Features and learners were chosen on part of the shops; "not used to choose" is the third that had
no part in it but by the counts of the traces.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from conf.errors import CountermarkError
from infra.bench import shops_features, shops_model, shops_rows
from infra.bench.shops_features import SERVICES, Told
from infra.bench.shops_model import BASELINE, Fold, Judged
from jobs.judged import Interval
from ml import figures

FOLDS, ROUNDS, SEED = 5, 3, 20_26
OURS, BEFORE, REPAIRED = "ours", "XGBoost, 21 columns as before", "XGBoost, 21 columns repaired"
LEARNER = "XGBoost, our numbers"
MAIN, UNSEEN, OLD = (
    "five folds",
    "five folds: not used to choose",
    "five folds: domains over a year",
)
GROUPED = "alike shops kept together"
LATER, EARLIER = "frauds with later domains", "frauds with earlier domains"
ELSEWHERE = "other endings than learned from"
BARE = "without rank, reviews, certificate"
NO_ENDING = "without the name and its ending"
SHUFFLED = "labels shuffled"
TARGETS = {"AUC": ">= 0.990", "F1": ">= 0.950", "shuffled AUC": "0.45 to 0.55", "seconds": "<= 300"}
YEAR = 365.0

Scored = Callable[[Fold, int], Judged]


class Scores(msgspec.Struct, frozen=True):
    """Chances and flags of every shop in each round, NaN where not judged: (rounds, shops)."""

    chances: np.ndarray
    flags: np.ndarray
    cpu_s: float
    chosen: tuple[tuple[str, ...], ...]


class Division(msgspec.Struct, frozen=True):
    """A division of the shops: its name, folds of each round, and what is drawn for intervals."""

    name: str
    rounds: tuple[tuple[Fold, ...], ...]
    drawn: np.ndarray


class Row(msgspec.Struct, frozen=True):
    """The figures of one way on one test; `gain` is in AUC over the plain columns, repaired."""

    test: str
    by: str
    frauds: int
    genuine: int
    auc: Interval
    f1: Interval
    gain: Interval | None


class Shops(msgspec.Struct, frozen=True):
    """All shops, as written down and repaired, and their labels and groups."""

    raw: pl.DataFrame
    repaired: pl.DataFrame
    labels: np.ndarray
    groups: np.ndarray


def main(arguments: Sequence[str]) -> int:
    """Judge and print, JSON last; 1 if the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help=f"folder with {shops_rows.FILE}")
    given = parser.parse_args(arguments)
    begun = time.process_time()
    try:
        shops = read(given.data)
    except CountermarkError as error:
        sys.stderr.write(f"shops: {error}\n")
        return 1
    _print_shops(shops)
    told = {name: traces(shops, name) for name in ("as it came", "repaired")}
    _print_traces(told)
    with threadpool_limits(1):  # threads that wait for work this small cost more than it does
        rows, ratio = judged(shops)
    _print_rows(rows)
    seconds = time.process_time() - begun
    print(
        f"CPU: ours {ratio:.0f} times the plain baseline's, all choosing included; {seconds:.0f} s"
    )
    print(json.dumps(content(rows, told, ratio, seconds)))
    return 0


def read(folder: Path) -> Shops:
    """Give the shops of a folder.

    Raises:
        ConfError: the file is not there, or columns are.

    """
    raw = shops_rows.read(folder)
    mended = shops_rows.repaired(raw)
    labels = raw["is_fraud"].to_numpy().astype(np.float64)
    return Shops(raw, mended, labels, shops_rows.groups(mended))


def traces(shops: Shops, form: str) -> dict[str, float]:
    """Give how well each trace of the collecting tells the label by itself: AUC of unseen shops."""
    shown = shops_rows.traces(shops.raw) if form == "as it came" else _repaired_traces(shops)
    return {name: alone(numbers, shops.labels) for name, numbers in shown.items()}


def alone(numbers: np.ndarray, labels: np.ndarray) -> float:
    """Give the AUC of trees that see these numbers alone, in one round of five folds."""
    every = np.arange(len(labels))
    chances = np.zeros(len(labels))
    for fold in shops_model.folds(labels, every, FOLDS, SEED):
        chances[fold[1]] = shops_model.trees(
            numbers, labels, fold, BASELINE | {"n_estimators": 50}, SEED
        )
    return figures.auc(chances, labels, np.ones(len(labels)))


def judged(shops: Shops) -> tuple[list[Row], float]:
    """Give the figures of every test, and how much CPU ours takes, over the baseline's."""
    test = random_folds(MAIN, shops.labels, np.arange(len(shops.labels)))
    told = shops_features.ours(shops.repaired)
    before = shops_features.plain(shops_rows.trustpilot_alone(shops.raw))
    plain = shops_features.plain(shops.repaired)
    ways: dict[str, Scored] = {
        BEFORE: by_baseline(before, shops.labels),
        REPAIRED: by_baseline(plain, shops.labels),
        LEARNER: by_baseline(told.numbers, shops.labels),
        OURS: by_ours(told, shops),
    }
    main_scores = {by: scored(test, way) for by, way in ways.items()}
    rows = list(rated(test, main_scores, shops.labels))
    is_old = (shops.repaired["age_days"] >= YEAR).fill_null(value=False).to_numpy()
    for name, kept in ((UNSEEN, ~was_used(shops.raw["address"])), (OLD, is_old)):
        part = Division(name, test.rounds, test.drawn)
        rows += rated(part, main_scores, shops.labels, kept)
    for harder in (grouped(shops), *by_time(shops), elsewhere(shops)):
        both = {REPAIRED: ways[REPAIRED], OURS: ways[OURS]}
        scores = {by: scored(harder, way) for by, way in both.items()}
        rows += rated(harder, scores, shops.labels)
    rows += _without(shops, test)
    rows += _shuffled(shops, told)
    return rows, main_scores[OURS].cpu_s / main_scores[BEFORE].cpu_s


def by_baseline(numbers: np.ndarray, labels: np.ndarray) -> Scored:
    """Give the way of XGBoost on these numbers."""
    return lambda fold, seed: shops_model.baseline(numbers, labels, fold, seed)


def by_ours(told: Told, shops: Shops, labels: np.ndarray | None = None) -> Scored:
    """Give our way on these features."""
    known = shops.labels if labels is None else labels
    return lambda fold, seed: shops_model.learned(told, known, fold, shops.groups, seed)


def scored(test: Division, way: Scored) -> Scores:
    """Learn and judge every fold of every round."""
    shape = (len(test.rounds), len(test.drawn))
    chances, flags = np.full(shape, np.nan), np.full(shape, np.nan)
    chosen = []
    begun = time.process_time()
    for at, round_ in enumerate(test.rounds):
        for fold in round_:
            found = way(fold, SEED + at)
            chances[at, fold[1]] = found.chances
            flags[at, fold[1]] = found.chances > found.line
            chosen.append(found.chosen)
    return Scores(chances, flags, time.process_time() - begun, tuple(chosen))


def random_folds(
    name: str, labels: np.ndarray, groups: np.ndarray, rounds: int | None = None
) -> Division:
    """Give rounds of folds of like shares of both labels, that split no group."""
    made = [
        tuple(shops_model.folds(labels, groups, FOLDS, SEED + at)) for at in range(rounds or ROUNDS)
    ]
    return Division(name, tuple(made), groups)


def grouped(shops: Shops) -> Division:
    """Keep shops with like names, and of one issuer and day of registration, together."""
    return random_folds(GROUPED, shops.labels, shops.groups)


def by_time(shops: Shops) -> tuple[Division, Division]:
    """Learn from frauds with the older half of domains, judge the newer; and the reverse.

    Hardly a genuine shop is as new as any fraud, so that time cannot divide those: they are halved
    by a digest. A fraud whose registration is unknown is in neither part.
    """
    age = shops.repaired["age_days"].to_numpy().astype(np.float64)
    is_fraud = shops.labels > 0
    is_newer = age < np.nanmedian(age[is_fraud])
    is_half = digested(shops.repaired["host"] + "/")
    older = np.flatnonzero(np.where(is_fraud, ~is_newer & ~np.isnan(age), ~is_half))
    newer = np.flatnonzero(np.where(is_fraud, is_newer, is_half))
    every = np.arange(len(age))
    return (
        Division(LATER, (((older, newer),),), every),
        Division(EARLIER, (((newer, older),),), every),
    )


def elsewhere(shops: Shops) -> Division:
    """Learn from names that end in com and judge all others, and the reverse."""
    is_com = (shops.repaired["ending"] == "com").to_numpy()
    com, rest = np.flatnonzero(is_com), np.flatnonzero(~is_com)
    return Division(ELSEWHERE, (((com, rest), (rest, com)),), np.arange(len(is_com)))


def was_used(addresses: pl.Series) -> np.ndarray:
    """Tell the shops by which features and learners were chosen: two halves, by digests.

    The first half was drawn by the host as it was written, the second without www.
    """
    hosts = addresses.str.to_lowercase().str.extract(r"//([^/]+)")
    bare = hosts.str.strip_prefix("www.")
    return np.asarray(digested(hosts) | digested(bare))


def digested(texts: pl.Series) -> np.ndarray:
    """Tell a half of texts by their digests."""
    digests = [hashlib.sha256((one or "").encode()).digest() for one in texts]
    return np.array([one[0] % 2 == 0 for one in digests], dtype=bool)


def rated(
    test: Division, scores: dict[str, Scores], labels: np.ndarray, kept: np.ndarray | None = None
) -> Iterator[Row]:
    """Give the figures of each way on the judged shops, or those kept of them."""
    first = next(iter(scores.values()))
    mine = ~np.isnan(first.chances[0]) & (True if kept is None else kept)
    truth, drawn = labels[mine], test.drawn[mine]
    if not 0 < truth.sum() < len(truth):
        return
    weights = np.ones(len(truth))

    def auc(chances: np.ndarray, counted: np.ndarray) -> float:
        return float(np.mean([figures.auc(one, truth, counted) for one in chances]))

    for by, found in scores.items():
        chances, flags = found.chances[:, mine], found.flags[:, mine]
        gain = None
        if by == OURS and REPAIRED in scores:
            both = (scores[REPAIRED].chances[:, mine], chances)
            gain = figures.paired(auc, both, weights, drawn, SEED)[2]
        yield Row(
            test.name,
            by,
            int(truth.sum()),
            int(len(truth) - truth.sum()),
            figures.interval(lambda w, c=chances: auc(c, w), weights, drawn, SEED),  # type: ignore[misc]
            figures.interval(lambda w, f=flags: f1(f, truth, w), weights, drawn, SEED),  # type: ignore[misc]
            gain,
        )


def f1(flags: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Give F1 of each round's flags, the mean of the rounds; 0 where nothing right is flagged."""
    found = []
    for one in flags:
        right = (weights * one * labels).sum()
        found.append(2 * right / max((weights * (one + labels)).sum(), 1e-12))
    return float(np.mean(found))


def _without(shops: Shops, test: Division) -> Iterator[Row]:
    """Leave out what services say; and what the name says, whose ending tells of the collecting."""
    bare = shops_features.plain(shops.repaired, has_services=False)
    ways: dict[str, Scored] = {
        REPAIRED: by_baseline(bare, shops.labels),
        OURS: by_ours(shops_features.ours(shops.repaired, left_out=SERVICES), shops),
    }
    part = Division(BARE, test.rounds, test.drawn)
    yield from rated(part, {by: scored(part, way) for by, way in ways.items()}, shops.labels)
    nameless = shops_features.ours(shops.repaired, left_out=("name", "ending"))
    nameless = msgspec.structs.replace(nameless, grams=nameless.grams * 0.0)
    once = Division(NO_ENDING, test.rounds[:1], test.drawn)
    yield from rated(once, {OURS: scored(once, by_ours(nameless, shops))}, shops.labels)


def _shuffled(shops: Shops, told: Told) -> Iterator[Row]:
    """Learn from labels in a random order, and judge by the same: nothing is there to learn."""
    labels = np.random.default_rng(SEED).permutation(shops.labels)
    test = random_folds(SHUFFLED, labels, np.arange(len(labels)), rounds=1)
    yield from rated(test, {OURS: scored(test, by_ours(told, shops, labels))}, labels)


def _repaired_traces(shops: Shops) -> dict[str, np.ndarray]:
    """Give the flags of what is unknown after the repair, all of them and those of no service."""
    mended = shops.repaired
    nulls = {name: mended[name].is_null().to_numpy() for name in shops_features.PLAIN}
    every = np.column_stack(list(nulls.values())).astype(np.float32)
    own = np.column_stack(
        [one for name, one in nulls.items() if name not in shops_features.SERVICE_COLUMNS]
    )
    kinds = ("com", "old", "new", "country", "eu")
    endings = np.column_stack([(mended["ending"] == kind).to_numpy() for kind in kinds])
    return {
        "every null": every,
        "every null but those of a service's answer": own.astype(np.float32),
        "registration: unknown": nulls["age_days"][:, None].astype(np.float32),
        "kind of ending": endings.astype(np.float32),
    }


def content(
    rows: Sequence[Row], told: dict[str, dict[str, float]], ratio: float, seconds: float
) -> dict[str, object]:
    """Give what is printed as JSON."""
    shown: dict[str, object] = {
        f"{row.test} | {row.by}": {
            name: [round(end, 4) for end in (one.value, one.low, one.high)]
            for name, one in (("AUC", row.auc), ("F1", row.f1))
        }
        for row in rows
    }
    traced = {
        f"trace, {form} | {name}": round(one, 3)
        for form, found in told.items()
        for name, one in found.items()
    }
    main_row = next(row for row in rows if (row.test, row.by) == (MAIN, OURS))
    reached = {
        "AUC": round(main_row.auc.value, 4),
        "F1": round(main_row.f1.value, 4),
        "shuffled AUC": round(next(row.auc.value for row in rows if row.test == SHUFFLED), 3),
        "cpu_ratio": round(ratio, 1),
        "seconds": round(seconds),
    }
    return {"bench": "shops", "figures": reached | shown | traced, "targets": TARGETS}


def _print_shops(shops: Shops) -> None:
    frauds = int(shops.labels.sum())
    _, sizes = np.unique(shops.groups, return_counts=True)
    print(
        f"{len(shops.labels):,} shops, {frauds} fraudulent; in {len(sizes):,} groups, the largest "
        f"of {sizes.max()}, {int((sizes > 1).sum())} of more than one"
    )


def _print_traces(told: dict[str, dict[str, float]]) -> None:
    for form, found in told.items():
        print(f"\nwhat tells the label by itself, {form}")
        for name, one in found.items():
            print(f"  {name:<50}{one:.3f}")


def _print_rows(rows: Sequence[Row]) -> None:
    last = ""
    for row in rows:
        if row.test != last:
            print(f"\n{row.test} ({row.frauds} fraudulent, {row.genuine} genuine)")
        last = row.test
        gain = f"  gain {_told(row.gain, sign='+')}" if row.gain else ""
        print(f"  {row.by:<32}AUC {_told(row.auc)}  F1 {_told(row.f1)}{gain}")
    print()


def _told(one: Interval, sign: str = "") -> str:
    return f"{one.value:{sign}.4f} [{one.low:{sign}.4f}, {one.high:{sign}.4f}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
