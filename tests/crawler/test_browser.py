from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from conf.platform import Discovery, Kinds, Platform
from crawler import browser
from crawler.frontier.host import Ask
from crawler.frontier.store import Target
from crawler.items import Kind

AURORA = Platform(
    name="aurora",
    title="Aurora",
    pages="aurora",
    home="https://aurora.example/",
    hosts=("aurora.example",),
    kinds=Kinds(listing=r"/product/(?P<id>\w+)"),
    verified="sandbox",
    needs_browser=True,
    ready_selector="#root[data-ready]",
    discovery=Discovery(sitemaps=("https://aurora.example/sitemap.xml",)),
)


def ask(kind: Kind, path: str) -> Ask:
    url = f"https://aurora.example{path}"
    return Ask(
        "page",
        "aurora",
        "aurora.example",
        url,
        Target(1, "aurora", "aurora.example", kind, "k", url, 0),
    )


@pytest.mark.parametrize(
    ("kind", "path", "is_shown"),
    [
        ("listing", "/product/1", True),
        ("seller", "/maker/1", True),
        ("index", "/sitemap.xml", False),
        ("image", "/img/1.jpg", False),
    ],
)
def test_only_pages_go_through_the_browser(kind: Kind, path: str, *, is_shown: bool) -> None:
    given = browser.meta(ask(kind, path), AURORA)
    assert given.get("playwright", False) is is_shown
    if is_shown:
        (wait,) = given["playwright_page_methods"]
        assert (wait.method, wait.args) == ("wait_for_selector", ("#root[data-ready]",))


def test_other_platforms_never_see_the_browser() -> None:
    plain = msgspec.structs.replace(AURORA, needs_browser=False)
    assert browser.meta(ask("listing", "/product/1"), plain) == {}
    assert browser.settings([plain], "/usr/bin/chromium") == {}
    assert browser.settings([AURORA], None) == {}
    assert "DOWNLOAD_HANDLERS" in browser.settings([plain, AURORA], "/usr/bin/chromium")


@pytest.mark.parametrize(
    ("url", "kind", "is_refused"),
    [
        ("https://aurora.example/api/product/1", "fetch", False),
        ("https://aurora.example/app.js", "script", False),
        ("https://aurora.example/img/1.jpg", "image", True),
        ("https://tracker.example/t.js", "script", True),
        ("http://169.254.169.254/latest", "fetch", True),
        ("file:///etc/passwd", "document", True),
        ("https://aurora.example:9999/x", "fetch", True),
    ],
)
def test_a_page_may_load_only_what_its_platform_serves(
    url: str, kind: str, *, is_refused: bool
) -> None:
    stop = browser.refuse_outside(frozenset(AURORA.hosts))
    assert stop(SimpleNamespace(url=url, resource_type=kind)) is is_refused
