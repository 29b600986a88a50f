"""The number by which a shop calls its product: as the page shows it, whoever else tells it.

Markup may hold the number of one size; what the page shows beside the name is the product's own.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborNode

from crawler.pages.page import Page
from crawler.pages.syntax.text import brief, line

_NAMES = (
    "sku", "reference", "product-code", "productcode", "product_code", "article-n",
    "articlenumber", "item-number", "itemnumber", "catnumber", "product-number",
    "product-id", "element-article", "artikelnummer", "artnr",
)  # fmt: skip
_SHOWN = (
    "[itemprop='sku'], [itemprop='productID'], [data-qa*='reference'], "
    "[data-qa-qualifier*='reference'], [data-test*='sku' i], [id*='sku' i], [id*='reference'], "
    + ", ".join(f"[class*='{name}' i]" for name in _NAMES)
)
_HELD = (
    "[data-sku], [data-product-sku], [data-item-number], [data-adno], [data-ad-id], [data-itemid]"
)
_INPUT = (
    "input[name='sku' i], input[name='product_sku'], input[name='product_id'], "
    "input[name='productId' i], input[name='id_product'], input[name='add-to-cart'], "
    "input[name='adno'], input[name='pid'], [data-product-id], [data-productid]"
)
_VALUES = (
    "data-sku", "data-product-sku", "data-item-number", "data-adno", "data-ad-id",
    "data-itemid", "value", "data-product-id", "data-productid",
)  # fmt: skip
_CODE = re.compile(r"(?=[^\s]*\d)[A-Za-z0-9][A-Za-z0-9._/-]{2,30}")
_LABEL = re.compile(r"[^:#\d]{1,30}[:#.]\s*")
_RANGE = re.compile(r"[A-Za-z]{0,4}\d{5,}")
_SPOKEN = {"sku", "childsku", "pid", "productid", "product_id", "products_id", "item", "itemid"}
_LONGEST = 60
_MOST = 40
_LONGEST_PIECE = 40
_NO_SIGN = re.compile(r"[\W_]+")


def as_shown(page: Page, code: str) -> str:
    """Give a code in the spelling that the page shows: "466/7999" for 4667999."""
    wanted = _NO_SIGN.sub("", code).casefold()
    if not page.spells(wanted):
        return code
    tails = {wanted[-2:], wanted[-2:].upper()}
    for piece in page.pieces:
        if len(wanted) <= len(piece) <= _LONGEST_PIECE and any(one in piece for one in tails):
            if piece == code:
                return code
            bare = _LABEL.sub("", piece, count=1)
            if _NO_SIGN.sub("", bare).casefold() == wanted and _CODE.fullmatch(bare):
                return bare
    return code


def shown(page: Page) -> str | None:
    """Give the code within the first element that is named for one."""
    for node in page.all(_SHOWN)[:_MOST]:
        if node.tag in {"script", "style", "input", "select", "form", "link", "svg"}:
            continue
        found = _code(line(node.attributes.get("content")) or brief(node, _LONGEST))
        if found is not None and _CODE.fullmatch(found):
            return found
    return None


def held(page: Page) -> str | None:
    """Give the code that an element of the page holds for its programs."""
    for selector in (_HELD, _INPUT):
        found = _only(page.all(selector)[:_MOST])
        if found is not None:
            return found
    return None


def in_address(page: Page) -> str | None:
    """Give an address's number: of a parameter named for it, or one that the page holds too."""
    for url in (page.url, page.canonical):
        if url is None:
            continue
        parts = urlsplit(url)
        for name, value in parse_qsl(parts.query):
            if name.casefold() in _SPOKEN and _CODE.fullmatch(value):
                return value
        for number in reversed(_RANGE.findall(unquote(parts.path))):
            if re.search(rf"[\"':=>\s]{number}(?!\w)", page.text):
                return str(number)
    return None


def _code(text: str | None) -> str | None:
    if text is None:
        return None
    return _LABEL.sub("", text, count=1).strip() or None


def _only(nodes: list[LexborNode]) -> str | None:
    """Give what the first element holds, if no other holds something else."""
    said = [
        value
        for node in nodes
        for name in _VALUES
        if (value := line(node.attributes.get(name))) and _CODE.fullmatch(value)
    ]
    return said[0] if said and len(set(said)) == 1 else None
