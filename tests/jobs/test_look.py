"""People look at tables: what there is, rows, conditions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from conf.errors import ConfError
from conf.site import Site
from jobs import look
from jobs.past import Past
from jobs.reader import Lake


@pytest.fixture
def lake(site: Site, add_bronze: Callable[..., int]) -> Lake:
    add_bronze(
        "observations",
        {"listing_key": "b:2", "title_text": "two", "image_urls": ["u"]},
        {"listing_key": "b:1", "title_text": "one", "is_gone": True},
        {"listing_key": "b:3"},
    )
    return Lake(site.lake)


def test_tables_that_are_not_there_yet_are_listed_too(lake: Lake) -> None:
    found = {row["table"]: row["rows"] for row in look.tables(lake)}
    assert (found["observations"], found["listings"]) == (3, None)


def test_a_column_says_its_rules() -> None:
    found = {row["column"]: row["rules"] for row in look.describe("sellers")}
    assert found["seller_key"] == "key, required"
    assert found["rating_share"] == ">= 0, <= 1"


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ([], {"b:1", "b:2", "b:3"}),
        (["is_gone=true"], {"b:1"}),
        (["title_text=two"], {"b:2"}),
        (["title_text=null"], {"b:3"}),
        (["image_urls=u"], {"b:2"}),
        (["is_gone=false", "title_text=one"], set()),
    ],
)
def test_rows_that_have_every_value(lake: Lake, where: list[str], keys: set[str]) -> None:
    assert {row["listing_key"] for row in look.show(lake, "observations", where, 10)} == keys


@pytest.mark.parametrize(
    ("table", "where", "fault"),
    [
        ("observationz", [], "there is no table 'observationz'"),
        ("observations", ["title"], "not of the form column=value"),
        ("observations", ["titel=x"], "no column 'titel'"),
        ("sellers", ["sold_count=many"], "'many' is no number"),
    ],
)
def test_a_wrong_question_is_told(lake: Lake, table: str, where: list[str], fault: str) -> None:
    with pytest.raises(ConfError, match=fault):
        look.show(lake, table, where, 10)


@pytest.mark.usefixtures("lake")
def test_rows_as_they_were_on_a_day(site: Site) -> None:
    first = Past(site, date(2026, 11, 1))
    assert [row["listing_key"] for row in look.show(first, "listings", ["title=two"], 10)] == [
        "b:2"
    ]
    assert look.show(Past(site, date(2026, 10, 31)), "listings", [], 10) == []
