"""What of a page's markup is data, and what a reader sees; every step goes through it once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

# A "<" and the letter behind it rule out nearly every tag; to fold letters would cost the most.
_BLOCK = re.compile(
    r"<(?=[!sStT])(?:!--|(?i:(script|style|svg|template|textarea|title))(?=[\s/>])([^>]{0,2000})>)"
)
_COMMENT, _TITLE = "!--", "title"
_PLACE = "<!---->"  # what was cut still parts the texts around it
_NOSCRIPT = re.compile(r"<noscript(?=[\s/>])[^>]*>", re.IGNORECASE)
# With the white space between and behind them, tags that follow one another are one.
_TAGS = re.compile(r"<[^<]*>(?:\s*<[^<]*>)*\s*")
_TITLE_TEXT = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_HEADING = re.compile(r"<[hH]1(?=[\s/>])[^>]*>")
_HEADING_END = re.compile(r"</h[1-6]", re.IGNORECASE)
_MOST_HEADINGS = 5


class Parted(NamedTuple):
    """A page's markup, and what was in its scripts."""

    elements: str  # without scripts, styles, drawings, templates and comments
    scripts: tuple[tuple[str, str], ...]  # attributes and content of each


def part(text: str) -> Parted:
    """Part markup from scripts; a block that does not end is none, and hides nothing."""
    kept: list[str] = []
    found: list[tuple[str, str]] = []
    endless: set[str] = set()  # not to look for their end again: that would cost the square
    at = begin = 0
    while (block := _BLOCK.search(text, begin)) is not None:
        name, attributes = (block[1] or _COMMENT).lower(), block[2] or ""
        begin = block.start() + 2 if name == _COMMENT else block.end()  # "<!-->" is a whole one
        if name in endless or (name == "svg" and attributes.endswith("/")):
            continue
        end = text.find("-->", begin) if name == _COMMENT else _end(text, name, begin)
        if end < 0:
            endless.add(name)
        elif name == _TITLE:
            kept += text[at:begin], text[begin:end].replace("<", "&lt;")
            at = begin = end
        else:
            kept += text[at : block.start()], _PLACE
            if name == "script" and end > begin:
                found.append((attributes, text[begin:end]))
            at = begin = text.find(">", end) + 1 or len(text)
    kept.append(text[at:])
    return Parted("".join(kept), tuple(found))


def pieces(elements: str) -> list[str]:
    """Give the texts between tags in the order of the page, as a reader may see them."""
    found = [text for piece in _TAGS.split(elements)[1:-1] if (text := piece.strip())]
    if "&" not in elements:
        return found
    # A space that is written as an entity is one all the same.
    plain = (html.unescape(text).strip() if "&" in text else text for text in found)
    return [text for text in plain if text]


def title(elements: str) -> str | None:
    """Give what a page calls itself, on one line."""
    found = _TITLE_TEXT.search(elements)
    return _line(found[1]) or None if found else None


def headings(elements: str) -> list[str]:
    """Give the texts of a page's first headings, each on one line."""
    found: list[str] = []
    tag = "<h1" if "<h1" in elements else "<H1"
    at = elements.find(tag)
    while at >= 0 and len(found) < _MOST_HEADINGS:
        begin, end = _HEADING.match(elements, at), _HEADING_END.search(elements, at)
        if begin is not None and end is not None and begin.end() <= end.start():
            found.append(_line(_TAGS.sub(" ", elements[begin.end() : end.start()])))
        at = elements.find(tag, end.end()) if end is not None else -1
    return [text for text in found if text]


def without_noscript(elements: str) -> str:
    """Give markup without what is there for want of scripts."""
    return "<>".join(_outside(elements))


def _outside(elements: str) -> Iterator[str]:
    at = 0
    while (begin := _NOSCRIPT.search(elements, at)) is not None:
        end = _end(elements, "noscript", begin.end())
        if end < 0:
            break
        yield elements[at : begin.start()]
        at = elements.find(">", end) + 1 or len(elements)
    yield elements[at:]


def _end(text: str, name: str, begin: int) -> int:
    """Give where the end tag of a name begins; -1 for nowhere."""
    small, large = f"</{name}", f"</{name.upper()}"
    end = text.find(small, begin)
    early = text.find(large, begin, end if end >= 0 else len(text))
    if early >= 0 or end >= 0:
        return end if early < 0 else early
    mixed = re.compile(small, re.IGNORECASE).search(text, begin)
    return mixed.start() if mixed else -1


def _line(text: str) -> str:
    return " ".join(html.unescape(text).split())
