"""What one marketplace has to show on one day: the world, paged and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from infra.sandbox.servers.chance import number
from infra.sandbox.servers.wording import slug
from infra.sandbox.world import Offer, Seller, World

Key = TypeVar("Key")
EVERYTHING = "all"


class Leaf(msgspec.Struct, frozen=True):
    """One page of a list; pages count from 1 and an empty list has one page."""

    ids: Sequence[str]
    number: int
    last: int
    total: int

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.number < self.last


class Category(msgspec.Struct, frozen=True):
    """One category and the part of an address that names it."""

    slug: str
    path: tuple[str, ...]


class _Remembered(Generic[Key]):
    """Sequences that the world makes on demand, the last few hundred of them kept."""

    def __init__(self, make: Callable[[Key], Sequence[str]]) -> None:
        self.of = lru_cache(maxsize=512)(make)


class Shelf:
    """One marketplace's offers, sellers, categories and searches on one day."""

    def __init__(self, world: World, platform: str, day: int, everything: str) -> None:
        """Look at `world` through one platform and one day (from 1).

        `everything` is what the category of all listings is called.
        """
        self._world, self._platform, self.day = world, platform, day
        self.offer = lru_cache(maxsize=16384)(self._offer)
        self.seller = lru_cache(maxsize=4096)(self._seller)
        self._searches = _Remembered[str](lambda words: world.search(platform, words, day))
        self._shops = _Remembered[str](lambda one: world.offers_of(platform, one, day))
        self._aisles = _Remembered[tuple[str, ...]](
            lambda path: world.in_category(platform, path, day)
        )
        self._live: dict[int, Sequence[str]] = {}
        named = _named(world.categories(platform))
        self.categories = {EVERYTHING: Category(EVERYTHING, (everything,)), **named}

    def _offer(self, listing_id: str) -> Offer | None:
        return self._world.offer(self._platform, listing_id, self.day)

    def _seller(self, seller_id: str) -> Seller | None:
        return self._world.seller(self._platform, seller_id, self.day)

    def live(self, day: int | None = None) -> Sequence[str]:
        """Give the ids of the listings that are there, today's unless told."""
        wanted = self.day if day is None else day
        if wanted not in self._live:
            self._live[wanted] = self._world.live_ids(self._platform, wanted)
        return self._live[wanted]

    def found(self, words: str) -> Sequence[str]:
        """Give the ids that a search finds."""
        return self._searches.of(" ".join(words.split())[:80])

    def of_seller(self, seller_id: str) -> Sequence[str]:
        """Give the ids of a seller's listings."""
        return self._shops.of(seller_id)

    def aisle(self, name: str) -> Sequence[str]:
        """Give the ids in a category by its slug; none for a slug that is not there."""
        if name == EVERYTHING:
            return self.live()
        category = self.categories.get(name)
        return self._aisles.of(category.path) if category else ()

    def offer_on(self, listing_id: str, day: int) -> Offer | None:
        """Give what a listing showed on another day."""
        return self._world.offer(self._platform, listing_id, day)

    def was_there(self, listing_id: str) -> bool:
        """Whether the listing was there on an earlier day."""
        days = range(1, self.day)
        return any(self.offer_on(listing_id, day) for day in days)

    def beside(self, listing_id: str, count: int) -> list[Offer]:
        """Give some other offers to show next to one; the same ones all day."""
        ids = self.live()
        start = number("beside", self._platform, listing_id) % max(1, len(ids) - count)
        near = (self.offer(one) for one in ids[start : start + count + 1] if one != listing_id)
        return [offer for offer in near if offer][:count]

    def offers(self, ids: Sequence[str]) -> list[Offer]:
        """Give the offers of some ids, without those that vanished meanwhile."""
        return [offer for offer in map(self.offer, ids) if offer]


def leaf(ids: Sequence[str], page: int, size: int) -> Leaf:
    """Cut one page out of a list; a page past the end is empty."""
    last = max(1, -(-len(ids) // size))
    return Leaf(ids[(page - 1) * size : page * size], page, last, len(ids))


def _named(paths: Sequence[tuple[str, ...]]) -> dict[str, Category]:
    """Give every category a name for addresses; a number where its words give none of its own."""
    found: dict[str, Category] = {}
    for at, path in enumerate(paths, start=1):
        name = slug(" ".join(path), f"c{at}")
        unique = name if name not in found and name != EVERYTHING else f"{name}-{at}"
        found[unique] = Category(unique, path)
    return found
