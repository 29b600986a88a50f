"""What is sold: the alliance's products, things made for them, and everything else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from conf import reading
from infra.sandbox.alliance.sheet import LOOKS, Item, Member, sheet
from infra.sandbox.make_brands import gtin

_GOODS = Path(__file__).with_name("goods.yaml")
LANGUAGES = ("en", "es", "de", "zh", "it")
# Brands that one dealer or one counterfeiter has side by side.
LINES = (
    ("velmorin", "ossandre", "quillavera"),
    ("zunari", "cobrenza", "jyn", "harrowby", "rovu9", "nordvane"),
    ("orvanta", "vyq"),
    ("fennel", "belcerane"),
    ("gruenleitner", "tolvera", "glenarrick", "dongyuchun"),
    ("blokkari", "brennholm", "chisel"),
)

Trail = tuple[str, ...]  # department and category


class Product(msgspec.Struct, frozen=True):
    """One item of an alliance brand."""

    brand: Member
    item: Item
    gtin: str
    at: int  # among the brand's products

    @property
    def key(self) -> str:
        """Brand and product, as the catalogue names it."""
        return f"{self.brand.key}/{self.item.key}"

    @property
    def look(self) -> str:
        """What it looks like on a picture."""
        return LOOKS[self.brand.industry]


class Good(msgspec.Struct, frozen=True):
    """A thing of no brand."""

    look: str
    low_usd: float
    high_usd: float
    category: str
    names: dict[str, str]


class Accessory(msgspec.Struct, frozen=True):
    """A thing that is made for the products of an industry; its price is a share of theirs."""

    look: str
    low_share: float
    high_share: float
    least_usd: float
    names: dict[str, str]


class Goods(msgspec.Struct, frozen=True):
    """All of them."""

    products: tuple[Product, ...]
    goods: tuple[Good, ...]
    accessories: dict[str, tuple[Accessory, ...]]  # by industry
    nouns: dict[str, dict[str, tuple[str, ...]]]  # by industry and language
    categories: dict[str, dict[str, Trail]]  # by key and language
    category_of: NDArray[np.int64]  # of each subject: products first, then goods


@cache
def goods() -> Goods:
    """Read them."""
    raw: dict[str, Any] = reading.document(_GOODS)
    categories = _categories(raw)
    products = tuple(
        Product(member, item, gtin(number, at), at)
        for number, member in enumerate(sheet().brands, start=1)
        for at, item in enumerate(member.products)
    )
    known = tuple(Good(*_row(row)) for row in raw["goods"])
    order = list(categories)
    places = [order.index(one.item.category.lower()) for one in products]
    places += [order.index(one.category) for one in known]
    return Goods(
        products=products,
        goods=known,
        accessories={
            industry: tuple(Accessory(*_row(row)) for row in rows)
            for industry, rows in raw["accessories"].items()
        },
        nouns=raw["nouns"],
        categories=categories,
        category_of=np.array(places, dtype=np.int64),
    )


def _categories(raw: dict[str, Any]) -> dict[str, dict[str, Trail]]:
    return {
        key: {
            language: (raw["departments"][names["department"]][language], names[language])
            for language in LANGUAGES
        }
        for key, names in raw["categories"].items()
    }


def _row(row: list[Any]) -> tuple[Any, ...]:
    """Give a row of the file with the names at its end told apart by language."""
    return (*row[:4], dict(zip(LANGUAGES, row[4:], strict=True)))
