"""Price tags as shops write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.markets import MONEY
from infra.sandbox.world.prices import tag


@given(st.floats(0.01, 50_000), st.sampled_from(sorted(MONEY)), st.integers(0, 2**63))
def test_a_tag_is_near_what_is_asked(usd: float, currency: str, of: int) -> None:
    money = MONEY[currency]
    found = tag(usd, currency, Dice(of))
    asked = max(usd * money.rate, 10.0 if money.rate > 5 else 1.0)
    assert found > 0
    assert abs(float(found) - asked) <= max(1.0, asked * 0.05)
    assert found == found.quantize(Decimal("0.01"))
    assert money.digits or found == found.to_integral_value()


@pytest.mark.parametrize("currency", ["CNY", "INR", "MXN"])
def test_some_currencies_have_no_cents(currency: str) -> None:
    assert all(tag(20 + at / 7, currency, Dice(at)) % 1 == 0 for at in range(50))
