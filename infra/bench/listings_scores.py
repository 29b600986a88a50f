"""Every way to score a side: the product's, plain baselines, and controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars as pl

from conf.model import Model, model
from infra.bench.listings_sides import (
    IS_GENUINE,
    Sides,
    balanced,
    halves,
    left_out,
    plainly,
    sides,
)
from jobs import catalogue
from jobs.score import _rules
from ml.cold_start import PRICE, Fold, blended, log_odds, trust
from ml.fitting import margins, unfitted

OURS, UNLEARNED, LEARNED = "ours", "ours, nothing learned", "learned alone"
RULES, PRICE_RULE = "the rules", "price rule"
CONTROL, HAS_PRICE = "only what is missing", "that it has a price"
# What every source can show. A feature that reads anything else would tell the source by what is
# missing: here no replica row has a brand field, and few genuine ones have a seller.
CARRIED = frozenset(
    {
        "price_to_reference",
        "title_folded",
        "description_folded",
        "text_signs",
        "trade_word_count",
        "claim",
        "is_mention_disguised",
        "is_disguised",
        "brands_mentioned",
    }
)
_WORDS: tuple[str, ...] = ("says_replica", "says_grade", "says_authentic", "says_wholesale")
_WORDS += ("says_evasive", "says_messenger", "says_hurry")
ROBUST = ("price_ratio", "price_ratio_log", "brand_mention_count", *_WORDS)
PLAIN: tuple[str, ...] = (*ROBUST, "price_log", "trade_word_kinds", "title_length_log")
PLAIN += ("title_word_count", "description_length_log", "title_capital_share")
PLAIN += ("title_digit_share", "title_symbol_share", "exclamation_count", "picture_letter_count")
BASELINES = {"boosting, 20 plain features": PLAIN, "boosting, 10 robust": ROBUST}
_PLAIN_TREES: dict[str, float | int | str | bool] = {"rounds": 200, "max_depth": 4, "eta": 0.05}


def names() -> tuple[str, ...]:
    """Name the champion's features that read nothing but what every source can show."""
    return tuple(
        name
        for name in model("counterfeit").features
        if catalogue.catalogue()[name].per is None
        and set(catalogue.fact_columns([name])) <= CARRIED
    )


def ours(own: pl.DataFrame, other: pl.DataFrame, *, has_references: bool) -> dict[str, np.ndarray]:
    """Score the judged half of the other side by what holds everywhere and what was learned.

    How far what was learned is trusted is told by the training side alone, whole sources of which
    are left out in turn.
    """
    made = sides(own, other, has_references=has_references)
    found = fold(made)
    return {
        OURS: blended(found, trust(held_out(own, has_references=has_references))),
        UNLEARNED: found.prior,
        LEARNED: found.learned,
        RULES: suspicion(made.test),
        CONTROL: learned(made, is_control=True),
        HAS_PRICE: (made.test[PRICE].is_not_null()).cast(pl.Float64).to_numpy(),
    }


def held_out(own: pl.DataFrame, *, has_references: bool) -> list[Fold]:
    """Give the folds of one side: each pair of its sources, by what the others taught."""
    return [
        fold(sides(rest, pair, has_references=has_references)) for _, rest, pair in left_out(own)
    ]


def fold(made: Sides) -> Fold:
    """Give both log-odds of what is judged, and its labels."""
    labels = made.test["label"].to_numpy().astype(np.float64)
    return Fold(log_odds(made.test), learned(made), labels)


def learned(made: Sides, *, is_control: bool = False) -> np.ndarray:
    """Give the log-odds by the product's trees, which learned from the training side.

    The control learns from nothing but which features are missing: if it can tell the labels, so
    can the model, for the wrong reason.
    """
    conf = model("counterfeit")
    train, test = (vectors(one) for one in (made.train, made.test))
    if is_control:
        train, test = (np.isnan(one).astype(np.float32) for one in (train, test))
    monotone = {} if is_control else {**conf.monotone, PRICE: 1}
    return _fitted(conf, made.train, (train, test), (*names(), PRICE), monotone)


def baselines(
    own: pl.DataFrame, other: pl.DataFrame, *, has_references: bool
) -> dict[str, np.ndarray]:
    """Score the same listings plainly: by price over the brand's median, and by boosting."""
    gives = halves(own)
    train = plainly(own.filter(~gives), own.filter(gives))
    test = _plain_test(own, other, has_references=has_references)
    plain = msgspec.structs.replace(model("counterfeit"), parameters=_PLAIN_TREES)
    found = {PRICE_RULE: price_rule(own, other, has_references=has_references)}
    for name, features in BASELINES.items():
        mine, theirs = (catalogue.vectors(one, features) for one in (train, test))
        found[name] = _fitted(plain, train, (mine, theirs), features, {})
    return found


def price_rule(own: pl.DataFrame, other: pl.DataFrame, *, has_references: bool) -> np.ndarray:
    """Score by price over the brand's median alone; where it is not known, as at the median."""
    test = _plain_test(own, other, has_references=has_references)
    return -test["price_to_reference"].fill_null(1.0).to_numpy().astype(np.float64)


def _plain_test(own: pl.DataFrame, other: pl.DataFrame, *, has_references: bool) -> pl.DataFrame:
    gives = halves(other)
    offers = other.filter(gives) if has_references else own.filter(IS_GENUINE)
    return plainly(other.filter(~gives), offers)


def suspicion(facts: pl.DataFrame) -> np.ndarray:
    """Give the points of the rules as they stand."""
    points = catalogue.vectors(facts, _rules.FEATURES)
    columns = {name: points[:, at] for at, name in enumerate(_rules.FEATURES)}
    return np.asarray(_rules.suspicion(columns), dtype=np.float64)


def vectors(facts: pl.DataFrame) -> np.ndarray:
    """Give the features that every source can show, and the price's evidence last."""
    evidence = facts[PRICE].cast(pl.Float32).fill_null(float("nan")).to_numpy()
    return np.column_stack([catalogue.vectors(facts, names()), evidence])


def _fitted(
    conf: Model,
    facts: pl.DataFrame,
    vectors: tuple[np.ndarray, np.ndarray],
    features: Sequence[str],
    monotone: Mapping[str, int],
) -> np.ndarray:
    """Give the log-odds of the test by trees of the training side, sources balanced."""
    train, test = vectors
    labels = facts["label"].to_numpy().astype(np.float64)
    trees = unfitted(conf).fit(train, labels, balanced(facts), features, monotone, conf.seed)
    return margins(trees, test)
