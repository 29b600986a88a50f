"""A title as it was shown, with what hides in it made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import msgspec

from jobs.report._wall import BLANK

_LONGEST = 240  # characters; what follows is cut and said to be


class Segment(msgspec.Struct, frozen=True):
    """A piece of a title: plain text, the words that name the brand, or something hidden."""

    kind: str  # text, mention, hidden, blank
    text: str


def segments(title: str | None, mention: str | None) -> tuple[Segment, ...]:
    """Give a title in pieces.

    Characters that print as nothing (zero-width, direction marks) become their names, so that
    nobody is misled and the order of the letters is the real one.
    """
    if not title:
        return (Segment("blank", "no title"),)
    cut = title if len(title) <= _LONGEST else title[:_LONGEST].rstrip() + " …"
    before, found, after = cut.partition(mention) if mention else (cut, "", "")
    parts = [("text", before), ("mention", found), ("text", after)]
    return tuple(piece for kind, text in parts for piece in _pieces(kind, text))


def plain(title: str | None) -> str:
    """Give a title in one line with hidden characters named."""
    pieces = segments(title, None)
    return "".join(f"⟨{one.text}⟩" if one.kind == "hidden" else one.text for one in pieces)


def without_hidden(text: str) -> tuple[str, int]:
    """Give a text without the characters that print as nothing, and how many those are."""
    shown = "".join(letter for letter in text if not _is_hidden(letter))
    return shown, len(text) - len(shown)


def hidden_named(text: str) -> str:
    """Give any text with the characters that print as nothing named: ⟨U+202E⟩."""
    return "".join(f"⟨U+{ord(letter):04X}⟩" if _is_hidden(letter) else letter for letter in text)


def _pieces(kind: str, text: str) -> Iterator[Segment]:
    """Split at hidden characters and at names that were taken out."""
    held = ""
    for letter in text:
        if not _is_hidden(letter):
            held += letter
            continue
        yield from _without_blanks(kind, held)
        yield Segment("hidden", f"U+{ord(letter):04X}")
        held = ""
    yield from _without_blanks(kind, held)


def _without_blanks(kind: str, text: str) -> Iterator[Segment]:
    for index, part in enumerate(text.split(BLANK)):
        if index:
            yield Segment("blank", BLANK.strip("[]"))
        if part:
            yield Segment(kind, part)


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn", "Cs"}
