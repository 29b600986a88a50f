"""What partners saw: months of it, all before day 1, every seller's life moved as one."""

from __future__ import annotations

from datetime import timedelta

from infra.sandbox.history.past import END, LAST_BACK, Past, chance, past
from infra.sandbox.world import World


def test_it_spreads_over_months_before_day_1(pasts: list[Past]) -> None:
    times = [one.at for seen in pasts for one in seen.listings]
    assert max(times) < END
    assert min(times) > END - timedelta(days=LAST_BACK + 1)
    months = {(at.year, at.month) for at in times}
    assert len(months) >= 6


def test_honest_and_counterfeit_are_met_in_every_half(pasts: list[Past]) -> None:
    for half in range(2):
        first = END - timedelta(days=LAST_BACK * (2 - half) / 2)
        kinds = {
            one.truth.is_counterfeit
            for seen in pasts
            for one in seen.listings
            if first <= one.at < first + timedelta(days=LAST_BACK / 2)
        }
        assert kinds == {True, False}


def test_nothing_is_seen_before_it_is_listed(pasts: list[Past]) -> None:
    for seen in pasts:
        since = {one.seller.seller_id: one.seller.since for one in seen.sellers}
        for one in seen.listings:
            assert one.offer.listed_on <= one.at.date()
            assert since[one.offer.seller_id] <= one.at.date()


def test_accounts_of_one_vendor_move_together(pasts: list[Past], world: World) -> None:
    moved: dict[str, set[timedelta]] = {}
    for seen in pasts:
        for one in seen.listings:
            now = world.offer(seen.partner, one.offer.listing_id, 1)
            if one.truth.vendor and now:
                moved.setdefault(one.truth.vendor, set()).add(now.listed_on - one.offer.listed_on)
    assert moved
    assert all(len(backs) == 1 for backs in moved.values())


def test_some_listings_are_seen_again_and_some_have_changed(pasts: list[Past]) -> None:
    again = changed = 0
    for seen in pasts:
        first = {}
        for one in seen.listings:
            before = first.setdefault(one.offer.listing_id, one)
            again += before is not one
            changed += before.offer.sold != one.offer.sold or before.offer.price != one.offer.price
    total = sum(len(seen.listings) for seen in pasts)
    assert total * 0.05 < again < total * 0.4
    assert changed


def test_it_is_the_same_every_time(pasts: list[Past], world: World) -> None:
    assert past(world, pasts[0].partner) == pasts[0]
    assert chance("a", 1).random() == chance("a", 1).random() != chance("a", 2).random()
