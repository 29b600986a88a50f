"""Why a listing is suspect, in words: what a feature means and the value that it has here.

The text of a reason is the first sentence of the feature's docstring; here it only gets its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import expm1, isnan
from typing import Literal

import msgspec
import numpy as np

from jobs.catalogue import Feature, catalogue

MOST = 5  # reasons a listing; of what counts (LEAST_PART) three are always told, if there are three
# Of them about its seller: one seller's listings would else all be told the same.
MOST_OF_SELLER = 3
SELLER_THEMES = {"assortment", "seller"}
LEAST_PART = 0.01  # of all that speaks against the listing; what weighs less is not told
YES = 0.5
TENTH = 0.1

_FLAG = re.compile(r"\s*\(1 when [^)]*\)\.$")
_EXAMPLE = re.compile(r";.*$")
_LOG_HEAD = re.compile(r"^(?:Natural l|L)ogarithm of (?:the )?")
_LOG_COLON = re.compile(r": logarithm of ")
_LOG_INSIDE = re.compile(r"\bthe logarithms of ")
_LOG_TAIL = re.compile(r", as a logarithm(?: of (\w+))?")
_RATIO = re.compile(r"^(\w*\s?[Pp]rice(?: ratio)?|Median of price|Rating of the \w+) over (.+)$")

Kind = Literal["flag", "share", "ratio", "grown", "number"]


class Phrase(msgspec.Struct, frozen=True):
    """How a feature is told: `text` with its value behind it, or in the middle for a ratio."""

    kind: Kind
    text: str
    rest: str = ""  # a ratio: of what


def reasons(
    names: Sequence[str],
    values: Sequence[float],
    parts: np.ndarray,
    seen: Mapping[str, Sequence[str]],
) -> list[str]:
    """Give the reasons of one listing, the weightiest first.

    Args:
        names: the features.
        values: what each is for this listing.
        parts: what each adds to the suspicion.
        seen: words of the listing that a feature rests on, by feature.

    """
    least = LEAST_PART * float(parts[parts > 0].sum())
    known = catalogue()
    told: list[str] = []
    of_seller = 0
    for at in np.argsort(-parts, kind="stable"):
        if parts[at] <= 0 or parts[at] < least or len(told) == MOST:
            break
        one = known[names[at]]
        is_sellers = one.theme in SELLER_THEMES
        text = reason(one, float(values[at]), seen.get(one.name, ()))
        if text and not (is_sellers and of_seller == MOST_OF_SELLER):
            told.append(text)
            of_seller += is_sellers
    return told


def reason(feature: Feature, value: float, seen: Sequence[str] = ()) -> str | None:
    """Tell one feature with its value; None for what is missing, or a thing that is not so."""
    if isnan(value):
        return None
    one = phrase(feature)
    if one.kind == "flag":
        return _flag(one.text, seen) if value >= YES else None
    if one.kind == "ratio":
        return f"{one.text} is {_share(value)} of {one.rest}"
    if one.kind == "share":
        return f"{one.text}: {_share(value)}"
    number = _number(expm1(value) if one.kind == "grown" else value)
    return f"{one.text}: {number}" + (f" ({_quoted(seen)})" if seen else "")


@cache
def phrase(feature: Feature) -> Phrase:
    """Read from a feature's purpose how its value is told."""
    text = feature.purpose
    if _FLAG.search(text):
        return Phrase("flag", _FLAG.sub("", text))
    text = _EXAMPLE.sub("", text.removesuffix("."))
    if found := _RATIO.match(text):
        return Phrase("ratio", found[1], found[2])
    plain = _LOG_HEAD.sub("", text)
    plain = _LOG_TAIL.sub(lambda found: f", in {found[1]}" if found[1] else "", plain)
    plain = _LOG_INSIDE.sub("", _LOG_COLON.sub(": ", plain))
    if plain != text:
        return Phrase("grown", plain[0].upper() + plain[1:])
    is_share = (feature.lowest, feature.highest) == (0.0, 1.0)
    return Phrase("share" if is_share else "number", text)


def _flag(text: str, seen: Sequence[str]) -> str:
    """Tell a thing that is so; the words seen stand in place of the examples."""
    if not seen:
        return text
    return f"{text.partition(':')[0]}: {_quoted(seen)}"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _share(value: float) -> str:
    # A price of three in a thousand is told as that and not as nothing.
    return f"{value:.1%}".replace("%", " %") if 0 < value < TENTH else f"{value:.0%}"[:-1] + " %"


def _number(value: float) -> str:
    if abs(value - round(value)) < 0.005 * max(1.0, abs(value)):
        return f"{round(value):,}"
    return f"{value:,.2f}"
