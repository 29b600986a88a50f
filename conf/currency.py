"""Currencies: their rates to the dollar, and how shops write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from conf import reading
from conf.errors import ConfError

CURRENCIES = reading.HERE / "currencies.yaml"


class Currencies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rates of one date, and the written forms that name a currency."""

    as_of: date
    usd: dict[str, float]  # dollars for one unit, by ISO 4217 code
    names: dict[str, str]  # lower-case symbol or word -> the one code it means
    shared: dict[str, tuple[str, ...]]  # symbol -> the codes it may mean, the likeliest first


def currencies(path: Path = CURRENCIES) -> Currencies:
    """Read the currencies.

    Raises:
        ConfError: the file is missing or wrong, or a name means a code that has no rate.

    """
    found = reading.read(path, Currencies)
    meant = {*found.names.values(), *(code for codes in found.shared.values() for code in codes)}
    if strange := sorted(meant - set(found.usd)):
        raise ConfError(f"{path}: {', '.join(strange)} has no rate under `usd`; add it")
    if wrong := sorted(code for code, rate in found.usd.items() if rate <= 0):
        raise ConfError(f"{path}: the rate of {', '.join(wrong)} must be over 0")
    return found
