"""RSS and Atom feeds, whoever's they are: the pages that their entries lead to."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from crawler.items import Link
from crawler.pages.page import Page

_ROOT = re.compile(rb"\A[\s\xef\xbb\xbf]*(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]")
# An entry ends where the next begins: one that never ends is not searched for to the end.
_ENTRY = re.compile(r"<(item|entry)[\s>](?:(?!<\1[\s>]).)*?</\1>", re.DOTALL)
_TEXT = re.compile(
    r"<(?:g:)?link>\s*(?:<!\[CDATA\[)?\s*(\S+?)\s*(?:\]\]>)?\s*</(?:g:)?link>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"<link\b(?![^>]*\brel=[\"'](?!alternate))[^>]*\bhref=[\"']([^\"']+)")
_NEXT = re.compile(r"<(?:atom:)?link\b(?=[^>]*\brel=[\"']next[\"'])[^>]*\bhref=[\"']([^\"']+)")
MOST = 10_000


def is_feed(page: Page) -> bool:
    """Say whether a body is a feed; looks at its beginning only."""
    return _ROOT.match(page.body[:2_000]) is not None


def entries(page: Page) -> Iterator[Link]:
    """Give what the entries of a feed lead to, and its next page."""
    for count, match in enumerate(_ENTRY.finditer(page.text)):
        if count >= MOST:
            return
        said = _TEXT.search(match[0]) or _ATTRIBUTE.search(match[0])
        url = page.absolute(html.unescape(said[1])) if said else None
        if url:
            yield Link(url, "listing")
    onward = _NEXT.search(page.text)
    url = page.absolute(html.unescape(onward[1])) if onward else None
    if url:
        yield Link(url, "index")
