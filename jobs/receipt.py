"""Computes a score anew from the table versions and the model that its row names."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

import msgspec
import numpy as np
import polars as pl

from conf import contract
from conf.brand import brands
from conf.errors import CountermarkError, ModelError
from conf.site import Site
from jobs.catalogue import catalogue, vectors
from jobs.facts import join_facts
from jobs.models import rules, scorer
from jobs.reader import Lake
from jobs.score import _rules
from jobs.score._scorer import Scorer
from jobs.score._scoring import feature_names, scored

COMPARED = (
    "suspicion",
    "suspicion_low",
    "suspicion_high",
    "is_red_flag",
    "rules_suspicion",
    "reasons",
)


class Value(msgspec.Struct, frozen=True):
    """One feature of the listing."""

    feature: str
    value: float | None  # None when it is not known
    weight: float  # what it adds to the score: points of a rule, log-odds of a model
    meaning: str


class Repeated(msgspec.Struct, frozen=True):
    """A score, computed anew."""

    versions: dict[str, int]  # of the tables that were read
    is_same: bool  # suspicion, flag, rules and reasons are those of the row, to the digit
    finding: str
    suspicion: float | None = None
    rules_suspicion: float | None = None
    reasons: list[str] | None = None
    features: list[Value] = []  # the weightiest first


def repeated(site: Site, lake: Lake, score: Mapping[str, Any]) -> Repeated:
    """Compute one row of `listing_scores` anew and say whether it comes out the same."""
    versions: dict[str, int] = {}
    try:
        versions = msgspec.json.decode(score["receipt_json"], type=dict[str, int])
        model = model_of(site, score)
        facts = facts_at(lake, str(score["listing_key"]), versions)
        review = {one.key: one.gates.review for one in brands(site.brands)}
    except msgspec.DecodeError:
        return Repeated({}, is_same=False, finding="the receipt names no table versions")
    except CountermarkError as error:
        return Repeated(versions, is_same=False, finding=f"cannot be computed anew: {error}")
    if not facts.height:
        why = "cannot be computed anew: that version of listings does not hold the listing"
        return Repeated(versions, is_same=False, finding=why)
    made = scored(model, facts, review).to_dicts()[0]
    return _compared(score, made, versions, values(model, facts))


def model_of(site: Site, score: Mapping[str, Any]) -> Scorer:
    """Give the very model that made a score.

    Raises:
        ModelError: it is not there any more, or is another one.

    """
    name, version = score["model_name"], score["model_version"]
    found = rules() if name == _rules.NAME else scorer(site, version)
    if found.sha256 != score["model_sha256"]:
        raise ModelError(
            f"{name} version {version} has sha256 {found.sha256[:12]}…, and the score was made by "
            f"{score['model_sha256'][:12]}…; score anew with `countermark job run listing_scores`"
        )
    return found


def facts_at(lake: Lake, listing_key: str, versions: Mapping[str, int]) -> pl.DataFrame:
    """Give the facts of one listing as the named table versions had them.

    Raises:
        LakeError: a version is no longer there.

    """
    mine = pl.col("listing_key") == listing_key
    listings = _at(lake, "listings", versions, mine)
    seller = pl.col("seller_key").is_in(listings["seller_key"].drop_nulls().implode())
    return join_facts(
        listings,
        _at(lake, "listing_matches", versions, mine),
        _at(lake, "sellers", versions, seller),
        _at(lake, "seller_features", versions, seller),
    )


def _at(lake: Lake, table: str, versions: Mapping[str, int], where: pl.Expr) -> pl.DataFrame:
    """Read some rows at a version; none of a table that was not there when the score was made."""
    if table in versions:
        return lake.frame(table, version=versions[table], where=where)
    return pl.DataFrame(contract.table(table).arrow().empty_table())


def values(model: Scorer, facts: pl.DataFrame) -> list[Value]:
    """Give every feature that the score of one listing needs, the weightiest first."""
    known = catalogue()
    names = feature_names(model)
    row = dict(zip(names, vectors(facts, names)[0].tolist(), strict=True))
    weights = _weights(model, facts)
    found = [
        Value(name, None if isnan(value) else value, weights.get(name, 0.0), known[name].purpose)
        for name, value in row.items()
    ]
    return sorted(found, key=lambda one: (-abs(one.weight), one.feature))


def _weights(model: Scorer, facts: pl.DataFrame) -> dict[str, float]:
    if model.is_learned:
        parts = model.contributions(vectors(facts, model.features))
        return dict(zip(model.features, parts[0].tolist(), strict=True))
    names = feature_names(model)
    columns = dict(zip(names, vectors(facts, names).T, strict=True))
    told, parts = _rules.contributions(columns)
    return {name: float(part) for name, part in zip(told, np.atleast_2d(parts)[0], strict=True)}


def _compared(
    score: Mapping[str, Any], made: Mapping[str, Any], versions: dict[str, int], found: list[Value]
) -> Repeated:
    other = [name for name in COMPARED if made[name] != score.get(name)]
    finding = "computed anew from these versions, it is the same to the digit"
    if other:
        said = ", ".join(f"{name} is {made[name]!r}, was {score.get(name)!r}" for name in other)
        finding = f"computed anew from these versions, it is another: {said}"
    return Repeated(
        versions,
        is_same=not other,
        finding=finding,
        suspicion=made["suspicion"],
        rules_suspicion=made["rules_suspicion"],
        reasons=made["reasons"],
        features=found,
    )
