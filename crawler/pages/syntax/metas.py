"""OpenGraph, product and plain meta elements of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

Metas = dict[str, list[str]]
_MOST = 400


def metas(tags: Iterable[Mapping[str, str]]) -> Metas:
    """Give the contents of meta elements by lower-case name or property, in the page's order."""
    found: Metas = {}
    for attributes in islice((one for one in tags if "content" in one), _MOST):
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes["content"].strip()
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def first(found: Metas, *names: str) -> str | None:
    """Give the first content among names, the earlier name first."""
    return next((found[name][0] for name in names if name in found), None)
