"""What a probe found, and what it did not."""

from __future__ import annotations

from typing import Literal

import msgspec

from conf.platform import Platform

FIELDS = (
    "title_text",
    "price_text",
    "currency_text",
    "description_text",
    "image_urls",
    "availability_text",
    "condition_text",
    "brand_text",
    "gtin_text",
    "mpn_text",
    "sku_text",
    "category_text",
    "seller_id",
    "seller_name_text",
)

Reason = Literal[
    "unreachable", "no_page", "robots", "blocked", "captcha", "login", "no_shop", "needs_browser"
]
WayKind = Literal["sitemap", "API", "list", "search"]


class Failure(msgspec.Struct, frozen=True):
    """Why nothing can be said of a site, and what to do about it."""

    reason: Reason
    text: str


class Way(msgspec.Struct, frozen=True):
    """One way in, and how many listings it led to in so far as it was read; None: it was not."""

    kind: WayKind
    address: str
    listings: int | None = None


class Coverage(msgspec.Struct, frozen=True):
    """In how many pages of the sample a field was shown, and what it was in the first."""

    field: str
    pages: int
    of: int
    example: str | None = None


class Tried(msgspec.Struct, frozen=True):
    """One shape of addresses, and what pages of it turned out to be."""

    shape: str
    addresses: int
    role: str  # listing, seller, index or other
    read: int = 0


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe found of one shop."""

    url: str
    failure: Failure | None = None
    software: str | None = None
    signs: tuple[str, ...] = ()  # why that software is believed
    needs_browser: bool = False
    mount: str | None = None  # selector of what scripts fill
    draft: Platform | None = None
    ways: tuple[Way, ...] = ()
    tried: tuple[Tried, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    sample: tuple[str, ...] = ()
    requests: int = 0
    most_requests: int = 0
    missing: tuple[str, ...] = ()  # what was not found, and what to do about it
    sitemaps: tuple[str, ...] = ()  # known before a browser goes over the site again
