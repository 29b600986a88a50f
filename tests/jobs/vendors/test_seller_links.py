"""Sellers that share something rare are linked, in words that tell no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conf import contract
from jobs.stored import Stored
from jobs.vendors._linker import Linker
from jobs.vendors.seller_links import seller_links

pytestmark = pytest.mark.spark
PHONE = "+8610012345678"
SELLERS = [f"a:{at}" for at in range(40)]


def shows(seller: str, kind: str, value: str) -> dict[str, Any]:
    return {"seller_key": seller, "kind": kind, "value": value, "listing_count": 9}


@pytest.fixture
def found(stored: Callable[..., Stored]) -> list[dict[str, Any]]:
    """Two of forty sellers share a telephone, a WeChat and three sentences; all share one."""
    own = [
        shows(seller, kind, value)
        for seller in ("a:0", "a:1")
        for kind, value in (("phone", PHONE), ("wechat", "wxabc1"))
    ]
    texts = [shows(seller, "sentence", "everybody") for seller in SELLERS]
    texts += [shows(seller, "sentence", f"s{at}") for seller in ("a:0", "a:1") for at in range(3)]
    made = seller_links(
        stored("identifiers", *own, count=4),
        stored("seller_traces", *texts, count=4),
        stored("sellers", *({"seller_key": one} for one in SELLERS), count=4),
        stored("seller_features", *({"seller_key": one} for one in SELLERS), count=4),
        stored("listing_matches", {"listing_key": "a:9", "seller_key": "a:0", "brand": "velmora"}),
        linker=Linker(),
    )
    assert made.columns == list(contract.table("seller_links").names)
    return [row.asDict() for row in made.collect()]


def test_the_two_are_linked_and_nobody_else(found: list[dict[str, Any]]) -> None:
    surest = max(found, key=lambda row: row["probability"])
    assert (surest["seller_key_a"], surest["seller_key_b"]) == ("a:0", "a:1")
    assert surest["probability"] > 0.5
    others = [row["probability"] for row in found if row is not surest]
    assert all(chance < 0.5 for chance in others)


def test_words_tell_what_is_shared_and_no_value(found: list[dict[str, Any]]) -> None:
    words = max(found, key=lambda row: row["probability"])["words"]
    assert "same phone (2 accounts of 40 have it)" in words
    assert "identical sentences" in words
    assert PHONE not in words
