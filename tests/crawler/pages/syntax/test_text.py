from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.syntax.text import addresses, brief, line, plain, scalar, shown, tidy


@given(st.text(max_size=100))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    for clean in (tidy, line, plain):
        once = clean(text)
        assert once is None or once == once.strip()
        if clean is not plain:
            assert clean(once) == once


@given(st.text(max_size=100))
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in (line(text) or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<br>b", "a\nb"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("R&amp;D &lt;b&gt;bold&lt;/b&gt;", "R&D bold"),
        ("Watch <Automatic> 1<2>0", "Watch <Automatic> 1<2>0"),
        ("<script>alert(1)</script>safe", "safe"),
        ("  \n ", None),
    ],
)
def test_markup_is_removed_and_what_only_looks_like_it_stays(
    text: str, expected: str | None
) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", "12"), (12, "12"), (12.50, "12.5"), (0.1 + 0.2, "0.3"), (True, None), (None, None),
        ({}, None), ([], None), (10**50, None), (1e300, None), ("&euro; 5", "€ 5"), (1e-12, "0"),
    ],
)  # fmt: skip
def test_single_values_of_json_as_text(value: Any, expected: str | None) -> None:
    assert scalar(value) == expected


def test_the_text_of_an_element_is_what_is_seen() -> None:
    tree = LexborHTMLParser("<div>a<style>x</style><p>b</p><p>c</p> <noscript>d</noscript></div>")
    assert shown(tree.css_first("div")) == "a\nb\nc"
    assert shown(None) is None


def test_a_brief_text_is_brief_or_none() -> None:
    tree = LexborHTMLParser("<div><b>€</b> <i>12</i><script>x()</script></div>")
    div = tree.css_first("div")
    assert div is not None
    assert brief(div, 10) == "€ 12"
    assert brief(div, 3) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.example/x, or http://b.example.", ("https://a.example/x", "http://b.example")),
        ("官网https://a.example/手，包邮", ("https://a.example/手",)),
        ("no address", ()),
        (None, ()),
    ],
)  # fmt: skip
def test_addresses_in_a_text(text: str | None, expected: tuple[str, ...]) -> None:
    assert addresses(text) == expected
