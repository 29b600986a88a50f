"""The newest decision of a pair holds, and undoing one is a decision as well."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conf.errors import LakeError
from conf.site import Site
from jobs.reader import Lake
from jobs.vendors._decided import TABLE, decide, pair, standing

MONDAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3, 6, tzinfo=UTC)


def holds(site: Site) -> list[tuple[str, str, str]]:
    return standing(Lake(site.lake).frame(TABLE)).rows()


def test_the_newest_of_a_pair_holds_whichever_way_round_it_was_named(site: Site) -> None:
    decide(site, [("a:1", "b:2"), ("c:3", "a:1")], "confirmed", "ann", "same phone", MONDAY)
    assert holds(site) == [("a:1", "b:2", "confirmed"), ("a:1", "c:3", "confirmed")]
    decide(site, [("b:2", "a:1")], "forbidden", "ben", "two firms", TUESDAY)
    assert holds(site) == [("a:1", "b:2", "forbidden"), ("a:1", "c:3", "confirmed")]
    decide(site, [("a:1", "b:2")], "open", "ann", "not sure any more", TUESDAY.replace(hour=7))
    assert holds(site) == [("a:1", "c:3", "confirmed")]
    assert len(Lake(site.lake).frame(TABLE)) == 4  # nothing is changed, only added to


def test_order_of_rows_decides_nothing(site: Site) -> None:
    decide(site, [("a:1", "b:2")], "confirmed", "ann", "", MONDAY)
    decide(site, [("a:1", "b:2")], "cut", "ben", "", MONDAY)
    rows = Lake(site.lake).frame(TABLE)
    assert standing(rows).equals(standing(rows.reverse()))


def test_nobody_decides_of_one_seller(site: Site) -> None:
    with pytest.raises(LakeError, match="a:1 is one seller"):
        decide(site, [("a:1", "a:1")], "cut", "ann", "", MONDAY)
    assert pair("b:2", "a:1") == ("a:1", "b:2")
