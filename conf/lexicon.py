"""Lexicons: one YAML file a language; the words that sellers use, by what they are a sign of."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from conf import reading
from conf.errors import ConfError

LEXICONS = reading.HERE / "lexicons"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words and phrases of one language, lower case; each group is a sign of something."""

    replica: tuple[str, ...] = ()  # says that it is a copy
    quality: tuple[str, ...] = ()  # grades of copies: top, mirror, version
    authentic: tuple[str, ...] = ()  # protests that it is genuine
    wholesale: tuple[str, ...] = ()  # trade by the lot, agents, factory
    evasive: tuple[str, ...] = ()  # asks to talk elsewhere, hides the logo
    contact: tuple[str, ...] = ()  # names of messengers
    payment: tuple[str, ...] = ()  # payment outside the platform
    customs: tuple[str, ...] = ()  # promises about customs and seizure
    packing: tuple[str, ...] = ()  # box, papers, dust bag, tags
    used: tuple[str, ...] = ()  # says that it was used
    flaw: tuple[str, ...] = ()  # tells of a flaw, as owners do
    receipt: tuple[str, ...] = ()  # proof of purchase, warranty of the brand
    urgency: tuple[str, ...] = ()  # sale, last ones, price shouting
    # Words that govern a name, right before it or right behind it:
    compatible: tuple[str, ...] = ()  # made for it, by others
    compatible_after: tuple[str, ...] = ()
    style: tuple[str, ...] = ()  # in its style
    style_after: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()  # says that it is not the brand's
    denied_after: tuple[str, ...] = ()


class Lexicon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language."""

    language: str  # ISO 639-1
    words: Words


def lexicon(language: str, where: Path = LEXICONS) -> Lexicon:
    """Read one language.

    Raises:
        ConfError: the file is missing or wrong, or names a group that there is not.

    """
    path = where / f"{language}.yaml"
    found = reading.read(path, Lexicon)
    if found.language != language:
        raise ConfError(f"{path}: language is {found.language!r}; it must be the file's name")
    return found


@cache
def words(group: str, where: Path = LEXICONS) -> tuple[str, ...]:
    """Give the words of a group in all languages, sorted, once each.

    Raises:
        ConfError: there is no such group.

    """
    if group not in Words.__struct_fields__:
        raise ConfError(f"there is no group {group!r}; {where}/*.yaml have: {_groups()}")
    found = (getattr(lexicon(one, where).words, group) for one in reading.names(where))
    return tuple(sorted({word for some in found for word in some}))


def _groups() -> str:
    return ", ".join(Words.__struct_fields__)
