"""Pictures: official photos, photos of the sellers' own, and what was made of either."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from PIL import Image

from conf.brand import BRANDS
from infra.sandbox import draw
from infra.sandbox.world.dice import Dice, key, mix
from infra.sandbox.world.entries import Entry
from infra.sandbox.world.goods import Product
from infra.sandbox.world.kinds import Kind, Trade
from infra.sandbox.world.markets import ORDER
from infra.sandbox.world.people import Persona, persona
from infra.sandbox.world.stage import Stage

_SUPPLIERS = 3  # of the same thing, each with photos that all its dealers use
_KEPT = 512  # drawn pictures, some 10 MB

# How likely the brand's own photo is.
_OFFICIAL = {
    Kind.BRAND_SHOP: 1.0,
    Kind.AUTHORISED: 0.85,
    Kind.GREY_MARKET: 0.62,
    Kind.SECOND_HAND: 0.1,
    Kind.BARGAIN: 0.45,
    Kind.ACCESSORY: 0.2,
    Kind.LOOK_ALIKE: 0.07,
}
_GUISES = {
    "disguised_spelling": 0.45,
    "wholesale_words": 0.35,
    "official_photo": 1.0,
    "hidden_link": 0.1,
    "price_dumping": 0.55,
    "price_matching": 0.9,
    "posing_as_used": 0.15,
    "brand_stuffing": 0.4,
}


class Official(msgspec.Struct, frozen=True):
    """A brand's own photo, as it is or changed."""

    product: str  # "brand/product"
    at: int
    edit: draw.Edit | None


Shot = Official | draw.Scene


class Album:
    """All pictures of a world."""

    def __init__(self, stage: Callable[[str], Stage], platforms: Sequence[str]) -> None:
        """Show what stands on the stages of some platforms."""
        self._stage, self._platforms = stage, platforms

    def picture(self, picture_id: str) -> bytes:
        """Give a picture as JPEG.

        Raises:
            KeyError: there is no such picture.

        """
        stage = self._stage(self._platforms[0])
        found = stage.picture_ids.read(picture_id)
        if found is None or found.market >= len(ORDER):
            raise KeyError(picture_id)
        name = ORDER[found.market]
        entry = self._stage(name).standing_at(found.spot) if name in self._platforms else None
        taken = shots(entry, persona(stage.world_key, entry.account)) if entry else ()
        if found.at >= len(taken):
            raise KeyError(picture_id)
        return _drawn(taken[found.at])


def picture_ids(stage: Stage, entry: Entry, who: Persona) -> tuple[str, ...]:
    """Give the ids of a listing's pictures."""
    market = ORDER.index(stage.market.name)
    return tuple(
        stage.picture_ids.write(market, entry.place, entry.generation, at)
        for at in range(len(shots(entry, who)))
    )


def shots(entry: Entry, who: Persona) -> tuple[Shot, ...]:
    """Give what a listing's pictures show."""
    dice = Dice(entry.key, 101)
    if dice.happens(0.02):
        return ()
    count = 1 + dice.happens(0.4) + dice.happens(0.15)
    likely = _GUISES[entry.guise] if entry.kind is Kind.COUNTERFEIT else _OFFICIAL.get(entry.kind)
    if entry.product and likely and dice.happens(likely):
        official = _official(entry, entry.product, dice)
        rest = 0 if entry.kind in {Kind.BRAND_SHOP, Kind.AUTHORISED} else count - 1
        return (*official, *(_own(entry, who, at, dice) for at in range(min(rest, 1))))
    return tuple(_own(entry, who, at, dice) for at in range(count))


def _official(entry: Entry, product: Product, dice: Dice) -> list[Official]:
    """Take one or two of the brand's photos, with or without changes."""
    known = photo_count(product.key)
    places = dice.some(range(known), 1 + (known > 1 and dice.happens(0.35)))
    return [Official(product.key, at, _edit(entry, dice)) for at in places]


def _edit(entry: Entry, dice: Dice) -> draw.Edit | None:
    """Change a photo: hardly where there is nothing to hide, more where there is."""
    if entry.kind is Kind.BRAND_SHOP or dice.happens(0.35):
        return None
    if entry.kind is not Kind.COUNTERFEIT:
        return draw.Edit(quality=dice.pick((60, 72, 85)), side=dice.pick((240, 280, 320)))
    return draw.Edit(
        crop=dice.pick((0.0, 0.0, 0.02, 0.03, 0.08)),  # beyond 0.03 a hash no longer sees it
        quality=dice.pick((42, 60, 75)),
        side=dice.pick((240, 280, 320)),
        caption=_caption(entry, dice),
        brightness=dice.pick((1.0, 1.0, 0.9, 1.12)),
    )


def _caption(entry: Entry, dice: Dice) -> str:
    return dice.pick(("", "", "HOT", f"NO.{dice.below(900) + 100}")) if entry.guise else ""


def _own(entry: Entry, who: Persona, at: int, dice: Dice) -> draw.Scene:
    """Take a photo: by the seller, or one that the supplier gives to all its dealers."""
    look = _look(entry)
    if entry.kind in {Kind.GENERIC, Kind.ACCESSORY, Kind.LOOK_ALIKE} and (
        entry.account.trade is not Trade.PRIVATE and dice.happens(0.75)
    ):
        thing = key("supplier", _thing(entry))
        return draw.Scene(look, mix(thing, dice.below(_SUPPLIERS)) % 10**9, at)
    # The same photo serves all listings of one thing by one owner.
    turn = mix(key(_thing(entry)), at) % 50 if who.vendor else entry.key % 10**6 + at
    return draw.Scene(look, who.backdrop, turn, _written(entry, who, dice))


def _written(entry: Entry, who: Persona, dice: Dice) -> str:
    """Give what is written over a photo: a messenger id, where that is the way."""
    share = {"zh": 0.3}.get(who.language, 0.07) if who.vendor else 0.01
    is_hidden = entry.kind is Kind.COUNTERFEIT or entry.account.trade is not Trade.COUNTERFEITER
    return f"VX {who.wechat}" if is_hidden and dice.happens(share) else ""


def _look(entry: Entry) -> str:
    if entry.good:
        return entry.good.look
    if entry.accessory:
        return entry.accessory.look
    return entry.product.look if entry.product else "box"


def _thing(entry: Entry) -> str:
    if entry.good:
        return entry.good.names["en"]
    made = entry.accessory.names["en"] if entry.accessory else entry.kind.name
    return f"{entry.product.key if entry.product else ''}:{made}"


@cache
def photo_count(product: str) -> int:
    """Give how many photos of a product its brand has."""
    return 1 + _file(product, 1).exists()


def _file(product: str, at: int) -> Path:
    return BRANDS / "photos" / f"{product}{f'-{at + 1}' if at else ''}.jpg"


@lru_cache(_KEPT)
def _drawn(shot: Shot) -> bytes:
    if isinstance(shot, draw.Scene):
        return draw.jpeg(draw.scene(shot))
    body = _file(shot.product, shot.at).read_bytes()
    if shot.edit is None:
        return body
    picture = draw.edited(Image.open(io.BytesIO(body)), shot.edit)
    return draw.jpeg(picture, shot.edit.quality)
