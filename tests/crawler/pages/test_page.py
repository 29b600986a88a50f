"""Links that need no joining are not joined, and come out as if they had been."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.page import Page

HERE = "https://shop.example:8443/a/b/page.html?x=1#top"
PIECES = (
    *("/", "//", ".", "..", "a", "B7", "c.html", "?", "a=1", "&b=2", "#", "top", ";p", "%20", "é"),
    *(
        "http://",
        "https://",
        "HTTPS://",
        "ftp://",
        "javascript:",
        "h.example",
        ":80",
        "@",
        "[",
        " ",
    ),
)


def joined(url: str) -> str | None:
    """What the standard library makes of a link."""
    try:
        whole = urljoin(HERE, url.strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if url and parts.scheme in {"http", "https"} and parts.netloc else None


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_a_link_is_joined_as_the_standard_says(url: str) -> None:
    assert Page(url=HERE, body=b"").absolute(url) == joined(url)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("/item/7?ref=a#b", "https://shop.example:8443/item/7?ref=a#b"),
        ("/a/../b", "https://shop.example:8443/b"),
        ("https://other.example/x.html", "https://other.example/x.html"),
        ("next.html", "https://shop.example:8443/a/b/next.html"),
        ("//cdn.example/i.jpg", "https://cdn.example/i.jpg"),
        ("mailto:a@b.example", None),
        ("", None),
    ],
)
def test_links_of_each_kind(url: str, whole: str | None) -> None:
    assert Page(url=HERE, body=b"").absolute(url) == whole
