"""Chains, bridges and pasted numbers fuse nothing; what people decided always holds."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.errors import ConfError
from jobs.vendors._clusters import Decisions, bridges, clusters, grouped

Link = tuple[int, int, float]


def links(rows: list[Link], less: float | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows, {"left": pl.UInt32, "right": pl.UInt32, "log_odds": pl.Float64}, orient="row"
    )
    return frame.with_columns(
        log_odds_less=pl.lit(less) if less is not None else pl.col("log_odds")
    )


def clique(members: range | list[int], odds: float) -> list[Link]:
    return [(a, b, odds) for a, b in itertools.combinations(members, 2)]


def groups(found: np.ndarray) -> set[tuple[int, ...]]:
    together: dict[int, list[int]] = {}
    for seller, name in enumerate(found.tolist()):
        together.setdefault(name, []).append(seller)
    return {tuple(one) for one in together.values()}


def test_accounts_that_all_know_each_other_are_one_actor() -> None:
    assert groups(clusters(links(clique(range(4), 3.0)), 5)) == {(0, 1, 2, 3), (4,)}


def test_a_pair_below_the_line_is_no_link() -> None:
    rows = [(0, 1, 1.0), (2, 3, 0.4)]
    assert groups(clusters(links(rows), 4, None, line=0.5)) == {(0, 1), (2,), (3,)}


def test_a_chain_of_weak_links_is_not_strong() -> None:
    chain = [(at, at + 1, 0.6) for at in range(7)]
    assert max(len(one) for one in groups(clusters(links(chain), 8))) == 2


def test_one_link_between_two_actors_joins_them_not() -> None:
    rows = [*clique(range(4), 4.0), *clique(range(4, 8), 4.0), (3, 4, 5.0)]
    assert groups(clusters(links(rows), 8)) == {(0, 1, 2, 3), (4, 5, 6, 7)}


def test_what_speaks_against_inside_a_component_is_heard() -> None:
    rows = [(0, 1, 3.0), (1, 2, 3.0), (0, 2, -5.0)]
    assert groups(clusters(links(rows), 3)) in ({(0, 1), (2,)}, {(0,), (1, 2)})


def test_who_ties_three_groups_that_nothing_else_ties_is_a_bridge() -> None:
    rows = [*clique([0, 1], 4.0), *clique([2, 3], 4.0), *clique([4, 5], 4.0)]
    rows += [(at, 6, 4.0) for at in range(6)]
    left, right = np.array([(a, b) for a, b, _ in rows]).T
    assert bridges(left, right, 7).tolist() == [False] * 6 + [True]
    # An actor's accounts know each other, however many they are.
    left, right = np.array(list(itertools.combinations(range(6), 2))).T
    assert not bridges(left, right, 6).any()


@pytest.mark.parametrize("victims", [3, 8, 20])
def test_who_pastes_rivals_numbers_fuses_none_and_joins_none(victims: int) -> None:
    """The last account shows a number of each of the others' clusters, of three accounts each."""
    rows: list[Link] = []
    for at in range(victims):
        own = [3 * at, 3 * at + 1, 3 * at + 2]
        rows += clique(own, 5.0) + [(one, 3 * victims, 5.0) for one in own]
    rivals = {(3 * at, 3 * at + 1, 3 * at + 2) for at in range(victims)}
    found = clusters(links(rows, less=-2.0), 3 * victims + 1)
    # Their own links hold without their numbers no more than the paster's do; they are no bridges.
    assert groups(found) == rivals | {(3 * victims,)}


def test_a_bridge_that_has_more_than_pasted_numbers_keeps_its_own() -> None:
    rows = [*clique([0, 1, 6], 5.0), *clique([2, 3], 5.0), *clique([4, 5], 5.0)]
    frame = pl.concat([links(rows), links([(at, 6, 5.0) for at in (2, 3, 4, 5)], less=-2.0)])
    assert groups(clusters(frame, 7)) == {(0, 1, 6), (2, 3), (4, 5)}


def test_a_confirmed_pair_is_one_actor_without_any_link() -> None:
    ruled = Decisions(confirmed=frozenset({(0, 3)}))
    found = clusters(links([(0, 1, 3.0), (1, 3, -9.0)]), 4, ruled)
    assert found[0] == found[3]


def test_a_cut_link_is_no_evidence_but_others_may_bring_both_together() -> None:
    ruled = Decisions(cut=frozenset({(0, 1)}))
    assert groups(clusters(links([(0, 1, 9.0)]), 2, ruled)) == {(0,), (1,)}
    assert groups(clusters(links(clique(range(4), 6.0)), 4, ruled)) == {(0, 1, 2, 3)}


def test_a_forbidden_pair_is_kept_apart_whatever_others_say() -> None:
    ruled = Decisions(forbidden=frozenset({(0, 1)}))
    found = clusters(links(clique(range(6), 6.0)), 6, ruled)
    assert found[0] != found[1]


def test_decisions_that_contradict_each_other_are_told() -> None:
    ruled = Decisions(confirmed=frozenset({(0, 1), (1, 2)}), forbidden=frozenset({(0, 2)}))
    with pytest.raises(ConfError, match="take back one of the decisions"):
        clusters(links([]), 3, ruled)


SELLERS = 9
PAIRS = list(itertools.combinations(range(SELLERS), 2))
ODDS = st.dictionaries(st.sampled_from(PAIRS), st.floats(-8, 8), max_size=len(PAIRS))
SOME = st.frozensets(st.sampled_from(PAIRS), max_size=3)


@given(ODDS, st.randoms())
def test_clusters_depend_on_no_order_of_rows(
    odds: dict[tuple[int, int], float], random: object
) -> None:
    rows = [(a, b, one) for (a, b), one in odds.items()]
    turned = list(rows)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert clusters(links(rows), SELLERS).tolist() == clusters(links(turned), SELLERS).tolist()


@settings(max_examples=200)
@given(ODDS, SOME, SOME, SOME)
def test_what_people_decided_always_holds(
    odds: dict[tuple[int, int], float],
    confirmed: frozenset[tuple[int, int]],
    cut: frozenset[tuple[int, int]],
    forbidden: frozenset[tuple[int, int]],
) -> None:
    ruled = Decisions(confirmed, cut, forbidden)
    rows = [(a, b, one) for (a, b), one in odds.items()]
    try:
        found = clusters(links(rows), SELLERS, ruled)
    except ConfError:
        return
    assert all(found[a] == found[b] for a, b in confirmed)
    assert all(found[a] != found[b] for a, b in forbidden)
    assert all(found[one] <= one for one in range(SELLERS))


@given(ODDS)
def test_no_account_would_rather_be_elsewhere(odds: dict[tuple[int, int], float]) -> None:
    """No single move of an account makes the groups agree better with the pairs."""
    rows = [(a, b, one) for (a, b), one in odds.items()]
    found = grouped(range(SELLERS), rows, np.arange(SELLERS), [])
    said = {pair: min(max(one, -6.0), 6.0) for pair, one in odds.items()}

    def agreement(names: dict[int, int]) -> float:
        return sum(said.get(pair, -1.0) for pair in PAIRS if names[pair[0]] == names[pair[1]])

    best = agreement(found)
    for one in range(SELLERS):
        for name in {*found.values(), SELLERS}:
            assert agreement(found | {one: name}) <= best + 1e-6
