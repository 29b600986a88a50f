"""Countries: the names that shops write for them and for their cities."""

from __future__ import annotations

import re
from pathlib import Path

from conf import reading
from conf.errors import ConfError

COUNTRIES = reading.HERE / "countries.yaml"


def countries(path: Path = COUNTRIES) -> dict[str, str]:
    """Give the ISO 3166 code of every known name, lower case.

    Raises:
        ConfError: the file is wrong, a code is none, or two countries share a name.

    """
    found = reading.convert(path, reading.document(path), dict[str, tuple[str, ...]])
    codes: dict[str, str] = {}
    for code, names in found.items():
        if not re.fullmatch("[A-Z]{2}", code):
            raise ConfError(f"{path}: {code!r} is no code of a country; it must be two capitals")
        for name in names:
            if name != name.lower() or codes.setdefault(name, code) != code:
                raise ConfError(f"{path}: {name!r} ({code}) is not lower case or stands twice")
    return codes
