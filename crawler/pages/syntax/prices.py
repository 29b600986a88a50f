"""The price that a reader of a page sees, where no markup tells it."""

# ruff: noqa: RUF001 - letters and signs of many languages on purpose

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.pages.page import Page
from crawler.pages.syntax.about import below_title, is_like
from crawler.pages.syntax.metas import first
from crawler.pages.syntax.text import brief, line

_PRICE_WORDS = (
    "price", "preis", "prix", "precio", "prezzo", "preco", "cena", "cijena", "cenaa", "pris",
    "prijs", "fiyat", "kaina", "hinta", "tsena", "jiage",
)  # fmt: skip
_NAMED = tuple(
    ", ".join(f'[{attribute}*="{word}" i]' for word in words for attribute in ("class", "id"))
    for words in (_PRICE_WORDS[:1], _PRICE_WORDS[1:])
)
_ENGLISH = f"h1, [itemprop='price'], [data-price], [data-test*='price'], {_NAMED[0]}"
_OTHERS = f"h1, {_NAMED[1]}"  # each word costs a walk through the page: only if it is no English
# What an element is called that holds another price than the one asked now.
_OTHER = re.compile(
    r"(?<![hgf])old(?!er)|was\b|before|regular|[-_ ]list|rrp|msrp|strike|crossed|discount|saving"
    r"|save|instal|month|\brate\b|shipp|deliver|versand|unit[-_]?p|\bunit|\bper[-_]|\btax|\bvat"
    r"|label|\brange|alert|match|better|lowest|credit|leasing|bundle|start(?:ing)?[-_]?price"
    r"|coupon|reward|points",
    re.IGNORECASE,
)
# What stands around prices of other products.
_ELSEWHERE = re.compile(
    r"relat|recom|similar|carousel|slick|swiper|(?<![-_\w])(?:cart|basket)\b"
    r"|(?:mini|shop(?:ping)?|top|side|nav)[-_]?(?:cart|bas)"
    r"|(?:page|site)[-_]?header|\bheader\b|footer|\bnav|menu|filter|upsell|cross[-_]?sel|sponsor"
    r"|compar|history|modal|popup|tooltip|viewed|\balso",
    re.IGNORECASE,
)
_SOFT = re.compile(r"slider|sticky|teaser|tile|\bcard|accessor", re.IGNORECASE)
_STRONG = re.compile(
    r"current|final|sale|actual|now|new\b|special|our|main|product[-_]?price|price[-_]?value|amount",
    re.IGNORECASE,
)
_SIGN = (
    r"[$€£¥₹₽₩₺₴₫฿₸￥]|zł|Kč|\bkr\.?|лв|Ft\b|lei\b|руб|р\.|тг|\bTL\b|\bKM\b|\b[Kk]n\b|б\.\s?р|грн|NT\$|\bRs\b|元|円|원"
    r"|\b[A-Z]{3}\b"
)
_AMOUNT = r"\d[\d.,'’\s]*"
# A country may stand before the sign: US $, MXN $, R$.
_MONEY = re.compile(
    rf"(?:\b[A-Z]{{1,3}}\s?)?(?:{_SIGN})\s*{_AMOUNT}|{_AMOUNT}(?:,-|\s*(?:{_SIGN}))"
)
_NUMBER = re.compile(r"\d[\d.,'’\s]*\d|\d")
_WORD = (
    r"(?:(?:our |sale |now |current |special |online )?price|(?:unser |aktueller )?preis|prix"
    r"|precio|prezzo|preço|cena|cijena|цена|ціна|prijs|pris|fiyat|[網直優促特]?[路購惠銷]?[售價价格]{1,2}"
    r"|販売価格|価格|가격|판매가)"
)
_LABEL = re.compile(rf"{_WORD}(?:\s*[:：]\s*|$)", re.IGNORECASE)
_SUMMARY = re.compile(rf"{_WORD}\s*[:：]\s*({_MONEY.pattern})", re.IGNORECASE)
_SIGNS = re.compile(r"[.,]")
_GAPS = re.compile(r"['’\s]")
_CENTS = 2
_LONGEST = 60
_ABOVE = 7  # elements around a price that may say what it is
_MOST = 400
_FAR = 200  # texts below the title
_NOT_SHOWN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


def price(page: Page, title: str | None) -> str | None:
    """Give the price that stands out: after the title, named as a price, not as another one."""
    for selector in (_ENGLISH, _OTHERS):
        ranked = [
            (rank, -place, text)
            for place, (rank, text) in enumerate(_candidates(page, title, selector))
        ]
        if ranked:
            return max(ranked)[2]
    return _told(page) or _labelled(page) or _bare(page, title)


def _labelled(page: Page) -> str | None:
    """Give the first amount that stands behind the word for a price."""
    for text, following in pairwise((*page.pieces, "")):
        label = _LABEL.match(text) if len(text) <= _LONGEST else None
        if label is None:
            continue
        rest = text[label.end() :] or following
        if len(rest) <= _LONGEST and (found := _MONEY.match(rest) or _NUMBER.fullmatch(rest)):
            return line(found[0])
    return None


def _told(page: Page) -> str | None:
    """Give the price that the page's own summary names."""
    found = _SUMMARY.search(first(page.metas, "og:description", "description") or "")
    return line(found[1]) if found else None


def _bare(page: Page, title: str | None) -> str | None:
    """Give the first text below the title that is an amount of money and nothing else."""
    for text in below_title(page, title)[:_FAR]:
        if len(text) <= _LONGEST and _MONEY.fullmatch(text):
            return line(text)
    return None


def _candidates(page: Page, title: str | None, selector: str) -> Iterator[tuple[float, str]]:
    """Give texts that may be the price, in the order of the page, with a rank for each."""
    is_after = False
    seen = 0
    for node in page.all(selector)[:_MOST]:
        if node.tag == "h1":
            is_after = is_after or is_like(line(node.text()), title)
            continue
        text = _text(node)
        if text is None:
            continue
        own, around = _told_by(_own(node)), _told_by(_around(node))
        if own.is_other or own.is_elsewhere or around.is_elsewhere or _is_struck(node):
            continue
        if around.is_other and not own.is_strong:
            continue
        seen += 1
        rank = 2.0 * is_after + own.is_strong + 0.5 * bool(_MONEY.search(text))
        yield rank - 0.05 * seen - 1.5 * (own.is_soft or around.is_soft), text


class _Signs(NamedTuple):
    """What the names of elements tell of a price in them."""

    is_other: bool
    is_elsewhere: bool
    is_strong: bool
    is_soft: bool


@lru_cache(10_000)  # prices of one page stand in elements of few names
def _told_by(names: str) -> _Signs:
    every = (_OTHER, _ELSEWHERE, _STRONG, _SOFT)
    return _Signs(*(one.search(names) is not None for one in every))


def amounts(text: str) -> list[str]:
    """Give every number of a text that may be an amount, as written."""
    return _NUMBER.findall(text)


def amount(text: str | None) -> str | None:
    """Give the first number of a price, written one way: "1.299,00 €" and "1299" as "1299"."""
    found = _NUMBER.search(text or "")
    if found is None:
        return None
    parts = _SIGNS.split(_GAPS.sub("", found[0]))
    is_decimal = len(parts) > 1 and len(parts[-1]) <= _CENTS
    whole = "".join(parts[:-1] if is_decimal else parts).lstrip("0") or "0"
    rest = parts[-1].rstrip("0") if is_decimal else ""
    return f"{whole}.{rest}" if rest else whole


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


def _around(node: LexborNode) -> str:
    """Give what the elements around one are called."""
    found = []
    one = node.parent
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
