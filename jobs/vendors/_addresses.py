"""Addresses, coarsely: a street with its number and a postcode, or a street of a Chinese town.

A place alone points at nobody. Flats, floors and names are left out of the value, so that two
spellings of one house meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import cn2an

from jobs.vendors._found import ADDRESS, Found, before
from jobs.vendors._reading import Reading

_NUMERAL = "零〇一二三四五六七八九十百"
_ROADS = "(?:路|街道|街|大道|巷|村|里|道)"
_OF_CHINA = re.compile(
    "(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?P<town>[\u4e00-\u9fff]{2,8}?[市县])"
    "(?P<part>[\u4e00-\u9fff]{1,6}?[区县市镇])?"
    rf"(?P<street>[\u4e00-\u9fff0-9]{{1,14}}?{_ROADS})(?P<number>[0-9{_NUMERAL}]{{1,5}})\s?号$"
)
_LONGEST = 48  # characters of an address of China
_MOST = 20
_LEAD = re.compile("^(?:地址|店址|发货地|退货|寄回|位于|实体店|仓库|档口|在|到|我们|欢迎来)+")
_NUMBER = r"\d{1,5}(?: ?[a-z])?(?:[/\-]\d{1,4})?"
_WORDS = r"(?:[a-z'.]{2,20} ){0,4}[a-z'.]{2,20}"
_GERMAN = r"(?:strasse|stra\u00dfe|str\.|str|weg|platz|allee|gasse|ring|damm|ufer)"
_ITALIAN = "(?:via|viale|piazza|corso|largo|vicolo)"
_SPANISH = r"(?:calle|c/|avenida|avda\.?|plaza|paseo|carrer|camino)"
_BRITISH = (
    "(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|way|court|place|gardens|grove|terrace|"
    "square|crescent|park|hill)"
)
_AMERICAN = (
    "(?:street|st|road|rd|lane|ln|avenue|ave|boulevard|blvd|drive|dr|way|court|ct|place|pl|parkway|"
    "pkwy|highway|hwy)"
)
# What a text with an address holds at least: a postcode and a street's word, or a house of China;
# without looking back or ahead, for `_sieve.py`.
HINT = r"\d{5} [a-z]{3}|[a-z]{2},? \d{5}|\b[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}\b"
CUES = rf"{_GERMAN} \d|\b{_ITALIAN} [a-z]|\b{_SPANISH}\s?[a-z]|\b{_BRITISH}\b|\b{_AMERICAN}\b"
HOUSE = rf"{_ROADS}[0-9{_NUMERAL}]{{1,5}}\s?号"
_CODE = r"(?P<code>\d{5})(?= [a-z]{3})"
_CODE_OF_BRITAIN = r"(?<![a-z0-9])(?P<code>[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2})(?![a-z0-9])"
_OF_STREET = {
    "DE": re.compile(
        rf"(?<![a-z.\-])(?P<street>[a-z][a-z.\-]{{2,30}}{_GERMAN}) (?P<number>{_NUMBER}),? {{0,2}}"
        rf"(?:[a-z]{{1,2}}-)?{_CODE}"
    ),
    "IT": re.compile(
        rf"(?<![a-z])(?P<street>{_ITALIAN} {_WORDS}),? (?:n\.? ?)?(?P<number>{_NUMBER}),? ?-? ?"
        rf"(?:i-)?{_CODE}"
    ),
    "ES": re.compile(
        rf"(?<![a-z])(?P<street>{_SPANISH} ?{_WORDS}),? (?:n\.?\u00ba? ?)?(?P<number>{_NUMBER})"
        rf"(?:,[^,\n]{{0,20}})?,? (?:e-)?{_CODE}"
    ),
    "GB": re.compile(
        rf"(?<![a-z0-9])(?P<number>{_NUMBER}),? (?P<street>(?:[a-z'.]{{2,20}} ){{1,3}}{_BRITISH})\b"
        rf",?[^\n]{{0,60}}?{_CODE_OF_BRITAIN}"
    ),
    "US": re.compile(
        rf"(?<![a-z0-9])(?P<number>\d{{1,5}}) (?P<street>"
        rf"(?:[a-z0-9'.]{{1,20}} ){{1,4}}{_AMERICAN})\b"
        r"\.?,?[^\n]{0,50}?,? [a-z]{2},? (?P<code>\d{5})(?:-\d{4})?(?!\d)"
    ),
}
_OF_CODE = re.compile(HINT)
_HOUSE = re.compile(HOUSE)
_SHORT = (
    (re.compile(r"stra\u00dfe|strasse|str\b\.?"), "str"),
    (re.compile(r"\b(?:street)\b"), "st"),
    (re.compile(r"\broad\b"), "rd"),
    (re.compile(r"\bavenue\b"), "ave"),
    (re.compile(r"\bboulevard\b"), "blvd"),
    (re.compile(r"\bc/|\bcalle\b"), "calle "),
    (re.compile(r"\bavda\b\.?"), "avenida"),
)
_NOT = re.compile(r"(?:收货|您的|买家|顾客)[^\n]{0,6}$")


def addresses(read: Reading) -> Iterator[Found]:
    """Give the addresses of a plain reading: country, postcode or town, street and number."""
    for house in islice(_HOUSE.finditer(read.text), _MOST):
        start = max(0, house.start() - _LONGEST)
        found = _OF_CHINA.search(read.text[start : house.end()])
        if found and not _NOT.search(before(read.text, start + found.start(), 10)):
            lead = _LEAD.match(found.group())
            first = start + found.start() + (lead.end() if lead else 0)
            yield Found(ADDRESS, _of_china(found), first, house.end(), read)
    if not _OF_CODE.search(read.text):
        return
    for land, pattern in _OF_STREET.items():
        for found in pattern.finditer(read.text):
            street = _street(found["street"])
            number = re.sub(r"\s", "", found["number"])
            code = found["code"].replace(" ", "").upper()
            yield Found(ADDRESS, f"{land} {code} {street} {number}", *found.span(), read)


def _of_china(found: re.Match[str]) -> str:
    town = _LEAD.sub("", found["town"])
    number = found["number"]
    plain = number if number.isdigit() else str(_numeral(number))
    return f"CN {town}{found['part'] or ''} {found['street']} {plain}"


def _numeral(text: str) -> str:
    """Read a Chinese numeral; as it is where it is none."""
    try:
        return str(cn2an.cn2an(text, "smart"))
    except ValueError:
        return text


def _street(text: str) -> str:
    for pattern, short in _SHORT:
        text = pattern.sub(short, text)
    return " ".join(text.replace(".", " ").split())
