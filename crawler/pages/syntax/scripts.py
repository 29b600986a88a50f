"""Data in the script blocks of a page: JSON-LD, embedded state, what is pushed to tag managers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from crawler.pages.syntax import loose

_TYPE = re.compile(r"(?<![\w-])type\s*=\s*[\"']?\s*([\w/+.-]+)", re.IGNORECASE)
_ID = re.compile(r"\b(?:id|data-[\w-]+)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_GIVEN = re.compile(
    r"(?<![\w$.])(?P<name>[A-Za-z_$][\w$.]{0,80})(?:[\"']\s{0,20}\])?\s{0,20}"
    r"(?:=\s{0,20}(?=[{\[][\s\"'{\[\w])|=\s{0,20}JSON\.parse\(\s{0,20}(?=[\"'])|\.push\(\s{0,20}(?=\{))"
)
_JSON_TYPES = frozenset({"application/json", "text/x-json", "text/json"})
_MOST_VALUES = 60
_MOST_TRIES = 500  # a failed one costs as much as the text before it is long


Blocks = Iterable[tuple[str, str]]  # attributes and content of scripts


def linked_data(blocks: Blocks) -> Iterator[Any]:
    """Give what each block of JSON-LD holds."""
    for attributes, content in blocks:
        if (
            "ld+json" in html.unescape(attributes).lower()
            and (found := loose.parse(content)) is not None
        ):
            yield found


def states(blocks: Blocks, word: str = "") -> Iterator[tuple[str, Any]]:
    """Give what scripts hold as data, each with its name: `__NEXT_DATA__`, `dataLayer`.

    Only of scripts that hold a word, if one is given.
    """
    for count, found in enumerate(_states(blocks, word)):
        if count >= _MOST_VALUES:
            return
        yield found


def _states(blocks: Blocks, word: str) -> Iterator[tuple[str, Any]]:
    for attributes, content in blocks:
        if word not in content:
            continue
        kind = _TYPE.search(attributes)
        name = kind[1].lower() if kind else "text/javascript"
        if name in _JSON_TYPES:
            found = loose.parse(content)
            if found is not None:
                identity = _ID.search(attributes)
                yield (identity[1] if identity else "json"), found
        elif ("javascript" in name or name == "module") and len(content) <= loose.LARGEST:
            yield from _in_program(content)


def state(text: str, name: str) -> Any:
    """Give the value that a script assigns to a name; None if there is no such script."""
    if name not in text:
        return None
    match = re.search(rf"{re.escape(name)}\s*=\s*(?=[{{\[])", text)
    return loose.after(text, match.end())[0] if match else None


def _in_program(content: str) -> Iterator[tuple[str, Any]]:
    end = 0
    for match in islice(_GIVEN.finditer(content), _MOST_TRIES):
        if match.end() < end or content[match.end() : match.end() + 2] in {"{}", "[]"}:
            continue
        found, end = loose.after(content, match.end())
        if isinstance(found, str):
            found = loose.parse(found)
        if isinstance(found, dict | list) and found:
            yield match["name"], found
