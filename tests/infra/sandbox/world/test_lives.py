"""What is told of one listing is what is told of all at once; lives begin, pause and end."""

from __future__ import annotations

import numpy as np
import pytest

from infra.sandbox.world import World
from infra.sandbox.world.kinds import Trade
from infra.sandbox.world.stage import Live
from infra.sandbox.world.vendors import Manner


@pytest.mark.parametrize("day", [-120, 1, 40])
def test_one_is_told_of_as_all_are(world: World, day: int) -> None:
    stage = world.stage("harbor")
    places = np.arange(stage.plan.place_count)
    generations = stage.lives.generations(places, day)
    spans = stage.lives.spans(places, generations)
    subjects = stage.subjects(Live(places, generations))
    for place in places.tolist():
        entry = stage.entry(stage.listing_ids.write(place, int(generations[place])))
        assert entry is not None
        assert (entry.start, entry.end) == (spans.start[place], spans.end[place])
        assert (entry.pause, entry.back) == (spans.pause[place], spans.back[place])
        assert entry.is_there(day) == spans.holds(day)[place]
        assert entry.kind == subjects.kinds[place]
        number = int(subjects.numbers[place])
        assert (entry.product is not None) == (number < 80)


def test_the_next_listing_of_a_place_begins_when_the_one_before_has_ended(world: World) -> None:
    stage = world.stage("jishi")
    places = np.arange(stage.plan.place_count)
    for generation in (-2, 0, 1):
        now = stage.lives.spans(places, np.full_like(places, generation))
        then = stage.lives.spans(places, np.full_like(places, generation + 1))
        assert (now.start < now.end).all()
        assert (now.end <= then.start).all()


def test_an_account_that_begins_anew_holds_its_listings(world: World) -> None:
    stage = world.stage("bazaar")
    found = np.flatnonzero(stage.plan.manners == Manner.RELISTING)
    assert len(found)
    for at in found.tolist():
        for generation in (-1, 0, 1):
            account = stage.account_at(at, generation)
            days = [
                stage.lives.days(place, at, generation)
                for place in stage.places_of(account).tolist()
            ]
            assert account.opened_on is not None
            assert account.closed_on is not None
            assert all(account.opened_on < one.start for one in days)
            assert all(one.end <= account.closed_on for one in days)
            assert account.closed_on == stage.account_at(at, generation + 1).opened_on


def test_every_place_is_somebodys(world: World) -> None:
    for name in world.platforms:
        plan = world.stage(name).plan
        owners = plan.accounts_of(np.arange(plan.place_count))
        assert np.bincount(owners).min() >= 1
        assert plan.account_of(plan.place_count - 1) == len(plan.trades) - 1
        assert ((plan.vendors >= 0) == (plan.trades == Trade.COUNTERFEITER)).all()


@pytest.mark.parametrize("count", [8, 40, 81, 333])
def test_a_tiny_world_has_something_everywhere(count: int) -> None:
    small = World(2, count)
    shown = [len(small.live_ids(name, 1)) for name in small.platforms]
    assert 0.5 * count <= sum(shown) <= 1.6 * count + 8
