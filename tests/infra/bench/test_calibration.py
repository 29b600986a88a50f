"""The benchmark of calibration: its errors are right, and ways find a shift that is there."""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import pytest
from scipy.special import expit

from infra.bench import calibration as bench
from ml.certainty import Audited

DATA = os.environ.get("DATA")


def side(shift: float, count: int = 3000) -> bench.Side:
    rng = np.random.default_rng(4)
    margins = rng.normal(0, 2, count)
    labels = (rng.random(count) < expit(margins + shift)).astype(np.float64)
    return bench.Side(Audited(margins, labels, np.ones(count)), bench._as_it_is())


def test_an_error_is_the_mean_distance_over_bins() -> None:
    chances = np.array([0.05] * 10 + [0.95] * 10)
    labels = np.array([0.0] * 9 + [1.0] + [1.0] * 10)
    wide, _ = bench.errors(chances, labels)
    assert wide == pytest.approx((10 * 0.05 + 10 * 0.05) / 20)
    parts = bench.bins(chances, is_even=True)
    assert [len(one) for one in parts] == [2] * 10


def test_true_chances_err_little_and_shifted_ones_much() -> None:
    one = side(1.5)
    told, rest = bench._drawn(one, 0)
    assert len(told) == bench.LABELS
    assert len(told) + len(rest) == len(one.every)
    found = {name: way(one, told, rest.margins) for name, way in bench.WAYS.items()}
    error = {name: bench.errors(chances, rest.labels)[0] for name, chances in found.items()}
    assert error["raw"] > 0.15
    assert error["raw"] == pytest.approx(error["general line"], abs=0.005)
    assert max(error[name] for name in (bench.OURS, "isotonic", "Platt", "beta")) < 0.06


def test_venn_abers_ends_hold_the_isotonic_chance() -> None:
    told, rest = bench._drawn(side(0.0), 1)
    low, high = bench.venn_abers_ends(told, rest.margins)
    chances = bench.isotonic(side(0.0), told, rest.margins)
    assert (low <= high).all()
    # Between two labels isotonic regression goes straight from one to the other.
    assert np.mean((low - 1e-9 <= chances) & (chances <= high + 1e-9)) > 0.95


def test_an_interval_covers_a_bin_when_the_share_found_lies_within() -> None:
    chances, labels = np.linspace(0, 1, 100), np.r_[np.zeros(50), np.ones(50)]
    whole = np.array([np.zeros(100), np.ones(100)])
    assert bench.covered(chances, whole, labels) == (1.0, 1.0)
    assert bench.covered(chances, np.full((2, 100), 0.5), labels) == (0.0, 0.0)


@pytest.mark.skipif(DATA is None, reason="DATA names no folder of real listings")
def test_on_real_listings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["calibration", str(DATA), "1"])
    bench.main()
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])["figures"]
    assert figures["pairs, error"] < 0.06
