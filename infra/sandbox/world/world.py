"""The world: every listing and seller made on demand from (seed, platform, place)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from infra.sandbox.world import offers, people
from infra.sandbox.world.goods import goods
from infra.sandbox.world.index import Index
from infra.sandbox.world.kinds import HABITS, Trade
from infra.sandbox.world.markets import BY_NAME, MARKETS
from infra.sandbox.world.pictures import Album
from infra.sandbox.world.shapes import Offer, Seller
from infra.sandbox.world.stage import Stage
from infra.sandbox.world.vendors import vendor_count

_BAD = HABITS[Trade.COUNTERFEITER]


class World:
    """Listings on marketplaces, day by day; the same seed and size give the same world."""

    platforms: tuple[str, ...]

    def __init__(self, seed: int, listing_count: int, platforms: Sequence[str] = MARKETS) -> None:
        """Make a world of about `listing_count` listings on any day, over some platforms."""
        self.seed, self.listing_count = seed, listing_count
        self.platforms = tuple(platforms)
        self.stage = cache(self._stage)
        self._index = cache(lambda platform: Index(self.stage(platform)))
        self._album = Album(self.stage, self.platforms)

    def live_ids(self, platform: str, day: int) -> Sequence[str]:
        """Give the ids of the listings that are there on a day, in one stable order."""
        stage = self.stage(platform)
        return stage.listed(stage.live(day))

    def offer(self, platform: str, listing_id: str, day: int) -> Offer | None:
        """Give what a listing shows on a day; None when it is not there."""
        stage = self.stage(platform)
        entry = stage.entry(listing_id)
        return offers.offer(stage, entry, day) if entry and entry.is_there(day) else None

    def seller(self, platform: str, seller_id: str, day: int) -> Seller | None:
        """Give what an account shows on a day; None when it is not there."""
        stage = self.stage(platform)
        account = stage.account(seller_id)
        return (
            people.seller(stage, account, day) if account and stage.is_open(account, day) else None
        )

    def offers_of(self, platform: str, seller_id: str, day: int) -> Sequence[str]:
        """Give the ids of a seller's listings."""
        stage = self.stage(platform)
        account = stage.account(seller_id)
        if account is None or not stage.is_open(account, day):
            return ()
        return stage.listed(stage.standing(stage.places_of(account), day))

    def search(self, platform: str, words: str, day: int) -> Sequence[str]:
        """Give the ids of the listings whose texts hold all the words, the first 500 of them."""
        return self._index(platform).search(words, day)

    def categories(self, platform: str) -> tuple[tuple[str, ...], ...]:
        """Give the paths of all categories."""
        language = self.stage(platform).market.language
        paths = [path[language] for path in goods().categories.values()]
        return tuple(dict.fromkeys([path[:1] for path in paths] + paths))

    def in_category(self, platform: str, category: tuple[str, ...], day: int) -> Sequence[str]:
        """Give the ids of the listings in a category or under it."""
        return self._index(platform).in_category(category, day)

    def picture(self, picture_id: str) -> bytes:
        """Give a picture as JPEG, the same bytes each time.

        Raises:
            KeyError: there is no such picture.

        """
        return self._album.picture(picture_id)

    def _stage(self, platform: str) -> Stage:
        total = sum(BY_NAME[one].weight for one in self.platforms)
        market = BY_NAME[platform]
        share = market.weight / total if platform in self.platforms else 0.0
        vendors = vendor_count(self.listing_count, _BAD.share, (_BAD.least + _BAD.most) / 2.6)
        return Stage(market, self.seed, round(share * self.listing_count), vendors)
