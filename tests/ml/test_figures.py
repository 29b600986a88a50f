"""Figures beside scikit-learn's, and what they give where there is nothing to count."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score

from jobs.score._scorer import calibrated, is_line
from ml import figures, plots
from ml.calibration import LEAST_BLOCK, calibration

ROWS = st.lists(
    st.tuples(st.integers(-4, 4), st.booleans(), st.integers(1, 5)), min_size=2, max_size=60
)


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_auc_is_that_of_scikit_learn(rows: list[tuple[int, bool, int]]) -> None:
    scores, labels, weights = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    if 0 < labels.sum() < len(labels):
        expected = roc_auc_score(labels, scores, sample_weight=weights)
        assert figures.auc(scores, labels, weights) == pytest.approx(expected)
    else:
        assert isnan(figures.auc(scores, labels, weights))


def test_precision_and_recall_of_flags() -> None:
    flags, labels = np.array([1, 1, 1, 0.0]), np.array([1, 0, 1, 1.0])
    weights = np.array([1, 1, 2, 1.0])
    assert figures.precision(flags, labels, weights) == 0.75
    assert figures.recall(flags, labels, weights) == 0.75
    assert isnan(figures.precision(flags * 0, labels, weights))
    assert isnan(figures.recall(flags, labels * 0, weights))


def test_an_interval_draws_sellers_and_not_listings() -> None:
    """A hundred listings of one seller say no more than the seller does."""
    labels = np.r_[np.ones(100), np.zeros(100)]
    flags, weights = np.ones(200), np.ones(200)

    def precision(part: np.ndarray) -> float:
        return figures.precision(flags, labels, part)

    two = figures.interval(precision, weights, np.repeat(["a", "b"], 100), seed=1)
    many = figures.interval(precision, weights, np.arange(200).astype(str), seed=1)
    assert (two.value, two.low, two.high) == (0.5, 0.0, 1.0)
    assert 0.4 < many.low < 0.5 < many.high < 0.6


@pytest.mark.parametrize(
    ("sellers", "low"),
    [(["a"], 0.21), (["a", "a", "a"], 0.21), (["a", "b", "c", "d"], 0.51)],
)
def test_few_that_are_all_right_are_no_certainty(sellers: list[str], low: float) -> None:
    flags = labels = weights = np.ones(len(sellers))

    def precision(part: np.ndarray) -> float:
        return figures.precision(flags, labels, part)

    told = figures.share_interval(precision, flags > 0, weights, np.array(sellers), seed=1)
    assert (told.value, told.high) == (1.0, 1.0)
    assert told.low == pytest.approx(low, abs=0.01)


def test_a_share_of_nothing_is_unknown() -> None:
    flags = labels = np.zeros(3)

    def precision(part: np.ndarray) -> float:
        return figures.precision(flags, labels, part)

    told = figures.share_interval(precision, flags > 0, np.ones(3), np.array(list("abc")), seed=1)
    assert isnan(told.value)


def test_calibration_is_isotonic_without_steps() -> None:
    rng = np.random.default_rng(3)
    margins = rng.normal(0, 2, 3000)
    labels = (rng.random(3000) < 1 / (1 + np.exp(1 - margins / 2))).astype(float)
    line = calibration(margins, labels, np.ones(3000))
    assert is_line(list(line))
    chances = calibrated(margins, line)
    usual = IsotonicRegression().fit(margins, labels).predict(margins)
    assert np.abs(chances - usual).mean() < 0.02
    assert figures.calibration_error(chances, labels, np.ones(3000)) < 0.02
    assert len(set(chances)) == len(set(margins))  # no two listings are tied that were not


@pytest.mark.parametrize("labels", [np.ones(50), np.zeros(50)])
def test_one_kind_alone_is_never_certain(labels: np.ndarray) -> None:
    line = calibration(np.linspace(-1, 1, 50), labels, np.ones(50))
    assert is_line(list(line))
    assert 0.0 < calibrated(np.array([0.0]), line)[0] < 1.0


def test_few_examples_make_one_step() -> None:
    line = calibration(np.array([-1.0, 1.0]), np.array([0.0, 1.0]), np.ones(2))
    assert len(line) == 3
    assert LEAST_BLOCK > 2


def test_plots_are_pictures() -> None:
    chances, labels = np.linspace(0, 1, 40), np.r_[np.zeros(20), np.ones(20)]
    for picture in (
        plots.reliability(figures.reliability(chances, labels, np.ones(40))).decode(),
        plots.precision_recall(
            figures.precision_recall(chances, labels, np.ones(40)), [(0.0, 1.0), (1.0, 0.1)]
        ).decode(),
    ):
        assert picture.startswith("<svg xmlns=")
        assert "nan" not in picture


def test_average_precision_takes_ties_as_one_step() -> None:
    labels, ones = np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4)
    assert figures.average_precision(np.array([4.0, 3.0, 2.0, 1.0]), labels, ones) == (
        pytest.approx((1 + 2 / 3) / 2)
    )
    assert figures.average_precision(np.zeros(4), labels, ones) == pytest.approx(0.5)
    assert isnan(figures.average_precision(np.zeros(4), np.zeros(4), ones))


def test_rebased_weights_have_the_rate() -> None:
    labels, weights = np.array([1.0, 1.0, 0.0]), np.array([5.0, 1.0, 2.0])
    made = figures.rebased(labels, weights, 0.066)
    assert (made * labels).sum() == pytest.approx(0.066)
    assert made.sum() == pytest.approx(1.0)
    assert made[0] / made[1] == pytest.approx(5.0)  # within a label as they were
    assert (figures.rebased(np.ones(2), np.ones(2), 0.1) == 1).all()


def test_precision_of_what_there_is_time_for() -> None:
    scores, labels, ones = (
        np.array([9.0, 8.0, 7.0, 1.0]),
        np.array([1.0, 0.0, 1.0, 0.0]),
        np.ones(4),
    )
    found = [figures.precision_of_top(scores, labels, ones, one) for one in (0.25, 0.5, 0.375, 1.0)]
    assert found == pytest.approx([1.0, 0.5, 2 / 3, 0.5])  # three eighths: one and a half listings


def test_recall_where_precision_is_high() -> None:
    scores, labels, ones = (
        np.array([9.0, 8.0, 7.0, 1.0]),
        np.array([1.0, 1.0, 0.0, 1.0]),
        np.ones(4),
    )
    assert figures.recall_at_precision(scores, labels, ones, 0.9) == pytest.approx(2 / 3)
    assert figures.recall_at_precision(-scores, labels, ones, 1.0) == pytest.approx(1 / 3)
    assert figures.recall_at_precision(-labels, labels, ones, 0.9) == 0.0
