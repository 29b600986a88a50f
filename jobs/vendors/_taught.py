"""What a site's own decisions of links teach: how much each kind of evidence weighs there."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from conf import contract
from conf.errors import LakeError
from conf.site import Site
from jobs.buckets import numbers
from jobs.reader import Lake
from jobs.stored import Stored
from jobs.vendors._company import NAMES, company
from jobs.vendors._decided import CONFIRMED, FORBIDDEN, PAIR, numbered, ruled
from jobs.vendors._evidence import evidence
from jobs.vendors._gathered import GATHERED, gathered
from jobs.vendors._kinds import KINDS
from jobs.vendors._likelihood import Learned, inputs, learned, log_odds, weighed
from jobs.vendors._linker import own
from jobs.vendors._linking import Compared, Model, compared, paired
from jobs.whole import whole

LEAST = 20  # decisions of each kind
STRATA = 5  # of how sure a link is without decisions
PARTS = 5  # each in turn is judged by what the others teach


class Taught(msgspec.Struct, frozen=True):
    """What came of it; shares of decisions that a line at even odds gets right, unseen ones."""

    confirmed: int
    forbidden: int
    right: float
    right_without: float  # by the weights that need no decisions
    file: str | None  # none where what was learned is no better, and was not kept


class Decided(msgspec.Struct, frozen=True):
    """Decided pairs: numbers of the sellers, what was said, and how many pairs each stands for."""

    left: np.ndarray
    right: np.ndarray
    said: np.ndarray  # 1.0 is one vendor
    counts: np.ndarray
    part: np.ndarray  # all pairs of a first seller are of one


def teach(site: Site) -> Taught:
    """Learn from the confirmed and the forbidden pairs, and keep it if it tells more.

    Raises:
        LakeError: tables are missing, or too little was decided.
        ConfError: the file cannot be written.

    """
    lake = Lake(site.lake)
    of = compared(*gathered(*(_stored(lake, name) for name in GATHERED)))
    known = decided(of, ruled(lake))
    right, right_without = _judged(of, known)
    file = None
    if right >= right_without:
        with whole(own(site)) as part:
            part.write_bytes(msgspec.yaml.encode(model(of, known)))
        file = str(own(site))
    told = int(known.said.sum())
    return Taught(told, len(known.said) - told, right, right_without, file)


def _stored(lake: Lake, name: str) -> Stored:
    version = lake.version(name)
    if version is None:
        raise LakeError(f"{name} is not there yet; `countermark job run vendors` makes it")
    return Stored(contract.table(name), str(lake.path(name)), tuple(lake.files(name, version)))


def decided(of: Compared, holding: pl.DataFrame) -> Decided:
    """Lay decisions beside the sellers that are known; one on a seller that is no more rests.

    People look where doubt is. So pairs are divided by how sure they are without decisions, and a
    decision stands for as many candidate pairs of its stratum as fall to it.

    Raises:
        LakeError: fewer than `LEAST` of a kind.

    """
    rows = holding.filter(pl.col("verdict").is_in([CONFIRMED, FORBIDDEN])).sort(PAIR)
    rows = numbered(rows, of.index.sellers)
    said = (rows["verdict"] == CONFIRMED).to_numpy().astype(float)
    if min(said.sum(), len(said) - said.sum()) < LEAST:
        raise LakeError(
            f"{int(said.sum())} pairs of sellers are confirmed and {int(len(said) - said.sum())} "
            f"forbidden; weights need {LEAST} of each: `countermark vendor decide`"
        )
    left, right = (rows[name].to_numpy().astype(np.int64) for name in ("left", "right"))
    part = numbers(rows[PAIR[0]]).to_numpy() % PARTS
    return Decided(left, right, said, _stands_for(of, left, right), part)


def _stands_for(of: Compared, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    own_odds = weighed(_rows(of, left, right), of.weights)
    every = weighed(_rows(of, of.left, of.right), of.weights)
    edges = np.unique(np.quantile(own_odds, np.linspace(0, 1, STRATA + 1)[1:-1]))
    strata, all_strata = np.digitize(own_odds, edges), np.digitize(every, edges)
    sizes = np.bincount(all_strata, minlength=len(edges) + 1)
    drawn = np.bincount(strata, minlength=len(edges) + 1)
    return np.asarray(np.maximum(sizes[strata] / drawn[strata], 1.0))


def _rows(of: Compared, left: np.ndarray, right: np.ndarray) -> pl.DataFrame:
    return evidence(of.index, of.about, (left, right), of.weights, of.tied)


def model(of: Compared, known: Decided) -> Model:
    """Learn from all decisions: of pairs alone, then of them beside their company."""
    pair = _pair(of, known, np.ones(len(known.said), dtype=bool))
    links = paired(of, pair)
    at = pl.DataFrame({"left": known.left, "right": known.right}).cast(
        {name: links.schema[name] for name in ("left", "right")}
    )
    # links: one row a pair
    places = at.join(links.with_row_index("place"), on=["left", "right"], how="left")["place"]
    is_there = places.is_not_null().to_numpy()
    beside = company(links, len(of.index.sellers))[places.drop_nulls().to_numpy()]
    taught = learned(NAMES, beside, known.said[is_there], known.counts[is_there])
    m = dict(zip(KINDS, of.weights.m.tolist(), strict=True))
    return Model(m, pair, taught)


def _pair(of: Compared, known: Decided, which: np.ndarray) -> Learned:
    names, x = inputs(_rows(of, known.left[which], known.right[which]), len(of.index.sellers))
    return learned(names, x, known.said[which], known.counts[which])


def _judged(of: Compared, known: Decided) -> tuple[float, float]:
    """Give the shares of decisions that are told right, each part by what the others teach."""
    rows = _rows(of, known.left, known.right)
    without = weighed(rows, of.weights)
    _, x = inputs(rows, len(of.index.sellers))
    odds = np.array(without)
    for part in range(PARTS):
        held = known.part == part
        rest = known.said[~held]
        if held.any() and 0 < rest.sum() < len(rest):
            odds[held] = log_odds(x[held], _pair(of, known, ~held))
    is_one = known.said > 0
    return float(((odds > 0) == is_one).mean()), float(((without > 0) == is_one).mean())
