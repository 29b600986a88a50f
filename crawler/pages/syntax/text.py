"""Texts as a reader sees them: markup removed, white space tidied, line breaks kept."""

from __future__ import annotations

import html
import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
# Only real elements are markup: sellers write "<Automatic>" and "1<2>0" too.
_MARKUP = re.compile(
    r"</?(?:a|abbr|article|b|big|blockquote|br|center|code|dd|div|dl|dt|em|figure|font|h[1-6]|hr|i"
    r"|iframe|img|label|li|ol|p|pre|script|section|small|span|strike|strong|style|sub|sup|table"
    r"|tbody|td|th|thead|tr|u|ul|video)(?:\s[^<>]*)?/?>|<!--",
    re.IGNORECASE,
)
_BREAK_NAMES = (
    "address article aside blockquote br dd div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table td th tr ul"
)
_BREAKS = frozenset(_BREAK_NAMES.split())
_SILENT = frozenset({"script", "style", "noscript", "template", "head"})
_URL = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
LONGEST = 100_000  # characters of one field


def tidy(text: str | None) -> str | None:
    """Give a text without white space at its ends and runs of it within; None for nothing."""
    if text is None:
        return None
    joined = _SPACES.sub(" ", text.replace("\r", "\n"))
    return _LINES.sub("\n", joined).strip()[:LONGEST] or None


def line(text: str | None) -> str | None:
    """Give a text on one line; None for nothing."""
    return " ".join(text.split())[:LONGEST] or None if text else None


def scalar(value: Any) -> str | None:
    """Give a value of JSON as text; None for what is no single value."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return line(html.unescape(value) if "&" in value else value)
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e12 else None  # noqa: PLR2004 - no price, count or rating
    return str(value) if isinstance(value, int) and abs(value) < 10**40 else None


def plain(text: str | None) -> str | None:
    """Give a text whose markup, if it has any, is removed."""
    if text is None:
        return None
    text = text[:LONGEST]
    if "&lt;" in text:
        text = html.unescape(text)
    if _MARKUP.search(text):
        body = LexborHTMLParser(text).body
        return shown(body) if body is not None else None
    return tidy(html.unescape(text) if "&" in text else text)


def shown(node: LexborNode | None) -> str | None:
    """Give the text of an element, a line for each block in it."""
    if node is None:
        return None
    parts: list[str] = []
    length = 0
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            if inner.parent is not None and inner.parent.tag not in _SILENT:
                parts.append(inner.text_content or "")
                length += len(parts[-1])
        elif inner.tag in _BREAKS:
            parts.append("\n")
        if length > LONGEST:
            break
    return tidy("".join(parts))


def brief(node: LexborNode, longest: int) -> str | None:
    """Give the text of an element on one line; None if it has none, or more than so much."""
    parts: list[str] = []
    length = 0
    for inner in node.traverse(include_text=True):
        if inner.tag != "-text" or (inner.parent is not None and inner.parent.tag in _SILENT):
            continue
        found = line(inner.text_content)
        if found:
            parts.append(found)
            length += len(found) + 1
        if length > longest + 1:
            return None
    return " ".join(parts) or None


def addresses(text: str | None) -> tuple[str, ...]:
    """Give the web addresses that a text holds."""
    if not text or "://" not in text:
        return ()
    return tuple(found.rstrip(".,;:!?)]}") for found in _URL.findall(text))
