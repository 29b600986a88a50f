"""What stands beside a product and is cheap to take: its category path and its struck-out price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import LexborNode

from crawler.pages.page import Page
from crawler.pages.syntax import prices
from crawler.pages.syntax.text import brief, line

# Each attribute asked for costs a walk through the page.
_TRAIL = "[class*='breadcrumb' i]"
_STRUCK = "del, s, strike, [class*='old-price' i], [class*='price-old' i]"
_HOME = re.compile(
    r"home(?:page)?|start(?:seite)?|accueil|inicio|início|strona główna|domů|domov|главная|首页"
    r"|首頁|ホーム|トップ|\W+",
    re.IGNORECASE,
)
_LONGEST = 60
_MOST = 12
_ABOVE = 4  # elements around a struck-out price that must hold the price asked now


def fields(page: Page, known: Mapping[str, Any]) -> dict[str, Any]:
    """Give category path and list price, as far as they are not known."""
    found: dict[str, Any] = {}
    if "category_text" not in known:
        found["category_text"] = category(page)
    if "list_price_text" not in known:
        found["list_price_text"] = list_price(page, known.get("price_text"))
    return found


def category(page: Page) -> str | None:
    """Give the path of links that leads to a page, joined by " > ", without the way home."""
    root = page.first(_TRAIL)
    names = [brief(one, _LONGEST) for one in root.css("a")[:_MOST]] if root is not None else []
    told = [name for name in names if name and not _HOME.fullmatch(name)]
    return " > ".join(dict.fromkeys(told)) or None


def list_price(page: Page, price: str | None) -> str | None:
    """Give a struck-out price that stands with the price asked now and is higher than it."""
    asked = prices.amount(price)
    if asked is None:
        return None
    for node in page.all(_STRUCK)[:_MOST]:
        text = brief(node, _LONGEST)
        listed = prices.amount(text)
        if text and listed and _is_more(listed, asked) and _is_with(node, asked):
            return line(text)
    return None


def _is_more(listed: str, asked: str) -> bool:
    try:
        return float(listed) > float(asked)
    except ValueError:
        return False


def _is_with(node: LexborNode, asked: str) -> bool:
    """Say whether one of the elements around a price holds, in few words, the one asked now."""
    one = node.parent
    for _ in range(_ABOVE):
        if one is None or one.tag in {"body", "html"}:
            return False
        around = brief(one, 3 * _LONGEST)
        if around is None:
            return False
        if any(prices.amount(part) == asked for part in prices.amounts(around)):
            return True
        one = one.parent
    return False
