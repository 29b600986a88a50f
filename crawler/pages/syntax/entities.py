"""Who sells, told only by a page's state: things kept by id, that refer to one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.pages.page import Page
from crawler.pages.syntax import scripts
from crawler.pages.syntax.nested import objects
from crawler.pages.syntax.text import line

_NO_SELLER = re.compile(
    r"brand|categ|marca|marke|image|photo|media|variant|sku|curr|lang", re.IGNORECASE
)
_ADDRESS = re.compile(r"^(?:https?:)?/|^[\w.-]+\.(?:jpe?g|png|webp)$", re.IGNORECASE)
_LONGEST_NAME = 80
_SHORTEST_ID = 3


def seller(page: Page, title: str | None) -> tuple[str, str] | None:
    """Give id and name of the one thing that the page's product refers to by its id.

    The product is the object that holds the page's title. What it refers to is an object kept under
    that id elsewhere in the state, with a name and without a price of its own: with several such
    things nobody can say which of them sells, and with none there is no seller.
    """
    if title is None:
        return None
    for _, value in scripts.states(page.scripts):
        every = list(objects(value))
        product = next((one for one in every if _holds(one, title)), None)
        if product is not None:
            found = dict(_referred(product, every))
            return next(iter(found.items())) if len(found) == 1 else None
    return None


def _referred(product: dict[str, Any], every: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for key, name in product.items():
        if not isinstance(name, str) or len(name) < _SHORTEST_ID or _NO_SELLER.search(key):
            continue
        for kept in every:
            thing = kept.get(name)
            if isinstance(thing, dict) and thing is not product and (text := _name(thing)):
                yield name, text


def _name(thing: dict[str, Any]) -> str | None:
    """Give the only short text of an object that may be a name."""
    texts = [line(text) for text in thing.values() if isinstance(text, str)]
    names = [
        text
        for text in texts
        if text and len(text) <= _LONGEST_NAME and any(map(str.isalpha, text))
        and not _ADDRESS.search(text)
    ]  # fmt: skip
    is_priced = any(isinstance(value, float) for value in thing.values())
    has_parts = any(isinstance(value, dict) for value in thing.values())
    return names[0] if names and not is_priced and not has_parts else None


def _holds(one: dict[str, Any], title: str) -> bool:
    return any(isinstance(text, str) and line(text) == title for text in one.values())
