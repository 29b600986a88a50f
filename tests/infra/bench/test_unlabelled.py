"""The benchmark of what is unlabelled: what is hidden stays hidden, and gains are counted right."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from infra.bench import unlabelled as bench


def side(genuine: int = 300, counterfeit: int = 200) -> bench.Side:
    labels = np.repeat([0.0, 1.0], [genuine, counterfeit])
    vectors = np.random.default_rng(1).normal(size=(len(labels), 3)).astype(np.float32)
    nothing = np.zeros((0, 3), np.float32)
    return bench.Side(vectors, labels, np.arange(len(labels)), pl.DataFrame(), nothing)


@pytest.mark.parametrize("hiding", [*bench.HIDDEN, bench.FIELD, bench.CHOSEN])
def test_no_genuine_label_is_seen_and_few_of_the_others(hiding: str) -> None:
    one = bench.hidden(side(), hiding, 3)
    counterfeit = one.side.labels > 0
    assert not one.rows.is_confirmed[~counterfeit].any()
    kept = 1 - bench.HIDDEN.get(hiding, 0.8)
    assert one.chance[counterfeit].mean() == pytest.approx(kept)
    share = one.rows.is_confirmed[counterfeit].mean()
    assert share == pytest.approx(kept, abs=4 * np.sqrt(kept / counterfeit.sum()))


def test_as_in_the_field_few_are_counterfeit() -> None:
    one = bench.hidden(side(), bench.FIELD, 3)
    assert one.side.labels.mean() == pytest.approx(bench.BASE_RATE, abs=0.002)
    assert (one.side.labels == 0).sum() == 300


def test_what_is_cheap_is_chosen_nine_times_as_often() -> None:
    made = side()
    found = bench.chances(made, 0.2)[made.labels > 0]
    is_cheap = made.vectors[made.labels > 0, -1] > np.median(made.vectors[made.labels > 0, -1])
    assert found[is_cheap] == pytest.approx(0.36)
    assert found[~is_cheap] == pytest.approx(0.04)


def test_a_gain_is_what_one_ranks_better_than_the_other() -> None:
    labels = np.repeat([1.0, 0.0], 50)
    sellers = np.arange(100).astype(str)
    right, even = labels.copy(), np.zeros(100)
    auc, ap = bench.gain((right, even), labels, sellers)
    assert auc.value == pytest.approx(0.5)
    assert ap.value == pytest.approx(1 - bench.BASE_RATE)
    same, _ = bench.gain((right, right), labels, sellers)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
