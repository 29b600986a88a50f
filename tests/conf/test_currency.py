"""Currencies and countries: every written form means one thing that is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import country, currency
from conf.errors import ConfError

RATES = "as_of: 2026-01-01\nusd: {USD: 1.0, EUR: 1.1}\n"


def test_the_project_s_own_are_sound() -> None:
    found = currency.currencies()
    assert found.usd["USD"] == 1.0
    assert all(0 < rate < 10 for rate in found.usd.values())
    assert country.countries()["china"] == "CN"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RATES + 'names: {"€": EUX}\nshared: {}\n', "EUX has no rate under `usd`"),
        (RATES + 'names: {}\nshared: {"$": [USD, CAD]}\n', "CAD has no rate"),
        ("as_of: 2026-01-01\nusd: {USD: 0}\nnames: {}\nshared: {}\n", "rate of USD must be over 0"),
        ("usd: {}\nnames: {}\nshared: {}\n", "missing required field `as_of`"),
    ],
)
def test_wrong_currencies_are_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "currencies.yaml"
    path.write_text(text)
    with pytest.raises(ConfError, match=said):
        currency.currencies(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Germany: [germany]\n", "'Germany' is no code of a country"),
        ("DE: [Germany]\n", r"'Germany' \(DE\) is not lower case"),
        ("GE: [georgia]\nUS: [georgia]\n", r"'georgia' \(US\) is not lower case or stands twice"),
        ("DE: germany\n", "Expected `array`"),
    ],
)
def test_wrong_countries_are_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "countries.yaml"
    path.write_text(text)
    with pytest.raises(ConfError, match=said):
        country.countries(path)
