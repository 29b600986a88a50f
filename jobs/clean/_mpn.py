"""Read a manufacturer's number so that two spellings of one number are equal."""

from __future__ import annotations

import re
import unicodedata

_LEAST, _MOST = 3, 40
_NOT_PART = re.compile(r"[\W_]+")
_NONE = frozenset({"none", "null", "nan", "na", "doesnotapply", "nichtzutreffend", "unbranded"})


def mpn(text: str | None) -> str | None:
    """Give letters and digits alone, lower case; None when too short, too long or a filler."""
    if text is None:
        return None
    folded = _NOT_PART.sub("", unicodedata.normalize("NFKC", text)).lower()
    if not _LEAST <= len(folded) <= _MOST or folded in _NONE:
        return None
    return folded
