"""The whole way, on a few accounts: who is one actor, and what a person's word changes."""

from __future__ import annotations

import polars as pl
import pytest

from jobs.vendors._clusters import Decisions
from jobs.vendors._company import company
from jobs.vendors._decided import decisions
from jobs.vendors._evidence import evidence
from jobs.vendors._likelihood import Learned, inputs
from jobs.vendors._linking import Compared, Model, beside_company, compared, linked

SOFT = ("opening", "template", "price_ladder")


def world() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two actors of four accounts, one of which shows a rival's number, and a crowd of others."""
    rows = []
    for actor in "xy":
        for at in range(4):
            seller = f"harbor:{actor}{at}"
            rows.append((seller, "phone", f"8613800000{actor == 'x':03d}"))
            rows += [(seller, kind, f"{actor} {kind}") for kind in SOFT]
            rows += [(seller, "sentence", f"{actor} {text}") for text in range(5)]
    rows.append(("harbor:y0", "phone", "8613800000001"))
    for at in range(400):
        rows += [
            (f"bazaar:{at:03}", "phone", f"86139{at:08}"),
            (f"bazaar:{at:03}", "place", "city"),
        ]
    sightings = pl.DataFrame(rows, ["seller_key", "kind", "value"], orient="row")
    sellers = sightings.select("seller_key").unique()
    traits = sellers.with_columns(
        platform=pl.col("seller_key").str.split(":").list.first(),
        name_folded=pl.lit(""),
        open_days=pl.lit(90),
        brands=pl.lit(["velora"]),
        hours=pl.lit([1.0] * 24),
        is_trusted=pl.lit(value=False),
    )
    return sightings.with_columns(listing_count=pl.lit(10)), traits


@pytest.fixture(scope="module")
def of() -> Compared:
    return compared(*world())


def actor_of(of: Compared, seller: str, decided: Decisions | None = None) -> set[str]:
    groups = linked(of, None, decided).groups
    keys = of.index.sellers.to_list()
    own = groups[keys.index(seller)]
    return {key for key, group in zip(keys, groups, strict=True) if group == own}


def test_accounts_of_one_actor_are_found_without_decisions(of: Compared) -> None:
    assert actor_of(of, "harbor:x0") == {f"harbor:x{at}" for at in range(4)}
    assert actor_of(of, "harbor:y1") == {f"harbor:y{at}" for at in range(4)}
    assert actor_of(of, "bazaar:007") == {"bazaar:007"}


def test_a_person_s_word_holds(of: Compared) -> None:
    said = pl.DataFrame(
        [
            ("harbor:x1", "harbor:x0", "forbidden"),
            ("bazaar:007", "bazaar:008", "confirmed"),
            ("gone:1", "bazaar:009", "confirmed"),  # it shows nothing today
        ],
        ["seller_key_a", "seller_key_b", "verdict"],
        orient="row",
    )
    decided = decisions(said, of.index.sellers)
    assert len(decided.confirmed) == len(decided.forbidden) == 1
    assert "harbor:x1" not in actor_of(of, "harbor:x0", decided)
    assert actor_of(of, "bazaar:007", decided) == {"bazaar:007", "bazaar:008"}


def test_what_is_shuffled_is_linked_the_same(of: Compared) -> None:
    sightings, traits = world()
    turned = compared(
        sightings.sample(fraction=1, shuffle=True, seed=3), traits.sample(fraction=1, shuffle=True)
    )
    assert linked(of).groups.tolist() == linked(turned).groups.tolist()


def test_no_sightings_are_no_vendors() -> None:
    sightings, traits = world()
    nothing = linked(compared(sightings.clear(), traits.clear()))
    assert nothing.groups.tolist() == []
    assert nothing.links.is_empty()


def test_company_tells_how_many_are_like_both_and_like_one() -> None:
    rows = [(0, 1, 0.0), (0, 2, 50.0), (1, 2, 50.0), (1, 3, 50.0)]
    links = pl.DataFrame(rows, ["left", "right", "log_odds"], orient="row")
    alone, together, astray = company(links, 4)[0]
    assert alone == 0.0
    assert together == pytest.approx(0.6931, abs=1e-3)  # seller 2 is like both: log of 1 + 1
    assert astray == pytest.approx(-0.6931, abs=1e-3)  # seller 3 is like 1 only


def test_what_others_say_of_a_pair_counts() -> None:
    rows = [(0, 1, 0.0, 0.0), (0, 2, 6.0, 6.0), (1, 2, 6.0, 6.0), (3, 4, 0.0, 0.0)]
    links = pl.DataFrame(rows, ["left", "right", "log_odds", "log_odds_less"], orient="row")
    model = Learned(("alone", "together", "astray"), (1.0, 2.0, 2.0), -1.0)
    odds = beside_company(links, model, 5)["log_odds"].to_list()
    assert odds[0] > 0 > odds[3]


def test_a_model_has_its_line(of: Compared) -> None:
    nothing = Learned(("alone", "together", "astray"), (0.0, 0.0, 0.0), 0.5)
    below = linked(of, Model({}, _flat(of), nothing, line=0.4)).groups
    above = linked(of, Model({}, _flat(of), nothing, line=0.6)).groups
    assert len(set(below.tolist())) < len(of.index.sellers)
    assert len(set(above.tolist())) == len(of.index.sellers)


def _flat(of: Compared) -> Learned:
    """Give a model to which every pair is a link."""
    rows = evidence(of.index, of.about, (of.left, of.right), of.weights, of.tied)
    names, _ = inputs(rows, len(of.index.sellers))
    return Learned(names, (0.0,) * len(names), 1.0)
