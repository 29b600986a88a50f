"""The listings that a page shows one by one, as plain values for its template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from conf.brand import Brand
from jobs.report._pictures import Pair
from jobs.report._stored import Stored
from jobs.report._title import Segment, hidden_named, plain, segments, without_hidden
from jobs.report._words import dollars, moment, share, short_day

_LONGEST_REASON = 260
_MOST_REASONS = 5


class Card(msgspec.Struct, frozen=True):
    """One listing as a page shows it."""

    anchor: str | None  # where the page shows it in full
    key: str
    name: str  # the title in plain words, for those who cannot see the pieces
    title: tuple[Segment, ...]
    disguise: str | None  # the words that name the brand in disguise, hidden characters left out
    hidden_count: int  # characters among them that print as nothing
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
    stored_at: str | None  # when the stored page was fetched
    stored_file: str | None  # where it lies beside the page
    stored_finding: str | None  # why it does not


def card(
    row: dict[str, Any],
    brand: Brand,
    platforms: Mapping[str, str],
    anchor: str | None,
    pictures: Pair | None = None,
    stored: Stored | None = None,
) -> Card:
    """Give one row of a view as a card."""
    disguised = row["mention_text"] if row["is_mention_disguised"] else None
    shown, hidden = without_hidden(disguised or "")
    products = {f"{brand.key}/{one.key}": one.name for one in brand.products}
    reference, ratio = row["reference_usd"], row["price_to_reference"]
    return Card(
        anchor=anchor,
        key=row["evidence_key"],
        name=plain(row["title"]),
        title=segments(row["title"], disguised),
        disguise=shown or None,
        hidden_count=hidden,
        suspicion=round(row["suspicion"]),
        state=row["state"],
        is_new=row["is_new"],
        pictures=pictures or Pair(),
        product=products.get(row["product_key"]),
        price=_price(row),
        reference=dollars(reference) if reference else None,
        part=share(ratio) if ratio is not None else None,
        reasons=tuple(_short(one) for one in (row["reasons"] or [])[:_MOST_REASONS]),
        seller=plain(row["seller_name"])
        if row["seller_name"]
        else row["seller_shown"] or "unnamed",
        platform=platforms.get(row["platform"], row["platform"]),
        ships_from=row["ships_from_country"],
        first_seen=short_day(row["first_seen_at"]),
        url=safe_link(row["url"]),
        capture_id=row["capture_id"],
        stored_at=moment(stored.fetched_at) if stored else None,
        stored_file=f"{folder(brand)}/{stored.file}" if stored and stored.content else None,
        stored_finding=stored.finding if stored else None,
    )


def folder(brand: Brand) -> str:
    """Give the name of the folder of stored pages beside a brand's page."""
    return f"{brand.key}-pages"


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
    reason = hidden_named(reason)
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON].rstrip() + " …"
