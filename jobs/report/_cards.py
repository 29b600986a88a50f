"""The listings that a page shows one by one, as plain values for its template."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec

from conf.brand import Brand
from jobs.report._pictures import Pair
from jobs.report._title import Segment, plain, segments
from jobs.report._words import dollars, share, short_day

_LONGEST_REASON = 260
_MOST_REASONS = 5


class Card(msgspec.Struct, frozen=True):
    """One listing as a page shows it."""

    key: str
    name: str  # the title in plain words, for those who cannot see the pieces
    title: tuple[Segment, ...]
    disguise: str | None  # the words that name the brand in disguise
    suspicion: int
    state: str
    is_new: bool
    pictures: Pair
    product: str | None
    price: str
    reference: str | None
    part: str | None  # price over reference
    reasons: tuple[str, ...]
    seller: str
    platform: str
    ships_from: str | None
    first_seen: str
    url: str | None
    capture_id: str | None


def card(row: dict[str, Any], brand: Brand, pictures: Pair, platforms: dict[str, str]) -> Card:
    """Give one row of a view as a card."""
    products = {f"{brand.key}/{one.key}": one.name for one in brand.products}
    reference, ratio = row["reference_usd"], row["price_to_reference"]
    return Card(
        key=row["listing_key"],
        name=plain(row["title"]),
        title=segments(row["title"], row["mention_text"]),
        disguise=plain(row["mention_text"]) if row["is_mention_disguised"] else None,
        suspicion=round(row["suspicion"]),
        state=row["state"],
        is_new=row["is_new"],
        pictures=pictures,
        product=products.get(row["product_key"]),
        price=_price(row),
        reference=dollars(reference) if reference else None,
        part=share(ratio) if ratio is not None else None,
        reasons=tuple(_short(one) for one in (row["reasons"] or [])[:_MOST_REASONS]),
        seller=plain(row["seller_name"]) if row["seller_name"] else row["seller_key"] or "unnamed",
        platform=platforms.get(row["platform"], row["platform"]),
        ships_from=row["ships_from_country"],
        first_seen=short_day(row["first_seen_at"]),
        url=safe_link(row["url"]),
        capture_id=row["capture_id"],
    )


def safe_link(url: str | None) -> str | None:
    """Give an address that a browser may follow: http or https with a host; else None."""
    if not url or any(letter.isspace() or not letter.isprintable() for letter in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _price(row: dict[str, Any]) -> str:
    """Give the price in its own currency, and in dollars where that is another."""
    if row["price_amount"] is None:
        return "no price shown"
    if row["price_currency"] in {None, "USD"}:
        return dollars(row["price_amount"])
    own = f"{row['price_currency']} {row['price_amount']:,.2f}"
    return own if row["price_usd"] is None else f"{own} ({dollars(row['price_usd'])})"


def _short(reason: str) -> str:
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON].rstrip() + " …"
