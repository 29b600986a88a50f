"""Trade numbers have a check digit."""

from __future__ import annotations

import pytest

from conf.faults import is_gtin


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("4006381333931", True),  # EAN-13
        ("4006381333932", False),
        ("036000291452", True),  # UPC-A
        ("96385074", True),  # EAN-8
        ("10614141000415", True),  # GTIN-14
        ("400638133393", False),
        ("", False),
        ("４００６３８１３３３９３１", False),
        ("400638133393x", False),
    ],
)
def test_a_gtin_has_its_length_and_check_digit(text: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_gtin(text) is is_one
