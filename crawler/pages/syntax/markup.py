"""What of a page's markup is data, and what a reader sees; every step goes through it once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_SCRIPT = re.compile(r"<script\b([^>]{0,2000})>", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_UNSEEN = re.compile(r"<(?:(script|style|noscript|template|svg)\b|!--)", re.IGNORECASE)
_ENDS = {
    name: re.compile(rf"</{name}", re.IGNORECASE)
    for name in ("script", "style", "noscript", "template", "svg")
}
_COMMENT_END = re.compile("-->")
_PIECE = re.compile(r">([^<>]+)<")


def scripts(text: str) -> Iterator[tuple[str, str]]:
    """Give attributes and content of every script block; one that does not end is none."""
    at = 0
    while (begin := _SCRIPT.search(text, at)) and (end := _SCRIPT_END.search(text, begin.end())):
        if end.start() > begin.end():
            yield begin[1], text[begin.end() : end.start()]
        at = end.end()


def pieces(text: str) -> list[str]:
    """Give the texts between tags in the order of the page, without what no reader sees."""
    found: list[str] = []
    at = 0
    for begin, end in _unseen(text):
        found += _PIECE.findall(text, at, begin + 1)
        at = max(end - 1, at)
    found += _PIECE.findall(text, at)
    stripped = (one for piece in found if (one := piece.strip()))
    return [html.unescape(one) if "&" in one else one for one in stripped]


def _unseen(text: str) -> Iterator[tuple[int, int]]:
    """Give where scripts, styles and comments begin and end."""
    at = 0
    while begin := _UNSEEN.search(text, at):
        name = (begin[1] or "").lower()
        end = (_ENDS[name] if name else _COMMENT_END).search(text, begin.end())
        if end is None:
            return  # what never ends hides nothing; to look on would cost a search for each
        yield begin.start(), end.end()
        at = end.end()
