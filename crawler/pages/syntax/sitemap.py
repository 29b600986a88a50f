"""Sitemaps and indexes of sitemaps, whoever's they are."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from crawler.items import Kind, Link
from crawler.pages.page import Page

# An entry ends where the next begins: one that never ends is not searched for to the end.
_ENTRY = re.compile(r"<(?:\w+:)?(url|sitemap)>((?:(?!<(?:\w+:)?\1>).)*?)</(?:\w+:)?\1>", re.DOTALL)
_PLACE = re.compile(
    r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</(?:\w+:)?loc>", re.DOTALL
)
_CHANGED = re.compile(r"<(?:\w+:)?lastmod>\s*(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?", re.ASCII)
MOST = 100_000  # the protocol allows 50,000


def sitemap(page: Page) -> Iterator[Link]:
    """Give the sitemaps that an index lists, or the pages that a sitemap lists.

    What a page is, listing or seller, its address tells by the platform's `kinds`. What changed
    last is asked first: a sitemap lags behind, so its newest entries are the likeliest to be new.
    """
    for count, match in enumerate(_ENTRY.finditer(page.text)):
        if count >= MOST:
            return
        address = _PLACE.search(match[2])
        url = page.absolute(html.unescape(address[1])) if address else None
        if url:
            kind: Kind = "index" if match[1] == "sitemap" else "listing"
            yield Link(url, kind, _hint(match[2]))


def _hint(entry: str) -> str:
    """Give a bearer of order that is lower the later an entry changed; empty without a time."""
    changed = _CHANGED.search(entry)
    if changed is None:
        return ""
    return f"{10**12 - 1 - int(''.join(part or '00' for part in changed.groups())):012d}"
