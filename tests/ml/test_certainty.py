"""A platform's own calibration: it rises, stays within 0 and 1, and its interval holds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from jobs.score._scorer import ELSEWHERE, Line, calibrated
from ml import certainty
from ml.certainty import LEAST_LABELS, Audited, band, bands, one_more, pooled

AT = np.linspace(-6.0, 6.0, 25)
GENERAL: Line = tuple(zip(AT.tolist(), expit(AT).tolist(), strict=True))


def audited(
    labels: list[float], margins: list[float], weights: list[float] | None = None
) -> Audited:
    even = [1.0] * len(labels)
    return Audited(np.array(margins), np.array(labels), np.array(weights or even))


def drawn(count: int, shift: float, seed: int) -> Audited:
    """Draw labels of a platform whose log-odds lie `shift` over what the general line tells."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(0.0, 2.0, count)
    labels = (rng.random(count) < expit(margins + shift)).astype(np.float64)
    return Audited(margins, labels, np.ones(count))


ROWS = st.lists(
    st.tuples(st.floats(-8, 8), st.sampled_from([0.0, 1.0]), st.floats(0.5, 8.0)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_a_line_rises_from_no_less_than_0_to_no_more_than_1(
    rows: list[tuple[float, float, float]],
) -> None:
    margins, labels, weights = (list(one) for one in zip(*rows, strict=True))
    at, chances = np.array(pooled(GENERAL, audited(labels, margins, weights))).T
    assert (np.diff(at) > 0).all()
    assert (np.diff(chances) >= 0).all()
    assert chances[0] >= 0
    assert chances[-1] <= 1


@settings(max_examples=15, deadline=None)
@given(rows=ROWS)
def test_an_interval_holds_the_chance_and_rises_with_it(
    rows: list[tuple[float, float, float]],
) -> None:
    margins, labels, weights = (list(one) for one in zip(*rows, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certainty, "ROUNDS", 10)
        _, chance, low, high = np.array(band(GENERAL, audited(labels, margins, weights), 7)).T
    assert (low <= chance).all()
    assert (chance <= high).all()
    assert (low >= 0).all()
    assert (high <= 1).all()
    for end in (low, high):
        assert (np.diff(end) >= -1e-12).all()


def test_few_labels_move_the_general_line_and_more_replace_it() -> None:
    at = AT[6:19]
    true = expit(at + 2.0)

    def off(count: int) -> float:
        lines = [pooled(GENERAL, drawn(count, 2.0, seed)) for seed in range(12)]
        return float(np.mean([np.abs(calibrated(at, one) - true) for one in lines]))

    untold = float(np.abs(calibrated(at, GENERAL) - true).mean())
    assert untold > 0.2
    assert off(10) < 0.6 * untold
    assert off(300) < 0.6 * off(10)
    assert off(300) < 0.05


def test_where_no_label_lies_the_moved_line_stands() -> None:
    told = audited([0.0, 0.0, 1.0, 1.0] * 10, [-1.0, -0.5, 0.5, 1.0] * 10)
    low, high = calibrated(np.array([-5.0, 5.0]), pooled(GENERAL, told))
    assert low < 0.02
    assert high > 0.98


def test_more_labels_are_surer() -> None:
    widths = []
    for count in (40, 400):
        _, _, low, high = np.array(band(GENERAL, drawn(count, 1.0, 2), 7)).T
        widths.append(float((high - low)[20:-20].mean()))
    assert widths[0] > 1.3 * widths[1]


def test_one_label_more_moves_a_chance_its_own_way() -> None:
    own = drawn(100, 0.0, 3)
    genuine, counterfeit = one_more(GENERAL, own, AT)
    chances = calibrated(AT, pooled(GENERAL, own))
    assert (genuine <= chances + 0.01).all()
    assert (counterfeit >= chances - 0.01).all()
    assert (counterfeit - genuine).max() < 0.25


def test_a_label_that_speaks_for_many_weighs_more() -> None:
    labels, margins = [0.0, 1.0] * 20, [0.0] * 40
    even, uneven = (
        float(calibrated(np.array([0.0]), pooled(GENERAL, audited(labels, margins, one)))[0])
        for one in ([1.0, 1.0] * 20, [1.0, 8.0] * 20)
    )
    assert even == pytest.approx(0.5, abs=0.01)
    assert uneven > 0.65


def test_platforms_with_enough_labels_have_bands_and_tell_how_sure_the_line_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(certainty, "ROUNDS", 20)
    audited = {"low": drawn(300, -2.0, 1), "high": drawn(300, 2.0, 2), "few": drawn(20, 0.0, 3)}
    found = bands(GENERAL, audited, 7)
    assert sorted(found) == [ELSEWHERE, "high", "low"]
    at, chance, low, high = np.array(found[ELSEWHERE]).T
    assert np.allclose(chance, expit(at))
    middle = int(np.argmin(np.abs(at)))
    # At even odds the one platform is about .12 and the other about .88: so may a third be.
    assert low[middle] < 0.2
    assert high[middle] > 0.8
    own = np.interp(0.0, *np.array(found["low"]).T[:2])
    assert abs(own - 0.12) < 0.1


def test_one_platform_tells_nothing_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certainty, "ROUNDS", 5)
    assert sorted(bands(GENERAL, {"one": drawn(LEAST_LABELS, 0.0, 1)}, 7)) == ["one"]
    assert bands(GENERAL, {"one": drawn(LEAST_LABELS - 1, 0.0, 1)}, 7) == {}
