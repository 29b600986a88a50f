"""The world is the same each time, holds together, and moves a little each day."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.sandbox.world import FIRST_DAY, MARKETS, Offer, World, date_of
from infra.sandbox.world.markets import BY_NAME

DIGEST = """
import hashlib
from infra.sandbox.world import World
world, made = World(3, 300), hashlib.sha256()
for name in world.platforms:
    for one in world.live_ids(name, 2):
        offer = world.offer(name, one, 2)
        made.update(repr((offer, world.seller(name, offer.seller_id, 2))).encode())
made.update(world.picture(offer.images[0]))
print(made.hexdigest())
"""


def offers(world: World, name: str, day: int = 1) -> list[Offer]:
    """All offers of a marketplace on a day."""
    found = [world.offer(name, one, day) for one in world.live_ids(name, day)]
    assert None not in found
    return [one for one in found if one]


def test_every_process_makes_the_same_world() -> None:
    made = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1]
    assert len(made[0]) == 65


def test_another_seed_is_another_world(world: World) -> None:
    other = World(world.seed + 1, world.listing_count)
    assert not set(other.live_ids("kiosk", 1)) & set(world.live_ids("kiosk", 1))


def test_a_world_is_as_large_as_was_asked_for(world: World, partners: World) -> None:
    for one in (world, partners):
        count = sum(len(one.live_ids(name, 1)) for name in one.platforms)
        assert 0.9 < count / one.listing_count < 1.1
    sizes = {name: len(world.live_ids(name, 1)) for name in MARKETS}
    assert max(sizes, key=sizes.__getitem__) == "harbor"
    assert min(sizes, key=sizes.__getitem__) == "aurora"


@pytest.mark.parametrize("name", MARKETS)
def test_what_is_listed_is_shown_and_holds_together(name: str, world: World) -> None:
    market = BY_NAME[name]
    found = offers(world, name)
    paths = set(world.categories(name))
    for one in found:
        seller = world.seller(name, one.seller_id, 1)
        assert seller is not None
        assert seller.since <= one.listed_on <= FIRST_DAY
        assert one.title
        assert one.title == " ".join(one.title.split())
        assert one.price > 0
        assert one.list_price is None or one.list_price > 0
        assert one.category in paths
        assert one.language in {market.language, "en"}
        assert one.is_available == (one.stock != 0) or one.stock is None
        assert len({variant.sku for variant in one.variants}) == len(one.variants)
    assert Counter(one.currency for one in found).most_common(1)[0][0] == market.currency
    assert len({one.listing_id for one in found}) == len(found)


def test_a_seller_lists_what_is_listed_under_its_name(world: World) -> None:
    found = offers(world, "plaza", 3)
    by_seller = Counter(one.seller_id for one in found)
    for seller_id, count in by_seller.items():
        theirs = world.offers_of("plaza", seller_id, 3)
        assert len(theirs) == count
        assert {one.listing_id for one in found if one.seller_id == seller_id} == set(theirs)
    assert world.offers_of("plaza", "nobody", 3) == ()


def test_a_category_holds_what_is_under_it(world: World) -> None:
    found = {one.listing_id: one.category for one in offers(world, "ruins")}
    for path in world.categories("ruins"):
        wanted = {one for one, category in found.items() if category[: len(path)] == path}
        assert set(world.in_category("ruins", path, 1)) == wanted
    assert len(world.in_category("ruins", ("No such thing",), 1)) == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("harbor", "zunari"), ("harbor", "Wholesale"), ("jishi", "手表"), ("ruins", "für")],
)
def test_a_search_finds_the_words(name: str, words: str, world: World) -> None:
    def text(one: Offer) -> str:
        return f"{one.title} {one.description}".casefold()

    wanted = {o.listing_id for o in offers(world, name) if words.casefold() in text(o)}
    assert set(world.search(name, words, 1)) == wanted
    assert wanted
    assert world.search(name, "  ", 1) == ()
    assert world.search(name, f"{words} qqqqq", 1) == ()


def test_a_day_changes_a_little(world: World) -> None:
    one, two = ({o.listing_id: o for o in offers(world, "harbor", day)} for day in (1, 2))
    stayed = one.keys() & two.keys()
    assert 0.005 < len(two.keys() - one.keys()) / len(one) < 0.05
    assert 0.005 < len(one.keys() - two.keys()) / len(one) < 0.05
    changed = [key for key in stayed if one[key] != two[key]]
    assert 0.02 < len(changed) / len(stayed) < 0.2
    assert any(one[key].price != two[key].price for key in changed)
    assert any(one[key].sold != two[key].sold for key in changed)
    assert {one[key].title for key in stayed} == {two[key].title for key in stayed}


def test_listings_appear_vanish_and_come_back(world: World) -> None:
    days = [set(world.live_ids("bazaar", day)) for day in range(1, 9)]
    back = [one for one in days[7] & days[0] if any(one not in day for day in days)]
    assert back
    new = days[1] - days[0]
    fresh = [o for one in new if (o := world.offer("bazaar", one, 2)) and o.listed_on == date_of(2)]
    assert fresh
    for gone in days[0] - days[1]:
        assert world.offer("bazaar", gone, 2) is None
        assert world.offer("bazaar", gone, 1) is not None


@pytest.mark.parametrize("day", [-150, -1, 0, 365])
def test_there_are_days_before_and_long_after(day: int, partners: World) -> None:
    for name in partners.platforms:
        found = offers(partners, name, day)
        assert len(found) > 100
        assert all(one.listed_on <= date_of(day) for one in found)


@settings(max_examples=60)
@given(st.sampled_from(MARKETS), st.text(max_size=24))
def test_what_never_was_is_none(name: str, text: str) -> None:
    small = World(1, 80)
    offer = small.offer(name, text, 1)
    assert offer is None or offer.listing_id == text
    assert small.seller(name, text, 1) is None or text
    with pytest.raises(KeyError):
        small.picture(text)


def test_a_list_is_a_sequence_that_writes_ids_late(world: World) -> None:
    ids = world.live_ids("kiosk", 1)
    assert list(ids[3:6]) == [ids[3], ids[4], ids[5]]
    assert ids[-1] == list(ids)[-1]
    assert ids == world.live_ids("kiosk", 1)
    assert ids != list(ids)[1:]
    assert len(ids[10_000:]) == 0
    with pytest.raises(IndexError):
        ids[10_000]


def test_a_million_listings_are_made_when_asked_for() -> None:
    large = World(1, 1_000_000)
    ids = large.live_ids("harbor", 1)
    stage = large.stage("harbor")
    assert 180_000 < len(ids) < 220_000
    assert stage.at.cache_info().misses == 0  # nothing is made but the days of places
    shown = [large.offer("harbor", ids[at], 1) for at in (0, 77_777, -1)]
    assert all(shown)
    assert stage.at.cache_info().misses == 3
    held = [getattr(stage.plan, name) for name in ("starts", "trades", "vendors", "brands")]
    assert sum(array.nbytes for array in held) < 20 * len(ids)
    assert 0 < len(large.search("harbor", "zunari", 1)) <= 500
    assert len(large.in_category("harbor", ("Electronics",), 1)) > 5000
