"""What of a listing's or a product's text is compared: words, style numbers, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

LEAST_CODE = 4  # characters of a style number; a shorter one is any number
LEAST_DIGITS = 5  # of one that has no letter
_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[^\s,;:()|\"\[\]]+")
_BARE = re.compile(r"[\W_]+")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNITS = (
    "gb|tb|mb|mm|cm|inch|in|ghz|mhz|watt|w|megapixel|mp|oz|lb|ft|pack|pk|rpm|hz|mah|ml|kg|cu|m|g|k|"
    "l|p|v|x"
)
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*-?\s*({_UNITS})\b")


class Said(msgspec.Struct, frozen=True):
    """What is said of a thing, folded (jobs/clean/_fold.py); what is not said is empty."""

    title: str
    brand: str = ""
    number: str = ""  # of style or model
    category: str = ""
    description: str = ""
    price: float | None = None

    def text(self) -> str:
        """Give all of it in a row."""
        parts = (self.title, self.brand, self.number, self.category, self.description)
        return " ".join(part for part in parts if part)


class Told(msgspec.Struct, frozen=True):
    """What a text tells, each once."""

    words: frozenset[str]
    codes: frozenset[str]  # that look like style or model numbers, without their dashes
    numbers: frozenset[float]
    amounts: frozenset[tuple[float, str]]  # numbers with their units


class Offer(msgspec.Struct, frozen=True):
    """A thing, ready to be compared."""

    said: Said
    text: str
    title_words: tuple[str, ...]
    words: tuple[str, ...]
    of_title: Told
    of_all: Told
    number: str  # bare
    bare: str  # the words in a row, without a gap


def offer(said: Said) -> Offer:
    """Read what is said of a thing."""
    text, number = said.text(), bare(said.number)
    title_words, words = _words(said.title), _words(text)
    of_all = told(text, words)
    if len(number) >= LEAST_CODE:
        of_all = msgspec.structs.replace(of_all, codes=of_all.codes | {number})
    of_title = told(said.title, title_words)
    return Offer(said, text, title_words, words, of_title, of_all, number, "".join(words))


def told(text: str, words: Iterable[str]) -> Told:
    """Give what a text tells."""
    return Told(
        frozenset(words),
        frozenset(code for piece in _PIECE.findall(text) if _is_code(code := bare(piece))),
        frozenset(map(float, _NUMBER.findall(text))),
        frozenset((float(number), unit) for number, unit in _AMOUNT.findall(text)),
    )


def bare(text: str) -> str:
    """Give letters and digits alone: `KX-TG9343T` and `KXTG9343T` are one number."""
    return _BARE.sub("", text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


def _is_code(piece: str) -> bool:
    if len(piece) < LEAST_CODE or not _DIGIT.search(piece):
        return False
    return len(piece) >= LEAST_DIGITS or bool(_LETTER.search(piece))
