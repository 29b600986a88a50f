"""Makes conf/weights.yaml from made worlds; tells how calibrated it is on another (simulated).

    python -m infra.weights [--judge]

It learns from LISTINGS listings of the partners' marketplaces, whose truth is known, and of as many
of a made catalogue, whose brands have many products that are much alike and some that are not in
it, as the sandbox's have not. `--judge`
writes nothing: it judges the weights as they are on the other marketplaces of another world, of
which nothing was learned, neither sellers nor platforms.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from conf import contract, country
from conf.brand import brands
from conf.currency import currencies
from conf.site import site
from conf.weights import WEIGHTS, OfBrand, OfNone, OfProduct, Weights
from crawler.pictures import picture
from infra.bench.blocking import clues_of
from infra.bench.catalogue_world import catalogue, listings
from infra.sandbox.world import Offer, World
from infra.sandbox.world.markets import MARKETS, PARTNERS
from infra.sandbox.world.truth import ListingTruth, listing_truth
from jobs.clean import _listing, _signs
from jobs.clean._fold import fold
from jobs.givens import home_currencies
from jobs.match._decide import Listing, Match, Matcher, clues
from jobs.match._photos import nearest
from jobs.match._products import Products
from jobs.match.products import product_rows
from ml import figures
from ml.products import Example, learned, learned_brand, write

LISTINGS = 5000
LEARNED, JUDGED = (31, PARTNERS), (32, MARKETS)  # seed and marketplaces
CATALOGUE = (20_000, 200, 11)  # products, brands, seed
BINS = np.linspace(0.0, 1.0, 11)
HEAD = "# Made by `python -m infra.weights`; meanings in conf/weights.py.\n"

Told = tuple[Listing, ListingTruth]


def told(seed: int, platforms: Sequence[str]) -> list[Told]:
    """Give the listings of a world's first day as jobs read them, and what is true of them."""
    world = World(seed, LISTINGS, platforms)
    shown = [
        (offer, truth)
        for platform in platforms
        for listing_id in world.live_ids(platform, 1)
        if (offer := world.offer(platform, listing_id, 1))
        and (truth := listing_truth(world, platform, listing_id))
    ]
    photos = _photos([one.images[0] if one.images else None for one, _ in shown], world.picture)
    frame = _typed([_row(offer) for offer, _ in shown])
    names = [name for name in Listing.__struct_fields__ if name in frame.columns]
    rows = frame.select(names).iter_rows(named=True)
    return [
        (_listing_of(row, photo), truth)
        for row, photo, (_, truth) in zip(rows, photos, shown, strict=True)
    ]


def _listing_of(row: dict[str, object], photo: str | None) -> Listing:
    folded = fold(str(row["brand_text"])).text if row["brand_text"] else None
    given = row | {"photo_product_key": photo, "brand_folded": folded}
    return msgspec.convert(given, Listing)


def _row(offer: Offer) -> dict[str, str | None]:
    return {
        "listing_key": f"{offer.platform}:{offer.listing_id}",
        "platform": offer.platform,
        "title_text": offer.title,
        "description_text": offer.description,
        "price_text": str(offer.price),
        "currency_text": offer.currency,
        "brand_text": offer.brand_text,
        "gtin_text": offer.gtin,
        "mpn_text": offer.mpn,
        "seller_key": f"{offer.platform}:{offer.seller_id}",
    }


def _typed(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    local = site("local")
    reading = _listing.Reading(
        currencies(), home_currencies(local), country.countries(), _signs.lexicons()
    )
    schema = contract.table("observations").arrow()
    loose = pa.schema([field.with_nullable(True) for field in schema])  # noqa: FBT003 - Arrow's own
    batch = pa.Table.from_pylist(rows, schema=loose).combine_chunks().to_batches()[0]
    return pl.DataFrame(pa.Table.from_batches([_listing.typed(batch, reading)]))


def _photos(pictures: list[str | None], draw: Callable[[str], bytes]) -> list[str | None]:
    """Give the product whose official photo each picture repeats."""
    rows = product_rows(brands(), currencies())
    known = [(pdq, row["product_key"]) for row in rows for pdq in row["photo_pdq_hex"]]
    hashes = [picture("", draw(one)).pdq_hex if one else None for one in pictures]
    shown = [one for one in hashes if one]
    found = iter(nearest(shown, [pdq for pdq, _ in known]))
    near = (next(found) if one else None for one in hashes)
    return [known[one.which][1] if one else None for one in near]


@cache
def matcher(given: Weights | None = None) -> Matcher:
    """Give the alliance's matcher."""
    alliance = brands()
    reference = {
        row["product_key"]: row["reference_usd"] for row in product_rows(alliance, currencies())
    }
    return Matcher(alliance, reference, given)


def examples(shown: Sequence[Told]) -> Iterator[Example]:
    """Give what a product can be told by, of the listings whose brand was found rightly."""
    made = matcher()
    for listing, truth in shown:
        row = made.match(listing)
        if row.brand is None or row.brand != truth.brand:
            continue
        choice = made.products.choice(row.brand, clues(made.evidence(listing), row.claim, listing))
        if truth.product is None or truth.product in choice.keys:
            which = choice.keys.index(truth.product) if truth.product else None
            yield Example(choice, which)


def brand_signs(row: Match) -> list[float]:
    """Give which signs of a brand a listing has, in the order of OfBrand."""
    is_there = {row.brand_source or "unseen", row.claim}
    is_there |= {"disguised"} if row.is_mention_disguised else set()
    return [float(name in is_there) for name in OfBrand.__struct_fields__]


def of_siblings() -> Iterator[Example]:
    """Give examples of a made catalogue."""
    made = catalogue(*CATALOGUE)
    products = Products(made.brands, made.reference_usd)
    for one in listings(made, LISTINGS, 0.0, CATALOGUE[-1]):
        choice = products.choice(one.brand or "", clues_of(one, products))
        if one.product_key is None or one.product_key in choice.keys:
            yield Example(choice, choice.keys.index(one.product_key) if one.product_key else None)


def made() -> Weights:
    """Learn the weights, from nothing."""
    shown = told(*LEARNED)
    rows = [matcher().match(listing) for listing, _ in shown]
    labels = [_is_of_brand(row, truth) for row, (_, truth) in zip(rows, shown, strict=True)]
    signs = np.array([brand_signs(row) for row in rows])
    start = Weights(
        OfProduct(*[0.0] * len(OfProduct.__struct_fields__)),
        OfNone(*[0.0] * len(OfNone.__struct_fields__)),
        learned_brand(signs, np.array(labels, dtype=float)),
    )
    return learned([*examples(shown), *of_siblings()], start)


def _is_of_brand(row: Match, truth: ListingTruth) -> bool:
    return truth.brand == row.brand if row.brand else truth.brand is not None


def judged() -> dict[str, float]:
    """Tell how right the three answers are on a world that was not learned from."""
    shown = told(*JUDGED)
    rows = [matcher().match(listing) for listing, _ in shown]
    truths = [truth for _, truth in shown]
    pairs = list(zip(rows, truths, strict=True))
    of_brand = np.array([_is_of_brand(*pair) for pair in pairs], dtype=float)
    is_product = np.array(
        [bool(row.product_key) and row.product_key == truth.product for row, truth in pairs],
        dtype=float,
    )
    answers = {
        "product": (np.array([row.product_probability for row in rows]), is_product),
        "brand": (np.array([row.brand_probability for row in rows]), of_brand - is_product),
        "no_brand": (np.array([row.no_brand_probability for row in rows]), 1.0 - of_brand),
    }
    found: dict[str, float] = {
        "listings": len(rows),
        "brands_found": sum(bool(r.brand) for r in rows),
    }
    for name, (chance, label) in answers.items():
        found[f"{name}_calibration_error"] = _error(chance, label)
        found[f"{name}_brier"] = float(np.mean((chance - label) ** 2))
        _show(name, chance, label)
    is_told = np.array([bool(row.product_key) for row in rows])
    has = np.array([bool(truth.product and row.brand == truth.brand) for row, truth in pairs])
    found["product_precision"] = float(is_product[is_told].mean())
    found["product_recall"] = float(is_product[has].mean())
    return {name: round(value, 4) for name, value in found.items()}


def _error(chance: np.ndarray, label: np.ndarray) -> float:
    return figures.calibration_error(chance, label, np.ones(len(label)))


def _show(name: str, chance: np.ndarray, label: np.ndarray) -> None:
    """Print a table of reliability."""
    sys.stdout.write(f"{name:<10} {'chance':>8} {'share':>8} {'listings':>9}\n")
    bins = np.clip(np.digitize(chance, BINS) - 1, 0, len(BINS) - 2)
    for at in np.unique(bins):
        mine = bins == at
        sys.stdout.write(
            f"{'':<10} {chance[mine].mean():8.3f} {label[mine].mean():8.3f} {mine.sum():9}\n"
        )


def main() -> None:
    """Write the weights, or judge those that are there; figures as JSON, last."""
    parser = argparse.ArgumentParser(prog="python -m infra.weights", description=__doc__)
    parser.add_argument("--judge", action="store_true")
    if not parser.parse_args().judge:
        write(made(), WEIGHTS, HEAD)
        return
    sys.stdout.write(json.dumps({"bench": "weights", "figures": judged()}) + "\n")


if __name__ == "__main__":
    main()
