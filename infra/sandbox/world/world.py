"""The world: every listing and seller made on demand from (seed, platform, place)."""

from __future__ import annotations

from collections.abc import Sequence

from infra.sandbox.world.shapes import Offer, Seller


class World:
    """Listings on marketplaces, day by day; the same seed and size give the same world."""

    platforms: tuple[str, ...]

    def __init__(self, seed: int, listing_count: int) -> None:
        self.seed, self.listing_count = seed, listing_count

    def live_ids(self, platform: str, day: int) -> Sequence[str]:
        """Give the ids of the listings that are there on a day, in one stable order."""
        raise NotImplementedError

    def offer(self, platform: str, listing_id: str, day: int) -> Offer | None:
        """Give what a listing shows on a day; None when it is not there."""
        raise NotImplementedError

    def seller(self, platform: str, seller_id: str, day: int) -> Seller | None:
        """Give what an account shows on a day; None when it is not there."""
        raise NotImplementedError

    def offers_of(self, platform: str, seller_id: str, day: int) -> Sequence[str]:
        """Give the ids of a seller's listings."""
        raise NotImplementedError

    def search(self, platform: str, words: str, day: int) -> Sequence[str]:
        """Give the ids of the listings whose texts hold all the words."""
        raise NotImplementedError

    def categories(self, platform: str) -> tuple[tuple[str, ...], ...]:
        """Give the paths of all categories."""
        raise NotImplementedError

    def in_category(self, platform: str, category: tuple[str, ...], day: int) -> Sequence[str]:
        """Give the ids of the listings in a category or under it."""
        raise NotImplementedError

    def picture(self, picture_id: str) -> bytes:
        """Give a picture as JPEG, the same bytes each time."""
        raise NotImplementedError
