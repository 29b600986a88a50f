"""The letters that pass for other letters: tables from code point to plain Latin letter.

The confusables are those of Unicode's TR39 as `disarm` carries them. The tables hold letters of
other alphabets only where they look like a Latin one; Chinese, Japanese, Korean, Thai and Arabic
have no entry, so no table can change such a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import disarm

# Alphabets whose letters are drawn like Latin ones: Greek, Cyrillic, Armenian, Georgian, Cherokee,
# Canadian syllabics, Coptic, Lisu, Deseret and the phonetic extensions.
_LOOKALIKES = (
    *range(0x0250, 0x02B0),
    *range(0x0370, 0x0590),
    *range(0x10A0, 0x1100),
    *range(0x13A0, 0x1680),
    *range(0x2C80, 0x2D00),
    *range(0xA4D0, 0xA500),
    *range(0xAB30, 0xABC0),
    *range(0x10280, 0x10450),
)
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_ORNATE = (
    *range(0x1D00, 0x1DC0),  # small capitals, modifier letters
    *range(0x2090, 0x209D),
    *range(0x2100, 0x2150),  # script and black-letter capitals
    *range(0x249C, 0x24EA),  # circled and bracketed letters
    *range(0xA720, 0xA800),
    *range(0x1D400, 0x1D800),  # mathematical alphabets
    *range(0x1F110, 0x1F130),
)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_STROKED = dict(
    zip("øłđħŧıæœßðŋ", ("o", "l", "d", "h", "t", "i", "ae", "oe", "ss", "d", "n"), strict=True)
)
_SQUARED = (0x1F130, 0x1F150, 0x1F170)  # squared, negative circled, negative squared A-Z
REGIONAL_A = 0x1F1E6


def _plain(code: int) -> str:
    """Give the ASCII letters that a compatibility form stands for, or nothing."""
    text = unicodedata.normalize("NFKC", chr(code)).strip("()")
    return text.lower() if text.isascii() and text.isalnum() and len(text) == 1 else ""


def _ornate() -> Iterator[tuple[int, str]]:
    yield from ((code, _plain(code)) for code in _ORNATE)
    yield from ((ord(small), letter) for small, letter in _SMALL_CAPITALS.items())
    for first in _SQUARED:
        yield from ((first + i, chr(ord("a") + i)) for i in range(26))


def _accented() -> Iterator[tuple[int, str]]:
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            yield code, base.lower() if chr(code).islower() else base.upper()
    for stroked, letters in _STROKED.items():
        yield ord(stroked), letters
        if len(stroked.upper()) == 1:
            yield ord(stroked.upper()), letters.upper()


def _confusable() -> Iterator[tuple[int, str]]:
    for code in _LOOKALIKES:
        letters = disarm.strip_obfuscation(chr(code)) if chr(code).isalpha() else ""
        if letters.isascii() and letters.isalpha() and len(letters) == 1:
            # A capital stays one: TR39 draws capital I as a small l.
            yield code, "I" if chr(code).isupper() and letters == "l" else letters


ORNATE = {code: letter for code, letter in _ornate() if letter}
FULL_WIDTH = {code: chr(code - 0xFEE0) for code in _FULL_WIDTH}
ACCENTED = dict(_accented())
CONFUSABLE = {code: letter for code, letter in _confusable() if code not in ORNATE}


def class_of(codes: dict[int, str]) -> str:
    """Write the keys of a table as the inside of a regular expression's character class."""
    return re.escape("".join(map(chr, codes)))
