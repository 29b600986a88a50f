"""What sellers write, by language (words/*.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from conf import reading

_WORDS = Path(__file__).with_name("words")
Lines = tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's stock of words, titles and sentences."""

    colors: Lines
    traits: Lines
    grades: Lines  # that copies are sold by
    states: Lines  # of things owned before
    labels: Lines  # names of no alliance brand
    evasive_brands: Lines  # put into the field for the brand by who will not say it
    titles: dict[str, Lines]  # by style
    lines: dict[str, Lines]  # by what they are about
    first_names: Lines
    last_letters: str
    shop_words: Lines
    shop_kinds: Lines
    brand_shop_names: Lines
    claimed_names: Lines  # of shops that would like to be taken for a brand's
    about: dict[str, Lines]


@cache
def words(language: str) -> Words:
    """Read the words of a language."""
    return reading.read(_WORDS / f"{language}.yaml", Words)
