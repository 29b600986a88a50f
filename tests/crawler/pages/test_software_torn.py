"""Pages of shop software that are cut off, torn or of another shape: refused, never a crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf import software
from crawler import pages
from crawler.items import Gone, Observation, PageError, SellerObservation
from crawler.pages.page import Page

SAVED = Path(__file__).parent / "software"
EVERY = {one.name: one for one in software.every()}
FILES = sorted(path for path in SAVED.glob("*/*") if not path.name.endswith(".expected.json"))
ODD: tuple[Any, ...] = (None, [], {}, "x", -1, True, [[1]], {"a": {"b": []}}, "9" * 50, 1e300)


def ask(path: Path, body: bytes) -> None:
    """Everything that a crawl asks a module; only a refusal may come out of it."""
    expected = path.with_name(f"{path.name.partition('.')[0]}.expected.json")
    url = json.loads(expected.read_text(encoding="utf-8"))["url"]
    module = pages.module(EVERY[path.parent.name].pages)
    page = Page(url=url, body=body)
    for function in (module.listing, module.seller, lambda one: list(module.links(one))):
        try:
            shown = function(page)
        except PageError:
            continue
        assert shown is None or isinstance(shown, Observation | SellerObservation | Gone | list)


def torn(value: Any, odd: Any, at: int, place: list[int]) -> Any:
    """A value in which the one at a place, counted in its own order, is another."""
    place[0] += 1
    if place[0] == at:
        return odd
    if isinstance(value, dict):
        return {name: torn(one, odd, at, place) for name, one in value.items()}
    if isinstance(value, list):
        return [torn(one, odd, at, place) for one in value]
    return value


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@settings(max_examples=8, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_page_with_a_piece_missing(path: Path, begin: float, length: float) -> None:
    body = path.read_bytes()
    at = int(begin * len(body))
    ask(path, body[:at] + body[at + int(length * 200) :])
    ask(path, body[:at])


@pytest.mark.parametrize(
    "path",
    [one for one in FILES if one.suffix == ".json"],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_an_answer_with_one_odd_value(path: Path) -> None:
    answer = json.loads(path.read_text(encoding="utf-8"))
    count = [0]
    torn(answer, None, -1, count)
    for at in range(1, count[0] + 1):
        for odd in ODD:
            ask(path, json.dumps(torn(answer, odd, at, [0])).encode())


@pytest.mark.parametrize("name", EVERY)
def test_a_state_with_odd_values(name: str) -> None:
    """The JSON within a page: every value in turn becomes a number, nothing, or a list."""
    for path in (one for one in FILES if one.parent.name == name and one.suffix == ".html"):
        parts = path.read_text(encoding="utf-8").split('":')
        for at in range(1, len(parts)):
            for odd in ("7,", "[[]],"):
                ask(path, '":'.join([*parts[:at], odd + '"y', *parts[at:]]).encode())
