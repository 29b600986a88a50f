"""Companies' names, where the text says that they are its writer's and not a maker's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobs.vendors._found import COMPANY, Found, before
from jobs.vendors._reading import Reading

_FORMS = (
    r"co\.?,? ?ltd|company,? (?:limited|ltd)|limited|ltd|gmbh(?: & co\.? ?kg)?|ug"
    r"(?: \(haftungsbeschrankt\))?|"
    r"ohg|e\.? ?k\.?|s\.? ?r\.? ?l\.?(?: ?s\.?)?|s\.? ?p\.? ?a\.?|s\.? ?n\.? ?c\.?|"
    r"s\.? ?a\.? ?s\.?|s\.? ?l\.? ?u?\.?|s\.? ?a\.? de c\.? ?v\.?|llc|inc|"
    r"corp|pte\.? ltd|pvt\.? ltd|sdn\.? bhd|b\.? ?v\.?|sp\.? z o\.? ?o\.?|a/s|aps|oy|kft|"
    r"s\.? ?r\.? ?o\.?|ltda"
)
# What stands before the name of the one who sells.
_LATIN_CUE = re.compile(
    r"(?<![a-z])(?:(?:company|seller|firma|empresa)(?=\s?[:\uff1a])|company name|business name|"
    r"trading as|sold by|legal name|operated by|impressum|"
    r"verkaufer|anbieter|inhaber|ragione sociale|venduto da|venditore|razon social|vendido por|"
    r"vendedor|"
    r"beneficiary|payee|account name|kontoinhaber|intestatario|titular|"
    r"betreiber)\b[ ]?[:\uff1a-]?[ ]?"
    r"(?P<name>[^\n:;|\u3000-\u9fff]{2,60}?[ ,](?P<form>" + _FORMS + r")\b\.?)"
)
_HAN_NAME = re.compile(
    r"(?P<name>[\u4e00-\u9fff()]{4,32}?(?:股份有限公司|有限责任公司|有限公司|商贸行|贸易行|商行|"
    r"经营部|工作室|个体工商户))"
)
_HAN_CUE = re.compile(
    r"(?:公司名称|企业名称|公司全称|商家名称|店铺主体|经营者|主体名称|卖家|户名|开户名|收款人|"
    r"执照名称|名称|公司)\s?[:\uff1a为是]{0,2}\s?$"
)
_HAN_LEAD = re.compile(
    r"^(?:公司名称|企业名称|公司全称|商家名称|店铺主体|主体名称|户名|开户名|收款人|名称|卖家|为|"
    r"是)+"
)
_MAKER = re.compile(r"(?:生产|制造|厂家|厂商|品牌|授权|出品|进口|总代|商标)[^\n]{0,8}$")
# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = rf"公司|商行|贸易行|经营部|工作室|工商户|\b(?:{_FORMS})\b"
_HINT = re.compile(HINT)
# And besides.
CUES = (
    r"company|business name|trading as|sold by|seller|legal name|operated by|impressum|firma|"
    r"verkaufer|"
    r"anbieter|inhaber|ragione sociale|venduto da|venditore|razon social|vendido por|vendedor|"
    r"empresa|"
    r"beneficiary|payee|account name|intestatario|titular|betreiber|公司|名称|经营者|主体|卖家|"
    r"户名|收款人"
)
_BETWEEN = re.compile(r"[^\w]+")


def companies(read: Reading) -> Iterator[Found]:
    """Give the companies that a plain reading names as the seller, without signs between words."""
    if not _HINT.search(read.text):
        return
    for found in _LATIN_CUE.finditer(read.text):
        value = _BETWEEN.sub(" ", found["name"]).strip()
        if len(value) > len(found["form"]) + 2:
            yield Found(COMPANY, value, *found.span("name"), read)
    for found in _HAN_NAME.finditer(read.text):
        lead = _HAN_LEAD.match(found["name"])
        start = found.start() + (lead.end() if lead else 0)
        is_said = lead is not None or bool(_HAN_CUE.search(before(read.text, start, 12)))
        if is_said and not _MAKER.search(before(read.text, found.start(), 12)):
            name = read.text[start : found.end()]
            yield Found(COMPANY, name, start, found.end(), read)
