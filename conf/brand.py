"""Brands: one YAML file an alliance member; marks, names, products, prices, authorised sellers."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conf import reading
from conf.errors import ConfError

BRANDS = reading.HERE / "brands"


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reference price in one market."""

    amount: float
    currency: str  # ISO 4217


class Photo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An official photo: a file beside the YAML, and its PDQ hash."""

    file: str
    pdq: str  # 64 hex digits


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item of the brand's catalogue."""

    key: str
    name: str
    category: str
    gtin: str | None = None
    mpn: str | None = None
    names: tuple[str, ...] = ()  # other names, in any language
    reference_prices: dict[str, Price] = {}  # by ISO 3166 market
    photos: tuple[Photo, ...] = ()


class Gates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines on the 0-100 scale."""

    review: float = 50.0
    red_flag: float = 80.0
    automatic: float = 95.0  # from here something may be done that no person looked at


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One alliance member."""

    key: str
    name: str
    industry: str
    country: str  # ISO 3166 of the brand's home
    marks: tuple[str, ...]  # registered word marks
    aliases: tuple[str, ...] = ()  # spellings, translations and short forms that mean the brand
    nicknames: tuple[str, ...] = ()  # what buyers and counterfeiters call it; weaker than an alias
    common_words: bool = (
        False  # the mark is an everyday word: a bare mention in a title is no claim
    )
    ships_from: tuple[str, ...] = ()  # countries the brand's trade ships from
    own_shops: tuple[str, ...] = ()  # seller_key of the brand's shops
    authorised_sellers: tuple[str, ...] = ()  # seller_key of authorised resellers
    gates: Gates = Gates()
    products: tuple[Product, ...] = ()


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many brands in one file, for evaluation on other people's data."""

    brands: tuple[Brand, ...]


def brands(where: Path = BRANDS) -> tuple[Brand, ...]:
    """Read every brand of a folder (one file a brand) or of one catalogue file, by key.

    Raises:
        ConfError: a file is wrong, a key is not its file's name, or two brands share a mark.

    """
    if where.is_dir():
        found = tuple(brand(name, where) for name in reading.names(where))
    else:
        found = tuple(sorted(reading.read(where, Catalogue).brands, key=lambda b: b.key))
    if not found:
        raise ConfError(f"{where} holds no brand; add one as docs/add/brand.md says")
    _check_marks(where, found)
    return found


def brand(key: str, where: Path = BRANDS) -> Brand:
    """Read one brand."""
    path = where / f"{key}.yaml"
    found = reading.read(path, Brand)
    if found.key != key:
        raise ConfError(f"{path}: key is {found.key!r}; it must be the file's name, {key!r}")
    return found


def _check_marks(where: Path, found: tuple[Brand, ...]) -> None:
    owner: dict[str, str] = {}
    for one in found:
        for mark in {text.casefold() for text in one.marks}:
            other = owner.setdefault(mark, one.key)
            if other != one.key:
                raise ConfError(f"{where}: {other} and {one.key} both claim the mark {mark!r}")
