"""Which words a platform is searched for, by the kinds that its YAML names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from conf import reading
from conf.brand import Brand
from conf.lexicon import LEXICONS, lexicon
from conf.platform import WordKind
from crawler.words.disguises import disguises

MOST_REPLICAS = 6  # words of a language that are put beside each mark
_HOME = "en"  # language of a platform that names none, and of those without a lexicon


def of_brands(
    brands: Iterable[Brand], kinds: Iterable[WordKind], language: str | None
) -> Iterator[str]:
    """Give the words of some kinds, brand by brand, each once whatever its capitals."""
    chosen = tuple(kinds)
    beside = replica_words(language) if "replicas" in chosen else ()
    seen = set()
    for brand in brands:
        for kind in chosen:
            for word in _of(brand, kind, beside):
                if word.casefold() not in seen:
                    seen.add(word.casefold())
                    yield word


def replica_words(language: str | None, where: Path = LEXICONS) -> tuple[str, ...]:
    """Give the words for a copy that buyers put beside a mark in a language, commonest first."""
    name = language if language and language in set(reading.names(where)) else _HOME
    words = lexicon(name, where).words
    return tuple(dict.fromkeys((*words.replica[: MOST_REPLICAS - 2], "1:1", *words.quality[:1])))


def _of(brand: Brand, kind: WordKind, beside: tuple[str, ...]) -> Iterator[str]:
    if kind == "marks":
        yield from brand.marks
    elif kind == "aliases":
        yield from brand.aliases
    elif kind == "nicknames":
        yield from brand.nicknames
    elif kind == "disguises":
        for mark in brand.marks:
            yield from disguises(mark)
    else:
        yield from (f"{mark} {word}" for mark in brand.marks for word in beside)
