"""Every page module reads its saved pages as its `*.expected.json` says.

The pages are the sandbox marketplaces' own (aurora's as a browser showed them). For a new module,
or after one was changed on purpose, `countermark crawl show FILE --platform NAME --json` gives what
it reads now.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conf.platform import platform
from crawler import pages
from crawler.frontier.address import kind_of
from crawler.pages.page import Page
from crawler.rows import Stamp, observation_row, seller_row

SAVED = Path(__file__).parent / "saved"
EXPECTED = sorted(SAVED.glob("*/*.expected.json"))
NAMES = {path.parent.name for path in EXPECTED}


def body(expected: Path) -> bytes:
    """The page beside what is expected of it."""
    kind = expected.name.partition(".")[0]
    (found,) = (one for one in expected.parent.glob(f"{kind}.*") if one != expected)
    return found.read_bytes()


def plain(value: Any) -> Any:
    """What was read, or is expected, as JSON has it, without what is empty."""
    content = json.loads(msgspec.json.encode(value))
    if isinstance(content, dict):
        return {name: one for name, one in content.items() if one not in (None, [])}
    return content


def test_every_platform_has_a_saved_page_of_each_kind() -> None:
    assert {"agora", "aurora", "bazaar", "harbor", "jishi", "kiosk", "plaza", "ruins"} <= NAMES
    for name in NAMES:
        kinds = {path.name.partition(".")[0] for path in EXPECTED if path.parent.name == name}
        assert kinds == {"index", "listing", "seller"}


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.name[:7]}")
def test_a_saved_page_is_read_as_expected(path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    name, kind = expected["platform"], expected["kind"]
    module = pages.module(platform(name).pages)
    page = page_of(name, kind)
    assert kind_of(platform(name), page.url) == kind
    assert plain(list(module.links(page))) == expected.get("links", [])
    if kind == "listing":
        assert plain(module.listing(page)) == plain(expected["listing"])
    elif kind == "seller":
        assert plain(module.seller(page)) == plain(expected["seller"])


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.name[:7]}")
def test_every_field_says_which_step_read_it(path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    for kind in ("listing", "seller"):
        fields = plain(expected.get(kind) or {})
        read = set(fields) - {"listing_id", "seller_id", "url", "provenance"}
        told = fields.get("provenance", {})
        assert read - {"seller_id"} <= set(told)
        steps = {"api", "state", "jsonld", "microdata", "opengraph", "selector"}
        assert set(told.values()) <= steps


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_same_page_gives_the_same_rows(name: str, stamp: Stamp) -> None:
    one = platform(name)
    module = pages.module(one.pages)
    shown = [
        (observation_row(module.listing(listing), stamp), seller_row(module.seller(seller), stamp))  # type: ignore[arg-type]
        for listing, seller in ((page_of(name, "listing"), page_of(name, "seller")) for _ in "12")
    ]
    assert shown[0] == shown[1]


def page_of(name: str, kind: str) -> Page:
    """A saved page of a platform."""
    path = SAVED / name / f"{kind}.expected.json"
    expected = json.loads(path.read_text(encoding="utf-8"))
    header = {"content-type": expected.get("content_type", "text/html; charset=utf-8")}
    return Page(url=expected["url"], body=body(path), platform=platform(name), headers=header)
