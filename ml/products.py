"""Learns what tells a product: how much each sign of conf/weights.yaml weighs.

A site learns from its own listings: where a GTIN or a style number names the product, that is the
label, and the number is taken out before the signs are read, so that what is learned is to tell by
the rest. What numbers themselves weigh stays as it was, as nothing is drawn to them that has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import polars as pl
import yaml
from scipy.optimize import minimize

from conf.brand import brands
from conf.currency import currencies
from conf.errors import ModelError
from conf.site import Site
from conf.weights import OfBrand, OfNone, OfProduct, Weights, weights
from conf.weights import own as own_file
from jobs.match._decide import Listing, Matcher, clues
from jobs.match._index import numbers
from jobs.match._products import Choice, Clues
from jobs.match.products import product_rows
from jobs.reader import Lake

UNKNOWN = (
    0.25  # weight of a listing whose product is taken out of the choice, so that none is right
)
RIDGE = 0.5  # how much a weight is held to what it was: of one example, about
LEAST = 200  # listings that weights are learned from
_NUMBERED = ("gtin", "mpn")
_MATCHED = ("listing_key", "product_key", "brand", "claim", "photo_product_key")
_JOINED = ("brand_folded", "photo_product_key")  # what the table of listings does not have
Sums = TypeVar("Sums", OfProduct, OfNone, OfBrand)


class Weighed(msgspec.Struct, frozen=True):
    """What a site learned from its own listings."""

    file: str
    listings: int
    weights: Weights


class Example(msgspec.Struct, frozen=True):
    """A choice, and which of its products it is: None for none of them."""

    choice: Choice
    which: int | None
    weight: float = 1.0


def weigh(site: Site) -> Weighed:
    """Learn weights from a site's listings and put them where its jobs take them from.

    The same tables give the same file; the start is conf/weights.yaml, never what was learned last.

    Raises:
        ModelError: there are no matches yet, or too few of them by number.

    """
    lake = Lake(site.lake)
    if not (lake.exists("listings") and lake.exists("listing_matches")):
        raise ModelError(f"{site.lake} has no listing_matches: run `countermark job run all`")
    alliance = brands(site.brands)
    reference = {
        row["product_key"]: row["reference_usd"] for row in product_rows(alliance, currencies())
    }
    matches = lake.frame("listing_matches", columns=[*_MATCHED, "product_source"])
    columns = [name for name in Listing.__struct_fields__ if name not in _JOINED]
    # The number of listings is that of those with a number, a few of a hundred.
    keys = matches.filter(pl.col("product_source").is_in(_NUMBERED))["listing_key"].to_list()
    listings = lake.frame("listings", columns=columns, where=pl.col("listing_key").is_in(keys))
    found = list(own(Matcher(alliance, reference, weights()), listings, matches))
    count = sum(one.which is not None for one in found)
    if count < LEAST:
        raise ModelError(
            f"{count} listings give the number of a product that their words may mean; weights "
            f"need {LEAST}: crawl more, or go on with conf/weights.yaml"
        )
    made = learned(found, weights())
    write(made, own_file(site))
    return Weighed(str(own_file(site)), count, made)


def write(made: Weights, path: Path, head: str = "") -> None:
    """Write weights as a file that conf/weights.py reads."""
    text = yaml.safe_dump(msgspec.to_builtins(made), sort_keys=False)
    aside = path.with_suffix(".new")
    aside.write_text(head + text, encoding="utf-8")
    aside.replace(path)


def hidden(given: Clues, mpn: str | None) -> Clues:
    """Give what is left of a listing when its numbers are taken out."""
    forms = sorted(numbers(mpn), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, forms)) or r"(?!)")
    return msgspec.structs.replace(
        given,
        title=pattern.sub(" ", given.title),
        description=pattern.sub(" ", given.description),
        mpn="",
        by_gtin=None,
        by_mpn=frozenset[str](),
    )


def own(matcher: Matcher, listings: pl.DataFrame, matches: pl.DataFrame) -> Iterator[Example]:
    """Give examples of the listings whose numbers name their product.

    Args:
        matcher: with the alliance's products.
        listings: columns of `Listing`, but for brand_folded and photo_product_key.
        matches: rows of listing_matches.

    """
    mpns = {f"{b.key}/{p.key}": p.mpn for b in matcher.brands.values() for p in b.products}
    wanted = matches.filter(pl.col("product_source").is_in(_NUMBERED))
    # matches: one row a listing
    rows = listings.drop("photo_product_key", strict=False).join(
        wanted.select(_MATCHED), on="listing_key", how="inner"
    )
    names = set(Listing.__struct_fields__)
    for row in rows.sort("listing_key").iter_rows(named=True):
        listing = Listing(**{name: value for name, value in row.items() if name in names})
        told = clues(matcher.evidence(listing), row["claim"], listing)
        found = hidden(told, mpns.get(row["product_key"]))
        yield from known(matcher.products.choice(row["brand"], found), row["product_key"])


def known(choice: Choice, product_key: str) -> Iterator[Example]:
    """Give a choice with its right answer, and what it would be if the catalogue had not that."""
    if product_key not in choice.keys:
        return
    which = choice.keys.index(product_key)
    yield Example(choice, which)
    rest = Choice(
        choice.keys[:which] + choice.keys[which + 1 :],
        choice.signs[:which] + choice.signs[which + 1 :],
        choice.of_none,
    )
    yield Example(rest, None, UNKNOWN)


def learned(examples: Iterable[Example], start: Weights) -> Weights:
    """Give the weights under which the examples are likeliest, held to those of the start."""
    made = list(examples)
    first = np.array([*_values(start.product), *_values(start.none)])
    width = len(OfProduct.__struct_fields__)
    signs = np.array([row for one in made for row in _rows(one, width)])
    place = np.repeat(np.arange(len(made)), [len(one.choice.keys) + 1 for one in made])
    begin = np.flatnonzero(np.diff(place, prepend=-1))
    right = begin + np.array([0 if one.which is None else one.which + 1 for one in made])
    weight = np.array([one.weight for one in made])

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        odds = signs @ at
        odds -= np.maximum.reduceat(odds, begin)[place]
        parts = np.exp(odds)
        whole = np.add.reduceat(parts, begin)
        error = (parts / whole[place]) * weight[place]
        error[right] -= weight
        held = at - first
        value = weight @ (np.log(whole) - odds[right]) + RIDGE * held @ held
        return float(value), signs.T @ error + 2 * RIDGE * held

    best = minimize(loss, first, jac=True, method="L-BFGS-B").x
    return msgspec.structs.replace(
        start, product=_named(OfProduct, best[:width]), none=_named(OfNone, best[width:])
    )


def learned_brand(signs: np.ndarray, labels: np.ndarray) -> OfBrand:
    """Give what the signs of a brand weigh: a logistic regression, held to nothing known.

    Args:
        signs: shape (listings, fields of OfBrand), 1 where a sign is there.
        labels: whether each is of the brand found, or of any where none is.

    """

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        odds = signs @ at
        value = np.logaddexp(0.0, odds) @ np.ones(len(odds)) - labels @ odds + RIDGE * at @ at
        return float(value), signs.T @ (1 / (1 + np.exp(-odds)) - labels) + 2 * RIDGE * at

    best = minimize(loss, np.zeros(signs.shape[1]), jac=True, method="L-BFGS-B").x
    return _named(OfBrand, best)


def _rows(one: Example, width: int) -> Iterator[tuple[float, ...]]:
    """Give the signs of none and of each product, side by side."""
    none = len(OfNone.__struct_fields__)
    yield (*(0.0,) * width, *one.choice.of_none)
    yield from ((*signs, *(0.0,) * none) for signs in one.choice.signs)


def _values(sums: OfProduct | OfNone) -> Sequence[float]:
    return msgspec.structs.astuple(sums)


def _named(kind: type[Sums], values: Sequence[float] | np.ndarray) -> Sums:
    return kind(*(round(float(one), 3) for one in values))
