"""Rare values weigh more, what says the same counts once, and what was learned can be read."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from jobs.vendors._blocking import Index, indexed, prior_bits
from jobs.vendors._evidence import POPULATION, Traits, evidence, is_hub, traits
from jobs.vendors._kinds import FAMILIES, KINDS
from jobs.vendors._likelihood import (
    Learned,
    estimated,
    first_weights,
    inputs,
    learned,
    log_odds,
    weighed,
    weighed_without,
    without_strongest,
)
from jobs.vendors._ties import ties

Row = tuple[str, str, str]
CROWD = [(f"crowd:{at:03}", "place", f"city{at % 7}") for at in range(300)]


def sightings(rows: list[Row]) -> pl.DataFrame:
    schema = ["seller_key", "kind", "value"]
    return pl.DataFrame(rows, schema, orient="row").with_columns(listing_count=pl.lit(5))


def about(index: Index, rows: list[dict[str, object]] | None = None) -> Traits:
    usual = {
        "platform": "harbor",
        "name_folded": "",
        "open_days": 100,
        "brands": [],
        "hours": [0.0] * 24,
    }
    given = {one["seller_key"]: one for one in rows or []}
    whole = [usual | {"seller_key": key} | given.get(key, {}) for key in index.sellers]
    schema = {
        "seller_key": pl.String,
        "platform": pl.String,
        "name_folded": pl.String,
        "open_days": pl.Int64,
        "brands": pl.List(pl.String),
        "hours": pl.List(pl.Float64),
    }
    return traits(index, pl.DataFrame(whole, schema))


def of_pair(rows: list[Row], known: list[dict[str, object]] | None = None) -> dict[str, float]:
    """Give the evidence of sellers a:1 and b:1, among a crowd."""
    index = indexed(sightings([*rows, *CROWD]))
    keys = index.sellers.to_list()
    pair = np.array([keys.index("a:1")]), np.array([keys.index("b:1")])
    tied = np.ones(index.values.height)
    return evidence(index, about(index, known), pair, first_weights(index), tied).to_dicts()[0]


def both(kind: str, value: str, others: int = 0) -> list[Row]:
    sellers = ["a:1", "b:1", *(f"crowd:{at:03}" for at in range(others))]
    return [(one, kind, value) for one in sellers]


def test_a_value_weighs_log2_of_m_over_its_share() -> None:
    # 302 sellers, two of them have it, m is a half.
    sentence = of_pair(both("sentence", "all parcels leave the same evening"))
    assert sentence["text"] == pytest.approx(np.log2(0.5 * 151))
    # An identifier of few is one person's, however few sellers were seen.
    phone = of_pair(both("phone", "8613800000001"))
    assert phone["contact"] == pytest.approx(np.log2(0.5 * POPULATION / 2))


def test_the_rarer_a_shared_value_the_more_it_weighs() -> None:
    weights = [of_pair(both("sentence", "fast", others))["text"] for others in (0, 5, 50, 250)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] == 0.0


def test_the_same_digits_count_once() -> None:
    phone, handle = both("phone", "8613800000001"), both("wechat", "wx8613800000001")
    once, twice = of_pair(phone), of_pair(phone + handle)
    assert twice["contact_more"] == once["contact_more"] == 0.0
    assert of_pair(phone + both("wechat", "lucky_star"))["contact_more"] > 0


def test_many_sentences_say_at_most_as_much_again() -> None:
    rows = [row for at in range(30) for row in both("sentence", f"sentence {at}")]
    found = of_pair(rows)
    assert found["text_more"] == found["text"] > 0


def test_a_value_of_few_of_the_listings_weighs_less() -> None:
    rows = both("phone", "8613800000001")
    rows += [("a:1", "phone", f"861390000000{at}") for at in range(9)]
    assert of_pair(rows)["contact"] < of_pair(both("phone", "8613800000001"))["contact"] - 3


def test_own_identifiers_that_differ_speak_against() -> None:
    differ = [("a:1", "phone", "8613800000001"), ("b:1", "phone", "8613800000002")]
    assert of_pair(differ)["contact_differs"] < 0
    one_listing = sightings([*differ, *CROWD]).with_columns(listing_count=pl.lit(1))
    index = indexed(one_listing)
    pair = np.array([0]), np.array([1])
    rows = evidence(index, about(index), pair, first_weights(index), np.ones(index.values.height))
    assert rows["contact_differs"].to_list() == [0.0]
    assert of_pair(both("place", "x"))["contact_differs"] == 0.0  # none has one


def test_one_rhythm_speaks_for_and_another_against() -> None:
    night, day = [0.0] * 2 + [30.0] * 2 + [0.0] * 20, [0.0] * 14 + [30.0] * 2 + [0.0] * 8

    def hours(of_b: list[float]) -> float:
        known: list[dict[str, object]] = [
            {"seller_key": "a:1", "hours": night},
            {"seller_key": "b:1", "hours": of_b},
            {"seller_key": "crowd:001", "hours": [9.0] * 24},
        ]
        return of_pair(both("place", "x"), known)["hours"]

    assert hours(night) > 5
    assert hours(day) < -5
    assert hours([0.0] * 24) == pytest.approx(0.0, abs=1e-3)


def test_two_long_open_shops_of_a_platform_without_a_common_brand_are_apart() -> None:
    def apart(**of_b: object) -> float:
        known: list[dict[str, object]] = [
            {"seller_key": "a:1", "open_days": 900, "brands": ["velora"]},
            {"seller_key": "b:1", "open_days": 900, "brands": ["acme"], **of_b},
        ]
        return of_pair(both("place", "x"), known)["apart"]

    assert apart() == -1.0
    assert apart(brands=["acme", "velora"]) == 0.0
    assert apart(open_days=30) == 0.0
    assert apart(platform="bazaar") == 0.0
    assert apart(brands=[]) == 0.0


def agency_and_actor() -> tuple[Index, tuple[np.ndarray, np.ndarray]]:
    """Forty clients of an agency, and forty accounts of an actor who also share their texts."""
    rows = [(f"client:{at:02}", "phone", "8690000000000") for at in range(40)]
    rows += [(f"actor:{at:02}", "phone", "8613800000001") for at in range(40)]
    for text in ("one", "two", "three"):
        rows += [(f"actor:{at:02}", "sentence", text) for at in range(40)]
        rows += [(f"actor:{at:02}", "template", text) for at in range(40)]
        rows += [(f"actor:{at:02}", "price_ladder", text) for at in range(40)]
    rows += [(f"crowd:{at:04}", "place", f"city{at % 7}") for at in range(3000)]
    index = indexed(sightings(rows))
    keys = index.sellers.to_list()
    groups = [[at for at, one in enumerate(keys) if one.startswith(w)] for w in ("actor", "client")]
    pairs = [(a, b) for own in groups for a in own for b in own if a < b]
    left, right = np.array(pairs).T
    return index, (left, right)


def test_a_number_whose_sellers_share_nothing_else_joins_nobody() -> None:
    index, pairs = agency_and_actor()
    weights = first_weights(index)
    tied = ties(index, about(index), pairs, weights)
    rows = evidence(index, about(index), pairs, weights, tied)
    hubs = is_hub(index, tied)
    phones = index.values["kind"].to_numpy() == KINDS.index("phone")
    assert hubs[phones].tolist().count(True) == 1
    is_client = index.sellers.gather(rows["left"]).str.starts_with("client")
    assert rows.filter(is_client)["contact"].unique().to_list() == [0.0]
    assert rows.filter(~is_client)["contact"].min() > 0  # type: ignore[operator]


def test_u_is_counted_and_m_is_found_by_what_the_others_say() -> None:
    # Of 60 actors with two accounts each, all keep texts and goods, half keep the phone.
    rows: list[Row] = []
    for at in range(60):
        for account in "ab":
            seller = f"{account}:{at:02}"
            rows += [(seller, "sentence", f"s{at}"), (seller, "price_ladder", f"l{at}")]
            rows += [(seller, "phone", f"86138000000{at:02}" if at % 2 else f"86{account}{at}")]
    index = indexed(sightings(rows))
    count = len(index.sellers)
    left, right = np.arange(60), np.arange(60) + 60
    weights = estimated(index, left, right)
    assert weights.m[KINDS.index("phone")] == pytest.approx(0.5, abs=0.1)
    assert weights.m[KINDS.index("sentence")] > 0.85
    assert weights.u[KINDS.index("sentence")] == pytest.approx(60 / (120 * 119 / 2))
    assert weights.prior_bits == pytest.approx(prior_bits(count), abs=1.5)


def test_without_decisions_each_family_can_be_left_out() -> None:
    index = indexed(sightings([*both("phone", "8613800000001"), *both("sentence", "x"), *CROWD]))
    weights = first_weights(index)
    pair = np.array([0]), np.array([1])
    rows = evidence(index, about(index), pair, weights, np.ones(index.values.height))
    whole, without = weighed(rows, weights)[0], weighed_without(rows, weights)[0]
    assert without[[*FAMILIES].index("contact")] == pytest.approx(
        whole - np.log(2) * rows["contact"][0]
    )
    assert without[[*FAMILIES].index("site")] == pytest.approx(whole)


def drawn(count: int, seed: int) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Draw pairs whose chance is known: bits of contact and of text, and noise."""
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [rng.uniform(0, 10, count), rng.uniform(0, 10, count), rng.normal(size=count)]
    )
    chance = expit(0.8 * x[:, 0] + 0.4 * x[:, 1] - 6)
    return ("contact", "text", "noise"), x, (rng.random(count) < chance).astype(float)


def test_learned_weights_are_those_that_made_the_decisions() -> None:
    names, x, same = drawn(6000, 1)
    model = learned(names, x, same, np.ones(len(same)))
    weights = dict(zip(model.names, model.weights, strict=True))
    assert weights["contact"] == pytest.approx(0.8, abs=0.08)
    assert weights["text"] == pytest.approx(0.4, abs=0.06)
    assert model.intercept == pytest.approx(-6, abs=0.6)


def test_chances_are_calibrated_though_doubtful_pairs_were_asked_for() -> None:
    names, x, same = drawn(30_000, 2)
    share = np.where(np.abs(0.8 * x[:, 0] + 0.4 * x[:, 1] - 6) < 2, 0.5, 0.05)
    asked = np.random.default_rng(3).random(len(x)) < share
    model = learned(names, x[asked], same[asked], 1 / share[asked])
    chance = expit(log_odds(x, model))
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        own = (chance >= low) & (chance < low + 0.2)
        assert chance[own].mean() == pytest.approx(same[own].mean(), abs=0.05)


def test_no_evidence_is_learned_to_speak_the_other_way() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(0, 1, (500, 1))
    model = learned(("contact",), x, (x[:, 0] < 0.5).astype(float), np.ones(500))
    assert model.weights == (0.0,)


def test_without_the_strongest_family_a_pasted_number_is_nothing() -> None:
    model = Learned(("has_contact", "contact", "has_text", "text"), (2.0, 0.5, 1.0, 0.5), -4.0)
    x = np.array([[1.0, 8.0, 1.0, 2.0]])
    assert log_odds(x, model).tolist() == [4.0]
    assert without_strongest(x, model).tolist() == [-2.0]


def test_the_same_sharers_among_more_sellers_are_the_same_to_what_is_learned() -> None:
    rows = pl.DataFrame([of_pair(both("sentence", "fast"))])
    more = rows.with_columns(pl.col("text") + 4)  # sixteen times as many sellers
    few, many = (inputs(one, count)[1] for one, count in ((rows, 2000), (more, 32_000)))
    assert few[0] == pytest.approx(many[0], abs=1e-4)
