"""Which of the products that a page marks up the page itself is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.pages.page import Page
from crawler.pages.syntax import schema
from crawler.pages.syntax.jsonld import Node

_WORD = re.compile(r"\w+")
_HEAD = 2  # the first texts of a page are the title of its window
_LIKE = 0.5  # share of the shorter name's words that the other must hold


def main_product(nodes: Sequence[Node], page: Page, title: str | None) -> Node | None:
    """Give the product that a page is about; None if it marks up nothing but others.

    The one whose address is the page's, or whose name is its title; with a price rather than
    without. A single product counts even if neither fits; of several strangers none does.
    """
    told = [one for one in nodes if schema.name_of(one) or one.get("offers")]
    if len(told) == 1:
        return told[0]
    ranked = [(_rank(one, page, title), -place, one) for place, one in enumerate(told)]
    if not ranked:
        return None
    (is_own, *_), _, best = max(ranked, key=lambda each: each[:2])
    return best if is_own or len(_distinct(told)) == 1 else None


def below_title(page: Page, title: str | None) -> list[str]:
    """Give the texts that stand below a page's heading; all of them if it is not found."""
    wanted = " ".join((title or "").split())
    if not wanted:
        return page.pieces
    at = _place(page.pieces, wanted, _HEAD)
    if at is None:
        at = _place(page.pieces, wanted, 0)
    return page.pieces if at is None else page.pieces[at + 1 :]


def _place(texts: list[str], wanted: str, start: int) -> int | None:
    """Give the first place of a text, if need be with other white space in it."""
    try:
        return texts.index(wanted, start)
    except ValueError:
        pass
    head = wanted.partition(" ")[0]  # most texts differ in their first word
    return next(
        (
            at
            for at, text in enumerate(texts[start:], start)
            if text.startswith(head) and " ".join(text.split()) == wanted
        ),
        None,
    )


def is_like(name: str | None, title: str | None) -> bool:
    """Say whether two names share most of their words."""
    first, second = (set(_WORD.findall((text or "").casefold())) for text in (name, title))
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) > _LIKE * shorter


def same_page(first: str | None, second: str | None) -> bool:
    """Say whether two addresses are of one page: host and path, whatever follows."""
    if not first or not second:
        return False
    try:
        parts = [urlsplit(url) for url in (first, second)]
    except ValueError:
        return False
    paths = {one.path.rstrip("/").casefold() for one in parts}
    hosts = {one.netloc.removeprefix("www.").casefold() for one in parts}
    return len(paths) == 1 and paths != {""} and len(hosts) == 1


def _rank(node: Node, page: Page, title: str | None) -> tuple[bool, bool, bool]:
    offer = schema.best(list(schema.offers(node)), node)
    said = [schema.text(one) for one in (node.get("url"), node.get("@id"), offer.get("url"))]
    own = [page.absolute(url) for url in said]
    is_here = any(same_page(url, page.url) or same_page(url, page.canonical) for url in own)
    is_named = is_like(schema.name_of(node), title)
    return is_here or is_named, is_named, schema.price(offer)["price_text"] is not None


def _distinct(nodes: Sequence[Node]) -> set[str | None]:
    return {schema.name_of(one) for one in nodes}
