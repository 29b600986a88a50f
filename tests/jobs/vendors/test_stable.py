"""A vendor keeps its key while most of it is there, and what came of it is told with reasons."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from jobs.vendors._stable import history, keyed, vendor_key

NONE = pl.DataFrame(schema={"seller_key": pl.String, "vendor_key": pl.String})


def grouping(names: dict[str, object], seen: dict[str, int] | None = None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "seller_key": [*names],
            "group": [str(one) for one in names.values()],
            "first_seen_at": [(seen or {}).get(one, 0) for one in names],
        }
    )


def keys(found: pl.DataFrame) -> dict[str, str]:
    return dict(found.select("seller_key", "vendor_key").iter_rows())


def given_keys(names: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({"seller_key": [*names], "vendor_key": [*names.values()]})


def test_a_new_key_is_a_digest_of_the_member_seen_first() -> None:
    found = keys(keyed(grouping({"a": 1, "b": 1, "c": 2}, {"a": 9, "b": 3}), NONE))
    assert found == {"a": vendor_key("b"), "b": vendor_key("b"), "c": vendor_key("c")}


def test_a_merged_vendor_keeps_the_key_of_its_larger_part() -> None:
    before = given_keys({"a": "V1", "b": "V1", "c": "V1", "d": "V2", "e": "V2"})
    found = keys(keyed(grouping(dict.fromkeys("abcde", 1)), before))
    assert set(found.values()) == {"V1"}


def test_a_split_vendor_s_key_stays_with_the_larger_part() -> None:
    before = given_keys(dict.fromkeys("abcde", "V1"))
    found = keys(keyed(grouping({"a": 1, "b": 1, "c": 2, "d": 2, "e": 2}), before))
    assert [found[one] for one in "abcde"] == [vendor_key("a")] * 2 + ["V1"] * 3


def test_the_most_accounts_keep_their_key() -> None:
    # Greedily, group 1 would take V1 for its three and leave two accounts of group 2 without any.
    before = given_keys(
        {**dict.fromkeys("abc", "V1"), **dict.fromkeys("de", "V2"), **dict.fromkeys("fg", "V1")}
    )
    found = keys(keyed(grouping({**dict.fromkeys("abcde", 1), **dict.fromkeys("fg", 2)}), before))
    assert found["a"] == "V2"
    assert found["f"] == "V1"


def test_equal_parts_fall_to_the_founder_s() -> None:
    key = vendor_key("c")
    before = given_keys(dict.fromkeys("abcd", key))
    found = keys(keyed(grouping({"a": 1, "b": 1, "c": 2, "d": 2}), before))
    assert found["c"] == found["d"] == key


def test_a_key_that_was_given_away_is_never_given_again() -> None:
    # a founded the vendor that b and c stay with; alone, it cannot have its own digest.
    before = given_keys(dict.fromkeys("abc", vendor_key("a")))
    found = keys(keyed(grouping({"a": 1, "b": 2, "c": 2}), before))
    assert found["b"] == vendor_key("a")
    assert found["a"] == vendor_key("a", again=1)
    ended = keys(keyed(grouping({"a": 1}), NONE, used=[vendor_key("a")]))
    assert ended["a"] == vendor_key("a", again=1)


SELLERS = [f"s{at}" for at in range(10)]
GROUPS = st.dictionaries(st.sampled_from(SELLERS), st.integers(0, 4), min_size=1)


@given(GROUPS, GROUPS)
def test_keys_are_the_same_when_nothing_changed(
    first: dict[str, object], second: dict[str, object]
) -> None:
    yesterday = keyed(grouping(first), NONE)
    today = keyed(grouping(second), yesterday)
    again = keyed(grouping({one: f"other {name}" for one, name in second.items()}), today)
    assert again.equals(today)


@given(GROUPS, GROUPS, st.randoms())
def test_keys_are_one_a_group_and_depend_on_no_order(
    first: dict[str, object], second: dict[str, object], random: object
) -> None:
    yesterday = keyed(grouping(first), NONE)
    today = keyed(grouping(second), yesterday)
    turned = list(second.items())
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert keyed(grouping(dict(turned)), yesterday.sample(fraction=1, shuffle=True)).equals(today)
    found = keys(today)
    assert len({(name, found[one]) for one, name in second.items()}) == len(set(second.values()))
    assert len(set(found.values())) == len(set(second.values()))


def told(links: list[tuple[str, str, float, str]]) -> pl.DataFrame:
    schema = {"left": pl.String, "right": pl.String, "log_odds": pl.Float64, "words": pl.String}
    return pl.DataFrame(links, schema, orient="row")


def test_a_merge_tells_which_link_came() -> None:
    before = given_keys({"a": "V1", "b": "V1", "c": "V2"})
    after = given_keys({"a": "V1", "b": "V1", "c": "V1"})
    came = told([("a", "c", 5.0, "same phone"), ("b", "x", 9.0, "same mail address")])
    assert history(before, after, came, told([])).rows() == [
        ("merged", "V1", "V2", ["c"], ["a and c: same phone"])
    ]


def test_a_split_tells_which_link_went() -> None:
    before, after = (
        given_keys(dict.fromkeys("abc", "V1")),
        given_keys({"a": "V1", "b": "V1", "c": "V3"}),
    )
    went = told([("b", "c", 2.0, "3 identical sentences")])
    assert history(before, after, told([]), went).rows() == [
        ("split", "V1", "V3", ["c"], ["b and c: 3 identical sentences"])
    ]


def test_comings_and_goings_are_told() -> None:
    before = given_keys({"a": "V1", "b": "V1", "c": "V2", "d": "V3", "e": "V3", "f": "V4"})
    after = given_keys({"a": "V1", "n": "V1", "d": "V3", "e": "V4", "f": "V4", "m": "V5"})
    changes = history(before, after, told([]), told([])).select(pl.exclude("reasons")).rows()
    assert changes == [
        ("joined", "V1", None, ["n"]),
        ("left", "V1", None, ["b"]),
        ("ended", "V2", None, ["c"]),
        ("moved", "V3", "V4", ["e"]),
        ("founded", "V5", None, ["m"]),
    ]


def test_a_day_without_a_change_has_no_history() -> None:
    same = given_keys({"a": "V1", "b": "V2"})
    assert history(same, same, told([]), told([])).is_empty()
