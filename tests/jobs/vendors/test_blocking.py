"""Rare values bring pairs, common ones do not but for two together, and all stays linear."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.vendors._blocking import WINDOW, Index, candidates, every_pair, indexed

Row = tuple[str, str, str]


def sightings(rows: list[Row]) -> pl.DataFrame:
    schema = ["seller_key", "kind", "value"]
    return pl.DataFrame(rows, schema, orient="row").with_columns(listing_count=pl.lit(5))


def pairs(index: Index, **limits: float) -> set[tuple[str, str]]:
    left, right = candidates(index, **limits)  # type: ignore[arg-type]
    keys = index.sellers.to_list()
    return {(keys[a], keys[b]) for a, b in zip(left, right, strict=True)}


def test_who_shares_a_rare_value_is_compared() -> None:
    index = indexed(
        sightings(
            [
                ("a:1", "phone", "8613800000001"),
                ("b:1", "phone", "8613800000001"),
                ("c:1", "phone", "8613800000002"),
                ("d:1", "mail", "8613800000001"),  # the same text of another kind is another value
            ]
        )
    )
    assert pairs(index) == {("a:1", "b:1")}


def test_a_common_value_pairs_neighbours_at_most() -> None:
    agency = [(f"a:{at:03}", "phone", "8690000000000") for at in range(100)]
    found = pairs(indexed(sightings(agency)), most_sharers=10)
    assert len(found) <= WINDOW * 100
    assert ("a:000", "a:099") not in found


def test_a_value_of_thousands_brings_no_pair() -> None:
    courier = [(f"a:{at:04}", "phone", "8690000000000") for at in range(1001)]
    assert pairs(indexed(sightings(courier))) == set()


def test_two_common_values_together_are_rare() -> None:
    rows = [(f"a:{at:04}", "phone", "8690000000000") for at in range(1500)]
    rows += [(f"b:{at:04}", "sentence", "fast delivery") for at in range(1500)]
    rows += [(one, "phone", "8690000000000") for one in ("x:1", "x:2")]
    rows += [(one, "sentence", "fast delivery") for one in ("x:1", "x:2")]
    assert pairs(indexed(sightings(rows))) == {("x:1", "x:2")}


def test_a_common_value_counts_where_another_brought_the_pair() -> None:
    rows = [(f"a:{at:04}", "sentence", "fast delivery") for at in range(1500)]
    rows += [(one, "sentence", "fast delivery") for one in ("x:1", "x:2")]
    rows += [(one, "phone", "8613800000001") for one in ("x:1", "x:2")]
    index = indexed(sightings(rows))
    (left,), (right,) = candidates(index)
    shared = index.shown[[left]].minimum(index.shown[[right]])
    assert shared.nnz == 2


def test_pairs_are_no_more_than_the_budget() -> None:
    rows = [(f"a:{at:02}", "sentence", f"s{at // 20}") for at in range(60)]
    rows += [("b:1", "phone", "8613800000001"), ("b:2", "phone", "8613800000001")]
    found = pairs(indexed(sightings(rows)), pairs_per_sighting=1.0)
    # Twenty of a value are 190 pairs, thrice; the budget of 62 leaves neighbours of them.
    assert ("b:1", "b:2") in found
    assert len(found) <= 62 + WINDOW * 60


def test_what_an_authorised_seller_shows_brings_nobody() -> None:
    rows = [(one, "company", "the distributor") for one in ("a:1", "b:1", "c:1")]
    assert pairs(indexed(sightings(rows))) == {("a:1", "b:1"), ("a:1", "c:1"), ("b:1", "c:1")}
    assert pairs(indexed(sightings(rows), pl.Series(["a:1"]))) == set()


def test_digits_of_a_phone_and_of_a_handle_are_one_root() -> None:
    rows = [(one, "phone", "8613800000001") for one in ("a:1", "b:1")]
    rows += [(one, "wechat", "wx8613800000001") for one in ("a:1", "b:1")]
    rows += [(one, "wechat", "lucky_star") for one in ("a:1", "b:1")]
    rows += [(one, "company", "8613800000001") for one in ("a:1", "b:1")]
    values = indexed(sightings(rows)).values
    assert values["root"].n_unique() == 3


def test_a_share_is_of_listings_that_show_the_kind() -> None:
    rows = sightings([("a:1", "phone", "1"), ("a:1", "phone", "2"), ("b:1", "phone", "1")])
    index = indexed(rows.with_columns(pl.Series("listing_count", [9, 1, 4])))
    assert index.shown.toarray().ravel().tolist() == pytest.approx([0.9, 1.0])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([f"s:{at}" for at in range(12)]),
            st.sampled_from(["phone", "sentence"]),
            st.sampled_from([f"v{at}" for at in range(8)]),
        ),
        min_size=1,
        max_size=60,
        unique=True,
    ),
    st.randoms(),
)
def test_candidates_depend_on_no_order_of_rows(rows: list[Row], random: object) -> None:
    turned = list(rows)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert pairs(indexed(sightings(rows))) == pairs(indexed(sightings(turned)))


def test_every_pair_of_small_groups_is_given_once() -> None:
    import numpy as np

    left, right = every_pair(np.array([0, 1, 0, 1, 0, 5, 6]), most=2)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(1, 3)]
    left, right = every_pair(np.array([0, 1, 0, 1, 0, 5, 6]), most=3)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 2), (0, 4), (1, 3), (2, 4)]
