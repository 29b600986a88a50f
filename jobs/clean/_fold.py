r"""Fold a text for matching: disguises undone, accents dropped, lower case.

A disguise is what a seller does so that people read a brand and programs do not: letters of other
alphabets (`NI\u041aE`), ornate letters, invisible characters inside a word, text written backwards
under a direction mark, digits for letters (`n1ke`), letters set apart (`N I K E`), every letter
doubled.
Case, accents, full-width forms beside Chinese or Japanese and flags are ordinary.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec
import polars as pl

from jobs.clean._letters import ACCENTED, CONFUSABLE, FULL_WIDTH, ORNATE, REGIONAL_A, class_of

_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
# NFKC would make one word of a brand and its sign: niketm.
_SIGNS = str.maketrans(dict.fromkeys("\u2122\u00ae\u00a9\u2120", " "))
_BACKWARDS = re.compile("\u202e([^\u202c\u202e]*)\u202c?")
_HIDDEN = (
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_INVISIBLE = re.compile(f"[{_HIDDEN}\u00ad]")
# Joiners are spelling in Persian and Indic scripts and glue in emoji; inside Latin they hide.
_JOINER = re.compile("(?<=[A-Za-z0-9])[\u200c\u200d]+(?=[A-Za-z0-9])")
_SPLIT_WORD = re.compile(f"[A-Za-z0-9{_HAN}][{_HIDDEN}\u200c\u200d]+[A-Za-z0-9{_HAN}]")
# A soft hyphen is honest where a word is long enough to be broken at a line's end.
_SOFT_HYPHEN = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,8}\u00ad[^\W\d_]{1,8}(?![^\W\d_])(?!\u00ad)")
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]+")
_ORNATE_WORD = re.compile(
    f"[{class_of(ORNATE)}][{class_of(ORNATE)}A-Za-z]|[A-Za-z][{class_of(ORNATE)}]"
)
_WIDE_LETTER = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_MARKED = re.compile("(?<=[A-Za-z])[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+")
_LOOKALIKE = re.compile(f"[{class_of(CONFUSABLE)}]")
_WORD = re.compile(r"[^\W_]+")
_EASTERN = re.compile(f"[{_HAN}]+")
_LATIN = re.compile("[A-Za-z]")
# One letter, then a separator that repeats: a space, a dot or the like, or a picture.
_PICTURE = "[\u2190-\u2bff\u3000-\u3020\U0001f000-\U0001faff]"
_POINT = "[._*~|^\u00b7\u2022\\-]{1,2}"
_GAP = rf"(?P<gap>[ ]{{1,2}}|[ ]?{_POINT}[ ]?|[ ]?{_PICTURE}+[ ]?)"
_CAPITALS_APART = re.compile(rf"(?<![^\W_])[A-Z]{_GAP}(?:[A-Z](?P=gap)){{2,}}[A-Z](?![^\W_])")
_LETTERS_APART = re.compile(rf"(?<![^\W_])[a-z]{_GAP}(?:[a-z](?P=gap)){{2,}}[a-z](?![^\W_])")
_LETTER = re.compile("[A-Za-z]")
_WIDE_GAP = re.compile(" {2,}")
_SIZES = frozenset("smlx")
# Left out: 4 and @ stand for "for" and "at" in honest names (Mine4Nine, story@home); whether they
# hide a mark is told where the marks are known, in jobs/match/_disguise.py.
_DIGIT_INSIDE = re.compile(r"(?<![a-z0-9@])[a-z]+(?:[0135$!]{1,2}[a-z]+)+(?![a-z0-9$@])")
_LEET = str.maketrans("0135$!", "oiessi")
_VOWEL = re.compile("[aeiouy]")
_TECHNICAL = re.compile(r"mp3|ps[35]|3d|[0-9]{2}(?<!00)|^[a-z].[a-z]$")
_DOUBLED = re.compile(r"(?<![a-z])(?:([a-z])\1){3,}(?![a-z])")
# What at least stands in a lower-case text with digits for letters, letters set apart or doubled;
# written without looking back or behind, which Polars' expressions cannot.
_GAPS = "[ ._*~|^\u00b7\u2022\u2190-\u2bff\u3000-\u3020\U0001f000-\U0001faff\\-]+"
_TWICE = "|".join(2 * letter for letter in "abcdefghijklmnopqrstuvwxyz")
_HINT = (
    rf"[a-z][0135$!]+[a-z]|(?:^|[^a-z])[a-z]{_GAPS}[a-z]{_GAPS}[a-z](?:[^a-z]|$)|(?:{_TWICE}){{3}}"
)
_HINTS = re.compile(_HINT)
# Characters that mean nothing but themselves or, by these tables, a plain one: a text of these
# alone that has no hint hides nothing.
_PLAINLY = {
    **{code: letters for code, letters in ACCENTED.items() if code not in ORNATE},
    **{code: sign for code, sign in FULL_WIDTH.items() if not sign.isalpha()},
    **_SIGNS,
}
_OPEN = (
    "\\x00-\\x7f\u00a0-\u00ac\u00af-\u00bf\u00d7\u00f7\u2010-\u2027\u2030-\u205e\u20a0-\u20cf"
    "\u2190-\u2426\u2460-\u249b\u24ea-\u2bff\u3001-\u303e\u0e00-\u0e7f\u0620-\u06ff\U0001f300-\U0001faff"
    f"{_HAN}{class_of(_PLAINLY)}"
)
_IS_OPEN = f"^[{_OPEN}]*$"


class Folded(msgspec.Struct, frozen=True):
    """A text for matching, and whether a disguise had to be undone to read it."""

    text: str
    is_disguised: bool


def fold(text: str) -> Folded:
    """Give `text` with disguises undone, in lower case; Chinese, Arabic and the like stay."""
    is_disguised = False
    while not _is_simple(
        text
    ):  # one disguise may hide another; every round leaves fewer letters to change
        once = _fold_once(text)
        is_disguised = is_disguised or once.is_disguised
        if once.text == text:
            return Folded(text, is_disguised)
        text = once.text
    return Folded(text.lower(), is_disguised)


def _is_simple(text: str) -> bool:
    """Tell whether lower case is all there is to do, as in most titles."""
    return text.isascii() and not _HINTS.search(text.lower())


def fold_series(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Fold a column: the texts, and whether each was disguised; null stays null and no disguise.

    Most texts hold nothing that could hide anything; they are read all at once, and only the
    others one by one (twenty times dearer).
    """
    name = texts.name
    letters = {chr(code): plain for code, plain in _PLAINLY.items()}
    read = texts.str.replace_many([*letters], [*letters.values()]).str.to_lowercase()
    is_plain = texts.str.contains(_IS_OPEN) & ~read.str.contains(_HINT)
    at = (~is_plain).arg_true()
    folded = [fold(text) for text in texts.gather(at)]
    is_disguised = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)  # noqa: FBT003 - a literal
    return (
        read.scatter(at, [one.text for one in folded]).alias(name),
        is_disguised.scatter(at, [one.is_disguised for one in folded]).alias(name),
    )


def _fold_once(text: str) -> Folded:
    is_disguised = False
    if not text.isascii():
        text, hidden = _show(text.translate(_SIGNS))
        text, ornate = _plain_letters(text)
        text, foreign = _latin_words(text)
        is_disguised = hidden or ornate or foreign
    # Capitals first: in "N I K E a shoe" the last letter is a word of its own.
    joined = _CAPITALS_APART.sub(_join, text)
    read = _LETTERS_APART.sub(_join, joined.lower())
    read = _DIGIT_INSIDE.sub(_letters_for_digits, read)
    read = _DOUBLED.sub(lambda found: found.group()[::2], read)
    if joined != text:  # the gap between words set apart is wider than one space
        read = _WIDE_GAP.sub(" ", read)
    return Folded(read, is_disguised or joined != text or read != joined.lower())


def _show(text: str) -> tuple[str, bool]:
    """Turn backward text round and take invisible characters out."""
    turned = _BACKWARDS.sub(lambda found: found.group(1)[::-1], text)
    is_split = bool(_SPLIT_WORD.search(turned) or _SOFT_HYPHEN.search(turned))
    return _JOINER.sub("", _INVISIBLE.sub("", turned)), is_split or turned != text


def _plain_letters(text: str) -> tuple[str, bool]:
    """Write ornate, full-width and accented letters as plain ones."""
    flagged, is_lettered = _letters_for_flags(text)
    plain = flagged.translate(ORNATE)
    # The class of all ornate letters is slow to search; few texts hold one.
    is_ornate = plain != flagged and bool(_ORNATE_WORD.search(flagged))
    is_wide = bool(_WIDE_LETTER.search(plain)) and not _EASTERN.search(plain)
    plain = plain.translate(FULL_WIDTH)
    plain = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found.group()), plain)
    plain, marked = _without_marks(plain)
    return plain, is_lettered or is_ornate or is_wide or marked


def _letters_for_flags(text: str) -> tuple[str, bool]:
    """Read regional letters as letters; two of them alone are a flag, and an even row may be."""
    rows = [row for row in _REGIONAL.findall(text) if len(row) != 2]  # noqa: PLR2004 - a flag has two
    if not rows:
        return text, False
    read = _REGIONAL.sub(_regional, text)
    return read, any(len(row) % 2 for row in rows)


def _regional(found: re.Match[str]) -> str:
    row = found.group()
    if len(row) == 2:  # noqa: PLR2004 - a flag
        return row
    return "".join(chr(ord(letter) - REGIONAL_A + ord("a")) for letter in row)


def _without_marks(text: str) -> tuple[str, bool]:
    """Drop accents; marks that no alphabet puts on a letter are a disguise."""
    composed = unicodedata.normalize("NFC", text) if _MARKED.search(text) else text
    plain = composed.translate(ACCENTED)
    bare = _MARKED.sub("", plain)
    return bare, bool(_MARKED.search(composed))


def _latin_words(text: str) -> tuple[str, bool]:
    """Write look-alike letters as Latin in words that mix alphabets, or that only pretend.

    A word wholly of look-alikes (a brand in Greek capitals) is taken for Latin only in a text that
    has Latin letters and no honest word in that alphabet.
    """
    if not _LOOKALIKE.search(text):
        return text, False
    foreign = [word for word in _WORD.findall(text) if not word.isascii()]
    honest = {_alphabet(word) for word in foreign if not _is_latin_like(word)}
    has_latin = bool(_LATIN.search(text))

    def latin(found: re.Match[str]) -> str:
        word = found.group()
        is_mixed = bool(_LATIN.search(word))
        is_pretended = has_latin and _alphabet(word) not in honest
        is_latin = _is_latin_like(word) and (is_mixed or is_pretended)
        return word.translate(CONFUSABLE) if is_latin else word

    read = _WORD.sub(latin, text)
    return read, read != text


def _is_latin_like(word: str) -> bool:
    """Tell whether a word, but for Chinese, Japanese or Korean beside it, can be read as Latin."""
    return word.isascii() or _EASTERN.sub("", word).translate(CONFUSABLE).isascii()


def _alphabet(word: str) -> str:
    """Name the alphabet of the first foreign letter that is not Chinese, Japanese or Korean."""
    foreign = next((letter for letter in _EASTERN.sub("", word) if not letter.isascii()), "a")
    return unicodedata.name(foreign, "").partition(" ")[0]


def _join(found: re.Match[str]) -> str:
    """Join letters set apart, but not a row of sizes."""
    letters = "".join(_LETTER.findall(found.group()))
    return found.group() if _SIZES.issuperset(letters.lower()) else letters


def _letters_for_digits(found: re.Match[str]) -> str:
    """Read `n1ke` as nike; leave `mp3player`, `x1c` and style numbers alone."""
    word = found.group()
    is_word = _VOWEL.search(word) and not _TECHNICAL.search(word)
    return word.translate(_LEET) if is_word else word
