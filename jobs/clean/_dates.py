"""Read dates as shops show them: ISO, written out, numbers, "3 days ago", epoch seconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from jobs.clean._money import plain_digits

EARLIEST = date(1990, 1, 1)  # no marketplace is older
_MONTHS = (
    ("jan", "ene", "gen", "янв", "sty", "oca"),
    ("feb", "fév", "fev", "фев", "lut", "şub"),
    ("mar", "mär", "maer", "мар"),
    ("apr", "avr", "abr", "апр", "kwi", "nis"),
    ("may", "mai", "mag", "май", "мая", "maj"),
    ("jun", "juin", "giu", "июн", "cze", "haz"),
    ("jul", "juil", "lug", "июл", "lip", "tem"),
    ("aug", "aoû", "aou", "ago", "авг", "sie", "ağu"),
    ("sep", "set", "сен", "wrz", "eyl"),
    ("oct", "okt", "ott", "out", "окт", "paź", "eki"),
    ("nov", "ноя", "lis", "kas"),
    ("dec", "dez", "déc", "dic", "дек", "gru", "ara"),
)
_UNITS = {
    "minute": r"min(?:ute|uto|uten)?s?|minutes?|минут\w*|分钟",
    "hour": r"hours?|hrs?|stunden?|heures?|horas?|ore|час\w*|小时",
    "day": r"days?|tage?n?|jours?|d[ií]as?|giorni|дн\w*|天",
    "week": r"weeks?|wochen?|semaines?|semanas?|settimane|недел\w*|周|星期",
    "month": r"months?|monate?n?|mois|meses|mes|mesi|месяц\w*|个月",
    "year": r"years?|jahre?n?|ans?|años?|anni|anos?|лет|год\w*|年",
}
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_AGO_WORDS = r"ago|vor\b|il y a|hace|h[áa]|fa\b|назад|前"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_OFFSET = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*([+-])(\d{2}):?(\d{2})\b")
_HAN = re.compile(r"(\d{4})\s*[年/.]\s*(\d{1,2})(?:\s*[月/.]\s*(\d{1,2}))?")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s*(?:de\s+)?([^\W\d_]{3,})\.?,?\s*(?:de\s+)?(\d{4})")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTH_YEAR = re.compile(r"([^\W\d_]{3,})\.?\s+(?:de\s+)?(\d{4})")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
_TODAY = re.compile(r"\b(?:today|heute|aujourd|hoy|oggi|hoje|сегодня)|今天|刚刚", re.IGNORECASE)
_YESTERDAY = re.compile(r"\b(?:yesterday|gestern|hier|ayer|ieri|ontem|вчера)|昨天", re.IGNORECASE)
_LONG_EPOCH = 13


def moment(text: str | None, seen: datetime, *, is_month_first: bool = False) -> datetime | None:
    """Read a date or time, in UTC; words like "3 days ago" count back from `seen`.

    Of `03/04/2026` the first number is the day unless `is_month_first`. None when nothing is
    read, or what is read lies before 1990 or more than a day after `seen`.
    """
    return within(said(text, is_month_first=is_month_first), seen)


def said(text: str | None, *, is_month_first: bool = False) -> datetime | timedelta | None:
    """Read what a text says: a time, or how long ago; None when nothing is read."""
    if text is None:
        return None
    plain = plain_digits(text)
    try:
        return _stamp(plain) or _ago(plain) or _calendar(plain, is_month_first)
    except (ValueError, OverflowError):  # a 31st of February, an hour 25
        return None


def within(what: datetime | timedelta | None, seen: datetime) -> datetime | None:
    """Give the time that was said by a page that was seen then; None if it cannot be."""
    if what is None:
        return None
    try:
        found = seen - what if isinstance(what, timedelta) else what
    except OverflowError:
        return None
    is_likely = found.date() >= EARLIEST and found <= seen + timedelta(days=1)
    return found if is_likely else None


def day(text: str | None, seen: datetime, *, is_month_first: bool = False) -> date | None:
    """Read a date; a year alone is its first day, a month its first."""
    found = moment(text, seen, is_month_first=is_month_first)
    return None if found is None else found.date()


def _stamp(text: str) -> datetime | None:
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == _LONG_EPOCH else 1), UTC)
    match = _ISO.search(text)
    if match is None:
        return None
    year, month, of_month, hour, minute, second = (int(part or 0) for part in match.groups())
    found = datetime(year, month, of_month, hour, minute, second, tzinfo=UTC)
    if offset := _OFFSET.search(text):
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        found = found - away if offset[1] == "+" else found + away
    return found


def _ago(text: str) -> timedelta | None:
    if _TODAY.search(text):
        return timedelta()
    if _YESTERDAY.search(text):
        return timedelta(days=1)
    if not re.search(_AGO_WORDS, text, re.IGNORECASE):
        return None
    for unit, words in _UNITS.items():
        match = re.search(
            rf"(\d+|\ban?\b|\bun[ae]?\b|\beine?[mr]?\b)\s*(?:{words})(?![^\W\d_])",
            text,
            re.IGNORECASE,
        )
        match = match or re.search(rf"(\d+)\s*(?:{words})", text, re.IGNORECASE)
        if match:
            count = int(match[1]) if match[1].isdigit() else 1
            return timedelta(days=_DAYS[unit] * count)
    return None


def _calendar(text: str, is_month_first: bool) -> datetime | None:  # noqa: FBT001 - inner
    if match := _HAN.search(text):
        return _midnight(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _NUMBERS.search(text):
        return _from_numbers(int(match[1]), int(match[2]), match[3], is_month_first)
    if (match := _DAY_MONTH.search(text)) and (month := _month(match[2])):
        return _midnight(int(match[3]), month, int(match[1]))
    if (match := _MONTH_DAY.search(text)) and (month := _month(match[1])):
        return _midnight(int(match[3]), month, int(match[2]))
    if (match := _MONTH_YEAR.search(text)) and (month := _month(match[1])):
        return _midnight(int(match[2]), month, 1)
    match = _YEAR.search(text)
    return _midnight(int(match[1]), 1, 1) if match else None


def _from_numbers(one: int, two: int, year: str, is_month_first: bool) -> datetime:  # noqa: FBT001 - inner
    of_month, month = (two, one) if is_month_first else (one, two)
    if month > 12:  # noqa: PLR2004 - months of a year: only one order can be right
        of_month, month = month, of_month
    return _midnight(int(year) + (2000 if len(year) == 2 else 0), month, of_month)  # noqa: PLR2004 - digits of a short year


def _month(word: str) -> int | None:
    word = word.lower()
    for number, beginnings in enumerate(_MONTHS, 1):
        if word.startswith(beginnings):
            return number
    return None


def _midnight(year: int, month: int, of_month: int) -> datetime:
    return datetime.combine(date(year, month, of_month), time(), UTC)
