"""Scores a frame of facts: suspicion, what the rules say, reasons, and the words behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from conf.brand import Gates
from jobs import catalogue
from jobs.score import _evidence, _reasons, _rules
from jobs.score._scorer import Scorer

RED_FLAG = Gates().red_flag
REVIEW = Gates().review
AUTOMATIC = Gates().automatic
DIGITS = 2  # of a score; more would tell a difference that nobody can explain
SCORES: dict[str, pl.DataType] = {
    "suspicion": pl.Float64(),
    "suspicion_low": pl.Float64(),
    "suspicion_high": pl.Float64(),
    "is_red_flag": pl.Boolean(),
    "rules_suspicion": pl.Float64(),
    "reasons": pl.List(pl.String()),
    "evidence_text": pl.String(),
}


def feature_names(scorer: Scorer) -> tuple[str, ...]:
    """Name the features that a score needs: the model's and those of the rules."""
    return tuple(sorted({*scorer.features, *_rules.FEATURES}))


def fact_columns(scorer: Scorer) -> list[str]:
    """Name the columns of the facts that a score needs, sorted."""
    return sorted(
        {*catalogue.fact_columns(feature_names(scorer)), *_evidence.COLUMNS, "brand", "platform"}
    )


def scored(scorer: Scorer, facts: pl.DataFrame, review: Mapping[str, float]) -> pl.DataFrame:
    """Give the scores of each row of the facts, in their order.

    Args:
        scorer: the model, or the rules.
        facts: columns of `fact_columns`, one row a listing.
        review: line from which a person looks at a listing, by brand; reasons are told from there.

    Returns:
        columns of `SCORES`.

    """
    names = feature_names(scorer)
    if not facts.height:
        return pl.DataFrame(schema=SCORES)
    vectors = catalogue.vectors(facts, names)
    columns = {name: vectors[:, at] for at, name in enumerate(names)}
    by_rules = _rules.suspicion(columns)
    points, low, high = by_rules, *np.full((2, facts.height), np.nan)
    if scorer.is_learned:
        own = _chosen(columns, scorer.features)
        points, low, high = held(scorer.suspicion(own, facts["platform"].to_list()), columns)
    points, by_rules = points.round(DIGITS), by_rules.round(DIGITS)
    reasons, evidence = _told(scorer, facts, columns, _is_told(facts, points, review))
    return pl.DataFrame(
        {
            "suspicion": points,
            "suspicion_low": pl.Series(low.round(DIGITS)).fill_nan(None),
            "suspicion_high": pl.Series(high.round(DIGITS)).fill_nan(None),
            "is_red_flag": points > RED_FLAG,
            "rules_suspicion": by_rules,
            # By way of Arrow: ten times as fast as a series of lists.
            "reasons": pl.Series(pa.array(reasons, pa.list_(pa.string()))),
            "evidence_text": evidence,
        },
        schema=SCORES,
    )


def held(points: np.ndarray, columns: _rules.Columns) -> np.ndarray:
    """Hold a model's scores under the two ceilings that are facts and not likeness.

    A listing that shows no brand is no counterfeit of one that could be named, so it may be
    reviewed but is no red flag; a seller on the brand's own list is the brand's to vouch for.
    """
    for rule in (_rules.NO_BRAND, _rules.TRUSTED):
        points = np.where(_rules.holds(rule, columns), np.minimum(points, rule.ceiling), points)
    return points


def _chosen(columns: _rules.Columns, names: Sequence[str]) -> np.ndarray:
    return np.column_stack([columns[name] for name in names])


def _is_told(facts: pl.DataFrame, points: np.ndarray, review: Mapping[str, float]) -> np.ndarray:
    lines = facts["brand"].replace_strict(review, default=REVIEW, return_dtype=pl.Float64)
    found: np.ndarray = points >= np.minimum(lines.to_numpy(), RED_FLAG)
    return found


def _told(
    scorer: Scorer, facts: pl.DataFrame, columns: _rules.Columns, is_told: np.ndarray
) -> tuple[list[list[str]], list[str | None]]:
    """Give reasons and evidence; only of rows that people will look at, the rest costs nothing."""
    reasons: list[list[str]] = [[] for _ in range(facts.height)]
    evidence: list[str | None] = [None] * facts.height
    at = np.flatnonzero(is_told)
    if not at.size:
        return reasons, evidence
    some = {name: values[at] for name, values in columns.items()}
    names, parts = _rules.contributions(some)
    if scorer.is_learned:
        names, parts = scorer.features, scorer.contributions(_chosen(some, scorer.features))
    values = _chosen(some, names)
    rows = facts.select(_evidence.COLUMNS)[at].iter_rows(named=True)
    for place, row, value, part in zip(at, rows, values, parts, strict=True):
        by_weight = np.argsort(-part, kind="stable")
        order = [names[i] for i in by_weight if part[i] > 0 and value[i] > 0]
        seen = _evidence.seen(row, order)
        reasons[place] = _reasons.reasons(names, value, part, seen)
        evidence[place] = _evidence.evidence_text(seen, order)
    return reasons, evidence
