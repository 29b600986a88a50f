"""JSON-LD: every node of a page's blocks, whatever it is wrapped in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Node = dict[str, Any]
MOST_NODES = 500
_DEEPEST = 12


def nodes(blocks: Iterable[Any]) -> list[Node]:
    """Give the typed nodes of some blocks, outer ones first; graphs and lists are opened."""
    found: list[Node] = []
    for block in blocks:
        for node in _within(block, 0):
            found.append(node)
            if len(found) >= MOST_NODES:
                return found
    return found


def types(node: Any) -> frozenset[str]:
    """Give the names of a node's types, without the address of their vocabulary."""
    said = node.get("@type") if isinstance(node, dict) else None
    names = said if isinstance(said, list) else [said]
    return frozenset(
        name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)
    )


def of_type(found: Iterable[Node], *names: str) -> Iterator[Node]:
    """Give the nodes of some types."""
    return (node for node in found if not types(node).isdisjoint(names))


def _within(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _within(one, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in ("@graph", "mainEntity", "itemListElement", "item", "about", "@reverse"):
            if name in value:
                yield from _within(value[name], depth + 1)
