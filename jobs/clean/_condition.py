"""Read a condition: new, used or refurbished."""

from __future__ import annotations

import re

# In this order: "used - like new" is used, "refurbished, as new" is refurbished.
_WORDS = {
    "refurbished": (
        r"refurb|renewed|reconditioned|generalüberholt|überholt|aufbereitet|reconditionn"
        r"|remis à neuf|reacondicionad|ricondizionat|recondicionad|восстановлен|翻新|官翻|整備済"
    ),
    "used": (
        r"\bused|second.?hand|pre.?(?:owned|loved)|gebraucht|occasion|d'occasion|usad[oa]|segunda"
        r" mano|usato|seminov|б/у|бывш|二手|闲置|成新|9\d新|中古|중고|like new|as new|wie neu"  # noqa: RUF001 - Cyrillic words
        r"|comme neuf|como nuevo|\bworn\b|for parts|vintage"
    ),
    "new": (
        r"\bnew|\bbnib|\bbnwt|brand.?new|\bneu|neuware|\bneuf|\bneuve|nuevo|nueva|nuov[oa]"
        r"|\bnov[oa]\b|\bнов|全新|新品|未使用|새상품|sealed"  # noqa: RUF001 - Cyrillic words
    ),
}
_PATTERNS = {name: re.compile(words, re.IGNORECASE) for name, words in _WORDS.items()}


def condition(text: str | None) -> str | None:
    """Give the condition that words or a schema.org address name; None when they name none."""
    if text is None:
        return None
    words = text.rpartition("/")[2] if "schema.org" in text else text
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)  # UsedCondition -> Used Condition
    return next((name for name, p in _PATTERNS.items() if p.search(spaced)), None)
