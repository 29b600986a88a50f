"""Pictures: official photos of the alliance, photos that sellers take, and edits of both.

Everything follows from the numbers that are given, so the same call draws the same bytes.
"""

from __future__ import annotations

import io
import math
from functools import cache
from random import Random

import msgspec
from PIL import Image, ImageDraw, ImageFont

from infra.sandbox.things import THINGS, Colour, Palette, Pen

SIDE = 320  # pixels
OFFICIAL_QUALITY = 82  # of JPEG
_GRAIN = 12  # levels of grey that a phone's camera adds


class Scene(msgspec.Struct, frozen=True):
    """What a seller photographs: a thing before the seller's own background."""

    thing: str
    place: int  # the same carpet, bench or wall for all pictures of one place
    turn: int  # which of the pictures taken there
    caption: str = ""  # written over the picture: a price, a messenger id


class Edit(msgspec.Struct, frozen=True):
    """What was done to a photo before it was used again."""

    crop: float = 0.0  # share cut off at each side
    quality: int = OFFICIAL_QUALITY
    side: int = SIDE
    caption: str = ""
    brightness: float = 1.0


def official(key: str, thing: str, wordmark: str) -> Image.Image:
    """Draw a brand's own photo of a product; `key` decides everything but thing and wordmark."""
    chance = Random(f"official:{key}")
    picture = _gradient(chance)
    canvas = ImageDraw.Draw(picture)
    for _ in range(chance.randrange(3, 7)):
        _shape(canvas, chance)
    half = SIDE * chance.uniform(0.26, 0.36)
    middle = (SIDE * chance.uniform(0.36, 0.64), SIDE * chance.uniform(0.38, 0.6))
    THINGS[thing](Pen(canvas, middle, half), _palette(chance), chance)
    at = (SIDE * 0.05, SIDE * chance.choice((0.03, 0.85)))
    _write(canvas, wordmark.upper(), at, 34, chance.choice(((255, 255, 255), (20, 20, 24))))
    return picture


def scene(shown: Scene) -> Image.Image:
    """Draw a seller's own photo."""
    place, turn = Random(f"place:{shown.place}"), Random(f"turn:{shown.place}:{shown.turn}")
    picture = _ground(place)
    canvas = ImageDraw.Draw(picture)
    lamp = (turn.uniform(0, SIDE), turn.uniform(0, SIDE))
    canvas.ellipse(_around(lamp, SIDE * turn.uniform(0.2, 0.45)), fill=_colour(place, 150, 235))
    half = SIDE * turn.uniform(0.25, 0.42)
    middle = (SIDE * turn.uniform(0.35, 0.65), SIDE * turn.uniform(0.35, 0.65))
    THINGS[shown.thing](Pen(canvas, middle, half), _palette(turn), turn)
    # The nearest pixel halves a photo's cost, and the grain hides how.
    picture = picture.rotate(
        turn.uniform(-14, 14), Image.Resampling.NEAREST, fillcolor=(90, 88, 84)
    )
    picture = _grained(picture, turn)
    if shown.caption:
        _caption(picture, shown.caption, turn)
    return picture


def edited(picture: Image.Image, edit: Edit) -> Image.Image:
    """Cut, darken, shrink and write over a picture."""
    wide, high = picture.size
    left, top = round(edit.crop * wide), round(edit.crop * high)
    made = picture.convert("RGB").crop((left, top, wide - left, high - top))
    made = made.resize((edit.side, edit.side), Image.Resampling.BILINEAR)
    if edit.brightness != 1.0:
        made = made.point(lambda level: min(255, round(level * edit.brightness)))
    if edit.caption:
        _write(
            ImageDraw.Draw(made),
            edit.caption,
            (edit.side * 0.2, edit.side * 0.72),
            22,
            (250, 240, 240),
        )
    return made


def jpeg(picture: Image.Image, quality: int = OFFICIAL_QUALITY) -> bytes:
    """Give a picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _gradient(chance: Random) -> Image.Image:
    """Blend two far-apart colours along a line, so that the hash has something to hold on to."""
    ramp = Image.linear_gradient("L").rotate(chance.choice((0, 45, 90, 135, 180, 225, 270, 315)))
    ramp = ramp.crop((32, 32, 224, 224)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    dark = Image.new("RGB", (SIDE, SIDE), _colour(chance, 10, 110))
    light = Image.new("RGB", (SIDE, SIDE), _colour(chance, 140, 250))
    return Image.composite(light, dark, ramp)


def _ground(place: Random) -> Image.Image:
    """Draw a table, a carpet or tiles."""
    picture = Image.new("RGB", (SIDE, SIDE), _colour(place, 60, 200))
    canvas = ImageDraw.Draw(picture)
    kind, step = place.randrange(3), place.randrange(14, 60)
    other = _colour(place, 30, 220)
    for at in range(-SIDE, 2 * SIDE, step):
        if kind == 0:
            canvas.rectangle((0, at, SIDE, at + step // 2), fill=other)
        elif kind == 1:
            canvas.line((at, 0, at + SIDE // 2, SIDE), fill=other, width=step // 3)
        else:
            canvas.line((at, 0, at, SIDE), fill=other, width=3)
            canvas.line((0, at, SIDE, at), fill=other, width=3)
    for _ in range(place.randrange(2, 5)):
        _shape(canvas, place)
    return picture


def _shape(canvas: ImageDraw.ImageDraw, chance: Random) -> None:
    """Draw one large shape: the light and dark areas that tell one background from another."""
    colour = _colour(chance, 0, 255)
    at = (chance.uniform(-0.1, 1.1) * SIDE, chance.uniform(-0.1, 1.1) * SIDE)
    reach = chance.uniform(0.1, 0.38) * SIDE
    kind = chance.randrange(3)
    if kind == 0:
        canvas.ellipse(_around(at, reach), fill=colour)
    elif kind == 1:
        turn = chance.uniform(0, math.tau)
        corners = [turn + math.tau * part / 3 for part in range(3)]
        canvas.polygon(
            [
                (at[0] + 1.5 * reach * math.sin(c), at[1] + 1.5 * reach * math.cos(c))
                for c in corners
            ],
            fill=colour,
        )
    else:
        end = (chance.uniform(0, SIDE), chance.uniform(0, SIDE))
        canvas.line((*at, *end), fill=colour, width=round(reach / 2))


def _around(at: tuple[float, float], reach: float) -> tuple[float, float, float, float]:
    return (at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach)


def _colour(chance: Random, low: int, high: int) -> Colour:
    level = chance.uniform(low, high)
    red, green, blue = (min(255, max(0, round(level + chance.uniform(-35, 35)))) for _ in range(3))
    return red, green, blue


def _palette(chance: Random) -> Palette:
    return _colour(chance, 5, 90), _colour(chance, 170, 250), _colour(chance, 60, 210)


def _grained(picture: Image.Image, chance: Random) -> Image.Image:
    small = SIDE // 2
    noise = Image.frombytes("L", (small, small), chance.randbytes(small * small))
    grain = noise.resize((SIDE, SIDE), Image.Resampling.BILINEAR).convert("RGB")
    return Image.blend(picture, grain, _GRAIN / 255)


def _caption(picture: Image.Image, text: str, chance: Random) -> None:
    canvas = ImageDraw.Draw(picture)
    top = SIDE * chance.choice((0.04, 0.8))
    canvas.rectangle((8, top, SIDE - 8, top + 40), fill=(250, 250, 245))
    _write(canvas, text, (16, top + 8), 22, (170, 20, 30))


def _write(
    canvas: ImageDraw.ImageDraw, text: str, at: tuple[float, float], size: int, colour: Colour
) -> None:
    canvas.text(at, text, fill=colour, font=_font(size))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Give the font that Pillow brings along: the same letters on every machine."""
    return ImageFont.load_default(size)
