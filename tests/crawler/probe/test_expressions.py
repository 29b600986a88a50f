"""Expressions that take ids from addresses: those of all members, and of nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.probe.expressions import expression, id_of, identity, template
from crawler.probe.shapes import shapes

HOST = "https://shop.example"
IDS = st.lists(
    st.from_regex(r"[a-z]{0,2}-?[0-9]{3,9}", fullmatch=True), min_size=3, max_size=12, unique=True
)
NAMES = st.sampled_from(["item", "p", "artikel", "xinxi", "product-detail", "a.b", "(x)"])


def pattern_of(paths: list[str]) -> str:
    """The expression of the shape that most of the addresses have."""
    best = shapes(HOST + path for path in paths)[0]
    found = identity(best)
    assert found is not None
    return expression(best, found)


@settings(max_examples=60, deadline=None)
@given(IDS, NAMES, st.sampled_from(["", ".html", "/"]))
def test_each_address_gives_its_own_id(ids: list[str], name: str, end: str) -> None:
    pattern = pattern_of([f"/{name}/{one}{end}" for one in ids])
    assert [id_of(pattern, f"{HOST}/{name}/{one}{end}") for one in ids] == ids
    assert id_of(pattern, f"{HOST}/{name}x/{ids[0]}{end}") is None
    assert id_of(pattern, f"{HOST}/other/{name}/{ids[0]}{end}") is None


@settings(max_examples=40, deadline=None)
@given(IDS, st.sampled_from(["red-shoe", "blue-sock", "hat"]))
def test_the_title_behind_the_id_may_change(ids: list[str], title: str) -> None:
    words = "abcdefghijkl"
    pattern = pattern_of([f"/i/{one}/{title}-{words[at]}x" for at, one in enumerate(ids)])
    for one in ids:
        assert id_of(pattern, f"{HOST}/i/{one}/renamed-since") == one
        assert id_of(pattern, f"{HOST}/i/{one}") == one


@pytest.mark.parametrize(
    ("paths", "url", "expected"),
    [
        (
            ["/red-shoe-12345.html", "/blue-old-shoe-12346.html", "/big-hat-777.html"],
            "/renamed-red-shoe-12345.html",
            "12345",
        ),
        (["/d/1234-red-shoe", "/d/1235-blue-sock", "/d/99123-big-hat"], "/d/1234-shoe", "1234"),
        (["/d/red-shoe", "/d/blue-sock", "/d/big-hat"], "/d/red-shoe", "red-shoe"),
        (["/v?id=7", "/v?id=8", "/v?id=9"], "/v?id=123", "123"),
        (["/v?cat=1&id=7", "/v?cat=1&id=8", "/v?cat=1&id=9"], "/v?cat=2&id=123", "123"),
        (["/s/red-shoe/a11", "/s/blue-sock/a12", "/s/big-hat/a13"], "/s/new/a14", "a14"),
    ],
)
def test_the_id_is_what_tells_one_from_another(paths: list[str], url: str, expected: str) -> None:
    assert id_of(pattern_of(paths), HOST + url) == expected


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(st.characters(codec="ascii"), max_size=15), min_size=1, max_size=8))
def test_whatever_the_addresses_are_the_expression_compiles(paths: list[str]) -> None:
    for one in shapes(f"{HOST}/{path}" for path in paths):
        found = identity(one)
        if found is not None:
            assert "id" in re.compile(expression(one, found)).groupindex


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a1", f"{HOST}/item/a1"), ("a2", f"{HOST}/item/a2")], f"{HOST}/item/{{id}}"),
        ([("a1", f"{HOST}/item/a1/red"), ("a2", f"{HOST}/item/a2/blue")], None),
        ([("a1", f"{HOST}/"), ("a2", f"{HOST}/")], None),
        ([("1", f"{HOST}/1/1"), ("2", f"{HOST}/2/2")], None),
        ([("a1", f"{HOST}/item/a1")], None),
    ],
)
def test_one_address_for_all_is_what_they_have_in_common(
    pairs: list[tuple[str, str]], expected: str | None
) -> None:
    assert template(pairs) == expected
