"""Read prices as shops write them: amount, ISO 4217 code, dollars.

An unmistakable name in the text (`US $`, `€`, `元`, `MXN`) wins over the stated currency, which
wins over a symbol that many share (`$`, `¥`, `kr`), which wins over the platform's own currency.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import msgspec
from price_parser import Price

from conf.currency import Currencies

FREE = re.compile(
    r"\b(?:free|gratis|kostenlos|kostenfrei|gratuite?|gratuita|gratuito|grátis|бесплатно|ücretsiz"
    r"|za darmo)\b|包邮|免邮|免运费|免费|無料|送料無料|무료",
    re.IGNORECASE,
)
MOST = 1e12  # no single thing costs more; a longer run of digits is a number of another kind
THREE_DECIMALS = frozenset({"KWD", "TND", "BHD", "OMR", "JOD"})

_SPACE = " \u00a0\u2009\u202f'\u2019"
_NUMBER = re.compile(
    rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?!\d)(?:[.,]\d{{1,2}}(?!\d))?|\d[\d.,]*\d|\d"
)
_RANGE = re.compile(
    r"\s*(?:-|\u2013|\u2014|~|\u301c|to|bis|至|到)\s*[^\d\s]{0,4}\s*$", re.IGNORECASE
)
_TIMES = {"k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "萬": 1e4, "만": 1e4, "m": 1e6, "lakh": 1e5}
_TIMES_AFTER = re.compile(r"\s?(?:(k|w|m|lakh)(?![^\W\d_])|([千万萬만]))", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
_ODD_SIGNS = str.maketrans({"\u066b": ".", "\u066c": ",", "\uff61": "."})


class Money(msgspec.Struct, frozen=True):
    """An amount in its own currency; the code is None when nothing tells it."""

    amount: float
    currency: str | None

    def usd(self, currencies: Currencies) -> float | None:
        """Give dollars at the rate of conf/currencies.yaml."""
        if self.currency is None:
            return None
        return round(self.amount * currencies.usd[self.currency], 6)


def money(
    text: str | None, stated: str | None, home: str | None, currencies: Currencies
) -> Money | None:
    """Read a price; of a range its lowest. None when no price is named ("面议", "on request")."""
    if text is None:
        return None
    plain = plain_digits(text)
    code = _currency(plain, stated, home, currencies)
    found = lowest_number(plain, has_three_decimals=code in THREE_DECIMALS)
    if found is None:
        return Money(0.0, code) if FREE.search(plain) else None
    return Money(found, code) if 0 <= found < MOST else None


def plain_digits(text: str) -> str:
    """Write full-width, Arabic and Indic digits and signs the plain way."""
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFKC", text).translate(_ODD_SIGNS)
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text
    ).strip()


def lowest_number(text: str, *, has_three_decimals: bool = False) -> float | None:
    """Read the first number of a text; where it begins a range, the lower end."""
    found: list[float] = []
    end = 0
    for match in _NUMBER.finditer(text):
        if found and not _RANGE.match(text[end : match.start()]):
            break
        value = _value(match[0], has_three_decimals=has_three_decimals)
        if value is None:
            return None
        after = _TIMES_AFTER.match(text, match.end())
        times = _TIMES[(after[1] or after[2]).lower()] if after else 1.0
        found.append(round(value * times, 6))
        end = after.end() if after else match.end()
    return min(found) if found else None


def _value(token: str, *, has_three_decimals: bool) -> float | None:
    """Read one number, whichever of comma and point is its decimal sign."""
    token = re.sub(f"[{_SPACE}]", "", token)
    point, comma = token.count("."), token.count(",")
    if point and comma:
        decimal = max(".", ",", key=token.rfind)
        if token.count(decimal) > 1:
            return _odd(token)
        return float(token.replace("," if decimal == "." else ".", "").replace(decimal, "."))
    if point + comma > 1:
        return float(token.replace(".", "").replace(",", ""))
    whole, sign, rest = token.replace(",", ".").partition(".")
    is_group = len(rest) == 3 and whole != "0" and len(whole) <= 3 and not has_three_decimals  # noqa: PLR2004 - a group of digits is three
    return float(whole + rest) if is_group else float(f"{whole}{sign}{rest}")


def _odd(token: str) -> float | None:
    amount = Price.fromstring(token).amount
    return None if amount is None else float(amount)


def _currency(
    text: str, stated: str | None, home: str | None, currencies: Currencies
) -> str | None:
    if named := _named(text, currencies):
        return named
    stated = plain_digits(stated) if stated else None
    if stated and (named := _named(stated, currencies)):
        return named
    for written in filter(None, (text, stated)):
        if among := _shared(written, currencies):
            return home if home in among else among[0]
    return home if home in currencies.usd else None


def _named(text: str, currencies: Currencies) -> str | None:
    """Give the code that a text names for certain."""
    for match in _CODE.finditer(text):
        if match[0].upper() in currencies.usd:
            return match[0].upper()
    names = _names_pattern(tuple(currencies.names))
    found = names.search(text.lower())
    return currencies.names[found[0]] if found else None


def _shared(text: str, currencies: Currencies) -> tuple[str, ...]:
    found = _names_pattern(tuple(currencies.shared)).search(text.lower())
    return currencies.shared[found[0]] if found else ()


@cache
def _names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the names, the longest first; a word only as a whole word."""
    parts = []
    for name in sorted(names, key=len, reverse=True):
        is_word_start = name[0].isascii() and name[0].isalpha()
        is_word_end = name[-1].isascii() and name[-1].isalpha()
        before = "(?<![a-z])" if is_word_start else ""
        parts.append(before + re.escape(name) + ("(?![a-z])" if is_word_end else ""))
    return re.compile("|".join(parts))
