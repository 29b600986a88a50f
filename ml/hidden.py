"""Which undecided listings look most like confirmed counterfeits, before a model can be trained.

A training needs genuine labels. A brand that only ever told of counterfeits has none: then bags
(ml/unlabelled.py) rank what nobody decided upon, each listing by models that learned neither from
its seller nor from nearly its text. It is a list of what to look at, and no score.
"""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from conf.errors import ModelError
from conf.model import Model
from conf.model import model as read_model
from conf.site import Site
from jobs import catalogue, models
from jobs.reader import Lake
from ml import frame, queueing
from ml.groups import groups
from ml.queueing import Pick
from ml.unlabelled import (
    LEAST_POSITIVES,
    Rows,
    Share,
    bagged,
    confirmed_share,
    fitter,
    joined,
)

KIND, WHY = "alike", "looks like confirmed counterfeits"
MOST_ROWS = 20_000  # undecided listings that are looked through; of more, so many are drawn
_SHOWN = pl.concat_str("title_folded", "description_folded", separator=" ", ignore_nulls=True)


class Hidden(msgspec.Struct, frozen=True):
    """What was found, the likest first, and what it rests on."""

    confirmed: int
    groups: int  # that the confirmed are of, by seller or text
    genuine: int  # decided so; they count among the unlabelled
    undecided: int  # live listings of brands that nobody decided upon
    looked_through: int  # of these
    least_labels: int  # of each kind, for the model to be trained
    share: Share | None  # of counterfeits; None of too few confirmed
    picks: tuple[Pick, ...]


def hidden(site: Site, name: str, budget: int) -> Hidden:
    """List the undecided listings that look most like confirmed counterfeits, one a seller.

    The same tables and budget give the same list.

    Args:
        site: where.
        name: model whose features and parameters are taken, a file in conf/models.
        budget: listings on the list.

    Raises:
        ModelError: a table is missing, nothing is scored yet (the rules do), or confirmed or
            undecided listings are none or of one group.

    """
    if budget < 1:
        raise ModelError(f"a list of {budget} listings makes no sense; give a budget of 1 or more")
    model = read_model(name)
    site = models.of(site, name)
    lake = Lake(site.lake)
    labelled = frame.rows_at(site, frame.versions(site))
    every = undecided(lake, labelled)
    drawn = every.sample(min(MOST_ROWS, every.height), seed=model.seed).sort("listing_key")
    rows = _rows(model, labelled, queueing.facts(lake, drawn["listing_key"]), every.height)
    found = bagged(fitter(model), rows, model.seed)
    share = _share(found.out_of_bag, rows, model.seed)
    sellers = drawn["seller_key"].fill_null(drawn["listing_key"]).to_numpy()
    at = likest(found.out_of_bag[labelled.height :], sellers, budget)
    return Hidden(
        confirmed=int(rows.is_confirmed.sum()),
        groups=len(np.unique(rows.groups[rows.is_confirmed])),
        genuine=int((~labelled["is_counterfeit"]).sum()),
        undecided=every.height,
        looked_through=drawn.height,
        least_labels=model.least_labels,
        share=share,
        picks=_picks(lake, drawn[at]),
    )


def undecided(lake: Lake, labelled: pl.DataFrame) -> pl.DataFrame:
    """Give the live listings of brands of which nobody decided, nor of their sellers."""
    rows = queueing.candidates(lake).filter(pl.col("brand").is_not_null())
    return rows.join(labelled.select("listing_key"), on="listing_key", how="anti")


def likest(scores: np.ndarray, sellers: np.ndarray, most: int) -> np.ndarray:
    """Give the places of the highest scores, one a seller."""
    order = np.argsort(-scores, kind="stable")
    _, first = np.unique(sellers[order].astype(str), return_index=True)
    return np.asarray(order[np.sort(first)][:most])


def as_table(found: Hidden) -> str:
    """Give the list for a terminal, and what it rests on."""
    lines = [
        f"{at:>3}  {one.subject_key:<32} {(one.brand or '-'):<12} "
        f"{' '.join((one.title or '').split())[:50]}\n     {one.why}"
        for at, one in enumerate(found.picks, 1)
    ]
    return "\n".join([*lines, *notes(found)])


def notes(found: Hidden) -> list[str]:
    """Say what the list rests on, and what not to conclude."""
    rests = (
        f"{found.confirmed:,} listings confirmed as counterfeit, of {found.groups:,} groups of "
        f"seller or text; {found.looked_through:,} of {found.undecided:,} undecided ones looked "
        "through"
    )
    said = [rests]
    if found.share is None:
        said.append(f"no share of counterfeits is told: fewer than {LEAST_POSITIVES} are confirmed")
    else:
        hidden = found.share.hidden
        said.append(
            f"counterfeit among the rest: {hidden.value:.0%} [{hidden.low:.0%}, {hidden.high:.0%}] "
            "if what was confirmed was chosen at random among counterfeits. Notices that brands "
            "choose are not, and look-alikes make it too high"
        )
    if found.genuine >= found.least_labels <= found.confirmed:
        said.append("there are labels of both kinds: `countermark model train` learns more of them")
    else:
        said.append(
            f"{found.genuine:,} are known to be genuine, and a training needs {found.least_labels} "
            "of each: have listings drawn at random (`countermark model queue`)"
        )
    return said


def _rows(model: Model, labelled: pl.DataFrame, drawn: pl.DataFrame, undecided: int) -> Rows:
    """Give what bags learn from: what was decided, then what was drawn of the undecided."""
    both = (labelled, drawn)
    others = np.ones(drawn.height)
    sellers = [one["seller_key"].fill_null(one["listing_key"]) for one in both]
    texts = [text for one in both for text in one.select(_SHOWN).to_series()]
    return Rows(
        vectors=np.concatenate([catalogue.vectors(one, model.features) for one in both]),
        is_confirmed=np.concatenate([labelled["is_counterfeit"].to_numpy(), others == 0]),
        weights=np.concatenate([labelled["weight"].to_numpy(), others]),
        groups=joined(pl.concat(sellers).to_numpy(), groups(texts)),
        stands=np.concatenate(
            [np.ones(labelled.height), others * undecided / max(drawn.height, 1)]
        ),
    )


def _share(scores: np.ndarray, rows: Rows, seed: int) -> Share | None:
    enough = int(rows.is_confirmed.sum()) >= LEAST_POSITIVES
    return confirmed_share(scores, rows, seed) if enough else None


def _picks(lake: Lake, shown: pl.DataFrame) -> tuple[Pick, ...]:
    """Give the list as people fill it in; what is chosen speaks for itself.

    No chance stands beside a listing: it would rest on the share, which is too sure a figure.
    """
    chosen = {"kind": pl.lit(KIND), "selection_probability": pl.lit(1.0)}
    told = queueing.told(lake, shown.with_columns(**chosen))
    return tuple(msgspec.structs.replace(one, why=WHY) for one in told)
