"""Brand field and numbers of a listing: right, missing, or made up."""

from __future__ import annotations

import msgspec

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.entries import Entry
from infra.sandbox.world.kinds import Kind
from infra.sandbox.world.people import Persona
from infra.sandbox.world.titles import shown_brand


class Habit(msgspec.Struct, frozen=True):
    """How often a listing gives the right brand, EAN and style number."""

    brand: float
    gtin: float
    mpn: float


_HABITS = {
    Kind.BRAND_SHOP: Habit(0.97, 0.85, 0.9),
    Kind.AUTHORISED: Habit(0.95, 0.78, 0.8),
    Kind.GREY_MARKET: Habit(0.88, 0.5, 0.55),
    Kind.SECOND_HAND: Habit(0.72, 0.08, 0.2),
    Kind.BARGAIN: Habit(0.82, 0.4, 0.45),
    Kind.ACCESSORY: Habit(0.25, 0.03, 0.08),
    Kind.LOOK_ALIKE: Habit(0.0, 0.0, 0.0),
    Kind.GENERIC: Habit(0.0, 0.0, 0.0),
}
_GUISES = {
    "disguised_spelling": Habit(0.08, 0.04, 0.12),
    "wholesale_words": Habit(0.3, 0.03, 0.12),
    "official_photo": Habit(0.0, 0.02, 0.1),
    "hidden_link": Habit(0.0, 0.0, 0.03),
    "price_dumping": Habit(0.75, 0.22, 0.3),
    "price_matching": Habit(0.93, 0.55, 0.6),
    "posing_as_used": Habit(0.7, 0.06, 0.15),
    "brand_stuffing": Habit(0.35, 0.02, 0.05),
}
_EVASIVE = {"disguised_spelling": 0.45, "official_photo": 0.4, "hidden_link": 0.4}


class Numbers(msgspec.Struct, frozen=True):
    """What the table of details says."""

    brand_text: str | None
    gtin: str | None
    mpn: str | None
    sku: str | None


def numbers(entry: Entry, who: Persona) -> Numbers:
    """Give a listing's brand field and numbers."""
    dice = Dice(entry.key, 121)
    habit = _GUISES[entry.guise] if entry.kind is Kind.COUNTERFEIT else _HABITS[entry.kind]
    return Numbers(
        brand_text=_brand(entry, who, habit, dice),
        gtin=_gtin(entry, habit, dice),
        mpn=_mpn(entry, habit, dice),
        sku=f"{dice.pick('ABCDEFGHKLMPRST')}{dice.below(10**5):05}" if dice.happens(0.7) else None,
    )


def ean(body: str) -> str:
    """Give an EAN of twelve digits and the check digit that they ask for."""
    total = sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _brand(entry: Entry, who: Persona, habit: Habit, dice: Dice) -> str | None:
    if entry.product and dice.happens(habit.brand):
        return shown_brand(entry.product.brand, who.language, dice)
    if dice.happens(_EVASIVE.get(entry.guise, 0.12)):
        return dice.pick(who.words.evasive_brands)
    return who.label if dice.happens(0.45) else None


def _gtin(entry: Entry, habit: Habit, dice: Dice) -> str | None:
    if entry.product and dice.happens(habit.gtin):
        return entry.product.gtin
    roll = dice.share()
    # Numbers for use within a shop begin with 29, those of another alliance product never do.
    own = ean(f"29{dice.below(10**10):010}")
    if roll < 0.22:
        return own
    return f"{own[:-1]}{(int(own[-1]) + 3) % 10}" if roll < 0.25 else None


def _mpn(entry: Entry, habit: Habit, dice: Dice) -> str | None:
    if entry.product and dice.happens(habit.mpn):
        return entry.product.item.mpn
    if not dice.happens(0.2):
        return None
    return f"{dice.pick('ABDGHKMNTXZ')}{dice.pick('ABDGHKMNTXZ')}{dice.below(9000) + 1000}"
