"""Accounts come together by links, people's decisions hold, and keys stay."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import polars as pl
import pytest
from scipy.special import logit

from conf import contract
from jobs.vendors.vendor_members import members

MONDAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3, 6, tzinfo=UTC)
NONE_BEFORE = pl.DataFrame(
    pl.DataFrame(schema=dict.fromkeys(contract.table("vendor_members").names, pl.String))
).with_columns(pl.col("since_at").cast(pl.Datetime("us", "UTC")))
FLAGGED = {"d:4"}
SELLERS = ("a:1", "b:2", "c:3", "d:4", "e:5")


def links(*rows: tuple[str, str, float]) -> pl.DataFrame:
    told = [
        {
            "seller_key_a": a,
            "seller_key_b": b,
            "probability": chance,
            "log_odds": float(logit(chance)),
            "log_odds_less": float(logit(chance)),
            "words": "same phone",
        }
        for a, b, chance in rows
    ]
    return pl.DataFrame(
        told,
        schema={
            **dict.fromkeys(["seller_key_a", "seller_key_b"], pl.String),
            **dict.fromkeys(["probability", "log_odds", "log_odds_less"], pl.Float64),
            "words": pl.String,
        },
    )


def ruled(*rows: tuple[str, str, str]) -> pl.DataFrame:
    names = ("seller_key_a", "seller_key_b", "verdict")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def found(
    given: pl.DataFrame,
    decided: pl.DataFrame | None = None,
    before: pl.DataFrame = NONE_BEFORE,
    day: datetime = MONDAY,
) -> pl.DataFrame:
    scores = pl.DataFrame(
        [
            {"seller_key": key, "platform": key[0], "red_flag_count": int(key in FLAGGED)}
            for key in SELLERS
        ]
    )
    seen = pl.DataFrame(
        [{"seller_key": key, "first_seen_at": MONDAY, "last_seen_at": day} for key in SELLERS]
    )
    return members(given, scores, seen, ruled() if decided is None else decided, before)


def together(rows: pl.DataFrame) -> set[frozenset[str]]:
    """Give the accounts of each vendor."""
    groups = rows.group_by("vendor_key").agg("seller_key")["seller_key"]
    return {frozenset(one) for one in groups}


def test_linked_accounts_are_a_vendor_and_a_suspect_one_is_one_alone() -> None:
    rows = found(links(("a:1", "b:2", 0.97), ("b:2", "c:3", 0.02)))
    assert together(rows) == {frozenset({"a:1", "b:2"}), frozenset({"d:4"})}
    chances = dict(rows.select("seller_key", "probability").iter_rows())
    assert chances == {"a:1": 0.97, "b:2": 0.97, "d:4": None}
    assert rows["since_at"].to_list() == [MONDAY] * 3


@pytest.mark.parametrize(
    ("verdict", "said", "is_one"), [("confirmed", 0.01, True), ("forbidden", 0.99, False)]
)
def test_what_a_person_decided_holds_whatever_the_links_say(
    verdict: str, said: float, *, is_one: bool
) -> None:
    given = links(("a:1", "b:2", 0.97), ("b:2", "c:3", said), ("a:1", "c:3", said))
    groups = together(found(given, ruled(("b:2", "c:3", verdict))))
    assert any({"b:2", "c:3"} <= one for one in groups) == is_one


def test_a_cut_link_counts_nothing_but_others_may_bring_the_two_together() -> None:
    direct = links(("a:1", "b:2", 0.97))
    cut = ruled(("a:1", "b:2", "cut"))
    assert together(found(direct, cut)) == {frozenset({"d:4"})}
    three = links(*((a, b, 0.97) for a, b in combinations(("a:1", "b:2", "c:3"), 2)))
    assert frozenset({"a:1", "b:2", "c:3"}) in together(found(three, cut))


def test_the_same_again_changes_nothing() -> None:
    given = links(("a:1", "b:2", 0.97))
    first = found(given)
    assert found(given, before=first, day=TUESDAY).equals(first)


def test_an_account_that_joins_leaves_the_key_and_tells_since_when() -> None:
    first = found(links(("a:1", "b:2", 0.97)))
    after = found(
        links(*((a, b, 0.97) for a, b in combinations(("a:1", "b:2", "d:4"), 2))),
        before=first,
        day=TUESDAY,
    )
    key = first.filter(pl.col("seller_key") == "a:1")["vendor_key"].item()
    assert set(after["vendor_key"]) == {key}
    told = {row["seller_key"]: row for row in after.iter_rows(named=True)}
    assert told["a:1"]["since_at"] == MONDAY
    assert told["d:4"]["since_at"] == TUESDAY
    alone = first.filter(pl.col("seller_key") == "d:4")["vendor_key"].item()
    assert (told["a:1"]["vendor_key_before"], told["d:4"]["vendor_key_before"]) == (None, alone)


def test_a_link_to_a_seller_that_is_no_more_is_left_out() -> None:
    rows = found(links(("a:1", "z:9", 0.99)), ruled(("a:1", "z:9", "confirmed")))
    assert together(rows) == {frozenset({"d:4"})}
