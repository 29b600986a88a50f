"""Trade item numbers and manufacturers' numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.clean._gtin import check_digit, gtin, is_right
from jobs.clean._mpn import mpn


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4006381333931", "04006381333931"),
        ("EAN: 4006381333931", "04006381333931"),
        ("012345678905", "00012345678905"),
        ("0-306-40615-2", "09780306406157"),
        ("96385074", "00000096385074"),
        ("4006381333932", None),
        ("00000000", None),
        ("123", None),
        ("does not apply", None),
        (None, None),
    ],
)
def test_reads(text: str | None, found: str | None) -> None:
    assert gtin(text) == found


@given(st.text("0123456789", min_size=7, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, step: int) -> None:
    digits = body + check_digit(body)
    at = place % len(digits)
    wrong = digits[:at] + str((int(digits[at]) + step) % 10) + digits[at + 1 :]
    assert is_right(digits)
    assert not is_right(wrong)


@pytest.mark.parametrize(
    ("text", "found"),
    [("M-126/610 LN", "m126610ln"), ("Ｍ１２６", "m126"), ("N/A", None), ("-", None), (None, None)],
)
def test_two_spellings_of_a_number_are_one(text: str | None, found: str | None) -> None:
    assert mpn(text) == found
