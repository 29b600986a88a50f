"""Trees that start from the rules say what the rules say, and few labels mend them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from conf.errors import ConfError, ModelError
from conf.model import model
from conf.site import Site
from jobs.score import _rules
from ml import figures, spread
from ml.examples import Examples, examples
from ml.fitting import calibrate, fit, margins
from ml.frame import rows_at, versions
from ml.from_rules import from_rules, made_up
from ml.trees import Trees

COLD = model("cold_start")
SIGNS = Trees.signs(COLD.features, COLD.monotone)


def told(columns: dict[str, np.ndarray], names: tuple[str, ...] = COLD.features) -> np.ndarray:
    """Give the log-odds of these listings by trees that saw nothing but the rules."""
    trees = from_rules(names, Trees.signs(names, COLD.monotone), 7)
    return margins(trees, np.column_stack([columns[name] for name in names]))


def test_they_order_listings_as_the_rules_do() -> None:
    others = made_up(COLD.features, np.random.default_rng(99))
    by_rules = _rules.suspicion({name: others[name] for name in _rules.FEATURES})
    assert spearmanr(told(others), by_rules).statistic > 0.95


@pytest.mark.parametrize(
    ("name", "low", "high", "then"),
    [
        ("says_replica", 0.0, 1.0, "rises"),
        ("is_brand_disguised", 0.0, 1.0, "rises"),
        ("price_ratio", 0.1, 0.9, "falls"),
        ("says_used", 0.0, 1.0, "falls"),
        ("is_trusted_seller", 0.0, 1.0, "falls"),
        ("seller_rating", 0.1, 0.9, "stays"),  # no rule reads it
    ],
)
def test_each_sign_counts_as_in_the_rules(name: str, low: float, high: float, then: str) -> None:
    plain = {one: np.zeros(1, dtype=np.float32) for one in COLD.features}
    plain |= {
        "is_brand_claimed": np.ones(1, np.float32),
        "price_ratio": np.full(1, 0.3, np.float32),
    }
    before, after = (
        told(plain | {name: np.full(1, value, dtype=np.float32)}) for value in (low, high)
    )
    by = float((after - before)[0])
    assert {"rises": by > 0.2, "falls": by < -0.2, "stays": abs(by) < 0.1}[then]


def test_a_rule_whose_feature_the_model_lacks_is_left_out() -> None:
    names = ("says_replica", "seller_rating")
    columns = {
        "says_replica": np.array([0, 1], np.float32),
        "seller_rating": np.ones(2, np.float32),
    }
    without, with_sign = told(columns, names)
    assert with_sign > without + 1


def test_the_same_seed_gives_the_same_trees() -> None:
    one, other = (from_rules(COLD.features, SIGNS, 7).save_raw("ubj") for _ in range(2))
    assert one == other


@pytest.fixture
def few(learned: Site) -> Examples:
    """Fourteen labels of each kind."""
    rows = rows_at(learned, versions(learned))
    rows = rows.group_by("is_counterfeit", maintain_order=True).head(14)
    return examples(COLD, rows)


def test_few_labels_are_enough_for_it_and_too_few_for_the_champion(learned: Site) -> None:
    rows = rows_at(learned, versions(learned)).group_by("is_counterfeit").head(14)
    assert len(examples(COLD, rows)) == 28
    with pytest.raises(ModelError, match="counterfeit needs 40 of each"):
        examples(model("counterfeit"), rows)
    with pytest.raises(ModelError, match="cold_start needs 12 of each"):
        examples(COLD, rows.group_by("is_counterfeit").head(11))


def test_few_labels_calibrate_it(few: Examples) -> None:
    line, unseen = calibrate(COLD, few)
    assert np.isfinite(unseen).all()
    at, chances = np.array(line).T
    assert (np.diff(at) > 0).all()
    assert (np.diff(chances) >= 0).all()


def test_labels_mend_what_the_rules_get_wrong(few: Examples) -> None:
    """People of this market call goods of flawless ratings counterfeit, of which no rule knows."""
    at = COLD.features.index("seller_rating")
    vectors = few.vectors.copy()
    vectors[:, at] = few.labels
    taught = fit(COLD, replace(few, vectors=vectors))
    untaught = from_rules(COLD.features, SIGNS, COLD.seed)
    after, before = (
        figures.auc(margins(trees, vectors), few.labels, few.weights)
        for trees in (taught, untaught)
    )
    assert after > before
    assert after > 0.95


def test_a_cluster_is_refused() -> None:
    with pytest.raises(ConfError, match="without --tasks"):
        spread.fit(COLD, None, None, 2)  # type: ignore[arg-type] # refused before either is read
