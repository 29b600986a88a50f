"""Countries as shops name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conf.country import countries
from jobs.clean._country import country

NAMES = countries()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Shenzhen, China", "CN"),
        ("Versand aus Deutschland", "DE"),
        ("广东深圳", "CN"),
        ("发货地：莆田", "CN"),
        ("Paris, Texas, USA", "US"),
        ("ships from the United States of America", "US"),
        ("Ciudad de México", "MX"),
        ("Hong Kong SAR", "HK"),
        ("Item location: Guangzhou, CN", "CN"),
        ("De: Guadalajara", "MX"),
        ("Oslo, NO", "NO"),
        ("DE", "DE"),
        ("ships to us and to you", None),
        ("nowhere", None),
        (None, None),
    ],
)
def test_reads(text: str | None, code: str | None) -> None:
    assert country(text, NAMES) == code


@given(st.text())
def test_any_text_gives_a_known_code_or_none(text: str) -> None:
    assert country(text, NAMES) in {None, *NAMES.values()}
