"""Sales, stock, ratings and reviews: how they stand on a day."""

from __future__ import annotations

import msgspec

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.entries import Account, Entry
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.vendors import Manner

_SELLING = {Kind.SECOND_HAND: 0.05, Kind.BRAND_SHOP: 2.0, Kind.COUNTERFEIT: 1.4}
_SOLD_OUT = 0.05  # of listings are out of stock at a time
_DAYS_A_SELLER_LOOKS_THE_SAME = 14


class Standing(msgspec.Struct, frozen=True):
    """What buyers made of an account."""

    rating: float | None
    review_count: int | None
    sold: int | None


class Counts(msgspec.Struct, frozen=True):
    """What buyers made of a listing, and what is left of it."""

    stock: int | None
    sold: int | None
    is_available: bool
    rating: float | None
    review_count: int | None


def counts(entry: Entry, day: int) -> Counts:
    """Give the counts of a listing on a day; they change on the days on which it sells."""
    dice = Dice(entry.key, 61)
    interval = max(1, round(dice.scaled(2.5, 100)))  # days from one sale to the next
    each = 1 + dice.below(3) if dice.happens(_SELLING.get(entry.kind, 1.0) / 2) else 1
    age = max(0, day - entry.start)
    sold = age // interval * each
    if entry.account.manner is Manner.HIJACKED and entry.kind is Kind.COUNTERFEIT:
        sold += dice.below(200)  # it took over an old listing with all its sales
    reviews = int(sold * dice.between(0.2, 0.8))
    says_stock, says_sold, first = dice.happens(0.75), dice.happens(0.7), 1 + dice.below(60)
    single = entry.account.trade is Trade.PRIVATE
    is_out = not single and Dice(entry.key, 62, day // 6).happens(_SOLD_OUT)
    stock = 1 if single else max(1, first - sold % first)
    low, high = (2.9, 4.9) if entry.kind is Kind.COUNTERFEIT else (3.3, 5.0)
    return Counts(
        stock=(0 if is_out else stock) if says_stock else None,
        sold=sold if says_sold and not single else None,
        is_available=not is_out,
        rating=round(dice.between(low, high), 1) if reviews else None,
        review_count=reviews or None,
    )


def standing(account: Account, day: int) -> Standing:
    """Give the counts of an account; they are made anew every fortnight."""
    dice = Dice(account.key, 63)
    if dice.happens(0.06):
        return Standing(None, None, None)
    is_new = account.vendor is not None and account.manner is not Manner.HIJACKED
    yearly = dice.scaled(2, 300) * (0.3 if account.trade is Trade.PRIVATE else account.size)
    years = dice.scaled(0.2, 2.5) if is_new else dice.scaled(0.6, 8)
    weeks = (day + dice.below(_DAYS_A_SELLER_LOOKS_THE_SAME)) // _DAYS_A_SELLER_LOOKS_THE_SAME
    sold = max(0, int(yearly * (years + weeks / 26)))
    reviews = int(sold * dice.between(0.15, 0.6))
    bad = dice.between(0.005, 0.16) if is_new else dice.between(0.0, 0.09)
    rating = round(1 - bad, 3) if reviews > 2 else None
    return Standing(rating, reviews, sold)
