"""Numbers that a register or a bank gave out: licences, taxes, accounts, cards.

All but a few have check digits, which tell them from other long numbers; those whose check is weak
count only after a word that says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from stdnum import iban, luhn
from stdnum.ch import uid
from stdnum.cn import ric, uscc
from stdnum.es import nif
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as vat_of_britain
from stdnum.in_ import gstin
from stdnum.it import iva

from jobs.vendors._found import BANK_CARD, IBAN, LICENCE, TAX, Found, before, cue
from jobs.vendors._reading import Reading

RESIDENT = "resident_id"
_Meaning = Callable[[re.Match[str]], "tuple[str, str] | None"]


class _Number(Protocol):
    """A module of `stdnum`."""

    def validate(self, number: str) -> str:
        """Give the number as it is written for machines; an error if it is none."""


# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = (
    r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3}|\b[0-9a-hj-npqrtuwxy]{2}\d{6}[0-9a-hj-npqrtuwxy]{10}"
    r"|\d{2}[a-z]{5}\d{4}[a-z]|che-?\d{3}|icp|hr[ab][ .:-]{0,3}(?:nr|\d)|执照|注册号|税号|纳税人|"
    r"许可证"
    r"|licen[sc]e|credit code"
)
# With a long number besides.
CUES = (
    r"\b(?:vat|ust|ust-?id[a-z-]*|umsatzsteuer|mwst|p\.? ?iva|iva|nif|cif|nie|tva|btw|nip|tax id|"
    r"codice fiscale|"
    r"company|companies|regist[a-z]+|reg)\b|umsatzsteuer|卡号|银行|账号|帐号|\b(?:card|account|"
    r"konto|tarjeta|carta)\b"
)
_HAS_NUMBER = re.compile(r"\d[\d .\-]{3}")
_VAT = re.compile(
    r"(?<![a-z])(?:vat|ust|ust-?id|ust-?id-?nr|umsatzsteuer-?id[a-z]{0,20}|mwst|p\.? ?iva|"
    r"partita iva|iva|"
    r"nif|cif|nie|tva|btw|nip|tax id|codice fiscale)(?![a-z])"
    r"[^\w\n]{0,4}(?:(?:no|nr|num|number|nummer|numero|id|reg|registration)\b[^\w\n]{0,4}){0,3}"
    r"(?P<number>(?:[a-z]{2}[ \-]?)?[a-z0-9](?:[ .\-]?[a-z0-9]){6,13})"
)
_WHOLE = re.compile("[a-z0-9]+")
_SAYS_COMPANY = cue(
    r"(?<![a-z])(?:company|companies house|registration|registered|reg|registered in england"
    r"(?: and wales)?)",
    r"[^\w\n]{0,4}(?:(?:no|nr|num|number|reg|registration|company)\b[^\w\n]{0,4}){1,3}",
)
_SAYS_CARD = cue(
    r"卡号|银行卡|银行账号|银行帐号|账号|帐号|(?<![a-z])(?:card|bank card|card number|account|"
    r"account number|konto|tarjeta|carta)",
    r"[^\w\n]{0,4}(?:(?:no|nr|num|number|nummer|numero|is)\b[^\w\n]{0,4}){0,2}[^\d\n]{0,12}",
)
_SAYS_RESIDENT = re.compile("身份证[^\n0-9]{0,8}$")
_SAYS_LICENCE = re.compile(
    "(?:信用代码|执照|注册号|税号|纳税人|许可证|license|licence|credit code)[^\n0-9a-z]{0,10}(?:no|"
    "number)?[^\n0-9a-z]{0,4}$"
)

_USCC = re.compile(r"(?<![a-z0-9])[0-9a-hj-npqrtuwxy]{2}\d{6}[0-9a-hj-npqrtuwxy]{10}(?![a-z0-9])")
_OLD_LICENCE = re.compile(r"(?<![a-z0-9])\d{15}(?![a-z0-9])")
_IBAN = re.compile(
    r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?(?![a-z0-9])"
)
_UID = re.compile(r"(?<![a-z0-9])che-?\d{3}\.?\d{3}\.?\d{3}(?!\d)")
_GSTIN = re.compile(r"(?<![a-z0-9])\d{2}[a-z]{5}\d{4}[a-z][0-9a-z]z[0-9a-z](?![a-z0-9])")
_CARD = re.compile(r"(?<![\d.])\d{4}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?![\d.])")
_COURT = re.compile(
    r"(?:amtsgericht|registergericht|handelsregister|ag)[ :,]{1,3}"
    r"(?P<court>[a-z\-]{3,30})?[^\n]{0,20}?(?<![a-z])"
    r"(?P<book>hr[ab])[ .:-]{0,3}(?:nr\.? ?)?(?P<number>\d{2,6})(?!\d)"
)
_ICP = re.compile(
    r"[\u4eac\u6d25\u6caa\u6e1d\u5180\u8c6b\u4e91\u8fbd\u9ed1\u6e58\u7696\u9c81\u65b0\u82cf\u6d59\u8d63\u9102\u6842\u7518\u664b\u8499\u9655\u5409\u95fd\u8d35\u7ca4\u9752\u85cf\u5ddd\u5b81\u743c]icp\s?(?:备|证)\s?(?P<number>\d{6,10})号?"
)
_COMPANY = re.compile(r"(?<![a-z0-9])(?:sc|ni|oc)?\d{6,8}(?![a-z0-9])")


def registered(read: Reading) -> Iterator[Found]:
    """Give the registered numbers of a plain reading, a country's two letters before the value."""
    if not _HAS_NUMBER.search(read.text):
        return
    yield from _checked(read, _IBAN, partial(_plain, IBAN, "", iban))
    yield from _checked(read, _USCC, _uscc)
    yield from _checked(read, _GSTIN, partial(_plain, TAX, "IN", gstin))
    yield from _checked(read, _UID, partial(_plain, LICENCE, "", uid))
    yield from _vats(read)
    yield from _checked(read, _CARD, _card)
    yield from _checked(read, _OLD_LICENCE, _old_licence)
    yield from _checked(read, _COMPANY, _company)
    yield from _checked(read, _ICP, _icp)
    yield from _checked(read, _COURT, _court)


def _checked(read: Reading, pattern: re.Pattern[str], meaning: _Meaning) -> Iterator[Found]:
    for found in pattern.finditer(read.text):
        meant = meaning(found)
        if meant:
            yield Found(*meant, *found.span(), read)


def _plain(kind: str, land: str, number: _Number, found: re.Match[str]) -> tuple[str, str] | None:
    """Give a number whose own check digits are enough."""
    try:
        return kind, land + number.validate(found.group().upper())
    except ValidationError:
        return None


def _uscc(found: re.Match[str]) -> tuple[str, str] | None:
    value, lead = found.group().upper(), before(found.string, found.start())
    if ric.is_valid(value) and _SAYS_RESIDENT.search(lead):
        return RESIDENT, f"CN{value}"
    if not uscc.is_valid(value) or (value.isdigit() and not _SAYS_LICENCE.search(lead)):
        return None
    return LICENCE, f"CN{value}"


def _old_licence(found: re.Match[str]) -> tuple[str, str] | None:
    is_said = _SAYS_LICENCE.search(before(found.string, found.start()))
    return (LICENCE, f"CN{found.group()}") if is_said else None


def _vats(read: Reading) -> Iterator[Found]:
    """Give the numbers that follow a word for the tax; where one ends its check digits tell."""
    for found in _VAT.finditer(read.text):
        start = found.start("number")
        ends = [start + one.end() for one in _WHOLE.finditer(found["number"])]
        for end in reversed(ends):
            value = _vat(re.sub(r"[ .\-]", "", read.text[start:end]).upper())
            if value and not read.text[end : end + 1].isalnum():
                yield Found(TAX, value, start, end, read)
                break


def _vat(number: str) -> str | None:
    """Give a tax number with its country; None if it is none of the countries' that are known."""
    if vat.is_valid(number):
        return str(vat.validate(number))
    rest = number.removeprefix("GB")
    if vat_of_britain.is_valid(rest):
        return f"GB{vat_of_britain.compact(rest)}"
    for country, kind in (("IT", iva), ("ES", nif)):
        if kind.is_valid(number):
            return f"{country}{kind.compact(number)}"
    return None


def _card(found: re.Match[str]) -> tuple[str, str] | None:
    value = re.sub(r"\D", "", found.group())
    is_said = _SAYS_CARD.search(before(found.string, found.start()))
    return (BANK_CARD, value) if is_said and luhn.is_valid(value) else None


def _company(found: re.Match[str]) -> tuple[str, str] | None:
    value = found.group().upper()
    is_said = _SAYS_COMPANY.search(before(found.string, found.start(), 40))
    return (LICENCE, f"GB{value.zfill(8)}") if is_said else None


def _icp(found: re.Match[str]) -> tuple[str, str]:
    return LICENCE, f"{found.group()[0]}ICP{found['number']}"


def _court(found: re.Match[str]) -> tuple[str, str]:
    return LICENCE, f"DE{found['book'].upper()}{found['number']} {found['court'] or ''}".strip()
