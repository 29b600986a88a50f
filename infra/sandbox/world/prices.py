"""Prices: what is asked, what is struck out, what the post costs."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.entries import Entry
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.markets import MONEY
from infra.sandbox.world.people import Persona
from infra.sandbox.world.vendors import Manner

# Share of the reference price that is asked, from and to; most often in the middle.
_ASKED = {
    Kind.BRAND_SHOP: (0.97, 1.03),
    Kind.AUTHORISED: (0.8, 1.06),
    Kind.GREY_MARKET: (0.45, 0.97),
    Kind.SECOND_HAND: (0.12, 0.8),
    Kind.BARGAIN: (0.15, 0.68),
}
_GUISES = {
    "disguised_spelling": (0.09, 0.65),
    "wholesale_words": (0.06, 0.45),
    "official_photo": (0.07, 0.6),
    "hidden_link": (0.03, 0.3),
    "price_dumping": (0.09, 0.5),
    "price_matching": (0.6, 0.98),
    "posing_as_used": (0.18, 0.65),
    "brand_stuffing": (0.07, 0.55),
}
_CURRENCY = {"plaza": ("BRL", 0.12), "agora": ("USD", 0.1)}  # another than the marketplace's own


class Price(msgspec.Struct, frozen=True):
    """What a listing asks on a day."""

    amount: Decimal
    currency: str
    list_price: Decimal | None
    shipping: Decimal | None


def price(entry: Entry, who: Persona, day: int) -> Price:
    """Give what a listing asks on a day."""
    dice = Dice(entry.key, 81)
    currency = _currency(entry)
    asked = _usd(entry, dice) * _step(entry, day)
    list_usd = _struck_out(entry, asked, dice)
    return Price(
        amount=tag(asked, currency, dice),
        currency=currency,
        list_price=tag(list_usd, currency, dice) if list_usd else None,
        shipping=_shipping(who, currency, dice),
    )


def tag(usd: float, currency: str, dice: Dice) -> Decimal:
    """Write an amount as price tags do: with the odd cents, or round."""
    money = MONEY[currency]
    amount = max(usd * money.rate, 10.0 if money.rate > 5 else 1.0)
    if money.digits == 0 or amount > 400 or dice.happens(0.2):
        step = 1 if amount < 200 else 5 if amount < 2000 else 50
        whole = max(1, round(amount / step) * step - (step > 1 and dice.happens(0.4)))
        return Decimal(whole)
    ending = dice.pick((99, 99, 95, 90, 50, 0, dice.below(100)))
    return Decimal(int(amount)) + Decimal(ending) / 100


def _currency(entry: Entry) -> str:
    other, share = _CURRENCY.get(entry.account.market.name, ("", 0.0))
    is_other = Dice(entry.account.key, 82).happens(share)
    return other if is_other else entry.account.market.currency


def _usd(entry: Entry, dice: Dice) -> float:
    """Give what is asked in dollars, before it changes with the days."""
    if entry.good:
        return dice.scaled(entry.good.low_usd, entry.good.high_usd)
    if entry.product is None:
        raise AssertionError(f"{entry.listing_id} offers nothing")
    usd, made = entry.product.item.usd, entry.accessory
    if made:
        return max(made.least_usd, usd * dice.scaled(made.low_share, made.high_share))
    if entry.kind is Kind.LOOK_ALIKE:
        return max(6.0, min(usd, 30 + float(usd**0.62)) * dice.scaled(0.3, 0.9))
    low, high = _range(entry)
    share = low + (high - low) * (dice.share() + dice.share()) / 2
    # Nobody copies a filter of 16 dollars to sell it for one.
    cheap = 0.5 if usd < 60 else 0.75 if usd < 200 else 1.0
    return float(usd * share ** (cheap if entry.kind is Kind.COUNTERFEIT else 1.0))


def _range(entry: Entry) -> tuple[float, float]:
    if entry.kind is not Kind.COUNTERFEIT:
        return _ASKED[entry.kind]
    low, high = _GUISES[entry.guise]
    if entry.account.manner is Manner.HIJACKED and entry.guise == "price_dumping":
        return 0.25, 0.7
    return low, high


def _step(entry: Entry, day: int) -> float:
    """Give by how much a price has changed since it was first asked."""
    dice = Dice(entry.key, 83)
    every = 9 + dice.below(70)
    step = (day - entry.start + dice.below(every)) // every
    moves = dice.happens(0.75)
    return 1 + Dice(entry.key, 84, step).between(-0.12, 0.07) if moves and step > 0 else 1.0


def _struck_out(entry: Entry, asked: float, dice: Dice) -> float | None:
    share = {Trade.PRIVATE: 0.05, Trade.COUNTERFEITER: 0.4}.get(entry.account.trade, 0.25)
    if not dice.happens(share):
        return None
    is_brand = entry.product and entry.kind not in {Kind.ACCESSORY, Kind.LOOK_ALIKE}
    usual = entry.product.item.usd if entry.product and is_brand else asked
    return max(usual, asked * dice.between(1.1, 1.7))


def _shipping(who: Persona, currency: str, dice: Dice) -> Decimal | None:
    roll = dice.share()
    if roll < 0.15:
        return None
    if roll < 0.55:
        return Decimal(0)
    usd = dice.between(3, 9) if who.country != "CN" else dice.between(1.5, 14)
    amount = usd * MONEY[currency].rate
    return Decimal(round(amount)) if amount > 30 else Decimal(str(round(amount, 1)))
