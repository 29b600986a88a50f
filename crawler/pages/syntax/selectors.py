"""What a page must hold for a selector to find anything in it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from selectolax.lexbor import LexborHTMLParser

from crawler.pages.syntax import attributes

_FUNCTION = re.compile(r"\([^()]*\)")
_ATTRIBUTE = re.compile(
    r"\[\s*([\w-]+)(?:\s*[~^$*|]?=\s*[\"']?([^\"'\]]*?)[\"']?(?:\s+[iI])?)?\s*\]"
)
_NAME = re.compile(r"[.#]([\w-]+)")
_TAG = re.compile(r"(?<![\w.#:-])[a-zA-Z][a-zA-Z0-9]*(?![\w-])")
_MADE = frozenset({"html", "head", "body", "tbody", "tr", "colgroup"})  # by the parser, if need be
_NOTHING = LexborHTMLParser("")
_WORD = re.compile(r"[\w-]+", re.ASCII)
_FREQUENT = b"aeinorst"  # text is searched from a word's last letter on: a rare one is found soon
_SHORTEST = 4
# Functions in one another, and signs within quotes: what these need is not worked out.
_ODD = re.compile(r"""\([^()]*\(|"[^"]*['\]][^"]*"|'[^']*["\]][^']*'|\\""")
_COMMA = re.compile(r",(?![^\[]*\])(?![^(]*\))")


Need = bytes | str | re.Pattern[bytes]  # a word, one of the tags in attributes.py, another tag


@lru_cache(4_000)
def alternatives(selector: str) -> tuple[tuple[str, tuple[Need, ...]], ...]:
    """Give each alternative of a selector, and what a page must hold for it to fit.

    Names of classes, ids and attributes, plain values of attributes, and tags, all in small
    letters: a page may write them in any. What stands in brackets (`:not(.x)`) need not be there.

    Raises:
        SelectolaxError: it is no selector.

    """
    _NOTHING.css_first(selector)
    if _ODD.search(selector):
        return ((selector, ()),)
    return tuple((one.strip(), _needs(one)) for one in _COMMA.split(selector))


def _needs(selector: str) -> tuple[Need, ...]:
    plain = _FUNCTION.sub("", selector)
    bare = _ATTRIBUTE.sub("", plain)
    names = [name for pair in _ATTRIBUTE.findall(plain) for name in pair if _WORD.fullmatch(name)]
    names += _NAME.findall(bare)
    words = dict.fromkeys(_rare(name.lower().encode()) for name in names if name.isascii())
    found = dict.fromkeys(tag.lower() for tag in _TAG.findall(bare))
    return (*(_need(tag) for tag in found if tag not in _MADE), *words)


def _rare(word: bytes) -> bytes:
    short = word.rstrip(_FREQUENT)
    return short if len(short) >= _SHORTEST else word


@cache
def _need(tag: str) -> Need:
    return tag if tag in attributes.NAMES else re.compile(rb"<%s[\s/>]" % tag.encode())
