"""The three match jobs on small tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from conf.brand import Brand, Photo, Price, Product
from conf.currency import currencies
from conf.errors import ConfError
from conf.weights import weights
from jobs.match.listing_matches import listing_matches
from jobs.match.listing_photos import listing_photos
from jobs.match.products import product_rows, products

PDQ = "0f" * 32
NEAR = "0e" + "0f" * 31
VELORA = Brand(
    key="velora",
    name="Velora",
    industry="shoes",
    country="US",
    marks=("Velora",),
    products=(
        Product(
            key="aero90",
            name="Aero Runner 90",
            category="shoes",
            gtin="4006381333931",
            mpn="VL-20931",
            reference_prices={"US": Price(120.0, "USD")},
            photos=(Photo("aero90.jpg", PDQ),),
        ),
    ),
)


def test_a_product_has_its_reference_in_dollars() -> None:
    (row,) = product_rows((VELORA,), currencies())
    assert row["product_key"] == "velora/aero90"
    assert (row["gtin"], row["mpn"]) == ("04006381333931", "vl-20931")
    assert (row["reference_usd"], row["lowest_reference_usd"]) == (120.0, 120.0)


def test_a_currency_without_a_rate_is_named() -> None:
    odd = Product(key="odd", name="Odd", category="x", reference_prices={"XX": Price(1.0, "ZZZ")})
    brand = Brand(key="b", name="B", industry="x", country="US", marks=("B",), products=(odd,))
    with pytest.raises(ConfError, match="no rate for 'ZZZ'"):
        list(product_rows((brand,), currencies()))


@pytest.mark.spark
def test_from_picture_to_brand(frame: Callable[..., Any]) -> None:
    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    catalogue = products(brands=(VELORA,))
    images = frame(
        "images",
        {"listing_key": "a:1", "image_url": "u", "pdq_hex": "f" * 64, "fetched_at": early},
        {"listing_key": "a:1", "image_url": "u", "pdq_hex": NEAR, "fetched_at": late},
        {"listing_key": "a:2", "image_url": "v", "pdq_hex": None, "fetched_at": early},
    )
    photos = listing_photos(images, catalogue)
    seen = {row.listing_key: (row.product_key, row.distance_bits) for row in photos.collect()}
    assert seen == {"a:1": ("velora/aero90", 1), "a:2": (None, None)}

    listings = frame(
        "listings",
        {"listing_key": "a:1", "title": "Runner", "title_folded": "runner", "price_usd": 30.0},
        {"listing_key": "a:2", "title": "Velora", "title_folded": "velora", "price_usd": 60.0},
    )
    made = (
        listing_matches(listings, photos, catalogue, brands=(VELORA,), weights=weights())
        .frame()
        .collect()
    )
    got = {r.listing_key: (r.brand_source, r.claim, r.price_to_reference) for r in made}
    assert got == {"a:1": ("photo", "photo_only", 0.25), "a:2": ("title", "claim", 0.5)}
