"""Telephone numbers: those of a valid plan, and any that the text says to be one.

Most long numbers of a listing are no telephone: style numbers, GTINs, tracking numbers, dates,
prices, rows of sizes. So a number counts by what says that it is one (a word before it, "+", a
messenger's name) or by being written as its country writes telephones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import phonenumbers

from jobs.vendors._found import PHONE, Found, before, cue
from jobs.vendors._reading import DIGIT_WORDS, NUMERALS, Reading

_LEAST, _MOST = 7, 15  # digits
_MOBILE_OF_CHINA = re.compile(r"1[3-9]\d{9}")
# Between two digits of one number; a slash or a comma parts two.
_GAP = (
    "[ "
    "\\t\u00a0()\\[\\].\u00b7\u2022*_~\u2010-\u2015\u2212\\-\u2190-\u2bff\u3000-\u3002\u3010\u3011"
    "\U0001f000-\U0001faff]"
)
_RUN = re.compile(rf"(?:\+{_GAP}{{0,2}})?\(?\d(?:{_GAP}{{0,3}}\d)*")
_LEAST_RUN = re.compile(rf"\d(?:{_GAP}{{0,3}}\d){{{_LEAST - 1}}}")
# What a text with one holds at least; without looking back or ahead, for `_sieve.py`.
HINT = (
    rf"[0-9ol{NUMERALS}](?:{_GAP}{{0,3}}[0-9ol{NUMERALS}]){{{_LEAST - 1}}}"
    rf"|\b(?:{DIGIT_WORDS})[ .,-]+(?:{DIGIT_WORDS})[ .,-]+(?:{DIGIT_WORDS})\b"
)
_GROUP = re.compile(r"\d+")
CUES = (
    r"tel|tele?phone|phone|ph|mob|mobile|cell|cellphone|call|text|sms|contact|hotline|fax|"
    r"customer service|whats ?app|what'?s ?app|whatapp|watsapp|wa|viber|signal|zalo|imo|botim|"
    r"telegram|"
    r"wechat|weixin|vx|wx|my number|telefon|telefonnummer|ladentelefon|handy|handynummer|"
    r"handynr|mobil|rufnummer|anrufen|kundendienst|hotline|telefono|celular|movil|cel|llamar|llame|"
    r"llamanos|tfno|mi numero|mio numero|meine nummer|cellulare|chiama|chiamare|chiamateci|"
    r"recapito|portable|"
    r"telephone|tlf|tél|telefone|atendimento|servizio clienti|atencion a clientes|alipay|bizum|"
    r"satispay|paypal|zelle|paytm|gpay|google pay|phonepe|upi"
)
_CUES_OF_CHINA = (
    r"电话|電話|手机|手機|座机|热线|熱線|联系方式|联系|聯系|联络|致电|来电|拨打|客服|微信|微❤|薇信|"
    r"薇❤|"
    r"威信|徽信|v信|v❤|加微|加薇|加v|加我|支付宝|支付寶|同号|whatsapp"
)
_CUE = cue(
    rf"(?<![a-z])(?:{CUES})s?|{_CUES_OF_CHINA}",
    r"(?:\s?(?:号码|号|為|为|是|id))?[^\w\n]{0,4}"
    r"(?:(?:no|nr|num|number|numero|us|me|at|on|is|ist|an|auf|unter|al|to|my|our|shop|store|now|de|"
    r"la|tienda|del|negozio|des|or|"
    r"and|und|y|e|o|"
    r"wechat|whatsapp|viber|telegram|phone|tel|mobile|"
    r"sms)\b[^\w\n]{0,4}){0,3}[a-z]{0,2}[^\w\n]{0,2}",
)
_CUE_AFTER = re.compile(
    r"[^\w\n]{0,3}(?:微信同号|微信|同号|手机同号|\(?(?:whats ?app|wechat|viber|telegram|tel|mobile|"
    r"phone)\b)"
)
# One of these besides: a word, a prefix, or groups as of telephones.
SIGNS = (
    rf"\b(?:{CUES})(?:s|\b)|{_CUES_OF_CHINA}|wechat|whats|tel|phone|\+ ?\(?[0-9{NUMERALS}]|"
    rf"\b00[1-9]"
    rf"|[1l][3-9](?:{_GAP}{{0,3}}[0-9ol]){{9}}|\(0?\d{{2,4}}\)|\b0\d{{1,4}}[ .\-/]|\b"
    rf"(?:{DIGIT_WORDS})\b"
    rf"|[{NUMERALS}]{_GAP}{{0,3}}[{NUMERALS}]|\d{{2,5}}[ .\-]\d{{2,4}}[ .\-]\d{{2,4}}"
)
# What a number is that follows one of these.
_NO_PHONE = cue(
    r"(?<![a-z])(?:ref|reference|referenz|referencia|riferimento|model|modell|modelo|modello|style|"
    r"sku|item|art|artikel|article|articulo|articolo|ean|gtin|upc|isbn|asin|mpn|barcode|serial|"
    r"seriennummer|s/n|sn|tracking|order|bestellung|pedido|ordine|invoice|part|code|codigo|codice|"
    r"size|sizes|gr|groesse|talla|taglia|lot|batch|oem|patent|color|colour|hs|cas|date|since|no|"
    r"product|produkt|producto|prodotto|reg|registration|licence|license|vat|account|konto|iban|"
    r"qq|pin|zip|usd|eur|gbp|cny|rmb|inr|rs|version|v|id)s?"
    r"|型号|款号|货号|编号|单号|订单|条码|条形码|批号|序列号|尺码|尺寸|码数|日期|价格|原价|现价|"
    r"售价|卡号|账号|"
    r"信用代码|许可证|执照|身份证|税号|邮编|扣扣|群|[$€£¥₹₽元]",
    r"[^\w\n]{0,4}(?:(?:no|nr|num|number|nummer|numero|code|id|is|ist|:)\b[^\w\n]{0,4}){0,2}",
)
_AFTER = re.compile(
    r"[ ]?(?:[$€£¥₹₽元%\"°']|(?:usd|eur|euros?|gbp|cny|rmb|mm|cm|m|ml|l|g|kg|oz|mah|w|v|hz|pcs|"
    r"pieces|"
    r"inch|yrs|years)\b|码|号|件|双|款|[a-z0-9]*@)"
)
_DATE = re.compile(
    r"(?:19|20)\d\d(?P<a>[ ./\-])\d{1,2}(?P=a)\d{1,2}(?:\D|$)|\d{1,2}(?P<b>[ ./\-])\d{1,2}(?P=b)"
    r"(?:19|20)\d\d(?:\D|$)"
    r"|(?:19|20)\d\d ?[-~\u2010-\u2015] ?(?:19|20)\d\d(?:\D|$)"
)
_NUMBER_BEFORE = re.compile(r"\d{4}/$")
_NUMBER_AFTER = re.compile(r"/\+?\d{7}")
_AREA_IN_BRACKETS = re.compile(r"\(0?\d{2,4}\)")
_MOST_STEP = 2  # from one size to the next
_LEAST_SIZES = 3


def phones(read: Reading, region: str | None) -> Iterator[Found]:
    """Give the telephone numbers of a reading with digits, as E.164 where the country is known.

    Args:
        read: what `_reading.digits` gives.
        region: ISO 3166 code of the country whose numbers need no prefix here.

    """
    if not _LEAST_RUN.search(read.text):
        return
    for run in _RUN.finditer(read.text):
        for start, end in _parts(run):
            value = _value(read, start, end, region)
            if value:
                yield Found(PHONE, value, start, end, read)


def _parts(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Give the numbers that a run of digits holds: one, or several beside each other."""
    start, text = run.start(), run.group()
    groups = [(start + one.start(), start + one.end()) for one in _GROUP.finditer(text)]
    first = groups[0][0]
    begin = start if text[0] in "+(" else first
    taken: list[tuple[int, int]] = []
    for group in groups:
        length = sum(last - at for at, last in taken)
        if taken and length >= _LEAST and length + group[1] - group[0] > _MOST:
            yield begin, taken[-1][1]
            taken, begin = [], group[0]
        taken.append(group)
    if taken:
        yield begin, taken[-1][1]


def _value(read: Reading, start: int, end: int, region: str | None) -> str | None:
    """Give the number in its normal form; None if it is none."""
    text = read.text
    said = text[start:end]
    number = "".join(_GROUP.findall(said))
    if not _LEAST <= len(number) <= _MOST + 2 or len(set(number)) == 1:
        return None
    if _is_inside(text, start, end) or _DATE.match(said) or _is_sizes(said):
        return None
    is_international = said[0] == "+"
    lead = before(text, start, 48)
    is_said = bool(_CUE.search(lead) or _CUE_AFTER.match(text, end))
    if not is_international and not is_said and (_NO_PHONE.search(lead) or _AFTER.match(text, end)):
        return None
    full = f"+{number}" if is_international else number
    if is_said:
        return _normal(full, region)
    if is_international or _is_of_plan(read, start, end, region):
        return _normal(full, region, is_valid=True)
    return None


def _is_inside(text: str, start: int, end: int) -> bool:
    """Tell whether a number is part of something longer: a word, a decimal, an address."""
    lead = text[start - 1 : start]
    if lead == "/" and _NUMBER_BEFORE.search(before(text, start)):  # two numbers, one by one
        lead = ""
    if lead and (lead in "/#=_&%?" or (lead.isascii() and lead.isalnum())):
        return not _is_mark_of_messenger(text, start)
    if lead in {"-", ".", ","} and text[start - 2 : start - 1].isalnum() and start > 1:
        return True
    after = text[end : end + 2]
    is_word = bool(after) and after[0].isascii() and (after[0].isalpha() or after[0] == "_")
    if _NUMBER_AFTER.match(text, end):
        return False
    is_more = len(after) > 1 and after[0] in "-/.," and after[1].isalnum() and after[1].isascii()
    return is_word or is_more


def _is_mark_of_messenger(text: str, start: int) -> bool:
    """Tell whether the word that a number is glued to says that it is one: "tel0151", "vx138"."""
    word = re.search(r"(?<![a-z0-9])(?:tel|wa|vx|wx|v|whatsapp|phone)[/#]?$", before(text, start))
    return word is not None


def _is_sizes(said: str) -> bool:
    """Tell whether groups of digits only go up: 36 37 38 39 40."""
    groups = [int(one) for one in _GROUP.findall(said)]
    if len(groups) < _LEAST_SIZES or said[0] == "+":
        return False
    steps = [b - a for a, b in pairwise(groups)]
    return all(0 < step <= _MOST_STEP for step in steps)


def _is_of_plan(read: Reading, start: int, end: int, region: str | None) -> bool:
    """Tell whether a number without a word before it is written as only telephones are."""
    said = read.text[start:end]
    number = "".join(_GROUP.findall(said))
    if _MOBILE_OF_CHINA.fullmatch(number) and _is_of_china(read.shown, region):
        groups = [len(one) for one in _GROUP.findall(said)]
        return len(groups) == 1 or groups in ([3, 4, 4], [3, 3, 5]) or max(groups) <= 2  # noqa: PLR2004 - pairs
    if number.startswith("00") and _number(f"+{number[2:]}", None) is not None:
        return len(_GROUP.findall(said)) > 2  # noqa: PLR2004 - a prefix, an area, a number
    if region is None:
        return False
    if _is_spelled(read, start, end):
        return True
    return _is_grouped(said, region)


def _is_of_china(text: str, region: str | None) -> bool:
    """Tell whether a number without a prefix may be one of China."""
    return region == "CN" or (region is None and bool(re.search("[\u4e00-\u9fff]", text)))


def _is_spelled(read: Reading, start: int, end: int) -> bool:
    """Tell whether a number is written in words or signs, as nobody writes a style number."""
    shown = read.shown_text(start, end)
    odd = [one for one in shown if one.isalpha() or (one.isnumeric() and not one.isascii())]
    return len(odd) + shown.count("\u20e3") >= _LEAST


def _is_grouped(said: str, region: str) -> bool:
    """Tell whether a number is grouped just as its country groups telephones."""
    found = _number("".join(_GROUP.findall(said)), region)
    if found is None or not phonenumbers.is_valid_number(found):
        return False
    national = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
    groups = _GROUP.findall(national)
    is_marked = said.startswith("0") or bool(_AREA_IN_BRACKETS.match(said))
    return _GROUP.findall(said) == groups and len(groups) > 1 + (not is_marked)


def _normal(number: str, region: str | None, *, is_valid: bool = False) -> str | None:
    """Give E.164; digits alone where no country is known. None if it cannot be a number."""
    if number.startswith("00"):
        number = f"+{number[2:]}"
    found = _best(number, region)
    if found is None:
        is_plain = region is None and not number.startswith("+") and not is_valid
        return number if is_plain and len(number) <= _MOST else None
    if is_valid and not phonenumbers.is_valid_number(found):
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def _best(number: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """Read a number as its country's, as China's, or as one whose prefix lacks its sign."""
    tries = [(number, region)]
    if _MOBILE_OF_CHINA.fullmatch(number):
        tries.append((number, "CN"))
    if not number.startswith("+"):
        tries.append((f"+{number}", None))
    found = [_number(*one) for one in tries]
    valid = (one for one in found if one is not None and phonenumbers.is_valid_number(one))
    return next(valid, found[0])


@lru_cache(4096)
def _number(number: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """Read a number; None if it is too short or too long for its country."""
    try:
        found = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_possible_number(found) else None
