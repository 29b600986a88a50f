"""Titles: what a seller calls a thing."""

from __future__ import annotations

from typing import Any

from infra.sandbox.alliance.sheet import Member, sheet
from infra.sandbox.world.dice import Dice
from infra.sandbox.world.disguise import disguised
from infra.sandbox.world.entries import Entry
from infra.sandbox.world.goods import goods
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.people import Persona
from infra.sandbox.world.words import Lines

_STYLES = {
    Kind.BRAND_SHOP: ("retail",),
    Kind.AUTHORISED: ("retail",),
    Kind.GREY_MARKET: ("grey", "grey", "retail", "cheap"),
    Kind.SECOND_HAND: ("resale",),
    Kind.ACCESSORY: ("accessory",),
    Kind.LOOK_ALIKE: ("look_alike",),
    Kind.BARGAIN: ("bargain", "bargain", "retail"),
    Kind.GENERIC: ("generic",),
}
_GUISES = {
    "disguised_spelling": ("cheap", "retail", "wholesale"),
    "wholesale_words": ("wholesale",),
    "official_photo": ("coded",),
    "hidden_link": ("hidden",),
    "price_dumping": ("cheap", "cheap", "retail"),
    "price_matching": ("retail",),
    "posing_as_used": ("resale",),
    "brand_stuffing": ("stuffed",),
}
_MARKS = ("🔥", "✅", "⭐", "!!", "★", "✨", "|")
_EASTERN_MARKS = ("【包邮】", "【现货】", "🔥", "！！", "【热卖】")
_LONGEST = 140
_ODD = 0.05  # of writers have odd letters in their titles for no reason
_WIDE = {one: one + 0xFEE0 for one in range(ord("0"), ord("9") + 1)}


def title(entry: Entry, who: Persona) -> str:
    """Give a listing's title."""
    dice = Dice(entry.key, 91)
    styles = _GUISES[entry.guise] if entry.kind is Kind.COUNTERFEIT else _STYLES[entry.kind]
    template = dice.pick(who.words.titles[dice.pick(styles)])
    made = " ".join(template.format_map(_Filled(entry, who, dice)).split(" "))
    return _dressed(" ".join(made.split()), entry, who, dice)[:_LONGEST].strip()


def shown_brand(member: Member, language: str, dice: Dice) -> str:
    """Give a brand's name as sellers write it openly."""
    if language != "zh":
        return member.latin.lower() if dice.happens(0.06) else member.latin
    eastern = next((one for one in (member.name, *member.aliases) if ord(one[0]) > 0x3000), "")
    roll = dice.share()
    if not eastern or roll < 0.15:
        return member.latin
    return f"{member.latin}{eastern}" if roll < 0.4 else eastern


def product_name(entry: Entry, language: str) -> str:
    """Give what a product is called."""
    if entry.product is None:
        return ""
    return entry.product.item.chinese if language == "zh" else entry.product.item.name


class _Filled(dict[str, Any]):
    """Fills the blanks of a template, each when it is met."""

    def __init__(self, entry: Entry, who: Persona, dice: Dice) -> None:
        super().__init__()
        self._entry, self._who, self._dice = entry, who, dice

    def __missing__(self, blank: str) -> str:
        if blank in {"color", "trait", "trait2", "grade", "state"}:
            stock: Lines = getattr(self._who.words, f"{blank.rstrip('2')}s")
            return self._dice.pick(stock)
        found: str = getattr(self, f"_{blank}")()
        return found

    def _brand(self) -> str:
        if self._entry.product is None:
            return ""
        member = self._entry.product.brand
        shown = shown_brand(member, self._who.language, self._dice)
        hides = {"disguised_spelling": 1.0, "wholesale_words": 0.45, "brand_stuffing": 0.2}
        if self._dice.happens(hides.get(self._entry.guise, 0.0)):
            return disguised(member, shown, self._who.language, self._dice)
        return shown

    def _brand2(self) -> str:
        return shown_brand(self._dice.pick(sheet().brands), self._who.language, self._dice)

    _brand3 = _brand2

    def _name(self) -> str:
        # Who disguises the brand often leaves the model's name out as well.
        if self._entry.guise == "disguised_spelling" and self._dice.happens(0.4):
            return self._noun()
        return product_name(self._entry, self._who.language)

    def _noun(self) -> str:
        if self._entry.product is None:
            return self._good()
        nouns = goods().nouns[self._entry.product.brand.industry][self._who.language]
        return nouns[self._entry.product.at]

    def _good(self) -> str:
        good = self._entry.good or self._dice.pick(goods().goods)
        return good.names[self._who.language]

    def _part(self) -> str:
        made = self._entry.accessory
        return made.names[self._who.language] if made else ""

    def _mpn(self) -> str:
        return self._entry.product.item.mpn if self._entry.product else ""

    def _label(self) -> str:
        return self._who.label


def _odd(text: str, dice: Dice) -> str:
    """Write as text editors and shops with a love of ornament do, who hide nothing by it."""
    at = dice.below(max(1, len(text)))
    way = dice.below(3)
    if way == 0:
        return f"{text[:at]}\u200b{text[at:]}"
    if way == 1:
        return text.translate(_WIDE)
    return f"{text[:at]}\u00ad{text[at:]}"


def _dressed(text: str, entry: Entry, who: Persona, dice: Dice) -> str:
    """Write a title in the seller's manner: capitals, signs around it, or plainly."""
    voice = Dice(who.voice, 92)
    if who.language == "zh":
        share = 0.3
    else:
        share = 0.12
        text = text[:1].upper() + text[1:]
    manner = voice.share()
    if manner < 0.06:
        text = text.upper()
    elif manner < 0.12 and entry.account.trade is Trade.PRIVATE:
        text = text.lower()
    if voice.happens(_ODD):
        text = _odd(text, dice)
    mark = voice.pick(_EASTERN_MARKS if who.language == "zh" else _MARKS)
    if voice.happens(share) and dice.happens(0.7):
        return f"{mark} {text}" if voice.happens(0.5) else f"{text} {mark}"
    return text
