"""Kinds of things: the nouns, in many languages, that say what a listing offers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from conf import reading
from conf.errors import ConfError

KINDS = reading.HERE / "kinds.yaml"


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds with their nouns."""

    kinds: dict[str, tuple[str, ...]]
    neither: tuple[str, ...] = ()  # words that hold a noun and are none


@cache
def nouns(path: Path = KINDS) -> dict[str, str | None]:
    """Give the kind that each noun names; none for a word that only holds a noun.

    Raises:
        ConfError: the file is missing or wrong, or two kinds share a noun.

    """
    read = reading.read(path, Kinds)
    found: dict[str, str | None] = dict.fromkeys(read.neither)
    for kind, words in read.kinds.items():
        for word in words:
            other = found.setdefault(word, kind)
            if other != kind:
                raise ConfError(f"{path}: {other} and {kind} both have the noun {word!r}")
    return found
