from __future__ import annotations

import pytest

from conf.platform import Kinds, Platform
from crawler import judge
from crawler.capture import Fetched

SHOP = Platform(
    name="shop",
    title="Shop",
    pages="shop",
    home="https://shop.example/",
    hosts=("shop.example",),
    kinds=Kinds(listing=r"/item/(?P<id>\w+)"),
    verified="sandbox",
    token_url="https://shop.example/token",  # noqa: S106 - an address
)


def answer(status: int, **headers: str) -> Fetched:
    return Fetched(
        requested_url="https://shop.example/item/1",
        url="https://shop.example/item/1",
        status=status,
        request_headers=(),
        response_headers=tuple((name.replace("_", "-"), text) for name, text in headers.items()),
        body=b"",
        body_sha256="",
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, judge.Take()),
        (404, judge.Gone()),
        (410, judge.Gone()),
        (429, judge.SlowDown(None)),
        (401, judge.NewToken()),
        (403, judge.Refuse("http_403", "the server answered 403")),
        (304, judge.Refuse("http_304", "the server answered 304")),
    ],
)
def test_what_a_status_means(status: int, expected: judge.Verdict) -> None:
    assert judge.judge(SHOP, answer(status), 0) == expected


@pytest.mark.parametrize("status", [500, 502, 504, 522])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert isinstance(judge.judge(SHOP, answer(status), 0), judge.Retry)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/item/2?x=1", "https://shop.example/item/2?x=1"),
        ("//shop.example/item/2", "https://shop.example/item/2"),
        ("http://127.0.0.1/", "private_address"),
        ("http://elsewhere.example/", "outside_platform"),
        ("javascript:alert(1)", "bad_scheme"),
        ("http://[", "bad_address"),
        ("", "bad_redirect"),
    ],
)
def test_a_redirect_is_followed_only_inside_the_platform(location: str, expected: str) -> None:
    verdict = judge.judge(SHOP, answer(302, location=location), 0)
    given = verdict.url if isinstance(verdict, judge.Follow) else verdict.reason  # type: ignore[union-attr]
    assert given == expected


def test_redirects_come_to_an_end() -> None:
    verdict = judge.judge(SHOP, answer(301, location="/item/2"), judge.MOST_HOPS)
    assert isinstance(verdict, judge.Refuse)
    assert verdict.reason == "too_many_redirects"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        (
            {
                "Retry_After": "Sun, 01 Nov 2026 06:00:30 GMT",
                "Date": "Sun, 01 Nov 2026 06:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "Retry_After": "Sun, 01 Nov 2026 05:00:00 GMT",
                "Date": "Sun, 01 Nov 2026 06:00:00 GMT",
            },
            0.0,
        ),
        ({"Retry_After": "Sun, 01 Nov 2026 06:00:30 GMT"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-3"}, None),
        ({}, None),
    ],
)
def test_how_long_a_host_asks_to_wait(headers: dict[str, str], expected: float | None) -> None:
    assert judge.retry_after(answer(503, **headers)) == expected


def test_a_host_that_asks_for_hours_is_left() -> None:
    verdict = judge.judge(SHOP, answer(503, Retry_After="7200"), 0)
    assert verdict == judge.Refuse("wait_too_long", "the host asks to wait 7200 seconds")
