"""JSON of shop software by a table: for each field of a listing, the paths where it may stand.

A path names keys and places in lists with dots between them, `*` for each: `images.*.src`. Behind
it may stand what the value is:

    available?      true or false: whether the thing can be bought
    price#2         a whole number of hundredths; `price#digits` where another field says how many
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from crawler.items import Variant
from crawler.pages.syntax import nested
from crawler.pages.syntax.buying import IN_STOCK, OUT_OF_STOCK
from crawler.pages.syntax.gathered import variants
from crawler.pages.syntax.text import plain, scalar

Where = str | tuple[str, ...]  # the first that gives something counts
Absolute = Callable[[str | None], str | None]
_MOST = 400  # values of one path
_MOST_DIGITS = 6
_MOST_NODES, _DEEPEST = 50_000, 25  # of a search through a page's state
_JOINED = " > "


class Told(msgspec.Struct, frozen=True):
    """Where the fields of one kind of JSON stand."""

    fields: Mapping[str, Where]
    variants: str | None = None  # path of the choices
    variant: Mapping[str, Where] = {}


def read(told: Told, node: Any, absolute: Absolute) -> dict[str, Any]:
    """Give the fields that an object tells; `absolute` completes addresses of pictures."""
    found = {name: field(name, node, where, absolute) for name, where in told.fields.items()}
    if told.variants:
        found["variants"] = variants(*(_variant(told, one) for one in values(node, told.variants)))
    return found


def field(name: str, node: Any, where: Where, absolute: Absolute) -> Any:
    """Give one field: pictures as a tuple of addresses, a category as its path, others as text."""
    for path in many(where):
        if name == "image_urls":
            whole = (absolute(scalar(one)) for one in values(node, path))
            if pictures := tuple(dict.fromkeys(one for one in whole if one)):
                return pictures
        elif name == "description_text":
            if text := plain("\n".join(one for one in values(node, path) if isinstance(one, str))):
                return text
        elif text := _text(name, node, path):
            return text
    return None


def text(node: Any, where: Where) -> str | None:
    """Give the first text that some paths tell."""
    return next((found for path in many(where) if (found := _text("", node, path))), None)


def values(node: Any, path: str) -> list[Any]:
    """Give what stands at a path; an empty path is the object itself."""
    level = [node]
    for key in path.split(".") if path else ():
        level = [inner for one in level for inner in _steps(one, key)][:_MOST]
    return level


def many(where: Where) -> tuple[str, ...]:
    """Give paths or selectors as a tuple."""
    return (where,) if isinstance(where, str) else where


def keyed(rows: Any, key: str, value: str) -> dict[str, Any]:
    """Give named values, as software lists attributes, by their names; the first of a name."""
    made: dict[str, Any] = {}
    for row in values(rows, "*"):
        name = text(row, key)
        if name:
            made.setdefault(name, next(iter(values(row, value)), None))
    return made


def decimal(value: Any, digits: Any) -> str | None:
    """Write a whole number of the smallest unit as an amount: 1299 of 2 digits as 12.99."""
    try:
        places = int(digits)
        amount = Decimal(str(value)).scaleb(-places)
    except (InvalidOperation, TypeError, ValueError):
        return None
    fits = amount.is_finite() and 0 <= places <= _MOST_DIGITS and not isinstance(value, bool)
    return f"{amount:.{places}f}" if fits and abs(amount.adjusted()) < 15 else None  # noqa: PLR2004 - longer is no price


def _text(name: str, node: Any, path: str) -> str | None:
    if path.endswith("?"):
        return _is_there(values(node, path[:-1]))
    path, _, digits = path.partition("#")
    found = values(node, path)
    if digits:
        unit = digits if digits.isdigit() else next(iter(values(node, digits)), None)
        return next((one for value in found if (one := decimal(value, unit))), None)
    texts = [one for value in found if (one := scalar(value))]
    return _JOINED.join(texts) if name == "category_text" else next(iter(texts), None)


def _is_there(found: list[Any]) -> str | None:
    """Say in stock if one of some values is true, out of stock if they are false."""
    flags = [one for one in found if isinstance(one, bool)]
    if not flags:
        return None
    return IN_STOCK if any(flags) else OUT_OF_STOCK


def _steps(node: Any, key: str) -> Iterator[Any]:
    if key == "*":
        inner = node.values() if isinstance(node, dict) else node
        yield from inner if isinstance(node, dict | list) else ()
    elif isinstance(node, dict):
        if node.get(key) is not None:
            yield node[key]
    elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
        yield node[int(key)]


def _variant(told: Told, node: Any) -> Variant | None:
    found = {name: text(node, where) for name, where in told.variant.items() if name != "name"}
    name = _name(node, told.variant.get("name", ())) or found.get("sku_text")
    return Variant(name=name, **found) if name else None


def _name(node: Any, where: Where) -> str | None:
    """Give the name of a choice; of one that is named by several things, all of them."""
    for path in many(where):
        if texts := [one for value in values(node, path) if (one := scalar(value))]:
            return " / ".join(texts)
    return None


def objects(value: Any, *keys: str) -> Iterator[dict[str, Any]]:
    """Give the objects within a page's state that hold all of some keys, outer ones first."""
    return nested.objects(value, *keys, most=_MOST_NODES, deepest=_DEEPEST)
