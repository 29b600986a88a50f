"""The walk shows real rows, harmless to read, and names only what is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conf import contract
from conf.brand import Brand
from conf.errors import LakeError
from conf.site import Site
from infra import walk
from jobs.evidence import Evidence
from jobs.reader import Lake
from tests.conftest import make_rows

PROJECT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
HEAD = re.compile(r"^\| `(\w+)` \| value \|\n\|[- |]+\|\n((?:\|.*\n)*)", re.MULTILINE)


def row(table: str, **given: Any) -> dict[str, Any]:
    """One row of a contract, with its key."""
    (made,) = make_rows(table, given).to_pylist()
    return dict(made)


def a_walk(**observation: Any) -> walk.Walk:
    """A walk with a row of every table."""
    key = {"listing_key": "bazaar:1"}
    found = Evidence(
        listing_key="bazaar:1",
        capture=row("captures", platform="bazaar"),
        check=None,
        origin=None,
        observation=row("observations", **key, parser="bazaar/1", **observation),
        provenance={"title_text": "jsonld", "sold_text": "selector"},
        sighting=None,
        listing=row("listings", **key, title="x"),
        seller=None,
        match=row("listing_matches", **key, price_to_reference=0.12345678),
        pictures=[],
        score=row("listing_scores", **key, suspicion=91.0, observed_at=NOW),
        repeated=None,
        seller_score=None,
        decisions=[],
    )
    velmorin = Brand("velmorin", "Velmorin", "watches", "CH", ("Velmorin",))
    return walk.Walk(found, "<h1>x</h1>", row("brand_report", brand="velmorin"), velmorin)


def test_shows_what_has_a_value_in_the_contract_s_order() -> None:
    told = walk.page(a_walk(title_text="T", price_text="9 €", description_text=None))
    assert told.index("| `title_text` | T |") < told.index("| `price_text` | 9 € |")
    assert "description_text" not in told
    assert "| `price_to_reference` | 0.1235 |" in told
    assert "`crawler/pages/bazaar.py`" in told
    assert "(jsonld, selector)" in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b\nc", "a \\| b c"),
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("[now](javascript:x)", "\\[now](javascript:x)"),
        ("`code`", "'code'"),
        ("w" * 500, "w" * 300 + "…"),
        (["a", "b"], "a; b"),
        (0.00001234, "1.234e-05"),
    ],
)
def test_words_of_a_page_stay_words(text: Any, shown: str) -> None:
    assert walk.plain(text) == shown


def test_a_part_of_the_page_begins_where_the_title_stands() -> None:
    body = "<html>\n<head>\n  <title>Watch 5</title>\n  ``` \n</head>\n" + "x\n" * 9
    assert walk.excerpt(body, "Watch 5", 3) == "<title>Watch 5</title>\n'''\n</head>"
    assert walk.excerpt(body, "not there", 1) == "<html>"


def test_follows_the_red_flag_with_the_most_to_see(
    site: Site, add_bronze: Callable[..., int]
) -> None:
    """Of three flags: one came by a feed, one shows no product, one shows all."""
    keys = ("a", "b", "c")
    add_bronze(
        "observations",
        *(
            {"listing_key": key, "observation_id": key * 64, "capture_id": capture}
            for key, capture in zip(keys, (None, "2", "3"), strict=True)
        ),
    )
    for table, own in (("listing_scores", {"is_red_flag": True}), ("listing_matches", {})):
        found = [
            {"listing_key": key, **own}
            | ({"observation_id": key * 64, "suspicion": 99.0} if own else {})
            | (
                {"product_key": "v/one", "price_to_reference": 0.1}
                if key == "c" and not own
                else {}
            )
            for key in keys
        ]
        add_bronze(table, *found)
    add_bronze("listing_photos", {"listing_key": "c"})
    assert walk.chosen(Lake(site.lake)) == "c"


def test_a_lake_without_a_red_flag_says_what_to_do(
    site: Site, add_bronze: Callable[..., int]
) -> None:
    for table in ("observations", "listing_scores", "listing_matches", "listing_photos"):
        add_bronze(table, {})
    with pytest.raises(LakeError, match="no red flag that was crawled; run `make demo` first"):
        walk.chosen(Lake(site.lake))


def test_the_page_names_only_columns_that_are() -> None:
    told = walk.PAGE.read_text()
    shown = HEAD.findall(told)
    assert {"captures", "observations", "listings", "listing_scores"} <= {name for name, _ in shown}
    for name, rows in shown:
        columns = re.findall(r"^\| `(\w+)`", rows, re.MULTILINE)
        assert set(columns) <= set(contract.table(name).names)
        assert columns
