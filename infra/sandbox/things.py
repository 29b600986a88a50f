"""Drawings of goods: each a function of a pen, a palette and chance."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from PIL import ImageDraw

Colour = tuple[int, int, int]
Palette = tuple[Colour, Colour, Colour]


class Pen:
    """Draws in a square of side 2 around its middle, whatever the picture's size."""

    def __init__(
        self, canvas: ImageDraw.ImageDraw, middle: tuple[float, float], half: float
    ) -> None:
        self._canvas, self._middle, self._half = canvas, middle, half

    def points(self, *pairs: tuple[float, float]) -> list[tuple[float, float]]:
        """Give points of the square as points of the picture."""
        x, y = self._middle
        return [(x + a * self._half, y + b * self._half) for a, b in pairs]

    def polygon(self, colour: Colour, *pairs: tuple[float, float]) -> None:
        """Fill a polygon."""
        self._canvas.polygon(self.points(*pairs), fill=colour)

    def oval(self, colour: Colour, at: tuple[float, float], wide: float, high: float) -> None:
        """Fill an oval around a point."""
        self._canvas.ellipse(
            self.points((at[0] - wide, at[1] - high), (at[0] + wide, at[1] + high)), fill=colour
        )

    def bar(self, colour: Colour, left: float, top: float, right: float, bottom: float) -> None:
        """Fill a box with round corners."""
        self._canvas.rounded_rectangle(
            self.points((left, top), (right, bottom)), radius=self._half * 0.06, fill=colour
        )

    def line(self, colour: Colour, width: float, *pairs: tuple[float, float]) -> None:
        """Draw a line; the width is a part of the square's half."""
        self._canvas.line(
            self.points(*pairs), fill=colour, width=max(1, round(width * self._half)), joint="curve"
        )


def watch(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a wrist watch."""
    dark, light, accent = palette
    strap, size = chance.uniform(0.22, 0.34), chance.uniform(0.5, 0.66)
    pen.bar(dark, -strap, -1, strap, 1)
    for at in range(-9, 10, chance.choice((2, 3))):
        pen.line(accent, 0.02, (-strap, at / 10), (strap, at / 10))
    pen.oval(accent, (0, 0), size, size)
    pen.oval(light, (0, 0), size * 0.86, size * 0.86)
    for hour in range(12):
        turn = math.radians(hour * 30)
        inner = 0.66 if hour % 3 else 0.54
        ends = [(r * size * math.sin(turn), -r * size * math.cos(turn)) for r in (inner, 0.78)]
        pen.line(dark, 0.035, *ends)
    for length, turn in ((0.45, chance.uniform(0, 6.3)), (0.68, chance.uniform(0, 6.3))):
        pen.line(
            dark, 0.05, (0, 0), (length * size * math.sin(turn), -length * size * math.cos(turn))
        )
    for _ in range(chance.randrange(4)):
        turn = chance.uniform(0, 6.3)
        pen.oval(accent, (0.4 * size * math.sin(turn), 0.4 * size * math.cos(turn)), 0.12, 0.12)


def bag(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a bag with handle and clasp."""
    dark, light, accent = palette
    top, bottom = chance.uniform(0.45, 0.85), chance.uniform(0.65, 0.95)
    high, lid = chance.uniform(-0.35, 0.0), chance.uniform(0.1, 0.5)
    reach = chance.uniform(0.4, 0.9)
    pen.line(
        accent,
        0.08,
        (-top * 0.7, high),
        (-top * 0.4, high - reach),
        (top * 0.4, high - reach),
        (top * 0.7, high),
    )
    pen.polygon(dark, (-top, high), (top, high), (bottom, 0.9), (-bottom, 0.9))
    pen.polygon(light, (-top, high), (top, high), (top * 0.8, high + lid), (-top * 0.8, high + lid))
    pen.bar(accent, -0.12, high + lid - 0.12, 0.12, high + lid + 0.12)
    if chance.random() < 0.5:
        for step in range(-8, 9, 2):
            pen.line(light, 0.015, (step / 10, high + lid + 0.1), (step / 10 + 0.3, 0.88))
    pen.line(accent, 0.02, (-bottom * 0.95, 0.8), (bottom * 0.95, 0.8))


def shoe(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a shoe from the side."""
    dark, light, accent = palette
    ankle, sole = chance.uniform(-0.75, -0.15), chance.uniform(0.12, 0.3)
    pen.polygon(
        dark,
        (-0.9, ankle),
        (-0.25, ankle - 0.05),
        (0.1, 0.0),
        (0.85, 0.2),
        (0.95, 0.55),
        (-0.92, 0.55),
    )
    pen.bar(light, -0.97, 0.5, 1.0, 0.5 + sole)
    pen.polygon(accent, (-0.5, 0.5), (-0.1, chance.uniform(-0.1, 0.25)), (0.15, 0.12), (-0.2, 0.5))
    for lace in range(chance.randrange(3, 6)):
        at = -0.2 + lace * 0.12
        pen.line(
            light,
            0.05,
            (at - 0.05, ankle + 0.15 + lace * 0.12),
            (at + 0.18, ankle + 0.1 + lace * 0.13),
        )
    pen.line(accent, 0.04, (-0.95, 0.56 + sole / 3), (0.98, 0.56 + sole / 3))


def garment(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a shirt, a coat or trousers laid flat."""
    dark, light, accent = palette
    if chance.random() < 0.2:
        pen.polygon(
            dark,
            (-0.45, -0.9),
            (0.45, -0.9),
            (0.6, 0.95),
            (0.15, 0.95),
            (0, -0.2),
            (-0.15, 0.95),
            (-0.6, 0.95),
        )
        pen.bar(accent, -0.46, -0.95, 0.46, -0.8)
        return
    hem, sleeve = chance.uniform(0.5, 0.95), chance.uniform(-0.1, 0.7)
    pen.polygon(
        dark,
        (-0.45, -0.75),
        (0.45, -0.75),
        (0.95, sleeve - 0.15),
        (0.7, sleeve),
        (0.5, -0.2),
        (0.5, hem),
        (-0.5, hem),
        (-0.5, -0.2),
        (-0.7, sleeve),
        (-0.95, sleeve - 0.15),
    )
    pen.oval(light, (0, -0.75), 0.22, chance.uniform(0.1, 0.28))
    if chance.random() < 0.5:
        pen.line(light, 0.03, (0, -0.6), (0, hem))
    for band in range(chance.randrange(4)):
        pen.line(accent, 0.05, (-0.48, band * 0.2 - 0.1), (0.48, band * 0.2 - 0.1))
    pen.bar(accent, -0.2, -0.4, 0.2, chance.uniform(-0.3, 0.0))


def device(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a screen, a loudspeaker or headphones."""
    dark, light, accent = palette
    shape = chance.randrange(3)
    if shape == 0:
        wide = chance.uniform(0.45, 0.95)
        pen.bar(dark, -wide, -0.9, wide, 0.9)
        pen.bar(light, -wide * 0.9, -0.78, wide * 0.9, 0.78)
        for row in range(chance.randrange(2, 5)):
            pen.bar(
                accent,
                -wide * 0.7,
                -0.6 + row * 0.34,
                wide * chance.uniform(-0.2, 0.7),
                -0.4 + row * 0.34,
            )
    elif shape == 1:
        pen.bar(dark, -0.55, -0.95, 0.55, 0.95)
        for at, size in ((-0.45, 0.28), (0.4, chance.uniform(0.35, 0.5))):
            pen.oval(light, (0, at), size, size)
            pen.oval(accent, (0, at), size * 0.6, size * 0.6)
            pen.oval(dark, (0, at), size * 0.3, size * 0.3)
    else:
        pen.oval(dark, (0, 0), 0.85, 0.9)
        pen.oval(light, (0, 0.1), 0.66, 0.75)
        for side in (-0.75, 0.75):
            pen.oval(accent, (side, 0.35), 0.24, 0.42)
            pen.oval(dark, (side, 0.35), 0.14, 0.3)


def bottle(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a bottle with a label."""
    dark, light, accent = palette
    wide, neck = chance.uniform(0.28, 0.5), chance.uniform(0.08, 0.2)
    shoulder = chance.uniform(-0.4, -0.05)
    pen.polygon(
        dark,
        (-neck, -0.85),
        (neck, -0.85),
        (neck, shoulder - 0.15),
        (wide, shoulder + 0.1),
        (wide, 0.95),
        (-wide, 0.95),
        (-wide, shoulder + 0.1),
        (-neck, shoulder - 0.15),
    )
    pen.bar(accent, -neck * 1.3, -0.98, neck * 1.3, -0.78)
    pen.bar(light, -wide * 0.94, shoulder + 0.3, wide * 0.94, chance.uniform(0.6, 0.88))
    pen.oval(accent, (0, shoulder + 0.55), wide * 0.4, wide * 0.4)
    pen.line(light, 0.03, (-wide * 0.8, shoulder + 0.15), (-wide * 0.8, 0.9))


def box(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a carton, a tin or a jar."""
    dark, light, accent = palette
    wide, top = chance.uniform(0.5, 0.85), chance.uniform(-0.7, -0.2)
    if chance.random() < 0.5:
        pen.polygon(
            light, (-wide, top), (-wide + 0.2, top - 0.2), (wide + 0.12, top - 0.2), (wide, top)
        )
        pen.bar(dark, -wide, top, wide, 0.9)
    else:
        pen.bar(dark, -wide, top, wide, 0.85)
        pen.oval(light, (0, top), wide, 0.16)
        pen.oval(dark, (0, 0.85), wide, 0.12)
    pen.bar(accent, -wide * 0.8, top + 0.25, wide * 0.8, top + chance.uniform(0.45, 0.9))
    pen.oval(light, (chance.uniform(-0.3, 0.3), 0.55), 0.22, 0.2)


def blocks(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a model of toy bricks."""
    for row in range(6):
        for column in range(6):
            if chance.random() < 0.25 + row * 0.12:
                colour = palette[chance.randrange(3)]
                left, top = -0.95 + column * 0.32, -0.95 + row * 0.32
                pen.bar(colour, left, top, left + 0.3, top + 0.3)
                pen.oval(palette[2], (left + 0.15, top), 0.07, 0.05)


def disc(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a brake disc, a filter or a wheel."""
    dark, light, accent = palette
    pen.oval(dark, (0, 0), 0.95, 0.95)
    pen.oval(light, (0, 0), chance.uniform(0.6, 0.85), chance.uniform(0.6, 0.85))
    count = chance.randrange(5, 13)
    for at in range(count):
        turn = math.tau * at / count
        pen.oval(accent, (0.5 * math.sin(turn), 0.5 * math.cos(turn)), 0.1, 0.1)
    pen.oval(dark, (0, 0), 0.28, 0.28)
    side = chance.choice((-0.6, 0.6))
    pen.bar(accent, side - 0.3, -0.45, side + 0.3, chance.uniform(0.1, 0.5))


def tool(pen: Pen, palette: Palette, chance: Random) -> None:
    """Draw a power tool."""
    dark, light, accent = palette
    lean, long = chance.uniform(-0.1, 0.3), chance.uniform(0.5, 0.9)
    pen.bar(accent, -0.75, -0.65, 0.35, -0.15)
    pen.bar(dark, 0.3, -0.55, long, -0.25)
    pen.line(light, 0.05, (long, -0.4), (1.0, -0.4))
    pen.polygon(accent, (-0.55, -0.2), (-0.15, -0.2), (lean, 0.6), (lean - 0.45, 0.6))
    pen.bar(dark, lean - 0.65, 0.55, lean + 0.3, 0.9)
    for vent in range(chance.randrange(2, 6)):
        pen.line(light, 0.03, (-0.65 + vent * 0.12, -0.55), (-0.65 + vent * 0.12, -0.3))


Thing = Callable[[Pen, Palette, Random], None]
THINGS: dict[str, Thing] = {
    "watch": watch,
    "bag": bag,
    "shoe": shoe,
    "garment": garment,
    "device": device,
    "bottle": bottle,
    "box": box,
    "blocks": blocks,
    "disc": disc,
    "tool": tool,
}
