"""A made catalogue of any size, and listings of its products as sellers write them.

A brand's products are siblings: lines with sizes, years and colours, so that most words are shared
by many. Listings leave words out, add others, misspell, give numbers with other gaps or without
their end, or a wrong one, or none at all; some are of a product that the catalogue lacks, and most,
where it is asked for, of no brand.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import msgspec

from conf.brand import Brand, Product
from infra.sandbox.world.numbers import ean

_SYLLABLES = (
    "ba be co da do fa fe ga gi ha jo ka ki la li ma mo na no pa pe ra ri sa so ta ti va vo za"
)
_NOUNS = "watch bag shoe jacket speaker drill serum tea tablet charger boots cap lens shirt blocks"
_COLOURS = "black white red navy olive sand grey pink silver gold teal brown"
_TRIMS = "classic sport pro lite max mini plus heritage urban trail court studio"
_NOISE = (
    "new original sale free shipping top quality men women gift size hot 2026 stock fast box best"
)
_LINES = 12  # of a brand
_EXTRA = 0.1  # share of products that are sold and not in the catalogue
_LOOKS = str.maketrans("oils", "0115")
# How often a listing, a word of it or its number is so.
_LEFT_OUT, _MISSPELT, _STRANGE_COLOUR, _SHUFFLED = 0.12, 0.05, 0.1, 0.3
_NUMBER_IN_TITLE, _WRONG_NUMBER, _NUMBER_IN_FIELD, _GTIN = 0.35, 0.05, 0.2, 0.15
_AS_IT_IS, _OTHER_GAPS, _OTHER_LETTERS = 0.3, 0.25, 0.2  # the rest is without its end


class Shown(msgspec.Struct, frozen=True):
    """A listing, and what it is in truth."""

    title: str
    brand_text: str | None
    gtin: str | None
    mpn: str | None
    price_usd: float | None
    brand: str | None
    product_key: str | None  # None as well where the catalogue lacks it


class Made(msgspec.Struct, frozen=True):
    """A catalogue, and the products that are sold besides."""

    brands: tuple[Brand, ...]
    missing: dict[str, tuple[Product, ...]]
    reference_usd: dict[str, float | None]


def catalogue(products: int, brands: int, seed: int) -> Made:
    """Make a catalogue of so many products in so many brands."""
    dice = Random(seed)  # noqa: S311 - repeatable, no secret
    each = products // brands
    made, missing, reference = [], {}, {}
    for name in _names(brands, dice):
        every = list(_products(name, each + max(1, round(each * _EXTRA)), dice))
        made.append(
            Brand(name, name.title(), "x", "US", (name.title(),), products=tuple(every[:each]))
        )
        missing[name] = tuple(every[each:])
        for product in every[:each]:
            reference[f"{name}/{product.key}"] = round(dice.lognormvariate(4.5, 0.6), 2)
    return Made(tuple(made), missing, dict(reference))


def listings(made: Made, count: int, no_brand: float, seed: int) -> Iterator[Shown]:
    """Give listings, a share of them of no brand."""
    dice = Random(seed)  # noqa: S311 - repeatable, no secret
    for _ in range(count):
        if dice.random() < no_brand:
            words = [_word(dice, 3) for _ in range(3)] + dice.sample(_NOISE.split(), 4)
            yield Shown(" ".join(_mixed(words, dice)), None, None, None, 30.0, None, None)
            continue
        brand = dice.choice(made.brands)
        is_known = dice.random() > _EXTRA
        product = dice.choice(brand.products if is_known else made.missing[brand.key])
        key = f"{brand.key}/{product.key}" if is_known else None
        yield _listing(brand, product, key, made.reference_usd.get(key or ""), dice)


def _listing(
    brand: Brand, product: Product, key: str | None, reference: float | None, dice: Random
) -> Shown:
    words = [word for word in product.name.split() if dice.random() > _LEFT_OUT]
    words = [_misspelt(word, dice) if dice.random() < _MISSPELT else word for word in words]
    if dice.random() < _STRANGE_COLOUR:
        words.append(dice.choice(_COLOURS.split()))
    shown = [brand.name, *words, *dice.sample(_NOISE.split(), dice.randint(1, 5))]
    mpn = product.mpn or ""
    way = dice.random()
    if way < _NUMBER_IN_TITLE:
        shown.append(_mangled(mpn, dice))
    elif way < _NUMBER_IN_TITLE + _WRONG_NUMBER:
        shown.append(dice.choice(brand.products).mpn or "")  # a wrong one
    field = mpn if dice.random() < _NUMBER_IN_FIELD else None
    price = None if reference is None else round(reference * dice.lognormvariate(-0.4, 0.5), 2)
    return Shown(
        title=" ".join(_mixed(shown, dice)),
        brand_text=dice.choice((brand.name, None)),
        gtin=product.gtin if dice.random() < _GTIN else None,
        mpn=field,
        price_usd=price,
        brand=brand.key,
        product_key=key,
    )


def _mangled(mpn: str, dice: Random) -> str:
    """Write a style number with other gaps, letters for digits, or without its end."""
    way = dice.random()
    if way < _AS_IT_IS:
        return mpn
    if way < _AS_IT_IS + _OTHER_GAPS:
        return mpn.replace("-", dice.choice(("", " ", ".", "/", " - ")))
    if way < _AS_IT_IS + _OTHER_GAPS + _OTHER_LETTERS:
        return mpn.replace("0", "O").replace("1", "l")
    return mpn.rpartition("-")[0]


def _products(brand: str, count: int, dice: Random) -> Iterator[Product]:
    lines = [_word(dice, 2) for _ in range(_LINES)]
    seen: set[str] = set()
    stem = "".join(dice.sample(brand.upper(), 2))
    while len(seen) < count:
        parts = [
            dice.choice(lines),
            dice.choice(_TRIMS.split()),
            str(dice.choice((5, 8, 10, 12, 40, 90))),
        ]
        noun, colour = dice.choice(_NOUNS.split()), dice.choice(_COLOURS.split())
        name = " ".join([*parts[: dice.randint(1, 3)], noun, colour])
        if name in seen:
            continue
        seen.add(name)
        mpn = f"{stem}{dice.randrange(1000, 100_000)}-{dice.randrange(100, 1000)}"
        gtin = ean(f"4{dice.randrange(10**11):011}")
        yield Product(f"p{len(seen)}", name.title(), noun, gtin=gtin, mpn=mpn)


def _names(count: int, dice: Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[_word(dice, 4)] = None
    return list(found)


def _word(dice: Random, syllables: int) -> str:
    return "".join(dice.choice(_SYLLABLES.split()) for _ in range(syllables))


def _misspelt(word: str, dice: Random) -> str:
    if len(word) < 4:  # noqa: PLR2004 - a short word is another when a letter goes
        return word
    at = dice.randrange(1, len(word) - 1)
    return dice.choice((word[:at] + word[at + 1 :], word.translate(_LOOKS)))


def _mixed(words: list[str], dice: Random) -> list[str]:
    """Put a word elsewhere now and then."""
    if dice.random() < _SHUFFLED:
        dice.shuffle(words)
    return words
