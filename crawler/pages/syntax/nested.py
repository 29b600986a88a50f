"""The objects within a JSON value, whatever it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST, _DEEPEST = 4_000, 8


def objects(
    value: Any, *keys: str, most: int = _MOST, deepest: int = _DEEPEST
) -> Iterator[dict[str, Any]]:
    """Give the objects within a value that hold all of some keys, outer ones first, not too many.

    Args:
        value: what JSON gave.
        keys: keys that an object must hold; none gives every object.
        most: objects and lists that are looked at.
        deepest: levels that are looked at.

    """
    level, count = [value], 0
    for _ in range(deepest):
        following: list[Any] = []
        for one in level:
            count += 1
            if count > most:
                return
            if isinstance(one, dict) and all(key in one for key in keys):
                yield one
            inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
            following.extend(each for each in inner if isinstance(each, dict | list))
        level = following
