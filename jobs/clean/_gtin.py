"""Read trade item numbers: GTIN-8, 12, 13, 14 and ISBN-10, right in their check digit."""

from __future__ import annotations

import re

from jobs.clean._money import plain_digits

LENGTHS = (8, 12, 13, 14)
_NO_DIGIT = re.compile(r"[\s\-.]")
_DIGITS = re.compile(r"(?<![0-9])[0-9]{8,14}(?![0-9])")
_ISBN10 = re.compile(r"(?<![0-9])([0-9]{9})([0-9Xx])(?![0-9A-Za-z])")


def gtin(text: str | None) -> str | None:
    """Give the first right number, padded to 14 digits; None when there is none.

    A GTIN that begins with 02 or 2 (numbers a shop gives itself) is kept: it is right in form.
    """
    if text is None:
        return None
    plain = _NO_DIGIT.sub("", plain_digits(text))
    for match in _DIGITS.finditer(plain):
        if len(match[0]) in LENGTHS and int(match[0]) and is_right(match[0]):
            return match[0].zfill(14)
    isbn = _ISBN10.search(plain)
    return _from_isbn10(isbn[1], isbn[2]) if isbn else None


def is_right(digits: str) -> bool:
    """Tell whether the last digit is the check digit of those before it (GS1: weights 3, 1)."""
    return check_digit(digits[:-1]) == digits[-1]


def check_digit(digits: str) -> str:
    """Give the GS1 check digit."""
    total = sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def _from_isbn10(body: str, last: str) -> str | None:
    total = sum(int(d) * weight for d, weight in zip(body, range(10, 1, -1), strict=True))
    expected = -total % 11
    if "0123456789X"[expected] != last.upper() or not int(body):
        return None
    return ("978" + body + check_digit("978" + body)).zfill(14)
