"""Shares and areas: what they are, and how wide their intervals are by seller."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from infra.sandbox.intervals import Area, Share, area, share


def flags(text: str) -> np.ndarray:
    return np.array([letter == "x" for letter in text])


def sellers(text: str) -> np.ndarray:
    return np.array([ord(letter) for letter in text], dtype=np.int64)


def test_a_share_counts_only_what_it_is_of() -> None:
    hits, among, whose = flags("xx..xx"), flags("xxxx.."), sellers("aabbcc")
    found = share(hits, among, whose)
    assert (found.hits, found.of, found.value) == (2, 4, 0.5)
    assert (found.low, found.high) == pytest.approx((0.0945, 0.9055), abs=1e-3)  # Wilson's, 1 of 2


def test_copies_of_one_seller_say_no_more_than_one() -> None:
    hits = np.arange(100) % 2 == 0
    alone = share(hits, np.ones(100, bool), np.arange(100))
    # of twenty sellers one half always hit, the other never
    of_twenty = share(hits, np.ones(100, bool), np.arange(100) % 20)
    assert alone.low is not None
    assert of_twenty.low is not None
    assert 0.38 < alone.low < 0.45
    assert 0.2 < of_twenty.low < 0.35


def test_nothing_to_count_has_no_value() -> None:
    assert share(flags("xx"), flags(".."), sellers("ab")) == Share(0, 0)
    assert area(np.array([1.0, 2.0]), flags("xx"), sellers("ab")) == Area()


@pytest.mark.parametrize(("hits", "bound"), [("xxxx", "low"), ("....", "high")])
def test_all_alike_is_not_certain(hits: str, bound: str) -> None:
    one = share(flags(hits), flags("xxxx"), sellers("aaaa"))
    four = share(flags(hits), flags("xxxx"), sellers("abcd"))
    # Wilson's for 1 of 1 and 4 of 4
    near = {"low": (0.2065, 0.5101), "high": (0.7935, 0.4899)}[bound]
    assert (getattr(one, bound), getattr(four, bound)) == pytest.approx(near, abs=1e-3)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 4)), min_size=2))
@settings(max_examples=40, deadline=None)
def test_the_area_is_that_of_scikit_learn(rows: list[tuple[int, bool, int]]) -> None:
    scores, positive, whose = (np.array(column) for column in zip(*rows, strict=True))
    found = area(scores.astype(float), positive, whose.astype(np.int64))
    if positive.all() or not positive.any():
        assert found == Area()
    else:
        assert found.value == pytest.approx(roc_auc_score(positive, scores))
        assert found.low is None or 0 <= found.low <= (found.high or 0) <= 1 + 1e-9


def test_the_same_rows_give_the_same_interval() -> None:
    chance = np.random.default_rng(1)
    scores, fake, whose = chance.random(200), chance.random(200) < 0.3, chance.integers(0, 40, 200)
    assert area(scores, fake, whose) == area(scores, fake, whose)
    assert share(scores > 0.5, fake, whose) == share(scores > 0.5, fake, whose)
