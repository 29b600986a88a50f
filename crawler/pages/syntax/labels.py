"""Numbers and names that a page shows behind a label: "Art.-Nr.: 4711", "Marke: Nordvane"."""

# ruff: noqa: RUF001 - letters and signs of many languages on purpose

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import zip_longest
from urllib.parse import unquote, urlsplit

from crawler.pages.page import Page
from crawler.pages.syntax.about import below_title

_LABELS = {
    "sku_text": (
        r"sku|item\s*(?:no|nr|number|code|#|id)|art(?:ikel|icle|icolo|ículo)?\.?[\s-]*(?:n[or°º]"
        r"|nummer|number|code)|artikelnummer|artikelnr|product\s*(?:code|id|number|no)|stock\s*"
        r"(?:no|code|number)|catalog(?:ue)?\s*(?:no|number)|r[ée]f(?:[ée]rence|erencia)?|cod(?:ice"
        r"|igo|\.)?(?:\s*(?:articolo|prodotto|producto))?|kód(?:\s*\w+)?|katalogov\w+\s*č\w+|šifra"
        r"(?:\s*\w+)?|kataloški\s*broj|numer\s*katalogowy|kod\s*produktu|артикул|код(?:\s*товара)?"
        r"|商品編號|商品编号|商品番号|貨號|货号|asin|ad\s*id|anzeigen[-\s]?(?:nr|code|id)"
    ),
    "gtin_text": r"ean(?:[-\s]?code)?|gtin|upc|barcode|isbn(?:-1[03])?|条形码|штрих-?код",
    "mpn_text": (
        r"mpn|model(?:\s*(?:no|number|nr|name))?|modell(?:nummer)?|manufacturer\s*(?:part\s*)?"
        r"(?:no|number)|part\s*(?:no|number)|herstellernummer|modèle|модель|型号|型號"
    ),
    "brand_text": (
        r"brand|marke|marque|marca|hersteller|manufacturer|značka|výrobce|výrobca|proizvajalec"
        r"|proizvođač|producent|marka|merk|бренд|производитель|品牌"
    ),
}
FIELDS = tuple(_LABELS)
_VALUES = {
    "sku_text": r"[A-Za-z0-9][\w./-]{1,40}",
    "gtin_text": r"\d[\d -]{6,16}\d",
    "mpn_text": r"[A-Za-z0-9][\w./ +-]{1,60}",
    "brand_text": r"[^<>:;|\n]{2,60}",
}
_DIGIT = re.compile(r"\d")
_FIRST = re.compile(r"[(|>](\w)")
_BEHIND = re.compile(r"\.?\s*[:#：]?\s*")
_LONGEST_LABEL = 120
_FEW = 2  # fields whose labels are sooner looked for in the markup than in its texts
_FAR = 3_000  # texts below the title
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d[\w.]*(?:-\w*\d\w*)*|\d+")
_LEAST_DIGITS = 4
_NAMED = re.compile(
    r"(?:product|item|article|sku|offer|ad|listing|goods)[\w-]*[\"']?(?:\s*[:=]\s*[\"']?|"
    r"[^<>]{0,80}value=[\"'])$",
    re.IGNORECASE,
)
_BEFORE = 140


def labelled(
    page: Page, title: str | None = None, fields: Iterable[str] = FIELDS
) -> dict[str, str]:
    """Give the first value that the page shows, below its title, behind a label of each field."""
    wanted = tuple(fields)
    label, anywhere = _expressions(wanted)
    if len(wanted) <= _FEW and anywhere.search(page.elements) is None:
        return {}
    found: dict[str, str] = {}
    texts = below_title(page, title)[:_FAR]
    for text, following in zip_longest(texts, texts[1:], fillvalue=""):
        match = label.match(text.lower()) if len(text) <= _LONGEST_LABEL else None
        if match is None or match.lastgroup is None:
            continue
        field = f"{match.lastgroup}_text"
        if field not in found and (value := _value(field, text, match.end(), following)):
            found[field] = value
    return found


@cache
def _expressions(fields: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Give what a text with a label of some fields begins with, and what tells if there is any.

    A text that begins with a sign written as an entity may be one too.
    """
    words = "|".join(f"(?P<{field.partition('_')[0]}>{_LABELS[field]})" for field in fields)
    first = "".join(sorted(set(_FIRST.findall(words))))
    begin = rf">\s*(?=[{first}{first.upper()}&])(?:(?i:{words})|&(?!amp;))"
    return re.compile(words), re.compile(begin)


def _value(field: str, text: str, end: int, following: str) -> str | None:
    """Give what stands behind a label: in its own text after a colon, else in the next one."""
    gap = _BEHIND.match(text, end)
    rest = text[gap.end() if gap else end :]
    is_alone = not rest
    if not is_alone and not (gap and set(gap[0]) & set(":#：")):
        return None
    match = re.match(_VALUES[field], following.lstrip(":# ") if is_alone else rest)
    value = match[0].strip(" .-") if match else ""
    has_sense = bool(value) and (field == "brand_text" or _DIGIT.search(value) is not None)
    return value if has_sense else None


def in_address(page: Page) -> str | None:
    """Give the number by which both a page's address and its elements name the product.

    The longest number of the address that some attribute or script of the page holds as an id.
    """
    said = (unquote(urlsplit(url).path) for url in (page.canonical, page.url) if url)
    words = (
        word.removesuffix(".html").removesuffix(".htm")
        for path in said
        for word in _NUMBER.findall(path)
    )
    numbers = {word for word in words if len(_DIGIT.findall(word)) >= _LEAST_DIGITS}
    ordered = sorted(numbers, key=lambda one: (-len(one), one))
    return next((number for number in ordered if _is_held(page.text, number)), None)


def _is_held(text: str, number: str) -> bool:
    """Say whether a text gives a number to something that is named for a product's id."""
    at = text.find(number)
    while at >= 0:
        end = at + len(number)
        is_whole = not text[end : end + 1].isalnum()
        if is_whole and _NAMED.search(text, max(0, at - _BEFORE), at):
            return True
        at = text.find(number, end)
    return False
