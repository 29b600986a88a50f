"""Places of an element on a page, as CSS selectors that fit the same element of a page like it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.pages.syntax.text import brief, line

_NAME = re.compile(r"[A-Za-z][\w-]*")
_NUMBERED = re.compile(r"\d{2,}")  # of one thing, not of all
_LONGEST_LABEL = 40
_ABOVE = 3
_WHOLE = 12
COUNTED = ":nth-of-type("  # in places by position
_LABEL = re.compile(r"[^\d:：\"\\]{2,40}[:：]")  # noqa: RUF001


def places(node: LexborNode) -> Iterator[str]:
    """Give an element's places, the simplest first: by name, by label, by position."""
    own = _step(node)
    if own != node.tag:
        yield own
    above: list[str] = []
    one = node.parent
    for _ in range(_ABOVE):
        if one is None or one.tag in {"body", "html"}:
            break
        step = _step(one)
        if step != one.tag:
            yield " > ".join((step, *above, own))
        above.insert(0, step)
        one = one.parent
    yield from _labelled(node)
    for count in range(1, len(above) + 1):
        yield " > ".join((*above[-count:], own))
    yield _position(node)


def label_of(node: LexborNode) -> str | None:
    """Give the text that stands right before an element, among its siblings."""
    one = node.prev
    while one is not None:
        text = line(one.text_content) if one.tag == "-text" else brief(one, 2 * _LONGEST_LABEL)
        if text or one.tag != "-text":
            return text
        one = one.prev
    return None


def _step(node: LexborNode) -> str:
    """Give an element by its id or classes, as far as they are the same on every page."""
    tag, name = node.tag or "*", node.attributes.get("id") or ""
    if _NAME.fullmatch(name) and not _NUMBERED.search(name):
        return f"{tag}#{name}"
    classes = (node.attributes.get("class") or "").split()
    kept = [one for one in classes if _NAME.fullmatch(one) and not _NUMBERED.search(one)][:2]
    return tag + "".join(f".{one}" for one in kept)


def _labelled(node: LexborNode) -> Iterator[str]:
    """Give places behind a label: the element before it, or before what holds it, says a word."""
    within = _LABEL.match(brief(node, 300) or "")
    if within:
        yield f'{node.tag}:lexbor-contains("{within[0]}")'
    below, one = "", node
    for _ in range(_ABOVE):
        label = _before(one)
        text = brief(label, _LONGEST_LABEL) if label is not None else None
        if label is not None and text and not re.search(r"[\"\\\d]", text):
            yield f'{label.tag}:lexbor-contains("{text}") + {one.tag}{below}'
        if one.parent is None or one.parent.tag in {"body", "html"}:
            return
        own = _text_of(one.parent)
        if own and not re.search(r"[\"\\\d]", own):
            yield f'{one.parent.tag}:lexbor-contains("{own}") > {one.tag}{below}'
        below, one = f" > {one.tag}{below}", one.parent


def _text_of(node: LexborNode) -> str | None:
    """Give the first text of an element that stands before all elements in it."""
    first = node.child
    text = line(first.text_content) if first is not None and first.tag == "-text" else None
    return text if text and len(text) <= _LONGEST_LABEL else None


def _before(node: LexborNode) -> LexborNode | None:
    one = node.prev
    while one is not None and (one.tag or "").startswith("-"):
        one = one.prev
    return one


def _position(node: LexborNode) -> str:
    """Give the way from the nearest element with an id, or the body, counted among equals."""
    steps: list[str] = []
    one: LexborNode | None = node
    while one is not None and one.tag not in {"body", "html"} and len(steps) < _WHOLE:
        step = _step(one)
        if "#" in step:
            return " > ".join((step, *steps))
        count, other = 1, one.prev
        while other is not None:
            count += other.tag == one.tag
            other = other.prev
        steps.insert(0, f"{one.tag}{COUNTED}{count})")
        one = one.parent
    return " > ".join(("body", *steps))
