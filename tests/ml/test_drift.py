"""Drift that was planted is found, and none is found where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from conf.model import Watch
from ml.drift import EVERY, SCORE, Frame, by_chance, moved, prevalence, psi, reference, strange

NAMES = ("ratio", "says", "rare")


def frame(seed: int, shift: float = 0.0, sellers: int = 400, platform: str = "bazaar") -> Frame:
    """Give listings of sellers whose offers are alike; a shift moves the ratio of all of them."""
    rng = np.random.default_rng(seed)
    own = rng.lognormal(shift, 0.6, sellers)
    says = rng.random(sellers) < 0.2
    seller = np.repeat(np.arange(sellers), rng.integers(1, 6, sellers))
    ratio = own[seller] * rng.lognormal(0, 0.1, len(seller))
    rare = np.where(rng.random(sellers) < 0.3, np.nan, 1.0)[seller]
    vectors = np.column_stack([ratio, says[seller], rare]).astype(np.float32)
    chances = np.clip(0.1 + 0.5 * (ratio < 0.6), 0, 1)
    names = np.array([platform] * len(seller), dtype=object)
    return Frame(
        NAMES, vectors, chances, names, np.array([f"s{one}" for one in seller], dtype=object)
    )


def test_an_index_is_zero_without_change_and_has_its_usual_size() -> None:
    assert psi([0.5, 0.5], [0.5, 0.5]) == 0.0
    assert psi([0.5, 0.5], [0.7, 0.3]) == pytest.approx(0.2 * np.log(1.4) + 0.2 * np.log(5 / 3))
    assert by_chance(11, 100, 100, 0.05) == pytest.approx(0.02 * 18.31, rel=0.01)  # chi-squared
    assert by_chance(1, 100, 100, 0.05) == 0.0


def test_planted_drift_is_an_alarm_of_its_feature_alone() -> None:
    then = reference(frame(1), 0.1)
    found = moved(then, frame(2, shift=0.6), Watch())
    assert {(one.feature, one.level) for one in found if one.level != "steady"} == {
        ("ratio", "alarm"),
        (SCORE, "alarm"),
    }
    assert {one.platform for one in found} == {"bazaar", EVERY}


def test_a_feature_that_goes_missing_is_an_alarm() -> None:
    then, now = reference(frame(1), 0.1), frame(2)
    now.vectors[:, 1] = np.nan
    assert moved(then, now, Watch())[0].feature == "says"


@pytest.mark.parametrize("sellers", [40, 400])
def test_without_drift_there_is_hardly_ever_an_alarm(sellers: int) -> None:
    """Of 60 pairs of samples of one world; 40 sellers move an index over the line by chance."""
    loud = [
        any(
            one.level != "steady"
            for one in moved(
                reference(frame(2 * seed, sellers=sellers), 0.1),
                frame(2 * seed + 1, sellers=sellers),
                Watch(),
            )
        )
        for seed in range(60)
    ]
    assert np.mean(loud) <= 0.05


def test_a_new_platform_is_named_and_few_sellers_tell_nothing() -> None:
    then = reference(frame(1), 0.1)
    assert strange(then, frame(2, platform="markt")) == ["markt"]
    assert strange(then, frame(2, platform="markt", sellers=5)) == []


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_another_share_of_counterfeits_is_told_from_calibrated_chances(share: float) -> None:
    """Chances were calibrated where a tenth were counterfeit."""
    rng = np.random.default_rng(4)
    fake = rng.random(40_000) < share
    margin = np.where(fake, rng.normal(1.5, 1, fake.size), rng.normal(-1.5, 1, fake.size))
    chances = 1 / (1 + np.exp(-(3.0 * margin + np.log(0.1 / 0.9))))
    scores = np.bincount(np.minimum((chances * 200).astype(int), 199), minlength=200) / fake.size
    assert prevalence(scores.tolist(), 0.1) == pytest.approx(share, abs=0.02)
