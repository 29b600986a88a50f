"""From sightings and traits to links and actors: the steps in their order."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from jobs.vendors._blocking import Index, candidates, every_pair, indexed
from jobs.vendors._clusters import LINE, Decisions, clusters, components, doubted, without
from jobs.vendors._company import company
from jobs.vendors._evidence import Traits, Weights, chunks, evidence, traits
from jobs.vendors._likelihood import (
    Learned,
    estimated,
    first_weights,
    inputs,
    log_odds,
    weighed,
    weighed_without,
    without_strongest,
)
from jobs.vendors._pasted import pasters
from jobs.vendors._ties import ties

# Of linked accounts, all pairs are compared, if there are no more than so many accounts.
MOST_COMPARED = 200
# A pair this far from being a link is of no more use.
LEAST_KEPT = -8.0


class Model(msgspec.Struct, frozen=True):
    """What was learned from decisions: of a pair alone, of its company, and where links begin.

    `m` is kept with it, by kind: estimated anew each day, it would move links that nothing touched.
    """

    m: dict[str, float]
    pair: Learned
    company: Learned
    line: float = LINE


class Compared(msgspec.Struct, frozen=True):
    """All that scoring a pair needs, and the candidate pairs."""

    index: Index
    about: Traits
    weights: Weights
    tied: np.ndarray
    left: np.ndarray
    right: np.ndarray


class Linked(msgspec.Struct, frozen=True):
    """Scored pairs (left, right, log_odds, log_odds_less) and each seller's actor."""

    compared: Compared
    links: pl.DataFrame
    groups: np.ndarray


def compared(
    sightings: pl.DataFrame, about: pl.DataFrame, m: dict[str, float] | None = None
) -> Compared:
    """Give the candidate pairs and what is needed to score them.

    Args:
        sightings: seller_key, kind, value, listing_count (`_blocking.indexed`).
        about: traits (`_evidence.traits`), with is_trusted.
        m: of a model; estimated from these sightings where there is none.

    """
    index = indexed(sightings, about.filter(pl.col("is_trusted"))["seller_key"])
    left, right = candidates(index)
    weights = estimated(index, left, right) if m is None else first_weights(index, m)
    known = traits(index, about)
    tied = ties(index, known, (left, right), weights)
    return Compared(index, known, weights, tied, left, right)


def linked(of: Compared, model: Model | None = None, decisions: Decisions | None = None) -> Linked:
    """Give links and actors; without a model, by weights that need no decisions."""
    links = paired(of, model.pair if model else None)
    if decisions:
        links = without(links, decisions.cut)
    if model:
        links = beside_company(links, model.company, len(of.index.sellers))
    line = model.line if model else LINE
    groups = clusters(links, len(of.index.sellers), decisions, line)
    pasted = pasters(of.index, groups, of.tied)
    if pasted.any():
        links = doubted(links, pasted)
        groups = clusters(links, len(of.index.sellers), decisions, line)
    return Linked(of, links, groups)


def paired(of: Compared, model: Learned | None) -> pl.DataFrame:
    """Score the candidates, and all pairs of accounts that links lead from one to the other."""
    links = scored(of, (of.left, of.right), model)
    near = links.filter(pl.col("log_odds") >= 0)
    groups = components(near["left"].to_numpy(), near["right"].to_numpy(), len(of.index.sellers))
    left, right = every_pair(groups, MOST_COMPARED)
    is_new = ~np.isin(left << 32 | right, of.left << 32 | of.right)
    more = scored(of, (left[is_new], right[is_new]), model)
    return pl.concat([links, more]).sort("left", "right")


def beside_company(links: pl.DataFrame, model: Learned, seller_count: int) -> pl.DataFrame:
    """Weigh what a pair says alone together with what others say of it."""
    odds = ("log_odds", "log_odds_less")
    told = {one: log_odds(company(links, seller_count, one), model) for one in odds}
    return links.with_columns(**told)


def scored(
    of: Compared, pairs: tuple[np.ndarray, np.ndarray], model: Learned | None
) -> pl.DataFrame:
    """Give left, right, log_odds and log_odds_less of pairs, but for hopeless ones."""
    left, right = pairs
    parts = [_scored(of, (left[part], right[part]), model) for part in chunks(len(left))]
    return pl.concat(parts) if parts else _scored(of, pairs, model)


def _scored(
    of: Compared, pairs: tuple[np.ndarray, np.ndarray], model: Learned | None
) -> pl.DataFrame:
    rows = evidence(of.index, of.about, pairs, of.weights, of.tied)
    if model is None:
        odds = weighed(rows, of.weights)
        less = weighed_without(rows, of.weights).min(axis=1)
    else:
        _, x = inputs(rows, len(of.index.sellers))
        odds, less = log_odds(x, model), without_strongest(x, model)
    told = rows.select("left", "right", log_odds=odds, log_odds_less=less)
    return told.filter(pl.col("log_odds") >= LEAST_KEPT)
