from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Link
from crawler.pages.page import Page
from crawler.pages.syntax.newsfeed import entries, is_feed
from crawler.pages.syntax.sitemap import sitemap

RSS = """<?xml version="1.0"?><?xml-stylesheet href="x.css"?>
<rss version="2.0"><channel><link>https://shop.example/</link>
<atom:link rel="next" href="/new?page=2"/>
<item><title>a</title><link> /item/1 </link></item>
<item><link><![CDATA[https://shop.example/item/2?a=1&b=2]]></link></item>
<item><g:link>https://shop.example/item/3?a=1&amp;b=2</g:link></item>
<item><title>no link</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://shop.example/"/>
<entry><link rel="self" href="/self"/><link rel="alternate" href="/item/1"/></entry>
<entry><link href="/item/2"/></entry></feed>"""


def page(body: str) -> Page:
    return Page(url="https://shop.example/new", body=body.encode())


@pytest.mark.parametrize(
    ("body", "listings", "onward"),
    [
        (RSS, ["/item/1", "/item/2?a=1&b=2", "/item/3?a=1&b=2"], ["/new?page=2"]),
        (ATOM, ["/item/1", "/item/2"], []),
    ],
)
def test_gives_what_entries_lead_to(body: str, listings: list[str], onward: list[str]) -> None:
    assert is_feed(page(body))
    found = list(entries(page(body)))
    for kind, urls in (("listing", listings), ("index", onward)):
        assert [link.url for link in found if link.kind == kind] == [
            f"https://shop.example{url}" for url in urls
        ]


@pytest.mark.parametrize("body", ["<html><body><rss></rss>", "{}", "", "<rssx>", "<urlset>"])
def test_other_pages_are_no_feeds(body: str) -> None:
    assert not is_feed(page(body))


@given(st.lists(st.sampled_from(["<item>", "</item>", "<link>", "</link>", "/a", "<entry ", ">"])))
def test_broken_feeds_give_links_or_none(parts: list[str]) -> None:
    assert all(isinstance(link, Link) for link in entries(page("<rss>" + "".join(parts))))


def test_of_a_sitemap_what_changed_last_is_asked_first() -> None:
    changed = ("2026-10-01", "2026-11-01T08:30:00Z", "2026-11-01", None)
    urls = "".join(
        f"<url><loc>/item/{number}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</url>"
        for number, when in enumerate(changed)
    )
    links = list(sitemap(page(f"<urlset>{urls}</urlset>")))
    order = sorted(links, key=lambda link: link.hint)
    # What says nothing comes before all, as links of lists do.
    assert [link.url[-1] for link in order] == ["3", "1", "2", "0"]
