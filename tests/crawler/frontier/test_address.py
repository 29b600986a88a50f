from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf.platform import Discovery, Kinds, Platform
from crawler.frontier.address import canonical, fault, is_private, place

PLATFORM = Platform(
    name="agora",
    title="Agora",
    pages="agora",
    home="https://agora.example/",
    hosts=("agora.example", "img.agora.example"),
    kinds=Kinds(
        listing=r"(?i)/item/(?P<id>\w+)",
        seller=r"/seller/(?P<id>\w+)$",
        index=r"/c/\w+(\?page=\d+)?$",
        listing_address="https://agora.example/item/{id}",
        is_id_lower=True,
    ),
    discovery=Discovery(),
    verified="sandbox",
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Agora.Example:443/a?b=2&a=1#top", "https://agora.example/a?a=1&b=2"),
        ("https://agora.example", "https://agora.example/"),
        ("https://agora.example/x;jsessionid=A1?utm_source=m&gclid=7", "https://agora.example/x"),
        ("http://agora.example:8080/ü?q=%B1%ED", "http://agora.example:8080/%C3%BC?q=%B1%ED"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://user:secret@agora.example/a", "https://agora.example/a"),
        (" https://agora.example/a%20b?empty= ", "https://agora.example/a%20b?empty="),
    ],
)
def test_one_page_has_one_spelling(url: str, expected: str) -> None:
    assert canonical(url) == expected


@given(st.text(alphabet="abc/?&=%#;üß手 +.", max_size=40))
def test_the_canonical_spelling_is_its_own(tail: str) -> None:
    once = canonical("https://agora.example/" + tail)
    assert canonical(once) == once


@pytest.mark.parametrize(
    ("url", "key", "asked"),
    [
        ("https://agora.example/Item/A7?variant=2", "listing:a7", "https://agora.example/item/a7"),
        (
            "https://agora.example/item/a7;jsessionid=9",
            "listing:a7",
            "https://agora.example/item/a7",
        ),
        ("https://agora.example/seller/s1", "seller:s1", "https://agora.example/seller/s1"),
    ],
)
def test_a_listing_is_asked_at_one_address(url: str, key: str, asked: str) -> None:
    found = place(PLATFORM, url, "index")
    assert found is not None
    assert (found.key, found.url) == (key, asked)


@pytest.mark.parametrize(
    "url",
    [
        "https://agora.example/item/a7",
        "HTTP://WWW.Agora.Example/item/A7/",
        "https://www.agora.example:443/item/a7",
        "https://agora.example/item/A7?ref=home&variant=3",
        "https://agora.example/item/a7?utm_campaign=x&srsltid=AfmB",
        "https://agora.example/item/a7?gad_source=1&gbraid=0A&wbraid=2",
        "https://agora.example/en//item/a7?PHPSESSID=4af",
        "https://agora.example/c/watches/item/a7#reviews",
        "https://agora.example/item/a7;jsessionid=0F?yclid=1",
    ],
)
def test_no_spelling_splits_a_listing(url: str) -> None:
    found = place(PLATFORM, url, "index")
    assert found is not None
    assert (found.key, found.host) == ("listing:a7", "agora.example")


@pytest.mark.parametrize(
    "url",
    [
        "https://agora.example/c/all?page=2",
        "https://www.agora.example/c/all?page=2",
        "https://agora.example/c/all?utm_source=x&page=2&ttclid=7",
        "https://agora.example/c/all?page=2&oscsid=19&mtm_kwd=y&_hsenc=p",
        "https://agora.example/c/all?page=2&aspsessionidABC=1&gclsrc=aw.ds",
    ],
)
def test_no_spelling_splits_an_index(url: str) -> None:
    found = place(PLATFORM, url, "index")
    assert found is not None
    assert found.key == "index:https://agora.example/c/all?page=2"


@pytest.mark.parametrize(
    "url",
    [
        "https://agora.example/c/all?color=red&page=2",  # a facet, no plain page
        "https://agora.example/events/2026/11",
        "https://elsewhere.example/item/a7",
        "javascript:alert(1)",
        "https://agora.example/" + "x" * 3000,
        "http://[broken/item/a7",
    ],
)
def test_what_is_no_page_of_the_platform_is_not_asked(url: str) -> None:
    assert place(PLATFORM, url, "index") is None


def test_a_sitemap_is_an_index_and_a_picture_keeps_its_address() -> None:
    sitemap = place(PLATFORM, "https://agora.example/sitemap.xml", "index")
    image = place(PLATFORM, "https://img.agora.example/item/7.jpg?w=9", "image")
    assert sitemap is not None
    assert image is not None
    assert sitemap.kind == "index"
    assert image.key == "image:https://img.agora.example/item/7.jpg?w=9"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://agora.example/", None),
        ("ftp://agora.example/", "bad_scheme"),
        ("http://10.0.0.8/", "private_address"),
        ("http://169.254.169.254/latest", "private_address"),
        ("http://[::1]/", "private_address"),
        ("http://localhost/", "private_address"),
        ("https://elsewhere.example/", "outside_platform"),
        ("https://agora.example:8443/", "outside_platform"),
        ("https:///item", "bad_address"),
        ("https://agora.example:x/", "bad_address"),
    ],
)
def test_why_an_address_may_not_be_asked(url: str, expected: str | None) -> None:
    assert fault(PLATFORM, url) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("127.0.0.1", True), ("192.168.1.1", True), ("224.0.0.1", True)),
        *(("::ffff:127.0.0.1", True), ("64:ff9b::7f00:1", True), ("2002:7f00:1::", True)),
        *(("fec0::1", True), ("fd00::1", True), ("ff0e::1", True)),
        *(("8.8.8.8", False), ("64:ff9b::808:808", False), ("2606:4700::1111", False)),
        ("example.com", False),
    ],
)
def test_private_addresses(host: str, *, expected: bool) -> None:
    assert is_private(host) is expected
