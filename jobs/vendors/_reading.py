"""A text as identifiers are looked for in it: plain letters and digits, each with its place.

Full-width forms, circled digits, keycaps, ornate and look-alike letters become plain ones,
invisible characters go, and all is lower case. A second reading writes digits for what stands for
them: words ("one three eight"), Chinese numerals of either kind, and a letter O among digits. Every
character knows from where to where it stands in the text as shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

import msgspec

from jobs.clean._letters import ACCENTED, CONFUSABLE, ORNATE

HIDDEN_CLASS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3"
    "\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef"
)
_HIDDEN = re.compile(f"[{HIDDEN_CLASS}]")
HEART = "\u2764"  # Chinese reads it as xin, the second half of WeChat's name
HEARTS = "\u2661\u2665\u2763-\u2765\U0001f493-\U0001f49f\U0001f5a4\U0001f90d\U0001f90e\U0001f9e1"
_IS_HEART = re.compile(f"[{HEARTS}]")
_SIGNS = {"\u2122": " ", "\u00ae": " ", "\u00a9": " ", "\u2120": " ", "\u2795": "+", "\u2796": "-"}
_MOST_LETTERS = 3  # that one character stands for
# Words that mix Latin with letters that look like it.
_MIXED = re.compile(
    "(?<![a-z0-9_\u0370-\u058f])[a-z0-9_]{0,40}[\u0370-\u058f][a-z0-9_\u0370-\u058f]{0,40}"
)
_FOREIGN = re.compile("[\u0370-\u058f]")
_LATIN = re.compile("[a-z]")

_WORDS = (
    ("zero", "null", "cero", "oh"),
    ("one", "eins", "uno"),
    ("two", "zwei", "zwo", "dos", "due"),
    ("three", "drei", "tres", "tre"),
    ("four", "vier", "cuatro", "quattro"),
    ("five", "funf", "fuenf", "cinco", "cinque"),
    ("six", "sechs", "seis", "sei"),
    ("seven", "sieben", "siete", "sette"),
    ("eight", "acht", "ocho", "otto"),
    ("nine", "neun", "nueve", "nove"),
)
_NUMERALS = dict(
    zip(
        "零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖貳參陸",
        "00123456789121234567892" + "36",
        strict=True,
    )
)
_DIGIT_OF = {word: str(digit) for digit, words in enumerate(_WORDS) for word in words} | _NUMERALS
DIGIT_WORDS = "|".join(sorted({word for words in _WORDS for word in words}, key=len, reverse=True))
NUMERALS = "".join(_NUMERALS)
_NUMBER_WORD = re.compile(rf"(?<![a-z])(?:{DIGIT_WORDS})(?![a-z])|[{NUMERALS}]")
# A letter O, and an L for 1, among digits: glued to them, or an O set apart as they are; "38 o 39"
# is Spanish.
_LETTERS = re.compile(
    r"(?<=[0-9])[ol]{1,8}(?=[ .\-]?[0-9])|(?<=[0-9])o{1,6}(?![a-z0-9])"
    r"|(?<![a-z0-9])[ol]{1,3}(?=[0-9][0-9ol]{5})|(?<=[ .\-][0-9])(?:[ .\-]o){1,4}(?![a-z0-9])"
)
_OF_LETTERS = str.maketrans("ol", "01")


class Reading(msgspec.Struct, frozen=True):
    """A reading of a text, and where each of its characters begins and ends in the text."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    shown: str

    def shown_text(self, start: int, end: int) -> str:
        """Give the characters of the text as shown that a part of the reading stands for."""
        first, last = self.starts[start], self.ends[end - 1]
        hidden = _HIDDEN.match(self.shown, last)
        while hidden is not None:  # what belongs to the last character: a keycap has three
            last = hidden.end()
            hidden = _HIDDEN.match(self.shown, last)
        return self.shown[first:last]

    def cased(self, start: int, end: int) -> str:
        """Give a part of a plain reading in the small and capital letters of the text."""
        places = self.starts[start:end]
        pairs = zip((self.shown[at] for at in places), self.text[start:end], strict=True)
        return "".join(own if own.isascii() else read for own, read in pairs)

    def replaced(
        self, pattern: re.Pattern[str], meaning: Callable[[re.Match[str]], str]
    ) -> Reading:
        """Give the reading with one character, or as many as before, for each match."""
        parts, starts, ends, at = [], list[int](), list[int](), 0
        for found in pattern.finditer(self.text):
            first, last = found.span()
            said = meaning(found)
            parts += [self.text[at:first], said]
            starts += self.starts[at:first]
            ends += self.ends[at:first]
            if len(said) == last - first:
                starts += self.starts[first:last]
                ends += self.ends[first:last]
            else:
                starts += [self.starts[first]] * len(said)
                ends += [self.ends[last - 1]] * len(said)
            at = last
        if not parts:
            return self
        text = "".join([*parts, self.text[at:]])
        return Reading(text, [*starts, *self.starts[at:]], [*ends, *self.ends[at:]], self.shown)


def plain(text: str) -> Reading:
    """Give a text in plain lower-case letters and digits."""
    if text.isascii():
        places = range(len(text) + 1)
        return Reading(text.lower(), places[:-1], places[1:], text)
    signs = [_plain(sign) for sign in text]
    if {*map(len, signs)} == {1}:
        places = range(len(text) + 1)
        read = Reading("".join(signs), places[:-1], places[1:], text)
    else:
        starts = [at for at, sign in enumerate(signs) for _ in sign]
        read = Reading("".join(signs), starts, [at + 1 for at in starts], text)
    return read.replaced(_MIXED, _latin) if _FOREIGN.search(read.text) else read


def digits(read: Reading) -> Reading:
    """Give a plain reading with digits for what stands for them."""
    numbered = read.replaced(_NUMBER_WORD, lambda found: _DIGIT_OF[found.group()])
    return numbered.replaced(_LETTERS, lambda found: found.group().translate(_OF_LETTERS))


@cache
def _plain(sign: str) -> str:
    """Give what one character stands for; at most three letters."""
    if _HIDDEN.match(sign):
        return ""
    if _IS_HEART.match(sign):
        return HEART
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    if known := _SIGNS.get(sign) or ORNATE.get(ord(sign)):
        return known.lower()
    form = unicodedata.normalize("NFKC", sign)
    form = form if 0 < len(form) <= _MOST_LETTERS else sign
    lower = form.translate(ACCENTED).lower()
    # Lower case of a capital with a dot is two characters, of which one is only a mark.
    return "".join(one for one in lower if not unicodedata.combining(one)) or " "


def _latin(found: re.Match[str]) -> str:
    """Give a word that mixes alphabets in Latin letters; an honest foreign word stays."""
    word = found.group()
    if not _LATIN.search(word):
        return word
    letters = [CONFUSABLE.get(ord(one), one).lower() for one in word]
    return "".join(new if len(new) == 1 else old for new, old in zip(letters, word, strict=True))
