"""What the world shows: offers, variants, sellers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

FIRST_DAY = date(2026, 11, 1)


def date_of(day: int) -> date:
    """Give the date of a day of the world; day 1 is the first, day 0 the one before."""
    return FIRST_DAY + timedelta(days=day - 1)


class Variant(msgspec.Struct, frozen=True):
    """One colour or size of an offer."""

    sku: str
    name: str
    price: Decimal
    is_available: bool


class Offer(msgspec.Struct, frozen=True):
    """What a listing shows on one day; nothing here says whether it is honest."""

    platform: str
    listing_id: str
    seller_id: str
    title: str
    description: str
    price: Decimal
    currency: str  # ISO 4217
    list_price: Decimal | None
    stock: int | None
    sold: int | None
    condition: str | None  # new, used or refurbished
    brand_text: str | None
    gtin: str | None
    mpn: str | None
    sku: str | None
    category: tuple[str, ...]
    ships_from: tuple[str, str]  # city, ISO 3166 country
    shipping: Decimal | None  # 0 is free, None is not said
    images: tuple[str, ...]  # picture ids
    listed_on: date
    variants: tuple[Variant, ...]
    rating: float | None  # 0 to 5
    review_count: int | None
    outgoing_urls: tuple[str, ...]
    language: str  # ISO 639-1
    is_available: bool


class Seller(msgspec.Struct, frozen=True):
    """What an account shows on one day; nothing here says who is behind it."""

    platform: str
    seller_id: str
    name: str
    about: str
    since: date
    city: str
    country: str  # ISO 3166
    rating: float | None  # share of good ratings, 0 to 1
    review_count: int | None
    sold: int | None
    contact: tuple[str, ...]
    language: str
