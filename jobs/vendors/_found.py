"""What finders of identifiers share: the kinds, what they give, and cues before a value."""

from __future__ import annotations

import re

import msgspec

from jobs.vendors._reading import Reading

PHONE = "phone"
MAIL = "mail"
WHATSAPP = "whatsapp"
DOMAIN = "domain"
PAGE = "page"
SHORT_LINK = "short_link"
ANALYTICS = "analytics"
PAYMENT = "payment"
LICENCE = "licence"
TAX = "tax"
IBAN = "iban"
BANK_CARD = "bank_card"
COMPANY = "company"
ADDRESS = "address"

_BEFORE = 28  # characters in which a cue is looked for
_BETWEEN = (
    r"[^\w\n]{0,4}(?:(?:no|nr|num|number|numero|id|us|me|at|is|ist|is my|on|an|auf|unter|al|via|my|"
    r"our|and|or|und|y|e|o)\b[^\w\n]{0,4}){0,2}"
)


class Identifier(msgspec.Struct, frozen=True):
    """Something in a text that points at a person.

    Attributes:
        kind: what it is: phone, mail, wechat, domain …
        value: normalised, so that it is the same wherever the same person is meant.
        shown_text: the very characters of the text.

    """

    kind: str
    value: str
    shown_text: str


class Found(msgspec.Struct, frozen=True):
    """An identifier at its place in a reading."""

    kind: str
    value: str
    start: int
    end: int
    read: Reading

    @property
    def span(self) -> tuple[int, int]:
        """From where to where it stands in the text as shown."""
        return self.read.starts[self.start], self.read.ends[self.end - 1]

    @property
    def identifier(self) -> Identifier:
        """The identifier without its place."""
        return Identifier(self.kind, self.value, self.read.shown_text(self.start, self.end))


def before(text: str, start: int, length: int = _BEFORE) -> str:
    """Give the few characters before a place."""
    return text[max(0, start - length) : start]


def cue(words: str, between: str = _BETWEEN) -> re.Pattern[str]:
    """Give what tells that a text ends in one of some words, with hardly anything after it."""
    return re.compile(rf"(?:{words}){between}$")
