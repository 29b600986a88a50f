"""Of confirmed counterfeits and unlabelled listings, where the truth is made and so is known."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import pytest

from conf.errors import ModelError
from ml.figures import auc
from ml.fitting import margins
from ml.trees import trees
from ml.unlabelled import (
    ASIDE,
    LEAST_DRAWN,
    Rows,
    bagged,
    check,
    confirmed_chances,
    confirmed_share,
    even,
    joined,
    posterior,
    share_by_chance,
    trusted,
)

COUNTERFEIT = 0.2  # of all listings
SEEDS = range(5)
SHOWN = ("vectors", "is_confirmed", "weights", "groups")
NAMES = tuple(f"feature_{at}" for at in range(6))
TREES = trees(
    {"rounds": 40, "max_depth": 3, "eta": 0.15, "min_child_weight": 3.0}, "binary:logistic"
)


def fit(vectors: np.ndarray, labels: np.ndarray, weights: np.ndarray, seed: int) -> object:
    return TREES.fit(vectors, labels, weights, NAMES, {}, seed)


@dataclass
class World:
    """Sellers of two listings each; those of counterfeits differ in three of six features."""

    rows: Rows
    is_counterfeit: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """1.0 is a counterfeit."""
        return self.is_counterfeit.astype(np.float64)


def world(seed: int, confirmed: float, apart: float = 3.0, sellers: int = 1000) -> World:
    rng = np.random.default_rng(seed)
    is_counterfeit = (rng.random(sellers) < COUNTERFEIT).repeat(2)
    vectors = rng.normal(size=(2 * sellers, len(NAMES))).astype(np.float32)
    vectors[:, :3] += apart * is_counterfeit[:, None]
    is_confirmed = is_counterfeit & (rng.random(2 * sellers) < confirmed)
    groups = np.arange(2 * sellers) // 2
    return World(Rows(vectors, is_confirmed, np.ones(2 * sellers), groups), is_counterfeit)


def few(**changes: np.ndarray) -> Rows:
    """Twelve rows of six sellers, the first two of which have confirmed counterfeits."""
    confirmed = np.arange(12) < 3
    rows = Rows(np.zeros((12, len(NAMES)), np.float32), confirmed, np.ones(12), np.arange(12) // 2)
    return msgspec.structs.replace(rows, **changes)


def rank(scores: np.ndarray, labels: np.ndarray) -> float:
    return auc(scores, labels, np.ones(len(labels)))


def test_the_share_of_counterfeits_is_in_its_interval() -> None:
    for seed in SEEDS:
        made = world(seed, confirmed=0.3)
        found = confirmed_share(bagged(fit, made.rows, seed, bags=9).out_of_bag, made.rows, seed)
        assert found.counterfeit.low <= made.labels.mean() <= found.counterfeit.high
        assert found.counterfeit.value == pytest.approx(made.labels.mean(), abs=0.05)
        labelled = made.rows.is_confirmed
        assert found.confirmed.low <= labelled.sum() / made.labels.sum() <= found.confirmed.high
        hidden = made.labels[~labelled].mean()
        assert found.hidden.low <= hidden <= found.hidden.high
        assert found.counterfeit.high - found.counterfeit.low < 0.15


def test_where_genuine_looks_the_same_the_share_is_an_upper_bound() -> None:
    values = []
    for seed in SEEDS:
        made = world(seed, confirmed=0.3, apart=1.0)
        out = bagged(fit, made.rows, seed, bags=9).out_of_bag
        values.append(confirmed_share(out, made.rows, seed).counterfeit.value - made.labels.mean())
    assert min(values) > 0.1


def test_bags_rank_better_than_unlabelled_as_genuine_where_little_is_confirmed() -> None:
    gains = []
    for seed in SEEDS:
        made, new = world(seed, confirmed=0.05, apart=1.5), world(50 + seed, 0.0, apart=1.5)
        labels = made.rows.is_confirmed.astype(np.float64)
        plain = fit(made.rows.vectors, labels, even(labels, made.rows.weights), seed)
        found = bagged(fit, made.rows, seed, bags=15)
        better = rank(found.margins(new.rows.vectors), new.labels)
        gains.append(better - rank(margins(plain, new.rows.vectors), new.labels))
        hidden = ~made.rows.is_confirmed
        assert rank(found.out_of_bag[hidden], made.labels[hidden]) > 0.85
    assert np.mean(gains) > 0.02
    assert min(gains) > 0


def test_no_group_is_fitted_and_scored_by_one_bag() -> None:
    made = world(1, confirmed=0.3, sellers=90)
    # Groups of many sizes, so that confirmed and unlabelled rows share them.
    groups = np.sort(np.random.default_rng(2).integers(0, 40, 180))
    rows = msgspec.structs.replace(made.rows, groups=groups)
    place = {row.tobytes(): at for at, row in enumerate(rows.vectors)}
    learned: list[set[int]] = []
    drawn: list[int] = []

    class Spy:
        """Scores any row by the number of its bag."""

        def __init__(self, number: int) -> None:
            self.number = number

        def inplace_predict(self, vectors: np.ndarray, **_: object) -> np.ndarray:
            scored = {int(groups[place[row.tobytes()]]) for row in vectors}
            assert not scored & learned[self.number]
            drawn.extend(place[row.tobytes()] for row in vectors)
            return np.full(len(vectors), float(self.number))

    def spy(vectors: np.ndarray, labels: np.ndarray, weights: np.ndarray, _: int) -> Spy:
        assert labels.sum() >= 1
        assert (weights * labels).sum() == pytest.approx((weights * (1 - labels)).sum())
        learned.append({int(groups[place[row.tobytes()]]) for row in vectors})
        return Spy(len(learned) - 1)

    found = bagged(spy, rows, seed=4, bags=6)
    assert len(learned) == 6
    # Every row was scored by one bag of three, and by nothing else.
    assert np.bincount(drawn).tolist() == [6 // ASIDE] * 180
    assert not np.isnan(found.out_of_bag).any()
    for number in np.unique(groups):
        assert len(set(found.out_of_bag[groups == number])) == 1


def test_a_bag_has_as_many_unlabelled_as_confirmed_rows() -> None:
    sizes = []

    def spy(vectors: np.ndarray, labels: np.ndarray, weights: np.ndarray, seed: int) -> object:
        sizes.append((int(labels.sum()), int((labels == 0).sum())))
        return fit(vectors, labels, weights, seed)

    bagged(spy, world(1, confirmed=0.9).rows, seed=1, bags=3)
    assert all(confirmed == others > LEAST_DRAWN for confirmed, others in sizes)
    sizes.clear()
    bagged(spy, world(1, confirmed=0.1).rows, seed=1, bags=3)
    assert all(confirmed < others == LEAST_DRAWN for confirmed, others in sizes)


def test_the_same_seed_gives_the_same() -> None:
    made = world(3, confirmed=0.2, sellers=200)
    first, again, other = (bagged(fit, made.rows, seed, bags=3) for seed in (5, 5, 6))
    assert first.out_of_bag.tolist() == again.out_of_bag.tolist() != other.out_of_bag.tolist()
    files = [[bytes(one.save_raw("ubj")) for one in found.models] for found in (first, again)]
    assert files[0] == files[1]
    shares = [confirmed_share(one.out_of_bag, made.rows, 5) for one in (first, again)]
    assert shares[0] == shares[1] != confirmed_share(first.out_of_bag, made.rows, 6)


def test_chosen_labels_mislead_and_known_chances_mend_it() -> None:
    """Half of the counterfeits, told by the first feature, are confirmed nine times as often."""
    for seed in SEEDS:
        made = world(seed, confirmed=0.0, apart=3.0)
        chance = np.where(made.rows.vectors[:, 0] > 3.0, 0.45, 0.05)
        drawn = np.random.default_rng(seed).random(len(chance)) < chance
        rows = msgspec.structs.replace(made.rows, is_confirmed=made.is_counterfeit & drawn)
        out = bagged(fit, rows, seed, bags=9).out_of_bag
        truth = made.labels.mean()
        assert confirmed_share(out, rows, seed).counterfeit.high < truth
        known = np.where(rows.is_confirmed, chance, np.nan)
        found = share_by_chance(known, rows, seed)
        assert found.counterfeit.low <= truth <= found.counterfeit.high


def test_a_chance_makes_one_speak_for_many_but_not_for_too_many() -> None:
    weights = np.array([1.0, 0.9, 0.5, 1.0])
    chance = np.array([1.0, 0.5, np.nan, 0.01])
    assert trusted(weights, chance).tolist() == pytest.approx([1.0, 1.8, 0.5, 8.0])


def test_ten_drawn_by_a_fifth_are_fifty_and_two_of_a_complaint_are_two() -> None:
    confirmed = np.arange(100) < 12
    chance = np.full(100, np.nan)
    chance[:10] = 0.2  # two more were looked at for a reason of their own
    rows = Rows(np.zeros((100, 1), np.float32), confirmed, np.ones(100), np.arange(100))
    found = share_by_chance(chance, rows, 1)
    assert found.counterfeit.value == pytest.approx(0.52)
    assert found.confirmed.value == pytest.approx(12 / 52)
    assert found.hidden.value == pytest.approx(40 / 88)


def test_the_chance_of_being_counterfeit_is_that_of_being_confirmed_over_the_share() -> None:
    found = posterior(np.array([0.05, 0.2, 0.4]), 0.25)
    assert found.tolist() == pytest.approx([0.2, 0.8, 1.0])
    by_row = posterior(np.array([0.1, 0.1]), np.array([0.2, 0.5]))
    assert by_row.tolist() == pytest.approx([0.5, 0.2])


def test_posteriors_are_calibrated_where_labels_fall_at_random() -> None:
    made = world(8, confirmed=0.4)
    out = bagged(fit, made.rows, 8, bags=9).out_of_bag
    share = confirmed_share(out, made.rows, 8).confirmed.value
    chances = posterior(confirmed_chances(out, made.rows, 8), share)
    assert chances.mean() == pytest.approx(made.labels.mean(), abs=0.03)
    assert rank(chances, made.labels) > 0.95


def test_a_row_that_was_drawn_from_many_stands_for_them() -> None:
    """Every confirmed row and a quarter of the others tell the same share as all rows."""
    made = world(2, confirmed=0.3, sellers=2000)
    out = bagged(fit, made.rows, 2, bags=9).out_of_bag
    kept = made.rows.is_confirmed | (np.random.default_rng(1).random(len(out)) < 0.25)
    stands = np.where(made.rows.is_confirmed, 1.0, 4.0)
    some = Rows(*(getattr(made.rows, name)[kept] for name in SHOWN), stands=stands[kept])
    every, found = (
        confirmed_share(scores, rows, 2).counterfeit.value
        for scores, rows in ((out, made.rows), (out[kept], some))
    )
    assert found == pytest.approx(every, abs=0.03)


def test_groups_are_joined_by_whatever_they_share() -> None:
    sellers = np.array(["a", "a", "b", "c", "d"])
    texts = np.array([1, 2, 2, 3, 4])
    found = joined(sellers, texts)
    assert found[0] == found[1] == found[2]
    assert len(set(found.tolist())) == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (few(is_confirmed=np.zeros(12, bool)), "none is confirmed as counterfeit"),
        (few(is_confirmed=np.ones(12, bool)), "none is unlabelled"),
        (few(is_confirmed=np.arange(12) < 2), "confirmed as counterfeit is of one group"),
        (few(is_confirmed=np.arange(12) < 10), "unlabelled is of one group"),
    ],
)
def test_what_cannot_be_learned_from_is_said(rows: Rows, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        check(rows)
    with pytest.raises(ModelError, match=said):
        bagged(fit, rows, 1)


def test_too_few_are_said() -> None:
    with pytest.raises(
        ModelError, match="3 listings are confirmed as counterfeit; a share needs 8"
    ):
        confirmed_share(np.zeros(12), few(), 1)
    with pytest.raises(ModelError, match=r"3 listings with a known chance .* a share needs 8"):
        share_by_chance(np.full(12, 0.5), few(), 1)
    with pytest.raises(ModelError, match="2 bags leave rows without a score; give at least 3"):
        bagged(fit, few(), 1, bags=2)
