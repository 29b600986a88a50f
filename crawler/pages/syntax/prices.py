"""The price that a reader of a page sees, where no markup tells it."""

# ruff: noqa: RUF001 - letters and signs of many languages on purpose

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.pages.page import Page
from crawler.pages.syntax.about import below_title, is_like
from crawler.pages.syntax.text import brief, line

_PRICE_WORDS = (
    "price", "preis", "prix", "precio", "prezzo", "preco", "cena", "cijena", "cenaa", "pris",
    "prijs", "fiyat", "kaina", "hinta", "tsena", "jiage",
)  # fmt: skip
_SELECTOR = "h1, " + ", ".join(
    f'[{attribute}*="{word}" i]' for word in _PRICE_WORDS for attribute in ("class", "id")
)
_NOT_THE_PRICE = re.compile(
    r"old|was\b|before|regular|[-_ ]list|rrp|msrp|strike|crossed|discount|saving|save|instal"
    r"|month|rate\b|ship|deliver|versand|relat|recom|similar|carousel|slider|slick|swiper|cart"
    r"|basket|mini|header|footer|\bnav|menu|filter|upsell|cross|sponsor|compar|history|unit"
    r"|per[-_]|tax|vat|label|range|alert|match|better|lowest|credit|leasing|bundle|modal|popup",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"current|final|sale|actual|now|special|our|main|product[-_]?price|price[-_]?value|amount",
    re.IGNORECASE,
)
_SIGN = (
    r"[$€£¥₹₽₩₺₴₫฿₸￥]|zł|Kč|\bkr\.?|лв|Ft\b|lei\b|руб|р\.|тг|\bTL\b|\bKM\b|\bkn\b|\bRs\b|元|円|원"
    r"|\b[A-Z]{3}\b"
)
_AMOUNT = r"\d[\d.,'’\s]*"
# A country may stand before the sign: US $, MXN $, R$.
_MONEY = re.compile(
    rf"(?:\b[A-Z]{{1,3}}\s?)?(?:{_SIGN})\s*{_AMOUNT}|{_AMOUNT}(?:,-|\s*(?:{_SIGN}))"
)
_NUMBER = re.compile(r"\d[\d.,'’\s]*\d|\d")
_LONGEST = 60
_ABOVE = 7  # elements around a price that may say what it is
_MOST = 400
_FAR = 200  # texts below the title
_NOT_SHOWN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


def price(page: Page, title: str | None) -> str | None:
    """Give the price that stands out: after the title, named as a price, not as another one."""
    ranked = [(rank, -place, text) for place, (rank, text) in enumerate(_candidates(page, title))]
    return max(ranked)[2] if ranked else _bare(page, title)


def _bare(page: Page, title: str | None) -> str | None:
    """Give the first text below the title that is an amount of money and nothing else."""
    for text in below_title(page, title)[:_FAR]:
        if len(text) <= _LONGEST and _MONEY.fullmatch(text):
            return line(text)
    return None


def _candidates(page: Page, title: str | None) -> Iterator[tuple[float, str]]:
    """Give texts that may be the price, in the order of the page, with a rank for each."""
    is_after = False
    seen = 0
    for node in page.tree.css(_SELECTOR)[:_MOST]:
        if node.tag == "h1":
            is_after = is_after or is_like(line(node.text()), title)
            continue
        text = _text(node)
        if text is None:
            continue
        names = _names(node)
        if _NOT_THE_PRICE.search(names) or _is_struck(node):
            continue
        seen += 1
        own = _own(node)
        rank = 2.0 * is_after + bool(_STRONG.search(own)) + 0.5 * bool(_MONEY.search(text))
        yield rank - 0.05 * seen, text


def _text(node: LexborNode) -> str | None:
    """Give an element's text if it is an amount and little else."""
    stated = line(node.attributes.get("content") or node.attributes.get("data-price"))
    if stated and _NUMBER.fullmatch(stated):
        return stated
    text = brief(node, _LONGEST)
    if text is None:
        return None
    joined = line(node.text()) or ""
    for one in (joined, text):
        found = _MONEY.search(one)
        if found:
            return line(found[0])
    return text if _NUMBER.fullmatch(text) else None


def _names(node: LexborNode) -> str:
    """Give what an element and those around it are called."""
    found = []
    one: LexborNode | None = node
    for _ in range(_ABOVE):
        if one is None or one.tag in {"body", "html"}:
            break
        found.append(_own(one))
        one = one.parent
    return " ".join(found)


def _own(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _is_struck(node: LexborNode) -> bool:
    one: LexborNode | None = node
    for _ in range(3):
        if one is None:
            return False
        if one.tag in {"del", "s", "strike"} or _NOT_SHOWN.search(
            one.attributes.get("style") or ""
        ):
            return True
        one = one.parent
    return False
