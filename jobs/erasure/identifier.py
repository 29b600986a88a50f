"""Finds a person's identifier in a text, however it is spelled, and puts a token in its place.

A text is read as it is, with escapes undone (JSON, HTML, percent; one inside the other too), as a
page shows it (without tags), and folded as in silver. Case, full-width forms and runs of white
space do not matter, nor do separators in a phone number. What is part of a longer word is no match.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import polars as pl

from conf.errors import ConfError
from jobs.clean._fold import fold, fold_series

TOKEN = "erased-"  # noqa: S105 - what stands in an identifier's place begins so
LEAST = 4  # characters; one of Chinese, Japanese or Korean says as much as two
_LEAST_DIGITS = 7
_PHONE = re.compile(r"[\d\s+()./-]+")
_LONG = 2000  # characters
_LAYERS = 3  # of escapes in one another
_MOST_FOLDED = 200_000  # characters; longer ones are pages, and silver holds no folded page

_SEPARATORS = r"[\s+()./\u2010-\u2015\u2212-]{0,3}"
_GAP = r"[\s+]+"  # an address has + for a blank
# Scripts without blanks between words: a name stands among other letters there.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u318f\u3400-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_NO_LETTER_BEFORE = rf"(?<![^\W{_UNSPACED}])"
_NO_LETTER_AFTER = rf"(?![^\W{_UNSPACED}])"
_NO_MARK_AFTER = "(?![\u0300-\u036f\u1160-\u11ff])"  # it would be another letter
_OWN_MAIL_ADDRESS = r"(?<!\w[.+-])"  # j.anna@x.example is not anna@x.example

_HEX = "[0-9a-fA-F]"
_CONT = f"%[89abAB]{_HEX}"
_ESCAPE = re.compile(
    rf"\\u[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}|\\u{_HEX}{{4}}|\\x{_HEX}{{2}}"
    rf"|\\[\"'/\\bfnrt]|&(?:\#[0-9]{{1,7}}|\#[xX]{_HEX}{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,30}});"
    rf"|%[0-7]{_HEX}|%[cdCD]{_HEX}{_CONT}|%[eE]{_HEX}(?:{_CONT}){{2}}|%[fF][0-7](?:{_CONT}){{3}}"
    rf"|%{_HEX}{{2}}"
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
# Where a text may mean something else than it says; written for Polars.
_MAY_MEAN_MORE = r"""\\["'/\\bfnrtux]|&#?\w+;|%[0-9a-fA-F]{2}|<"""

_HALVES = range(0xD800, 0xE000)  # of characters that are written as two

Span = tuple[int, int]


class Identifier(msgspec.Struct, frozen=True):
    """One identifier, ready to be looked for."""

    text: str
    token: str
    pattern: re.Pattern[str]  # of a normalised text
    folded: re.Pattern[str] | None  # of a folded one
    loose: str  # for Polars: finds at least what `pattern` does
    loose_folded: str | None

    def holds(self, text: str) -> bool:
        """Tell whether a text holds it, in whatever spelling."""
        return self.is_among(readings(text)) or self._is_in_folded(text)

    def is_among(self, read: Sequence[str]) -> bool:
        """Tell whether one of a text's readings holds it."""
        return any(self._may_be_in(one) and self.pattern.search(one) for one in read)

    def count(self, text: str) -> int:
        """Count how often a text holds it: at least once if it does."""
        return self.times(readings(text)) or int(self._is_in_folded(text))

    def times(self, read: Sequence[str]) -> int:
        """Count how often that of a text's readings holds it which holds it most."""
        return max(len(self.pattern.findall(one)) if self._may_be_in(one) else 0 for one in read)

    def replaced(self, text: str) -> str:
        """Give a text with the token wherever it held the identifier; JSON stays JSON."""
        direct = _spliced(text, self._spans(text), self.token)
        if not self._is_in_folded(direct) and _is_json(direct) == _is_json(text):
            return direct
        if _is_json(text):
            return _dumped(self._walked(json.loads(text)))
        spread = _spliced(direct, self._windows(direct), self.token)
        return self.token if self._is_in_folded(spread) else spread

    def mask(self, texts: pl.Series) -> pl.Series:
        """Tell of each text of a column whether it may hold it; no text that does is left out."""
        plain = texts.str.normalize("NFKD").str.contains(self.loose)
        found = (plain | texts.str.contains(_MAY_MEAN_MORE)).fill_null(value=False)
        if self.loose_folded is None:
            return found
        return found | fold_series(texts)[0].str.contains(self.loose_folded).fill_null(value=False)

    def _may_be_in(self, text: str) -> bool:
        """Look through a long text as Polars does, twenty times faster than `re`."""
        if len(text) < _LONG:
            return True
        return bool(pl.Series([text]).str.contains(self.loose)[0])

    def _is_in_folded(self, text: str) -> bool:
        if self.folded is None or len(text) > _MOST_FOLDED:
            return False
        read = dict.fromkeys((text, readings(text)[-1]))  # the last has no escapes any more
        return any(self.folded.search(fold(one).text) for one in read)

    def _spans(self, text: str) -> Iterator[Span]:
        """Give from where to where a text holds it, in any of its readings."""
        for read, places in _placed_readings(text):
            for found in self.pattern.finditer(read):
                yield places[found.start()][0], places[found.end() - 1][1]

    def _windows(self, text: str) -> Iterator[Span]:
        """Give the fewest words in a row, again and again, which folded hold it."""
        words = [found.span() for found in re.finditer(r"\S+", text)]
        begin = 0
        for at in range(len(words)):
            for start in range(at, max(begin, at - 2 * len(self.text)) - 1, -1):
                if self._is_in_folded(text[words[start][0] : words[at][1]]):
                    yield words[start][0], words[at][1]
                    begin = at + 1
                    break

    def _walked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.replaced(value)
        if isinstance(value, list):
            return [self._walked(one) for one in value]
        if isinstance(value, dict):
            return {self.replaced(name): self._walked(one) for name, one in value.items()}
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return self.token if is_number and self.holds(str(value)) else value


def identifier(text: str, token: str = TOKEN) -> Identifier:
    """Make an identifier of a text as it was seen.

    Raises:
        ConfError: it is too short, or says nothing, so that it would match all over the place.

    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if _weight(plain) < LEAST:
        raise ConfError(
            f"--identifier {text!r} has fewer than {LEAST} characters that tell something, and "
            "would be found in other people's data; give a longer text, as it was seen"
        )
    digits = re.sub(r"\D", "", plain)
    if _PHONE.fullmatch(plain) and len(digits) >= _LEAST_DIGITS:
        loose = rf"\+?(?:00{_SEPARATORS})?{_SEPARATORS.join(digits)}"
        pattern = re.compile(rf"(?<!\d){loose}(?!\d)")
        return Identifier(plain, token, pattern, None, loose, None)
    loose = _loose(plain)
    pattern = re.compile(_strict(plain), re.IGNORECASE)
    if pattern.search(f"{TOKEN}{0:012x}"):
        raise ConfError(f"--identifier {text!r} is what stands in the place of one; give another")
    read = fold(plain).text
    # A fold that read digits as letters has made a word of a name: it would be found everywhere.
    if re.sub(r"\D", "", read) != digits or _weight(read) < LEAST:
        return Identifier(plain, token, pattern, None, loose, None)
    folded = re.compile(_strict(read), re.IGNORECASE)
    return Identifier(plain, token, pattern, folded, loose, _loose(read))


def canonical(text: str) -> str:
    """Give what all spellings of one identifier have in common, for a keyed hash of it."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    digits = re.sub(r"\D", "", plain)
    is_phone = bool(_PHONE.fullmatch(plain)) and len(digits) >= _LEAST_DIGITS
    return digits if is_phone else plain


def normal(text: str) -> str:
    """Give a text without full-width and other forms; each character by itself."""
    return text if text.isascii() else unicodedata.normalize("NFKD", text)


def readings(text: str) -> list[str]:
    """Give what a text may be read as: as it is, without tags, and with escapes undone."""
    found = []
    for _ in range(_LAYERS + 1):
        found.append(normal(text))
        if "<" in text:
            found.append(normal(_TAG.sub(" ", text)))
        further = _ESCAPE.sub(_meaning, text)
        if further == text:
            break
        text = further
    return found


def replaced(text: str, wanted: Sequence[Identifier]) -> str:
    """Give a text with tokens for all identifiers, the longest first: one may hold another."""
    for one in sorted(wanted, key=lambda one: -len(one.text)):
        if one.holds(text):
            text = one.replaced(text)
    return text


def _weight(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text if sign.isalnum())
    return sum(sign.isalnum() for sign in text) and len(text) + wide


def _loose(text: str) -> str:
    return "(?i)" + _GAP.join(re.escape(word) for word in normal(text).split())


def _strict(text: str) -> str:
    core = _GAP.join(re.escape(word) for word in normal(text).split())
    before = _NO_LETTER_BEFORE if _is_of_word(text[0]) else ""
    after = _NO_LETTER_AFTER if _is_of_word(text[-1]) else ""
    own = _OWN_MAIL_ADDRESS if "@" in text[1:] else ""
    return f"{own}{before}{core}{after}{_NO_MARK_AFTER}"


def _is_of_word(sign: str) -> bool:
    return bool(re.match(rf"[^\W{_UNSPACED}]", sign))


def _meaning(found: re.Match[str]) -> str:
    """Give what an escape means."""
    said = found.group()
    if said[0] == "&":
        return html.unescape(said)
    if said[0] == "%":
        return bytes.fromhex(said.replace("%", "")).decode("utf-8", "replace")
    if said[1] not in "ux":
        return _MEANT.get(said[1], said[1])
    codes = [int(code, 16) for code in re.split(r"\\[ux]", said)[1:]]
    if len(codes) == 1:  # half of a pair alone is no character
        return "\ufffd" if codes[0] in _HALVES else chr(codes[0])
    return chr(0x10000 + ((codes[0] & 0x3FF) << 10) + (codes[1] & 0x3FF))


def _placed_readings(text: str) -> Iterator[tuple[str, list[Span]]]:
    """Give the normalised readings, and where each of their characters comes from."""
    places = [(at, at + 1) for at in range(len(text))]
    for _ in range(_LAYERS + 1):
        yield _placed_normal(text, places)
        if "<" in text:
            yield _placed_normal(*_placed_sub(_TAG, lambda _found: " ", text, places))
        further, coming = _placed_sub(_ESCAPE, _meaning, text, places)
        if further == text:
            return
        text, places = further, coming


def _placed_normal(text: str, places: list[Span]) -> tuple[str, list[Span]]:
    parts = [normal(sign) for sign in text]
    spread = [place for part, place in zip(parts, places, strict=True) for _ in part]
    return "".join(parts), spread


def _placed_sub(
    pattern: re.Pattern[str],
    meaning: Callable[[re.Match[str]], str],
    text: str,
    places: list[Span],
) -> tuple[str, list[Span]]:
    signs: list[str] = []
    coming: list[Span] = []
    at = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        meant = meaning(found)
        signs += [text[at:start], meant]
        coming += places[at:start]
        coming += [(places[start][0], places[end - 1][1])] * len(meant)
        at = end
    return "".join([*signs, text[at:]]), coming + places[at:]


def _spliced(text: str, spans: Iterator[Span], token: str) -> str:
    """Give a text with the token in the place of each span; those that overlap are one."""
    parts, at, last = [], 0, -1
    for start, end in sorted(spans):
        if start < last:
            at = last = max(last, end)
            continue
        parts += [text[at:start], token]
        at = last = end
    return "".join([*parts, text[at:]])


def _dumped(value: Any) -> str:
    """Write JSON; letters that are half of a pair can only be written as escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.encode("utf-8", "ignore").decode() == text else json.dumps(value)


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
