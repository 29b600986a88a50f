"""How lists go on, and where sitemaps are."""

from __future__ import annotations

import re

import pytest

from crawler.pages.page import Page
from crawler.probe.sight import Sight
from crawler.probe.ways import Paging, named, paging, parts_of

HOST = "https://shop.example"


def sight(path: str, body: str) -> Sight:
    """A page as a probe sees it."""
    return Sight(Page(url=HOST + path, body=body.encode()))


@pytest.mark.parametrize(
    ("path", "link", "template"),
    [
        ("/c/toys", '<a href="?page=2">2</a>', "/c/toys?page={page}"),
        ("/c/toys", '<a href="/c/toys/page/2">more</a>', "/c/toys/page/{page}"),
        ("/c/toys/", '<a href="/c/toys/page/2/">more</a>', "/c/toys/page/{page}/"),
        ("/c/toys/p1/", '<a href="/c/toys/p2/">&gt;</a>', "/c/toys/p{page}/"),
        ("/c/toys?sort=new", '<a href="?sort=new&page=2">2</a>', "/c/toys?sort=new&page={page}"),
        ("/w?seite=1", '<a rel="next" href="/w?seite=2">weiter</a>', "/w?seite={page}"),
        ("/c/toys", '<a href="/c/toys?color=2">red</a>', None),
        ("/c/toys", '<a href="/c/toys/2024">2024</a>', None),
        ("/item/1001", '<a href="/item/1002">another</a>', None),
        ("/c/toys", "nothing", None),
    ],
)
def test_the_link_to_another_page_tells_how_a_list_goes_on(
    path: str, link: str, template: str | None
) -> None:
    found = paging(sight(path, f"<html><body>{link}</body></html>"))
    assert (found.template(HOST + path) if found else None) == (template and HOST + template)


@pytest.mark.parametrize("way", [Paging("page"), Paging("", ("page",)), Paging("", (), "p")])
def test_the_expression_knows_the_addresses_that_the_template_makes(way: Paging) -> None:
    url = f"{HOST}/c/toys"
    pattern = re.escape(url) + way.expression + "$"
    for number in ("1", "2", "314"):
        assert re.search(pattern, way.template(url).replace("{page}", number))
    assert re.search(pattern, url)
    assert not re.search(pattern, url + "?color=red")


def test_sitemaps_are_found_in_robots_txt_however_it_is_written() -> None:
    robots = "User-agent: *\r\nDisallow: /x\r\nSITEMAP : https://shop.example/a.xml\r\n"
    assert named(robots) == ["https://shop.example/a.xml"]
    assert named("") == []


def test_of_an_index_each_name_is_read_once_and_goods_first() -> None:
    names = ["pages-1", "pages-2", "products-1", "products-2", "blog-1"]
    inner = "".join(f"<sitemap><loc>{HOST}/{name}.xml</loc></sitemap>" for name in names)
    page = Page(url=f"{HOST}/s.xml", body=f"<sitemapindex>{inner}</sitemapindex>".encode())
    parts, pages = parts_of(page)
    assert parts == [f"{HOST}/{name}.xml" for name in ("products-1", "pages-1", "blog-1")]
    assert pages == []


def test_links_beside_a_price_of_their_own_are_cards() -> None:
    body = (
        '<ul><li><a href="/i/1">One</a> <b>12,50 €</b></li><li><a href="/i/2">Two</a> 9 €</li>'
        '<li><a href="/help">Help</a></li></ul><p><a href="/a">a</a> <a href="/b">b</a> 3 €</p>'
    )
    found = sight("/", f"<html><body>{body}</body></html>")
    assert found.cards == {f"{HOST}/i/1": "One", f"{HOST}/i/2": "Two"}
    assert set(found.links) == {f"{HOST}/{name}" for name in ("i/1", "i/2", "help", "a", "b")}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ('<form action="/find"><input name="q"></form>', f"{HOST}/find?q={{word}}"),
        ('<form action="/find"><input type="search" name="w"></form>', f"{HOST}/find?w={{word}}"),
        ('<form action="/find" method="post"><input name="q"></form>', None),
        ('<form action="/mail"><input name="email"></form>', None),
        ('<form action="https://else.example/"><input name="q"></form>', None),
    ],
)
def test_a_form_with_a_field_for_words_is_the_search(form: str, expected: str | None) -> None:
    assert sight("/", f"<html><body>{form}</body></html>").search == expected
