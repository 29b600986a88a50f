"""What the world knows of an account and of a listing before anything of it is shown."""

from __future__ import annotations

import msgspec

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.goods import Accessory, Good, Product, goods
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.markets import Market
from infra.sandbox.world.vendors import Manner


class Account(msgspec.Struct, frozen=True):
    """One account on one marketplace."""

    market: Market
    seller_id: str
    at: int  # its number on the marketplace
    generation: int  # how often its owner has begun anew
    trade: Trade
    size: int  # places
    manner: Manner
    vendor: int | None  # who is behind it, where it is a counterfeiter's
    turned_on: int | None  # day from which a hijacked account sells counterfeits
    opened_on: int | None  # first and last day of an account that will be or was taken down
    closed_on: int | None
    key: int  # its chance


class Entry(msgspec.Struct, frozen=True):
    """One listing over its whole life."""

    account: Account
    listing_id: str
    place: int
    generation: int
    start: int  # first day
    end: int  # first day on which it is no more
    pause: int  # first day on which it is away for a while
    back: int  # first day on which it is back
    kind: Kind
    tactic: str  # of a counterfeit, else ""
    guise: str  # how a counterfeit shows its brand, else ""
    product: Product | None  # whose thing it is, claims to be, looks like or is made for
    good: Good | None  # a thing of no brand
    key: int  # its chance

    def is_there(self, day: int) -> bool:
        """Tell whether it is there on a day."""
        return self.start <= day < self.end and not self.pause <= day < self.back

    @property
    def accessory(self) -> Accessory | None:
        """What is made for the product, where it is that which is offered."""
        if self.kind is not Kind.ACCESSORY or self.product is None:
            return None
        return Dice(self.key, 43).pick(goods().accessories[self.product.brand.industry])
