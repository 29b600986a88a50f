"""Says whether one version is better than another, and how sure that is.

Both are judged on the same listings, each by models of its make that saw nothing of the listing's
platform, learned from the examples that the version itself learned from. The difference is drawn
again by seller, both figures from the same draw (a paired bootstrap), so that what both find hard
does not blur which is better.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from conf.model import Model
from conf.site import Site
from jobs import models
from jobs.judged import SURE, Interval
from jobs.score._scoring import RED_FLAG
from ml import figures, unseen
from ml.examples import Examples, examples
from ml.frame import rows_at, versions
from ml.judge import chosen
from ml.judgement import mean_auc
from ml.train import configured, tables_of

SURELY = 0.95  # share of draws from which on one is called better


class Difference(msgspec.Struct, frozen=True):
    """One figure of both, and B's less A's."""

    figure: str
    a: float
    b: float
    difference: Interval
    b_is_better: float  # share of the draws


class Compared(msgspec.Struct, frozen=True):
    """Two versions on the same listings."""

    a: str
    b: str
    listings: int
    counterfeits: int
    platforms: tuple[str, ...]
    differences: tuple[Difference, ...]
    gained: int  # counterfeits that are red flags by B alone
    lost: int  # by A alone
    verdict: str


class Side(msgspec.Struct, frozen=True):
    """One of the two: its make, and what it learned from."""

    name: str
    model: Model
    learned_from: Examples
    judged: Examples


def compare(site: Site, a: str, b: str) -> Compared:
    """Compare two versions, each named NAME or NAME:VERSION; without a version, the newest.

    Raises:
        LakeError: the tables that a version learned from are no longer there.
        ModelError: there is no such version, or the decisions tell of one platform alone.

    """
    sides = [_side(site, one) for one in (a, b)]
    chances = [
        unseen.on_platforms(one.model, one.judged, learned_from=one.learned_from)[""]
        for one in sides
    ]
    common = sides[0].judged
    at = ~np.isnan(chances[0]) & ~np.isnan(chances[1]) & (common.population > 0)
    return compared(
        (sides[0].name, sides[1].name),
        common.only(at),
        (chances[0][at], chances[1][at]),
        sides[1].model,
    )


def compared(
    names: tuple[str, str], judged: Examples, chances: tuple[np.ndarray, np.ndarray], model: Model
) -> Compared:
    """Compare the chances that two versions give the same listings."""
    differences = tuple(_differences(judged, chances, model))
    flags = [100 * one > RED_FLAG for one in chances]
    is_fake = judged.labels > 0
    return Compared(
        a=names[0],
        b=names[1],
        listings=len(judged),
        counterfeits=int(is_fake.sum()),
        platforms=tuple(sorted(set(judged.platforms))),
        differences=differences,
        gained=int((flags[1] & ~flags[0] & is_fake).sum()),
        lost=int((flags[0] & ~flags[1] & is_fake).sum()),
        verdict=verdict(names, differences[0]),
    )


def verdict(names: tuple[str, str], first: Difference) -> str:
    """Say which is better by the figure that comes first, if either surely is."""
    a, b = names
    if first.b_is_better >= SURELY:
        return f"{b} is better than {a}: so in {first.b_is_better:.0%} of the draws"
    if first.b_is_better <= 1 - SURELY:
        return f"{a} is better than {b}: so in {1 - first.b_is_better:.0%} of the draws"
    return (
        f"neither is surely better: {b} is in {first.b_is_better:.0%} of the draws, and "
        f"{SURELY:.0%} are asked for"
    )


def _differences(
    judged: Examples, chances: tuple[np.ndarray, np.ndarray], model: Model
) -> Iterator[Difference]:
    labels = judged.labels

    def ap(scores: np.ndarray, w: np.ndarray) -> float:
        based = figures.rebased(labels, w, model.base_rate)
        return figures.average_precision(scores, labels, based)

    def sure(scores: np.ndarray, w: np.ndarray) -> float:
        based = figures.rebased(labels, w, model.base_rate)
        return figures.recall_at_precision(scores, labels, based, SURE)

    asked = {
        "average precision": ap,
        "AUC on unseen platforms": lambda scores, w: mean_auc(scores, judged, w),
        f"recall at a precision of {SURE:g}": sure,
        "less calibration error": lambda scores, w: -figures.calibration_error(scores, labels, w),
    }
    for name, figure in asked.items():
        pairs = figures.paired(figure, chances, judged.population, judged.sellers, model.seed)
        yield Difference(name, *pairs)


def _side(site: Site, text: str) -> Side:
    name, _, number = text.partition(":")
    own = models.of(site, name)
    version = chosen(own, name, number or None)
    model = configured(own, version)
    learned_from = examples(model, rows_at(own, tables_of(version)))
    newest = examples(model, rows_at(own, versions(own)))
    return Side(f"{name}:{version.number}", model, learned_from, newest)


def told(one: Compared) -> Iterator[str]:
    """Tell it in lines."""
    yield (
        f"{one.a} and {one.b} on {one.listings:,} listings ({one.counterfeits:,} counterfeit), "
        f"each platform held out in turn: {', '.join(one.platforms)}"
    )
    width = max(len(each.figure) for each in one.differences)
    yield f"  {'':{width}}  {one.a:>16}  {one.b:>16}  difference"
    for each in one.differences:
        sure = each.difference
        yield (
            f"  {each.figure:{width}}  {each.a:16.3f}  {each.b:16.3f}  {sure.value:+.3f} "
            f"[{sure.low:+.3f}, {sure.high:+.3f}]"
        )
    alone = f"{one.gained:,} by {one.b} alone, {one.lost:,} by {one.a} alone"
    yield f"  red flags on counterfeits: {alone}"
    yield one.verdict
