"""States in Polars are those of the rule, and of Spark: newest of all, and of every day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.clean import _states

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T0 = datetime(2026, 11, 1, 22, tzinfo=UTC)  # two hours of the first day are left
Seen = list[tuple[str, int, str]]  # listing, hours after T0, content

seen = st.lists(
    st.tuples(st.sampled_from("xyz"), st.integers(0, 60), st.sampled_from("abc")),
    max_size=40,
    unique_by=lambda one: one[:2],
)


def observed(*given: tuple[str, int, str]) -> pl.DataFrame:
    """Observations in the order in which they were written, which is not that of time."""
    return pl.DataFrame(
        [
            {
                "listing_key": key,
                "platform": "b",
                "seller_key": f"b:{content}",
                "observed_at": T0 + timedelta(hours=hours),
                "observation_id": f"{key}{hours:02}",
                "content_sha256": content,
                "is_gone": content == "c",
            }
            for key, hours, content in given
        ],
        schema={
            **dict.fromkeys(("listing_key", "platform", "seller_key"), pl.String),
            "observed_at": pl.Datetime("us", "UTC"),
            **dict.fromkeys(("observation_id", "content_sha256"), pl.String),
            "is_gone": pl.Boolean,
        },
    )


def by_the_words(given: Seen) -> dict[str, str]:
    """The rule as it is said: the earliest observation after the last that showed another."""
    found = {}
    for key in {one[0] for one in given}:
        mine = sorted((hours, content) for k, hours, content in given if k == key)
        content = mine[-1][1]
        others = [hours for hours, other in mine if other != content]
        first = min(h for h, _ in mine if not others or h > max(others))
        found[key] = f"{key}{first:02}"
    return found


def newest_ids(frame: pl.DataFrame) -> dict[str, str]:
    found = _states.newest(frame, "listing_key")
    return dict(found.select("listing_key", "observation_id").iter_rows())


def test_a_state_that_was_left_and_came_back_is_a_new_one() -> None:
    frame = observed(("x", 5, "a"), ("x", 0, "a"), ("x", 3, "b"), ("x", 1, "a"), ("x", 9, "a"))
    found = _states.states(frame, "listing_key")
    told = found.select("observation_id", "content_sha256", "_sightings", "_until_at").rows()
    assert told == [
        ("x00", "a", 2, T0 + timedelta(hours=1)),
        ("x03", "b", 1, T0 + timedelta(hours=3)),
        ("x05", "a", 2, T0 + timedelta(hours=9)),
    ]


def test_at_one_moment_the_greater_id_comes_later() -> None:
    """A replay reads a page anew; its id is made to come after that of the first reading."""
    frame = observed(("x", 0, "a"), ("x", 0, "b")).with_columns(
        observation_id=pl.Series(["ff", "0e"])
    )
    assert newest_ids(frame) == {"x": "ff"}


def test_of_nothing_there_is_nothing() -> None:
    assert _states.newest(observed(), "listing_key").is_empty()
    assert _states.sightings(observed()).is_empty()


@given(seen)
def test_the_newest_state_is_the_rule_s(given: Seen) -> None:
    assert newest_ids(observed(*given)) == by_the_words(given)


@given(seen, st.randoms())
def test_the_order_of_writing_does_not_matter(given: Seen, chance: Any) -> None:
    mixed = list(given)
    chance.shuffle(mixed)
    assert newest_ids(observed(*mixed)) == newest_ids(observed(*given))


@given(seen)
def test_as_of_later_days_states_only_get_later(given: Seen) -> None:
    """A day's newest state is one of the whole history, and no later day goes back behind it."""
    whole = observed(*given)
    known = set(_states.states(whole, "listing_key")["observation_id"])
    before: dict[str, datetime] = {}
    for days in range(4):
        end = (T0 + timedelta(days=days)).date()
        found = _states.newest(whole.filter(pl.col("observed_at").dt.date() <= end), "listing_key")
        now = dict(found.select("listing_key", "observed_at").iter_rows())
        assert set(found["observation_id"]) <= known
        assert set(before) <= set(now)
        assert all(before[key] <= now[key] for key in before)
        before = now
    assert newest_ids(whole) == dict(found.select("listing_key", "observation_id").iter_rows())


@pytest.mark.spark
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(seen, min_size=3, max_size=6))
def test_spark_says_the_same(spark: SparkSession, given: list[Seen]) -> None:
    """Of many things at once: a Spark job a thing would take all day."""
    from jobs.clean._newest import newest_states
    from jobs.clean.listing_sightings import listing_sightings

    rows = [(f"{at}{key}", hours, what) for at, one in enumerate(given) for key, hours, what in one]
    if not rows:
        return
    frame = observed(*rows)
    told = spark.createDataFrame(frame.to_arrow()).cache()
    states = newest_states(told, "listing_key").select("listing_key", "observation_id")
    assert newest_ids(frame) == {row.listing_key: row.observation_id for row in states.collect()}
    counted = pl.DataFrame(listing_sightings(told).frame().toArrow()).sort("listing_key")
    assert counted.rows() == _states.sightings(frame).select(counted.columns).rows()
