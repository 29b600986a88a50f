"""Fields from where a platform's YAML says that its pages show them (`shows`)."""

# ruff: noqa: RUF001 - letters and signs of many languages on purpose

from __future__ import annotations

import re
from typing import Any

import msgspec
from selectolax.lexbor import SelectolaxError

from crawler.items import PageError
from crawler.pages.page import Page
from crawler.pages.syntax.text import brief

_LONGEST = 300
_LONGEST_WORD = 30
_SELLER_LABEL = (
    r"(?:sold (?:and shipped )?by|offered by|seller|vendor|merchant|dealer"
    r"|verkauft? (?:durch|von)|verk(?:ä|ae)ufer(?:in)?|anbieter(?:in)?|h(?:ä|ae)ndler"
    r"|vendu par|vendeur|vendido por|vendedor|venduto da|venditore|verkocht door|verkoper"
    r"|sprzedawca|prodejce|säljare|satıcı|продав(?:ец|ець)"
    r"|卖家|賣家|商家|掌柜|店铺|店鋪|販売者|出品者|판매자)"
)
_LABELLED = re.compile(rf"^\W*{_SELLER_LABEL}(?:\s*[:：]\s*|\s+)(?=\S)", re.IGNORECASE)
_LABEL = re.compile(rf"^\W*{_SELLER_LABEL}\s*[:：]?\s*$", re.IGNORECASE)


def fields(page: Page) -> dict[str, str]:
    """Give the fields that the platform's `shows` finds on a page.

    Raises:
        PageError: a selector is none.

    """
    if page.platform is None:
        return {}
    told: dict[str, Any] = msgspec.structs.asdict(page.platform.shows)
    found = {name: field(page, name, place) for name, place in told.items() if place}
    return {name: text for name, text in found.items() if text}


def field(page: Page, name: str, place: str) -> str | None:
    """Give what stands in a place of a page as the text of a field; None for nothing."""
    try:
        node = page.first(place)
    except SelectolaxError:
        raise PageError("bad_selector", f"shows.{name} is no selector: {place[:100]}") from None
    return None if node is None else value(name, brief(node, _LONGEST))


def value(name: str, text: str | None) -> str | None:
    """Give an element's text as a field's: a seller's label is left out.

    A price may be a word instead of an amount: "on request". More than a word is none.
    """
    if text is None:
        return None
    if name == "price_text" and len(text) > _LONGEST_WORD and not any(map(str.isdecimal, text)):
        return None
    return seller_name(text) if name == "seller_name_text" else text


def seller_name(text: str) -> str:
    """Give a seller's name without the label before it."""
    return _LABELLED.sub("", text)


def is_seller_label(text: str | None) -> bool:
    """Say whether a text is what stands before a seller's name, and nothing else."""
    return text is not None and _LABEL.match(text) is not None
