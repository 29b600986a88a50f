"""Weights: how much each sign adds to the log-odds that a listing is of a brand and a product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from conf import reading
from conf.site import Site

WEIGHTS = reading.HERE / "weights.yaml"


class OfProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signs that a listing of a brand is one product of it (jobs/match/_products.py)."""

    gtin: float  # gives its GTIN
    number: float  # gives its style number
    stem: float  # gives its style number but for the end, as of another colour
    photo: float  # shows its official photo
    named: float  # share of its name that stands in the title, by rarity
    whole: float  # all of its name stands in the title
    spelt: float  # share of its name that stands there in about that spelling
    told: float  # share of its name that only the description has
    others: float  # share of the title's words of products that are none of its name
    dearer: float  # log of price over its reference price, where it is dearer
    cheaper: float  # the same where it is cheaper


class OfNone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signs that it is no product of the brand's catalogue, or only made for one."""

    always: float
    compatible: float  # names the brand as what it is made for
    style: float  # or as what it looks like
    denied: float
    several: float  # among several brands
    strange: float  # gives a style number that the catalogue does not have


class OfBrand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signs that it is of the brand that was found: one of what shows it, and how."""

    gtin: float
    mpn: float
    brand_field: float
    title: float
    description: float
    photo: float
    unseen: float  # of one where nothing shows a brand: that it is of one all the same
    disguised: float
    compatible: float
    style: float
    denied: float
    several: float


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    product: OfProduct
    none: OfNone
    brand: OfBrand


def of_site(site: Site) -> Weights:
    """Give the weights that a site learned from its own listings, else those of conf.

    Raises:
        ConfError: the file is wrong.

    """
    return weights(own(site)) if own(site).exists() else weights()


def own(site: Site) -> Path:
    """Give the file of the weights that a site learned, if it has."""
    return site.home / WEIGHTS.name


@cache
def weights(where: Path = WEIGHTS) -> Weights:
    """Read the weights.

    Raises:
        ConfError: the file is missing or wrong.

    """
    return reading.read(where, Weights)
