"""A messenger's name that an album bears is one name."""

from __future__ import annotations

import polars as pl
import pytest

from jobs.vendors._gathered import named

ROWS = [
    ("a:1", "wechat", "abc12345"),
    ("b:2", "page", "abc12345.albums.example"),
    ("c:3", "domain", "ABC12345.albums.example"),
]


def told(*rows: tuple[str, str, str]) -> set[tuple[str, str, str]]:
    names = ["seller_key", "kind", "value"]
    shown = pl.DataFrame(rows, schema=names, orient="row").with_columns(listing_count=pl.lit(3))
    made = named(shown)
    assert made["listing_count"].to_list() == [3] * made.height
    return set(made.select(names).iter_rows())


def test_who_shows_the_name_and_who_leads_to_it_show_one_thing() -> None:
    assert {row[1:] for row in told(*ROWS)} == {("wechat", "abc12345")}


def test_one_seller_shows_it_once() -> None:
    assert told(ROWS[0], ("a:1", "page", "abc12345.albums.example")) == {ROWS[0]}


@pytest.mark.parametrize(
    "row",
    [
        ("b:2", "page", "abc12345.example"),  # a domain of its own, no name before one
        ("b:2", "page", "xyz98765.albums.example"),  # nobody's name
        ("b:2", "mail", "abc12345@mail.example"),
    ],
)
def test_what_bears_nobody_s_name_stays(row: tuple[str, str, str]) -> None:
    assert row in told(ROWS[0], row)


def test_a_short_name_is_anybody_s() -> None:
    short = ("b:2", "page", "shop.albums.example")
    assert short in told(("a:1", "wechat", "shop"), short)
