"""Reads the sheet that the alliance of the sandbox is made from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from conf import reading

SHEET = Path(__file__).with_name("sheet.yaml")
# What the goods of an industry look like (infra/sandbox/things.py).
LOOKS = {
    "watches": "watch",
    "handbags": "bag",
    "sneakers": "shoe",
    "fashion": "garment",
    "sportswear": "garment",
    "electronics": "device",
    "cosmetics": "bottle",
    "food": "box",
    "spirits": "bottle",
    "toys": "blocks",
    "automotive parts": "disc",
    "tools": "tool",
}


class Item(msgspec.Struct, frozen=True, array_like=True):
    """A product."""

    key: str
    name: str
    category: str
    mpn: str
    usd: float
    chinese: str
    other: str


class Reseller(msgspec.Struct, frozen=True, array_like=True):
    """A shop that brands authorise; its seller id is its key."""

    key: str
    name: str
    city: str
    country: str
    platforms: tuple[str, ...]
    brands: tuple[str, ...]


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A brand."""

    key: str
    name: str
    industry: str
    country: str
    marks: tuple[str, ...]
    aliases: tuple[str, ...]
    nicknames: tuple[str, ...]
    ships_from: tuple[str, ...]
    products: tuple[Item, ...]
    common_words: bool = False

    @property
    def latin(self) -> str:
        """The brand's name in Latin letters."""
        return next(text for text in (self.name, *self.marks) if ord(text[0]) < 0x250)


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole sheet."""

    brands: tuple[Member, ...]
    resellers: tuple[Reseller, ...]


@cache
def sheet() -> Sheet:
    """Read the sheet."""
    return reading.read(SHEET, Sheet)


def shop_id(brand: str, platform: str) -> str:
    """Give the seller id of a brand's own shop, which is the same in every world."""
    return f"{brand}-guanfang" if platform in {"jishi", "silkway"} else f"{brand}-official"
