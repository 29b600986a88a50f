"""Tags and selectors read without a tree give what a tree gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.pages.page import Page
from crawler.pages.syntax import attributes, selectors

QUOTES = st.sampled_from(['"', "'"])
NAMES = st.sampled_from(["href", "rel", "class", "data-a", "HREF", "content"])
VALUES = st.text("ab=/ ?&;>é\n", max_size=8)
ONES = st.tuples(NAMES, QUOTES, VALUES).map(lambda one: f"{one[0]}={one[1]}{one[2]}{one[1]}")
TAGS = st.lists(ONES, max_size=4).map(lambda given: f"<a {' '.join(given)}>x</a>")


@given(st.lists(TAGS, max_size=4))
def test_attributes_of_links_are_those_of_a_tree(tags: list[str]) -> None:
    text = "<body>" + "".join(tags)
    found = [attributes.attributes(inner) for inner in attributes.tags(text).get("a", ())]
    wanted = [node.attributes for node in LexborHTMLParser(text).css("a")]
    assert found == [{name: said or "" for name, said in one.items()} for one in wanted]
    assert [attributes.href(one) for one in attributes.tags(text).get("a", ())] == [
        one.get("href") for one in found
    ]


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        (' href="/a" class=b', {"href": "/a", "class": "b"}),
        (" HREF='/a?b=1&amp;c=2'", {"href": "/a?b=1&c=2"}),
        (' href="/a?b=1&copy=2&lt=3"', {"href": "/a?b=1&copy=2&lt=3"}),
        (' href="/first" href="/second"', {"href": "/first"}),
        (" download href = /a", {"download": "", "href": "/a"}),
        (' title="a > b" href="/c"', {"title": "a > b", "href": "/c"}),
    ],
)
def test_one_tag(inner: str, found: dict[str, str]) -> None:
    assert attributes.attributes(inner) == found
    assert attributes.href(inner) == found["href"]
    assert attributes.tags(f"<p><A{inner}>x</A><abbr>no</abbr>") == {"a": [inner]}


@pytest.mark.parametrize("mark", ["<a ", '<a href="', "<a b=", "<a b='c' ", "<a ="])
@pytest.mark.timeout(60)
def test_tags_without_an_end_cost_no_more_than_their_number(mark: str) -> None:
    """A cost that grows with the square would take minutes here, and the test would be ended."""
    assert attributes.tags(mark * 400_000).keys() <= {"a"}


SHOP = (
    b'<div ID="Main" class="product Price--big"><span itemprop="PRICE" content="4">4</span>'
    b"<a href='/b' rel=next>x</a><DL><dt>Brand</dt><dd>N</dd></DL><h1 class=title>T</h1></div>"
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (".product h1", 1),
        ("#Main > span", 1),
        ('span[itemprop="price" i]', 1),
        ("[class*='Price--big']", 1),
        ("a[rel~=next], link[rel=next]", 1),
        ("dl dt", 1),
        ("DL dd", 1),
        ("tbody", 0),
        ("h2, .none, h1", 1),
        ("h1:not(.missing)", 1),
        ("a:not([rel])", 0),
        (".product :is(dt, dd)", 2),
        ("del", 0),
        ("a:is(.missing, :not(.product))", 1),
        ("h1:not(.missing:is(.x))", 1),
        ("""[class="it's"], [data-k="a]z"], h1""", 1),
        (r"#\4d ain", 1),
    ],
)
def test_a_selector_finds_what_it_finds_in_the_whole_tree(selector: str, found: int) -> None:
    page = Page(url="https://a.example/", body=SHOP)
    wanted = [node.html for node in page.tree.css(selector)]
    assert [node.html for node in page.all(selector)] == wanted
    assert len(wanted) == found
    first = page.first(selector)
    assert (first.html if first is not None else None) == next(iter(wanted), None)


def test_what_the_page_lacks_is_not_looked_for() -> None:
    page = Page(url="https://a.example/", body=SHOP)
    assert page.all(".basket, video source") == []
    assert "tree" not in vars(page)


@pytest.mark.parametrize("wrong", ["a[", "..x", "a:("])
def test_what_is_no_selector_is_refused(wrong: str) -> None:
    with pytest.raises(SelectolaxError):
        selectors.alternatives(wrong)
