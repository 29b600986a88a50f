"""Descriptions: sentences from a seller's own stock, on what the listing is or pretends to be."""

from __future__ import annotations

from functools import lru_cache

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.entries import Entry
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.people import Persona
from infra.sandbox.world.titles import product_name, shown_brand
from infra.sandbox.world.words import words

# How likely a sentence of each sort is; above 1 there is one and perhaps another.
_SORTS = {
    Kind.BRAND_SHOP: {"retail": 2.0, "generic": 0.3},
    Kind.AUTHORISED: {"retail": 1.8, "generic": 0.3, "bargain": 0.1, "protest": 0.1},
    Kind.GREY_MARKET: {"grey": 1.3, "retail": 0.4, "trade": 0.2, "protest": 0.4, "chat": 0.2},
    Kind.SECOND_HAND: {"resale": 2.1, "protest": 0.3, "payment": 0.08, "chat": 0.2},
    Kind.ACCESSORY: {"accessory": 1.2, "generic": 0.8, "trade": 0.25, "chat": 0.12},
    Kind.LOOK_ALIKE: {
        "look_alike": 1.4,
        "generic": 0.8,
        "trade": 0.3,
        "coded": 0.4,
        "chat": 0.15,
        "protest": 0.05,
    },
    Kind.BARGAIN: {"bargain": 0.9, "retail": 0.4, "protest": 0.35, "generic": 0.4, "chat": 0.15},
    Kind.GENERIC: {"generic": 1.8, "trade": 0.14, "bargain": 0.08, "chat": 0.1, "coded": 0.06},
}
_GUISES = {
    "disguised_spelling": {
        "protest": 0.4,
        "evasive": 0.4,
        "wholesale": 0.25,
        "generic": 0.5,
        "coded": 0.4,
        "contact": 0.35,
        "shipping_out": 0.14,
        "payment": 0.1,
    },
    "wholesale_words": {
        "wholesale": 1.4,
        "generic": 0.5,
        "evasive": 0.25,
        "contact": 0.5,
        "shipping_out": 0.2,
        "payment": 0.12,
    },
    "official_photo": {"coded": 1.0, "generic": 0.8, "evasive": 0.2, "contact": 0.15, "chat": 0.2},
    "hidden_link": {"hidden": 0.8, "generic": 1.2, "contact": 0.3, "evasive": 0.15, "chat": 0.2},
    "price_dumping": {"protest": 0.5, "bargain": 0.3, "retail": 0.4, "generic": 0.6, "chat": 0.1},
    "price_matching": {"retail": 1.2, "grey": 0.3, "generic": 0.4, "protest": 0.3},
    "posing_as_used": {"resale": 1.8, "protest": 0.35, "contact": 0.08, "chat": 0.15},
    "brand_stuffing": {"look_alike": 0.8, "generic": 0.8, "wholesale": 0.25, "evasive": 0.15},
}
# What a careful counterfeiter leaves to the others, mostly.
_TELLING = {"evasive", "wholesale", "contact", "shipping_out", "payment", "hidden"}
_CAREFUL = 0.2
_OPEN = {"price_dumping", "price_matching", "posing_as_used"}  # name the brand in the text too
_EMPTY = 0.03  # of listings have no description
_STOCK = 5  # sentences of a sort that one writer knows


def description(entry: Entry, who: Persona) -> str:
    """Give a listing's description, a sentence a line or all in one."""
    dice, voice = Dice(entry.key, 95), Dice(who.voice, 96)
    joint = voice.pick(("\n", " ", "\n"))
    if dice.happens(_EMPTY):
        return ""
    sorts = _GUISES[entry.guise] if entry.kind is Kind.COUNTERFEIT else _SORTS[entry.kind]
    lines = [_opening(entry, who, dice)]
    for sort, often in sorts.items():
        likely = often * (_CAREFUL if who.is_careful and sort in _TELLING else 1.0)
        count = int(likely) + dice.happens(likely % 1)
        lines += dice.some(_known(who, sort), count)
    lines += _reach(entry, who, dice)
    lines += dice.some(_known(who, "detail"), 2 + dice.below(3))
    lines += dice.some(_known(who, "story"), _stories(entry, dice))
    lines += dice.some(_known(who, "policy"), 2 + dice.below(3))
    return joint.join(_filled(line, who, dice) for line in lines if line)


def _opening(entry: Entry, who: Persona, dice: Dice) -> str:
    """Name the thing once more, as half of the sellers do who have nothing to hide."""
    is_open = entry.kind not in {Kind.GENERIC, Kind.LOOK_ALIKE, Kind.ACCESSORY}
    if entry.kind is Kind.COUNTERFEIT:
        is_open = entry.guise in _OPEN
    if entry.product is None or not is_open or not dice.happens(0.5):
        return ""
    end = "。" if who.language == "zh" else "."
    brand = shown_brand(entry.product.brand, who.language, dice)
    return f"{brand} {product_name(entry, who.language)}{end}"


def _stories(entry: Entry, dice: Dice) -> int:
    """Say how many long sentences there are: few where a person sells what he no longer needs."""
    is_private = entry.account.trade is Trade.PRIVATE or entry.guise == "posing_as_used"
    return dice.below(3) if is_private else 1 + dice.below(4)


def _known(who: Persona, sort: str) -> tuple[str, ...]:
    """Give the sentences of a sort that a writer uses: always the same few."""
    return _stock(who.voice, who.language, sort)


@lru_cache(8192)
def _stock(voice: int, language: str, sort: str) -> tuple[str, ...]:
    lines = words(language).lines
    return tuple(Dice(voice, 97, list(lines).index(sort)).some(lines[sort], _STOCK))


def _reach(entry: Entry, who: Persona, dice: Dice) -> list[str]:
    """Say how to reach the seller, as honest ones do too now and then."""
    if entry.kind is Kind.COUNTERFEIT or not who.has_contact:
        return []
    is_private = entry.account.trade is Trade.PRIVATE
    sort = "contact" if is_private and who.language == "zh" else "service"
    return [dice.pick(_known(who, sort))] if dice.happens(0.3) else []


def _filled(line: str, who: Persona, dice: Dice) -> str:
    if "{" not in line:
        return line
    sizes = {"a": dice.below(60) + 4, "b": dice.below(40) + 3, "c": dice.below(90) * 10 + 40}
    return line.format(phone=who.phone, wechat=who.wechat, mail=who.mail, link=who.link, **sizes)
