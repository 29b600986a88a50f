"""What one frame of facts scores by rules and by a model, and what is said of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from conf.errors import ModelError
from jobs import models
from jobs.catalogue import catalogue
from jobs.facts import join_facts
from jobs.score import _evidence, _reasons, _rules, _scorer
from jobs.score._scoring import scored

Rows = Callable[..., pa.Table]

FAKE: dict[str, Any] = {
    "listing_key": "a:1",
    "seller_key": "a:s",
    "title": "0rris Lago 1:1 Mirror copy",
    "title_folded": "orris lago 1:1 mirror copy",
    "description": "God Batch. Whatsapp +49 170 1234567",
    "description_folded": "god batch. whatsapp +49 170 1234567",
    "observed_at": datetime(2026, 11, 2, tzinfo=UTC),
}
FAKE_MATCH: dict[str, Any] = {
    "listing_key": "a:1",
    "brand": "orris",
    "claim": "claim",
    "mention_text": "0rris",
    "is_mention_disguised": True,
    "price_to_reference": 0.13,
    "reference_usd": 2400.0,
    "is_brand_shop": False,
    "is_authorised_seller": False,
}
HONEST = FAKE | {
    "listing_key": "a:2",
    "seller_key": "a:t",
    "title": "Orris Lago 38",
    "title_folded": "orris lago 38",
    "description": "Worn twice, one scratch",
    "description_folded": "worn twice, one scratch",
}
HONEST_MATCH = FAKE_MATCH | {
    "listing_key": "a:2",
    "is_mention_disguised": False,
    "price_to_reference": 0.8,
}
BARE = HONEST | {
    "listing_key": "a:3",
    "title": "Watch 1:1 mirror copy",
    "title_folded": "watch 1:1 mirror copy",
    "description": "top batch wholesale, no logo in pictures, discreet shipping",
    "description_folded": "top batch wholesale, no logo in pictures, discreet shipping",
}
BARE_MATCH: dict[str, Any] = {"listing_key": "a:3", "claim": "none"}


def facts(
    rows: Rows, listings: list[dict[str, Any]], matches: list[dict[str, Any]]
) -> pl.DataFrame:
    given = {"listings": listings, "listing_matches": matches, "sellers": [], "seller_features": []}
    return join_facts(*(pl.DataFrame(rows(name, *of)) for name, of in given.items()))


def by_rules(rows: Rows, *pairs: tuple[dict[str, Any], dict[str, Any]]) -> list[dict[str, Any]]:
    listings, matches = [one for one, _ in pairs], [one for _, one in pairs]
    return scored(models.rules(), facts(rows, listings, matches), {}).to_dicts()


def test_rules_tell_a_copy_from_an_honest_offer(rows: Rows) -> None:
    fake, honest = by_rules(rows, (FAKE, FAKE_MATCH), (HONEST, HONEST_MATCH))
    assert (fake["suspicion"], fake["is_red_flag"]) == (100.0, True)
    assert (honest["suspicion"], honest["is_red_flag"]) == (0.0, False)
    assert fake["suspicion"] == fake["rules_suspicion"]


def test_reasons_name_what_is_seen_the_weightiest_first(rows: Rows) -> None:
    (fake,) = by_rules(rows, (FAKE, FAKE_MATCH))
    assert fake["reasons"] == [
        "Asking price is 13 % of the product's reference price",
        "Says that it is a copy: “1:1”, “Mirror copy”",
        "Brand can be read only after a disguise is undone: “0rris”",
        "Uses the grades that copies are sold by: “God Batch”",
        "Gives a messenger id to write to",
    ]
    assert fake["evidence_text"] == "1:1 · Mirror copy · 0rris · God Batch"


PARTS = [
    ([1.0], 1),  # log-odds that each flag adds, reasons told
    ([3.0, 1.0, 0.2], 3),
    ([3.0, 1.0, 0.2, 0.0, -1.0], 3),
    ([9.0, 1.0, 0.05, 0.05], 2),  # the last two are under a hundredth of all: they do not count
    ([3.0, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5], 5),
]


@pytest.mark.parametrize(("parts", "count"), PARTS)
def test_three_to_five_reasons_are_told_of_what_counts(parts: list[float], count: int) -> None:
    flags = ["says_replica", "says_grade", "says_wholesale", "says_evasive", "says_customs"]
    flags += ["says_messenger", "says_used"]
    names = flags[: len(parts)]
    told = _reasons.reasons(names, [1.0] * len(parts), np.array(parts), {})
    assert told == [_reasons.reason(catalogue()[name], 1.0) for name in names[:count]]


def test_three_reasons_stay_when_most_is_about_the_seller() -> None:
    names = ["share_replica_words", "share_grade_words", "share_disguised", "share_used_words"]
    names += ["share_contact_ids", "says_grade"]
    parts = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 1.0])
    told = _reasons.reasons(names, [1.0] * len(parts), parts, {})
    assert len(told) == _reasons.MOST_OF_SELLER + 1
    assert told[-1] == _reasons.reason(catalogue()["says_grade"], 1.0)


def test_nothing_that_reaches_a_person_is_evidence(rows: Rows) -> None:
    (fake,) = by_rules(rows, (FAKE, FAKE_MATCH))
    assert "170" not in " ".join([*fake["reasons"], fake["evidence_text"]])


def test_an_honest_offer_is_told_nothing_of(rows: Rows) -> None:
    (honest,) = by_rules(rows, (HONEST, HONEST_MATCH))
    assert (honest["reasons"], honest["evidence_text"]) == ([], None)


def test_the_line_of_the_brand_says_from_where_reasons_are_told(rows: Rows) -> None:
    match = HONEST_MATCH | {"price_to_reference": 0.4}
    frame = facts(rows, [HONEST | {"description_folded": "new", "title_folded": "x"}], [match])
    low, high = scored(models.rules(), frame, {"orris": 10.0}), scored(models.rules(), frame, {})
    assert low["suspicion"].to_list() == high["suspicion"].to_list() == [20.0]
    assert low["reasons"].to_list() == [["Asking price is 40 % of the product's reference price"]]
    assert high["reasons"].to_list() == [[]]


@pytest.mark.parametrize("who", ["is_brand_shop", "is_authorised_seller"])
def test_a_trusted_seller_is_not_suspect(rows: Rows, who: str) -> None:
    (row,) = by_rules(rows, (FAKE, FAKE_MATCH | {who: True}))
    assert row["suspicion"] == 4.0


def test_what_is_made_for_a_brand_is_no_red_flag(rows: Rows) -> None:
    (row,) = by_rules(rows, (FAKE, FAKE_MATCH | {"claim": "compatible"}))
    assert row["suspicion"] == 45.0


def test_where_no_brand_shows_there_is_no_red_flag(rows: Rows) -> None:
    plain = HONEST | {
        "listing_key": "a:4",
        "title_folded": "plain cup",
        "description_folded": "blue",
    }
    bare, cup = by_rules(rows, (BARE, BARE_MATCH), (plain, BARE_MATCH | {"listing_key": "a:4"}))
    assert (bare["suspicion"], cup["suspicion"]) == (60.0, 0.0)
    assert bare["reasons"][0] == "Says that it is a copy: “1:1”, “mirror copy”"


def test_an_empty_frame_has_no_scores(rows: Rows) -> None:
    assert by_rules(rows) == []


def test_every_rule_looks_at_features_that_exist() -> None:
    assert set(_rules.FEATURES) <= set(catalogue())
    assert set(_evidence.GROUPS) | _evidence.MENTIONS <= set(catalogue())
    assert len(_rules.SHA256) == 64


def test_what_is_not_known_holds_no_rule() -> None:
    columns = {name: np.array([np.nan], dtype=np.float32) for name in _rules.FEATURES}
    assert _rules.suspicion(columns).tolist() == [0.0]


TOLD = [
    ("price_ratio", 0.13, "Asking price is 13 % of the product's reference price"),
    ("price_ratio", 0.0031, "Asking price is 0.3 % of the product's reference price"),
    ("says_replica", 1.0, "Says that it is a copy: replica, 1:1, mirror, 复刻"),
    ("says_replica", 0.0, None),
    ("price_ratio", math.nan, None),
    (
        "share_far_below_reference",
        0.87,
        "Share of the seller's listings that ask under half of the reference price: 87 %",
    ),
    ("seller_age_days_log", math.log1p(12), "Days since the seller joined: 12"),
    ("sold_count_log", math.log1p(1204), "Number sold: 1,204"),
    ("saving_log", math.log1p(1000), "Dollars under the reference price: 1,000"),
    (
        "reference_log",
        math.log1p(2400),
        "How dear the product is: its reference price in dollars: 2,400",
    ),
    ("brand_mention_count", 3.0, "Number of brands mentioned: 3"),
    ("seller_price_ratio_spread", 0.04, "Spread of price over reference: 0.04"),
    ("seller_rating", 0.97, "Rating of the seller is 97 % of the best there is"),
]


@pytest.mark.parametrize(("name", "value", "text"), TOLD)
def test_a_feature_is_told_in_words(name: str, value: float, text: str | None) -> None:
    assert _reasons.reason(catalogue()[name], value) == text


def test_words_are_looked_for_where_the_feature_looks() -> None:
    row = {name: FAKE.get(name) for name in _evidence.COLUMNS}
    found = _evidence.seen(row, ["says_grade_in_title", "says_grade", "trade_word_kinds"])
    assert found["says_grade_in_title"] == ["1:1", "Mirror copy"]
    assert found["says_grade"] == ["God Batch"]
    assert found["trade_word_kinds"] == ["1:1", "Mirror copy", "God Batch"]


def test_words_stand_beside_a_number_and_in_place_of_examples() -> None:
    kinds, grade = catalogue()["trade_word_kinds"], catalogue()["says_grade"]
    assert _reasons.reason(kinds, 2.0, ["1:1", "AAA"]) == (
        "Number of different trade words of copies: grades, wholesale, evasion together: 2 "
        "(“1:1”, “AAA”)"
    )
    assert _reasons.reason(grade, 1.0, ["AAA"]) == "Uses the grades that copies are sold by: “AAA”"


@pytest.mark.parametrize("name", catalogue())
def test_every_feature_can_be_told(name: str) -> None:
    """Whatever feature a model picks, people read a sentence and no "logarithm"."""
    one = catalogue()[name]
    text = _reasons.reason(one, one.highest) or ""
    assert text
    assert "ogarithm" not in text
    assert not text.endswith((".", ":", ")"))


def test_a_calibration_must_rise() -> None:
    assert _scorer.is_line([(-2.0, 0.1), (0.0, 0.1), (3.0, 1.0)])
    assert not _scorer.is_line([(-2.0, 0.1)])
    assert not _scorer.is_line([(0.0, 0.5), (0.0, 0.6)])
    assert not _scorer.is_line([(0.0, 0.5), (1.0, 0.4)])
    assert not _scorer.is_line([(0.0, -0.5), (1.0, 0.4)])


def test_garbage_is_no_model() -> None:
    with pytest.raises(ModelError, match=r"^model m version 1 is damaged \(.*\): train it again$"):
        _scorer.read(b"{}", "m", "1", "0" * 64)
