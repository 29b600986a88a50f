"""The noun that stands where titles name the thing says its kind."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.kind import nouns
from jobs.kinds import kinds

TEXTS = dict.fromkeys(("title_folded", "description_folded", "category_text"), pl.String())


def kind(title: str | None, description: str | None = None, category: str | None = None) -> object:
    row = (title, description, category)
    return kinds(pl.DataFrame([row], schema=TEXTS, orient="row")).to_list()[0]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("velmora men running shoes", "shoe"),
        ("velmora shoe bag", "bag"),  # the last noun is the thing
        ("velmora steel kettle", None),  # no tee in steel
        ("维摩拉 新款运动鞋 包邮", "shoe"),  # 包邮 is no bag
        ("velmora t-shirt 100% cotton", "tee"),
        ("velmora montre homme", "watch"),
        ("velmora 1:18", None),
        (None, None),
    ],
)
def test_a_title_names_the_thing_last(title: str | None, expected: str | None) -> None:
    assert kind(title) == expected


def test_a_description_begins_with_the_thing_and_a_category_ends_with_it() -> None:
    assert kind("velmora 2026", "手表 配盒 表带 皮带") == "watch"
    assert kind("velmora 2026", None, "Women > Bags") == "bag"
    assert kind("velmora bag", "shoes", "Watches") == "bag"


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_has_a_known_kind_or_none(text: str) -> None:
    assert kind(text.lower(), text.lower(), text) in {*nouns().values(), None}
