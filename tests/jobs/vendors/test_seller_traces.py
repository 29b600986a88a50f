"""What a seller's listings leave behind: values that say the same for the same habit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from jobs.buckets import numbers
from jobs.stored import Stored
from jobs.vendors._traces import COLUMNS, MOST, traces
from jobs.vendors.seller_traces import seller_traces

SEEN = datetime(2026, 11, 2, 6, tzinfo=UTC)
SCHEMA = {
    "seller_key": pl.String,
    "listing_key": pl.String,
    "observed_at": pl.Datetime("us", "UTC"),
    "listed_at": pl.Datetime("us", "UTC"),
    "title_folded": pl.String,
    "description_folded": pl.String,
    "mention_text": pl.String,
    "product_key": pl.String,
    "price_usd": pl.Float64,
}


def found(*listings: dict[str, Any], kind: str) -> set[tuple[str, str]]:
    """Give (seller, value) of one kind; what a listing does not say is null."""
    rows = [
        {"seller_key": "a:s", "listing_key": f"a:{at}", "observed_at": SEEN, **one}
        for at, one in enumerate(listings)
    ]
    made = traces(pl.DataFrame(rows, schema=SCHEMA)).filter(pl.col("kind") == kind)
    return set(made.select("seller_key", "value").iter_rows())


def said(text: str) -> str:
    """Give what stands for a text of plain letters."""
    return str(numbers(pl.Series([text]))[0])


@pytest.mark.parametrize(
    ("description", "sentences"),
    [
        ("we ship every day. pay after you see it!", ["we ship every day", "pay after you see it"]),
        (
            "we ship every day。正品支持专柜验货假一赔十以上",
            ["we ship every day", "正品支持专柜验货假一赔十以上"],
        ),
        ("call +86 100 1234 5678 for the list", ["call # # # # for the list"]),
        ("call 100-1234-5678 for the list", ["call # for the list"]),
        ("size 42, color: *red* & blue", ["size # color red blue"]),
        ("ok. fine. yes", []),  # anybody writes so
        (None, []),
    ],
)
def test_sentences_are_known_by_their_letters(description: str, sentences: list[str]) -> None:
    told = found({"description_folded": description}, kind="sentence")
    assert told == {("a:s", said(one)) for one in sentences}


def test_two_sellers_of_one_template_share_it_whatever_brand_and_size_it_names() -> None:
    text = "new {} bag in size {} with box and papers"
    told = found(
        {"description_folded": text.format("velmora", 36), "mention_text": "Velmora"},
        {
            "description_folded": text.format("calder", 41),
            "mention_text": "CALDER",
            "seller_key": "b:t",
        },
        {"description_folded": text.format("velmora", 36), "seller_key": "c:u"},  # no brand known
        kind="template",
    )
    values = dict(told)
    assert values["a:s"] == values["b:t"] != values["c:u"]


def test_prices_go_with_their_product_to_the_cent() -> None:
    told = found(
        {"product_key": "velmora/a", "price_usd": 49.9},
        {"product_key": None, "price_usd": 49.9},
        {"product_key": "velmora/b", "price_usd": None},
        kind="price",
    )
    assert told == {("a:s", "velmora/a@4990")}


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((2, 9, 16, 23), {("a:s", "1")}),  # Mondays
        ((2, 5, 9, 12), {("a:s", "1,4")}),  # Mondays and Thursdays
        ((2, 3, 4, 5), set()),
        ((2, 9, 16), set()),  # too few to tell
    ],
)
def test_days_of_the_week_are_told_when_nearly_all_listings_keep_to_them(
    days: tuple[int, ...], told: set[tuple[str, str]]
) -> None:
    listings = ({"listed_at": datetime(2026, 11, day, 9, tzinfo=UTC)} for day in days)
    assert found(*listings, kind="weekdays") == told


def test_hours_are_told_where_a_platform_tells_more_than_the_day() -> None:
    times = ((2, 9), (3, 9), (4, 0))
    timed = [{"listed_at": datetime(2026, 11, day, hour, tzinfo=UTC)} for day, hour in times]
    dated = [{"listed_at": datetime(2026, 11, 2, tzinfo=UTC), "seller_key": "b:t"}]
    assert found(*timed, *dated, kind="hour") == {("a:s", "9"), ("a:s", "0")}


def test_a_value_counts_its_listings_once_each() -> None:
    again = "pay after you see it. pay after you see it."
    rows = [
        {
            "seller_key": "a:s",
            "listing_key": key,
            "observed_at": SEEN.replace(day=day),
            "description_folded": again,
        }
        for key, day in (("a:1", 3), ("a:2", 2))
    ]
    (row,) = (
        traces(pl.DataFrame(rows, schema=SCHEMA))
        .filter(pl.col("kind") == "sentence")
        .iter_rows(named=True)
    )
    assert (row["listing_count"], row["listing_key"]) == (2, "a:1")
    assert (row["first_seen_at"].day, row["last_seen_at"].day) == (2, 3)


def test_of_very_many_values_those_of_the_most_listings_stay() -> None:
    letters = [chr(97 + at // 26 % 26) * 9 + chr(97 + at % 26) * 9 for at in range(MOST + 9)]
    rows = [{"description_folded": ". ".join([*letters, "x"])}, {"description_folded": letters[-1]}]
    told = found(*rows, kind="sentence")
    assert len(told) == MOST
    assert ("a:s", said(letters[-1])) in told


def test_nothing_is_told_of_nobody() -> None:
    rows = pl.DataFrame([{"listing_key": "a:1", "title_folded": "x" * 50}], schema=SCHEMA)
    assert traces(rows).is_empty()
    assert traces(rows).schema == COLUMNS


@pytest.mark.spark
def test_the_job_brings_a_sellers_listings_together(stored: Callable[..., Stored]) -> None:
    listings = [
        {
            "listing_key": f"a:{at}",
            "seller_key": "a:s",
            "observed_at": SEEN,
            "description_folded": "pay after you see it",
        }
        for at in range(5)
    ]
    matches = [{"listing_key": f"a:{at}"} for at in range(5)]
    made = seller_traces(
        stored("listings", *listings, count=4), stored("listing_matches", *matches, count=2)
    )
    rows = [row.asDict() for row in made.frame().collect() if row["kind"] == "sentence"]
    assert [(row["value"], row["listing_count"]) for row in rows] == [
        (said("pay after you see it"), 5)
    ]
