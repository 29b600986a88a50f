"""Sitemaps as the marketplaces write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from xml.sax.saxutils import escape

from infra.sandbox.servers.exchange import XML, Answer, gzipped
from infra.sandbox.servers.shop import Shop
from infra.sandbox.world import FIRST_DAY

SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FARTHEST_LOOK_DAYS = 30

Entry = tuple[str, date | None]


def urlset(entries: Iterable[Entry]) -> bytes:
    """Write a sitemap of addresses, each with the day of its last change where there is one."""
    return _document("urlset", "url", entries)


def index(entries: Iterable[Entry]) -> bytes:
    """Write an index of sitemaps."""
    return _document("sitemapindex", "sitemap", entries)


def xml(body: bytes) -> Answer:
    """Answer with a sitemap."""
    return Answer(body, kind=XML)


def zipped(body: bytes) -> Answer:
    """Answer with a sitemap as a gzip file."""
    return Answer(gzipped(body), kind="application/gzip")


def changed_on(shop: Shop, listing_id: str, is_listed: date) -> date:
    """Give the day since which a listing shows what it shows today."""
    today, day = shop.shelf.offer(listing_id), shop.day
    while day > 1 and shop.day - day < _FARTHEST_LOOK_DAYS:
        if shop.shelf.offer_on(listing_id, day - 1) != today:
            return FIRST_DAY + timedelta(days=day - 1)
        day -= 1
    return is_listed


def listings(shop: Shop, ids: Iterable[str], path: str) -> Iterable[Entry]:
    """Give the entries of some listings; `path` is that of a listing without its id."""
    for one in ids:
        offer = shop.shelf.offer(one)
        if offer:
            yield shop.url(path + one), changed_on(shop, one, offer.listed_on)


def _document(name: str, part: str, entries: Iterable[Entry]) -> bytes:
    rows = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{SCHEMA}">\n']
    for url, day in entries:
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        rows.append(f"<{part}><loc>{escape(url)}</loc>{changed}</{part}>\n")
    return "".join([*rows, f"</{name}>\n"]).encode()
