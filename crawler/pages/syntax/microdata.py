"""Microdata: the items of a page in the form of JSON-LD nodes."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.syntax.jsonld import Node
from crawler.pages.syntax.text import line, shown

_ADDRESS = {
    "a": "href",
    "area": "href",
    "link": "href",
    "img": "src",
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}
_VALUE = {"data": "value", "meter": "value", "time": "datetime"}
_LONG = frozenset({"description", "reviewBody", "articleBody"})
_MOST_ITEMS = 300
_DEEPEST = 8


def items(tree: LexborHTMLParser, types: str = "Product") -> list[Node]:
    """Give the items whose type ends in a name, in the order of the page, nested ones within."""
    roots = tree.css(f"[itemscope][itemtype$={types!r} i]".replace("'", '"'))
    return [item(root) for root in roots[:_MOST_ITEMS]]


def item(root: LexborNode) -> Node:
    """Give one item: its type, its id attribute and its properties, several values as a list."""
    return _item(root, 0)


def _item(root: LexborNode, depth: int) -> Node:
    attributes = root.attributes
    made: Node = {"@type": (attributes.get("itemtype") or "").split(" ")[0]}
    if attributes.get("id"):
        made["@id"] = attributes["id"]
    for node in _properties(root):
        value = _read(node, depth)
        if value is None:
            continue
        for name in (node.attributes.get("itemprop") or "").split():
            _add(made, name, value)
    return made


def _properties(root: LexborNode) -> list[LexborNode]:
    """Give the elements that are properties of an item itself, not of an item within it."""
    found: list[LexborNode] = []
    open_nodes = [root.child]
    while open_nodes:
        node = open_nodes.pop()
        while node is not None:
            if node.is_element_node:
                attributes = node.attributes
                if attributes.get("itemprop"):
                    found.append(node)
                if "itemscope" not in attributes and node.child is not None:
                    open_nodes.append(node.next)
                    node = node.child
                    continue
            node = node.next
    return found


def _read(node: LexborNode, depth: int) -> Any:
    attributes = node.attributes
    if "itemscope" in attributes:
        return _item(node, depth + 1) if depth < _DEEPEST else None
    tag = node.tag or ""
    content = attributes.get("content")
    if tag == "meta" or content:
        return line(content)
    if tag in _ADDRESS:
        address = attributes.get(_ADDRESS[tag]) or attributes.get("data-src")
        return line(address) or line(node.text())
    if tag in _VALUE and attributes.get(_VALUE[tag]):
        return line(attributes[_VALUE[tag]])
    if (attributes.get("itemprop") or "") in _LONG:
        return shown(node)
    return line(node.text(separator=" "))


def _add(made: Node, name: str, value: Any) -> None:
    if name not in made:
        made[name] = value
    elif isinstance(made[name], list):
        made[name].append(value)
    else:
        made[name] = [made[name], value]
