from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.page import Page
from crawler.pages.syntax.markup import part
from crawler.pages.syntax.scripts import linked_data, state, states
from crawler.pages.syntax.sitemap import sitemap

MARKS = st.sampled_from(
    ["<script>", "</script>", "<style>", "</style>", "<!--", "-->", "<b>", "</b>", "text", " ", ">"]
)


def pieces(text: str) -> list[str]:
    return Page(url="https://a.example/", body=text.encode()).pieces


def scripts(text: str) -> tuple[tuple[str, str], ...]:
    return part(text).scripts


@given(st.lists(MARKS, max_size=30).map("".join))
def test_any_order_of_marks_can_be_read(text: str) -> None:
    assert all(piece == piece.strip() != "" for piece in pieces(text))
    assert all(content for _, content in scripts(text))
    assert len(part(text).elements) <= len(text) + 7 * text.count("<")


def test_elements_are_what_is_left_without_blocks() -> None:
    page = "<p>a<script>x</script>b<!-- c -->d<SVG/><svg>e</svg><title>f<g</title><template>h"
    assert (
        part(page).elements == "<p>a<!---->b<!---->d<SVG/><!----><title>f&lt;g</title><template>h"
    )


def test_what_no_reader_sees_is_no_text() -> None:
    page = (
        "<title>T &amp; U</title><style>.a{}</style><!-- <b>no</b> --><p>one</p>"
        "<SCRIPT>x = '<i>no</i>'</SCRIPT><p> two </p><svg><text>no</text></svg><p>three</p>"
    )
    assert pieces(page) == ["T & U", "one", "two", "three"]


def test_script_blocks_with_their_attributes() -> None:
    page = "<script type='a'>1</script><script src=x></script><SCRIPT ID=b>2</Script><script>3"
    assert list(scripts(page)) == [(" type='a'", "1"), (" ID=b", "2")]


def test_linked_data_and_states_of_scripts() -> None:
    page = (
        '<script type="application/ld+json">{"@type": "Product"}</script>'
        '<script id="__NEXT_DATA__" type="application/json">{"p": 1}</script>'
        "<script>window['dataLayer'] = [{a: 1}]; dataLayer.push({b: 2}); var c = {};"
        "s = JSON.parse('{\"d\": 3}')</script>"
        "<script>__STATE__ = {e: [4]};</script>"
    )
    assert list(linked_data(scripts(page))) == [{"@type": "Product"}]
    assert list(states(scripts(page))) == [
        ("__NEXT_DATA__", {"p": 1}),
        ("dataLayer", [{"a": 1}]),
        ("dataLayer", {"b": 2}),
        ("s", {"d": 3}),
        ("__STATE__", {"e": [4]}),
    ]
    odd = (
        '<script type="application/ld&#x2B;json">[1]</script>'
        '<script data-type="lazy" type="application/json">[2]</script>'
    )
    assert list(linked_data(scripts(odd))) == [[1]]
    assert [found for _, found in states(scripts(odd))] == [[2]]
    assert state(page, "__STATE__") == {"e": [4]}
    assert state(page, "__NOT_THERE__") is None


@pytest.mark.parametrize(
    "mark",
    ["<script>", "<style>", "<!--", "<svg ", "<url>", "<url><loc>", "x.push({", "a = [", "a   "],
)
@pytest.mark.timeout(120)
def test_marks_without_an_end_cost_no_more_than_their_number(mark: str) -> None:
    """A cost that grows with the square would take minutes here, and the test would be ended."""
    bare, inside = mark * 100_000, f"<script>{mark * 100_000}</script>"
    assert (list(scripts(bare)), len(list(scripts(inside)))) == ([], 1)
    for text in (bare, inside):
        assert len(list(states(scripts(text)))) <= 60
        assert len(pieces(text)) <= 1
        page = Page(url="https://a.example/sitemap.xml", body=text.encode())
        assert list(sitemap(page)) == []


def test_a_sitemap_lists_pages_and_an_index_sitemaps() -> None:
    body = (
        b'<?xml version="1.0"?><s:urlset xmlns:s="x"><s:url><s:loc> /item/1?a=1&amp;b=2 </s:loc>'
        b"</s:url><url><loc>never ends<url><loc><![CDATA[https://a.example/item/2]]></loc></url>"
        b"<sitemap><loc>/more.xml.gz</loc></sitemap></s:urlset>"
    )
    found = sitemap(Page(url="https://a.example/sitemap.xml", body=body))
    assert [(link.url, link.kind) for link in found] == [
        ("https://a.example/item/1?a=1&b=2", "listing"),
        ("https://a.example/item/2", "listing"),
        ("https://a.example/more.xml.gz", "index"),
    ]
