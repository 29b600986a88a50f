"""What people decided: mostly right, not of everything, and honest about how it was chosen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from infra.sandbox.history.past import END, Past
from infra.sandbox.history.people import CARE, COUNTERFEIT, UNSURE, Decision, decisions
from infra.sandbox.history.triage import AUDITED, QUEUED, chosen, first_of_each
from infra.sandbox.world import World
from infra.sandbox.world.truth import seller_truth


def test_most_are_right_and_some_unsure(pasts: list[Past], taken: list[list[Decision]]) -> None:
    truth = {
        (seen.partner, one.offer.listing_id): one.truth.is_counterfeit
        for seen in pasts
        for one in seen.listings
    }
    verdicts: Counter[str] = Counter()
    for seen, some in zip(pasts, taken, strict=True):
        for one in some:
            if one.kind == "listing":
                right = truth[seen.partner, one.subject] == (one.verdict == COUNTERFEIT)
                verdicts["unsure" if one.verdict == UNSURE else "right" if right else "wrong"] += 1
    total = verdicts.total()
    assert verdicts["right"] > 0.82 * total
    assert 0 < verdicts["unsure"] < 0.18 * total
    assert verdicts["wrong"] < 0.1 * total


def test_not_all_are_decided_and_suspects_more_often(
    pasts: list[Past], taken: list[list[Decision]]
) -> None:
    looked: Counter[tuple[bool, bool]] = Counter()
    for seen, some in zip(pasts, taken, strict=True):
        decided = {one.subject for one in some if one.kind == "listing"}
        for one in first_of_each(seen.listings):
            looked[one.truth.is_counterfeit, one.offer.listing_id in decided] += 1
    fakes = looked[True, True] / (looked[True, True] + looked[True, False])
    honest = looked[False, True] / (looked[False, True] + looked[False, False])
    assert 0.4 < fakes < 0.95
    assert 0.1 < honest < 0.6
    assert fakes > honest


def test_only_what_was_drawn_has_a_chance(taken: list[list[Decision]]) -> None:
    every = [one for some in taken for one in some]
    assert {one.basis for one in every} == set(CARE)
    assert {one.kind for one in every} == {"listing", "seller"}
    for one in every:
        is_drawn = one.basis in {"audit", "partner"}
        assert (one.selection_probability is not None) == is_drawn
        if one.selection_probability is not None:
            assert 0 < one.selection_probability <= 1
        assert one.at < END
        assert one.by == CARE[one.basis].by


def test_the_chance_told_is_the_chance_taken() -> None:
    for signs, queued in ((0, QUEUED[0]), (1, QUEUED[1]), (3, QUEUED[2])):
        told = 1 - (1 - AUDITED) * (1 - queued)
        dice = Random(signs)
        found = [chosen(signs, is_counterfeit=False, dice=dice) for _ in range(20_000)]
        drawn = [one for one in found if one and one.probability is not None]
        assert {one.probability for one in drawn} == {round(told, 6)}
        complaints = sum(one is not None and one.probability is None for one in found)
        assert len(drawn) / (len(found) - complaints) == pytest.approx(told, abs=0.02)


def test_decisions_come_after_the_sighting_in_the_order_of_time(
    pasts: list[Past], taken: list[list[Decision]]
) -> None:
    for seen, some in zip(pasts, taken, strict=True):
        first = {one.offer.listing_id: one.at for one in first_of_each(seen.listings)}
        assert [one.at for one in some] == sorted(one.at for one in some)
        assert all(one.at > first[one.subject] for one in some if one.kind == "listing")


def test_what_was_unsure_is_looked_at_again(taken: list[list[Decision]]) -> None:
    early = datetime(END.year, 8, 1, tzinfo=UTC)  # so that there was time to
    for some in taken:
        count = Counter(one.subject for one in some if one.kind == "listing")
        first: dict[str, Decision] = {}
        for one in some:
            first.setdefault(one.subject, one)
        doubted = [s for s in count if first[s].verdict == UNSURE and first[s].at < early]
        assert all(count[subject] == 2 for subject in doubted)


def test_accounts_are_judged_by_what_they_are(
    world: World, pasts: list[Past], taken: list[list[Decision]]
) -> None:
    found = [
        (one, seller_truth(world, seen.partner, one.subject))
        for seen, some in zip(pasts, taken, strict=True)
        for one in some
        if one.kind == "seller"
    ]
    assert found
    sure = [
        truth.is_counterfeiter == (one.verdict == COUNTERFEIT)
        for one, truth in found
        if truth and one.verdict != UNSURE
    ]
    assert sum(sure) >= 0.8 * len(sure)


def test_it_is_the_same_every_time(
    world: World, pasts: list[Past], taken: list[list[Decision]]
) -> None:
    assert decisions(world, pasts[1]) == taken[1]
