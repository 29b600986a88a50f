"""AUC and average precision, held against sklearn's, with intervals that clusters widen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from infra.bench.listings_figures import BASE_RATE, Ranking, figures


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=40
    )
)
@settings(max_examples=200, deadline=None)
def test_the_same_figures_as_sklearn(rows: list[tuple[int, bool, int]]) -> None:
    scores, labels, times = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    positive, negative = (times * labels).sum(), (times * (1 - labels)).sum()
    auc, ap = Ranking(scores, labels).figures(times)
    if not (positive and negative):
        assert np.isnan(auc)
        assert np.isnan(ap)
        return
    share = np.where(labels > 0, BASE_RATE / positive, (1 - BASE_RATE) / negative) * times
    assert auc == pytest.approx(roc_auc_score(labels, scores, sample_weight=times))
    assert ap == pytest.approx(average_precision_score(labels, scores, sample_weight=share))


def test_chance_has_the_base_rate_for_its_precision() -> None:
    auc, ap = Ranking(np.zeros(10), np.array([1.0] * 5 + [0.0] * 5)).figures(np.ones(10))
    assert (auc, ap) == (0.5, pytest.approx(0.066))


def test_few_sellers_give_a_wide_interval() -> None:
    rng = np.random.default_rng(1)
    labels = np.repeat([1.0, 0.0], 200)
    scores = labels + rng.normal(size=400)
    alone = figures(scores, labels, np.arange(400).astype(str))
    grouped = figures(scores, labels, (np.arange(400) // 50).astype(str))
    assert alone is not None
    assert grouped is not None
    assert alone.auc.value == grouped.auc.value
    assert alone.auc.low < alone.auc.value < alone.auc.high
    assert (alone.counterfeits, alone.genuine) == (200, 200)
    assert figures(scores, labels, np.arange(400).astype(str)) == alone


def test_no_figure_of_too_few() -> None:
    labels = np.array([1.0] * 9 + [0.0] * 100)
    assert figures(labels, labels, np.arange(109).astype(str)) is None
