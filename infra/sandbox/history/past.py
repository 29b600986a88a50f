"""What a partner saw over the months before day 1: listings and sellers, each at its times.

The world knows its first days alone. A seller's whole life is moved back by one number of days of
its own (one vendor's accounts together), so that every kind of seller is met in every month and
a model can be judged on a later time than it learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from random import Random

import msgspec

from infra.sandbox.world import FIRST_DAY, Offer, Seller, World
from infra.sandbox.world.truth import ListingTruth, listing_truth

FIRST_BACK, LAST_BACK = 22, 200  # days that a life is moved back
_SPREAD = 20  # days over which a partner comes to see all of a seller's listings
_GOLDEN = 0.618034
_SEEN_AGAIN = 0.3  # share of listings that are sent a second time, as they are later
END = datetime.combine(FIRST_DAY, time(), UTC)  # of history; all of it lies before


class Sighting(msgspec.Struct, frozen=True):
    """A listing as a partner saw it, its dates moved back; and what it is in truth."""

    offer: Offer
    at: datetime
    truth: ListingTruth


class Met(msgspec.Struct, frozen=True):
    """A seller as a partner saw it, its dates moved back."""

    seller: Seller
    listing_count: int
    at: datetime


class Past(msgspec.Struct, frozen=True):
    """All that one partner saw, in the order of time."""

    partner: str
    listings: Sequence[Sighting]
    sellers: Sequence[Met]


def chance(*names: object) -> Random:
    """Give the chance that belongs to a name, the same in every process."""
    said = "\x1f".join(map(str, names)).encode()
    return Random(blake2b(said, digest_size=8).digest())


def past(world: World, partner: str) -> Past:
    """Give everything that one partner saw."""
    listings: list[Sighting] = []
    for listing_id in world.live_ids(partner, 1):
        listings += _sightings(world, partner, listing_id)
    listings.sort(key=lambda one: (one.at, one.offer.listing_id))
    sellers = sorted(_met(world, partner, listings), key=lambda one: (one.at, one.seller.seller_id))
    return Past(partner, listings, sellers)


def _sightings(world: World, partner: str, listing_id: str) -> Iterator[Sighting]:
    """Give a listing as it was first seen and, of some, as it was days later."""
    truth = listing_truth(world, partner, listing_id)
    offer = world.offer(partner, listing_id, 1)
    if truth is None or offer is None:
        return
    back = _days_back(world, truth)
    dice = chance(world.seed, "seen", partner, listing_id)
    first = _moment(FIRST_DAY - timedelta(days=back - dice.randrange(_SPREAD)), dice)
    yield Sighting(_moved(offer, back), first, truth)
    later, is_again = dice.randrange(3, 22), dice.random() < _SEEN_AGAIN
    then = world.offer(partner, listing_id, 1 + later) if is_again else None
    if then and first + timedelta(days=later) < END:
        yield Sighting(_moved(then, back), first + timedelta(days=later), truth)


def _met(world: World, partner: str, listings: Sequence[Sighting]) -> Iterator[Met]:
    """Give each seller when its first listing was seen, and again with its last, if it shows."""
    times: dict[str, list[datetime]] = {}
    behind: dict[str, ListingTruth] = {}
    for one in listings:
        times.setdefault(one.offer.seller_id, []).append(one.at)
        behind[one.offer.seller_id] = one.truth
    for seller_id, at in times.items():
        back = _days_back(world, behind[seller_id])
        count = len(world.offers_of(partner, seller_id, 1))
        later = 1 + (at[-1].date() - FIRST_DAY).days + back
        for moment, day in {at[0]: 1, at[-1]: later}.items():
            shown = world.seller(partner, seller_id, day)
            if shown:  # an account that was closed since shows nothing more
                since = shown.since - timedelta(days=back)
                yield Met(msgspec.structs.replace(shown, since=since), count, moment)


def _days_back(world: World, truth: ListingTruth) -> int:
    """Give by how many days the life of an account, or of all of a vendor's, is moved back."""
    if truth.vendor is None:
        share = chance(world.seed, "back", truth.platform, truth.seller_id).random()
    else:
        # Vendors are few: a golden step from each to the next spreads them evenly over the months.
        share = int(truth.vendor.rpartition("-")[2]) * _GOLDEN % 1
    return FIRST_BACK + int(share * (LAST_BACK - FIRST_BACK))


def _moment(day: date, dice: Random) -> datetime:
    """Give a second of the night in which partners send their files, or of the day before."""
    return datetime.combine(day, time(), UTC) + timedelta(seconds=dice.randrange(86_400))


def _moved(offer: Offer, back: int) -> Offer:
    return msgspec.structs.replace(offer, listed_on=offer.listed_on - timedelta(days=back))
