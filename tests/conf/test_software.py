"""Files of shop software: what is refused, and how a shop's kinds are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf.errors import ConfError
from conf.platform import Kinds
from conf.software import at_home, every, software

PAGE = Path(__file__).parents[2] / "docs" / "add" / "platform.md"
GOOD = r"""
name: carts
title: Carts
pages: generic
signs:
  texts: [carts.js]
kinds:
  listing: '/p/(?P<id>\d+)$'
  listing_address: '{home}/p/{id}'
ways:
  searches: ['/s?q={word}&page={page}']
verified: documented
source: its templates
"""


def written(folder: Path, text: str) -> Path:
    (folder / "carts.yaml").write_text(text)
    return folder


def test_a_software_is_read_and_its_addresses_are_put_on_a_host(tmp_path: Path) -> None:
    (one,) = every(written(tmp_path, GOOD))
    assert (one.name, one.is_marketplace, one.signs.needed) == ("carts", False, 2)
    made = at_home(one.kinds, "https://a.example/")
    assert made == Kinds(listing=one.kinds.listing, listing_address="https://a.example/p/{id}")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("name: carts", "name: other", "must be the file's name"),
        (r"(?P<id>\d+)", r"(?P<id>\d+", "kinds.listing is no regular expression"),
        ("?P<id>", "", "needs a group"),
        ("{home}/p/{id}", "https://a.example/p/{id}", "must begin with {home}/"),
        ("{home}/p/{id}", "{home}/p/", "hold {id}"),
        ("/s?q={word}&page={page}", "s?q={word}", "begins with /"),
        ("/s?q={word}&page={page}", "/s?page={page}", "holds {word}"),
        ("verified: documented", "verified: live", "Invalid enum value 'live'"),
        ("source: its templates", "sauce: its templates", "unknown field `sauce`"),
        ("texts: [carts.js]", "headers: ['powered-by: (']", "is no regular expression"),
    ],
)
def test_a_fault_says_what_and_where(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in GOOD
    with pytest.raises(ConfError) as error:
        software("carts", written(tmp_path, GOOD.replace(before, after)))
    assert told in str(error.value)
    assert "carts.yaml" in str(error.value)


def test_the_page_for_platforms_tells_of_every_one() -> None:
    told = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    for one in every():
        kind = "marketplace" if one.is_marketplace else "shop"
        assert f"| {one.title} | `{one.name}` | {kind} | {one.verified} |" in told
