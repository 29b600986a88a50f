"""Paths into JSON: what stands there, and amounts in the smallest unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Variant
from crawler.pages.syntax.told import Told, decimal, keyed, objects, read, text, values

PRODUCT = {
    "name": "Big watch",
    "price": 1299,
    "unit": {"digits": 2},
    "left": [{"there": False}, {"there": True}],
    "kinds": [{"n": "Gear"}, {"n": "Watches"}],
    "pictures": ["/a.jpg", "/a.jpg", None],
    "sizes": [{"t": ["Blue", "XL"], "p": 1299, "there": False}, {"s": "S2"}, {}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda one: (
        st.lists(one, max_size=4) | st.dictionaries(st.sampled_from("abc*0"), one, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("name", "Big watch"),
        ("price#2", "12.99"),
        ("price#unit.digits", "12.99"),
        ("price#unit.nothing", None),
        ("left.*.there?", "in stock"),
        ("left.0.there?", "out of stock"),
        ("name?", None),
        ("kinds.1.n", "Watches"),
        ("kinds.7.n", None),
        ("name.deeper", None),
    ],
)
def test_a_path_gives_what_stands_there(path: str, found: str | None) -> None:
    assert text(PRODUCT, path) == found


def test_fields_are_read_by_what_they_are() -> None:
    told = Told(
        {
            "title_text": ("nothing", "name"),
            "category_text": "kinds.*.n",
            "image_urls": "pictures.*",
        },
        variants="sizes.*",
        variant={
            "name": "t.*",
            "price_text": "p#2",
            "sku_text": "s",
            "availability_text": "there?",
        },
    )
    found = read(told, PRODUCT, lambda url: url and f"https://a.example{url}")
    assert found["title_text"] == "Big watch"
    assert found["category_text"] == "Gear > Watches"
    assert found["image_urls"] == ("https://a.example/a.jpg",)
    assert found["variants"] == (
        Variant(name="Blue / XL", price_text="12.99", availability_text="out of stock"),
        Variant(name="S2", sku_text="S2"),
    )


def test_named_values_by_their_names() -> None:
    rows = [{"id": "BRAND", "v": "Nordvane"}, {"id": "BRAND", "v": "other"}, {"v": 1}, 7]
    assert keyed(rows, "id", "v") == {"BRAND": "Nordvane"}


def test_objects_are_found_however_deep_outer_ones_first() -> None:
    state = {"a": {"sku": 1, "price": 2, "inner": [{"price": 3, "sku": 4}]}, "price": 5}
    assert [one["sku"] for one in objects(state, "sku", "price")] == [1, 4]


@given(st.integers(0, 10**12), st.integers(0, 6))
def test_an_amount_keeps_its_value(amount: int, digits: int) -> None:
    written = decimal(amount, digits)
    assert written is not None
    assert Decimal(written) == Decimal(amount) / 10**digits


@given(JSON, JSON)
def test_no_value_is_too_odd_for_an_amount(value: Any, digits: Any) -> None:
    written = decimal(value, digits)
    assert written is None or Decimal(written).is_finite()


@given(JSON, st.lists(st.sampled_from(["a", "b", "*", "0", "c?", "a#2", "a#b"]), max_size=5))
def test_no_value_is_too_odd_for_a_path(value: Any, steps: list[str]) -> None:
    path = ".".join(steps)
    assert isinstance(values(value, path), list)
    found = text(value, path)
    assert found is None or found == found.strip()
    assert all(isinstance(one, dict) for one in objects(value, "a"))
