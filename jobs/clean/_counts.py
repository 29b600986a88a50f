"""Read counts and ratings as shops show them: "1.2k sold", "月销 300+", "4.5 out of 5", "96.7%"."""

from __future__ import annotations

import re

from jobs.clean._money import lowest_number, plain_digits

MOST = 2**53
_NONE = re.compile(r"^\s*(?:no|none|keine?|aucune?|sin|нет|暂无|没有)\b|暂无|没有", re.IGNORECASE)
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_PER_CENT = re.compile(rf"{_NUMBER}\s*%")
_OF = re.compile(
    rf"{_NUMBER}\s*(?:★|stars?|sterne?|étoiles?|estrellas?|分)?\s*"
    r"(?:/|out of|of|von|sur|de|su|из|op|满分)\s*(\d+)",
    re.IGNORECASE,
)
_STARS = re.compile("([★⭐])\ufe0f?")
_EMPTY_STARS = "☆✩"
_BEST = (5.0, 10.0, 100.0)


def count(text: str | None) -> int | None:
    """Read a whole number; "300+" is 300, "1.2k" is 1200, "no reviews" is 0."""
    if text is None:
        return None
    plain = plain_digits(text)
    found = lowest_number(plain)
    if found is None:
        return 0 if _NONE.search(plain) else None
    return round(found) if 0 <= found < MOST else None


def share(text: str | None) -> float | None:
    """Read a rating as a share of its best value, 0 to 1.

    A bare number is out of 5, 10 or 100, whichever first is not under it; one under 1 with a
    decimal sign is a share already.
    """
    if text is None:
        return None
    plain = plain_digits(text)
    if match := _PER_CENT.search(plain):
        return _within(_float(match[1]) / 100)
    if match := _OF.search(plain):
        best = float(match[2])
        return _within(_float(match[1]) / best) if best else None
    if match := re.search(_NUMBER, plain):
        return _bare(_float(match[1]))
    full = len(_STARS.findall(plain))
    empty = sum(plain.count(sign) for sign in _EMPTY_STARS)
    return full / max(full + empty, 5) if full else None


def _bare(value: float) -> float | None:
    if 0 < value < 1:
        return value
    best = next((best for best in _BEST if value <= best), None)
    return None if best is None else round(value / best, 6)


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _within(value: float) -> float | None:
    return round(value, 6) if 0 <= value <= 1 else None
