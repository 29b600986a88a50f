"""Tells of whole columns which texts may hold an identifier: most hold none, and are not read.

No text that `identifiers` finds one in is left out; some that hold none are let through.
"""

from __future__ import annotations

import polars as pl

from jobs.clean._letters import CONFUSABLE, ORNATE, class_of
from jobs.vendors import (
    _addresses,
    _companies,
    _links,
    _mails,
    _messengers,
    _payments,
    _phones,
    _registered,
)
from jobs.vendors._reading import HEARTS, HIDDEN_CLASS


def _rust(pattern: str) -> str:
    """Write a pattern for Polars with plain classes: Unicode's own cost it ten times the time."""
    plain = pattern.replace(r"\b", r"(?-u:\b)").replace(r"\s", "[[:space:]]")
    return plain.replace(r"\d", "[0-9]")


_ONE = _rust(
    "|".join(one.HINT for one in (_mails, _links, _payments, _registered, _messengers))
    + f"|{_addresses.HOUSE}"
)
_PLACE, _STREET = _rust(_addresses.HINT), _rust(_addresses.CUES)
_LONG_NUMBER = r"[0-9](?:[ .\-]?[0-9]){5}"
_REGISTERED = _rust(_registered.CUES)
_NUMBER, _SIGN = _rust(_phones.HINT), _rust(_phones.SIGNS)
_COMPANY, _SELLER = _rust(_companies.HINT), _rust(_companies.CUES)
# Marks that compatible forms leave: accents, and the frame of a keycap.
_MARKS = rf"[\p{{M}}{HIDDEN_CLASS}]"
# Letters and digits that compatible forms leave as they are, or make something else of.
_ODD = (
    f"[{class_of(ORNATE)}\u2474-\u249b\u2776-\u2793\u24eb-\u24ff\U0001f100-\U0001f1ff{HEARTS}\u2795\u2796]"
    rf"|[\p{{Nd}}&&[^0-9]]|[A-Za-z0-9][{class_of(CONFUSABLE)}]|[{class_of(CONFUSABLE)}][A-Za-z0-9]"
)


def may_hold(texts: pl.Series) -> pl.Series:
    """Tell of each text whether it may hold an identifier; null where there is no text."""
    is_plain = texts.str.contains(r"^[\x00-\x7f]*$")
    at = (~is_plain).arg_true()
    read = texts.str.to_lowercase()
    odd = texts.gather(at)
    plain = odd.str.normalize("NFKD").str.replace_all(_MARKS, "").str.to_lowercase()
    found = _hints(read.scatter(at, plain))
    return found.scatter(at, found.gather(at) | odd.str.contains(_ODD))


def _hints(texts: pl.Series) -> pl.Series:
    """Tell of plain texts whether they hold what some finder looks for."""
    text = pl.col("text")
    pairs = (
        (_LONG_NUMBER, _REGISTERED),
        (_NUMBER, _SIGN),
        (_COMPANY, _SELLER),
        (_PLACE, _STREET),
    )
    both = [text.str.contains(what) & text.str.contains(beside) for what, beside in pairs]
    found = pl.any_horizontal(text.str.contains(_ONE), *both)
    return texts.alias("text").to_frame().select(found).to_series().alias(texts.name)
