"""Every kind of value that is found has a family."""

from __future__ import annotations

import polars as pl
import pytest

from conf import contract
from conf.errors import ConfError
from jobs.vendors import _found
from jobs.vendors._blocking import indexed
from jobs.vendors._kinds import FAMILIES, KINDS
from jobs.vendors._messengers import APPS


def test_what_texts_hold_has_a_family() -> None:
    found = {value for name, value in vars(_found).items() if name.isupper() and name[0] != "_"}
    assert {one for one in found if isinstance(one, str)} <= set(KINDS)
    assert {app.kind for app in APPS} <= set(KINDS)


def test_what_listings_leave_behind_has_a_family() -> None:
    (kind,) = (one for one in contract.table("seller_traces").columns if one.name == "kind")
    assert set(kind.allowed) <= set(KINDS)


def test_no_kind_is_of_two_families() -> None:
    assert len(KINDS) == len(set(KINDS)) == sum(map(len, FAMILIES.values()))


def test_an_unknown_kind_is_told() -> None:
    rows = pl.DataFrame({"seller_key": ["a"], "kind": ["aura"], "value": ["x"], "listing_count": 1})
    with pytest.raises(ConfError, match=r"aura.*_kinds\.py"):
        indexed(rows)
