"""Shapes of addresses: which of a site's addresses differ only where an id stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

import msgspec

FEW = 3  # so many different words in one place are an id's, fewer are names
_PAGED = re.compile(r"((?:p|pg|page|pagina|pag|seite|s|sida|strona)[-_]?)\d{1,4}", re.IGNORECASE)
# Parameters whose value says what a page is, not which one.
_TYPES = frozenset({
    "route", "controller", "fc", "mod", "module", "act", "action", "op", "do", "view", "option",
    "task", "dispatch", "a", "c", "m", "type",
})  # fmt: skip

# A program of the server's: its name says what a page is, its parameters say which one.
_PROGRAM = re.compile(r"[\w-]+\.(?:php\d?|aspx?|jsp|cfm|cgi|pl|do)", re.IGNORECASE)

Parts = tuple[str | None, ...]


class Address(msgspec.Struct, frozen=True):
    """One canonical address, taken apart."""

    url: str
    names: tuple[str, ...]  # segments of the path
    is_closed: bool  # the path ends with a slash
    query: tuple[tuple[str, str], ...]


class Shape(msgspec.Struct, frozen=True):
    """Addresses of one shape. A part is None where they differ, else its name in lower case.

    The number of a list's page is a # in its part.
    """

    parts: Parts
    is_closed: bool
    query: tuple[tuple[str, str | None], ...]  # only where the path alone says nothing
    members: tuple[Address, ...]

    @property
    def key(self) -> tuple[Parts, bool, tuple[tuple[str, str | None], ...]]:
        """What makes it this shape."""
        return self.parts, self.is_closed, self.query

    @property
    def text(self) -> str:
        """The shape as a person reads it: /item/*."""
        path = "/" + "/".join("*" if part is None else part for part in self.parts)
        query = "&".join(f"{name}={'*' if text is None else text}" for name, text in self.query)
        return (
            path + ("/" if self.is_closed and self.parts else "") + (f"?{query}" if query else "")
        )

    @property
    def varies(self) -> bool:
        """Whether it holds a part that differs."""
        return None in self.parts or any(text is None for _, text in self.query)


def address(url: str) -> Address:
    """Take a canonical address apart."""
    parts = urlsplit(url)
    names = tuple(name for name in parts.path.split("/") if name)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True, encoding="latin-1"))
    return Address(url, names, parts.path.endswith("/") and bool(names), query)


def shapes(urls: Iterable[str]) -> list[Shape]:
    """Give the shapes of canonical addresses, the one with most of them first."""
    groups: dict[tuple[int, bool], list[Address]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        one = address(url)
        groups[len(one.names), one.is_closed].append(one)
    found = [
        shape
        for (length, is_closed), members in groups.items()
        for parts, alike in _split(members, (), length)
        for shape in _queried(parts, alike, is_closed=is_closed)
    ]
    return sorted(found, key=lambda one: (-len(one.members), one.text))


def matching(every: Sequence[Shape], url: str) -> Shape | None:
    """Give the shape that an address has, one that it helped to find or not."""
    one = address(url)
    return next((shape for shape in every if fits(shape, one)), None)


def fits(shape: Shape, one: Address) -> bool:
    """Say whether an address has a shape."""
    if (len(one.names), one.is_closed) != (len(shape.parts), shape.is_closed):
        return False
    if any(
        part is not None and part != _name(one, at, shape.parts[:at])
        for at, part in enumerate(shape.parts)
    ):
        return False
    given = dict(one.query)
    return all(
        name in given and (text is None or given[name] == text) for name, text in shape.query
    )


def _split(members: list[Address], before: Parts, length: int) -> list[tuple[Parts, list[Address]]]:
    """Tell names from ids, one place of the path after the other."""
    at = len(before)
    if at == length:
        return [(before, members)]
    by_name: dict[str, list[Address]] = defaultdict(list)
    for one in members:
        by_name[_name(one, at, before)].append(one)
    names, ids = _told_apart(by_name, at, length)
    found = [each for name in names for each in _split(by_name[name], (*before, name), length)]
    if ids:
        rest = [one for name in ids for one in by_name[name]]
        found += _split(rest, (*before, None), length)
    return found


def _name(one: Address, at: int, before: Parts) -> str:
    """Give a place's word in lower case; behind an id the number of a page is left out: p#."""
    name = one.names[at].lower()
    return _PAGED.sub(r"\1#", name) if None in before and _PAGED.fullmatch(name) else name


def _told_apart(
    by_name: dict[str, list[Address]], at: int, length: int
) -> tuple[list[str], list[str]]:
    """Say which words in one place are names, and which are ids.

    A name leads to many that no other leads to: its own things. Where nothing follows, or the same
    follows everywhere, many different words are ids.
    """
    tails = {name: _tails(members, at, length) for name, members in by_name.items()}
    seen: dict[str, int] = defaultdict(int)
    for every in tails.values():
        for tail in every:
            seen[tail] += 1
    wide = [
        name
        for name, every in tails.items()
        if sum(seen[tail] == 1 for tail in every) >= FEW or _is_program(name, by_name[name])
    ]
    narrow = [name for name in by_name if name not in wide]
    return (wide, narrow) if len(narrow) >= FEW else (wide + narrow, [])


def _is_program(name: str, members: list[Address]) -> bool:
    return _PROGRAM.fullmatch(name) is not None and any(one.query for one in members)


def _tails(members: list[Address], at: int, length: int) -> set[str]:
    """Give what follows a place; numbers of pages are all the same."""
    if at + 1 == length:
        return set()
    return {_PAGED.sub(r"\1#", "/".join(one.names[at + 1 :])) for one in members}


def _queried(parts: Parts, members: list[Address], *, is_closed: bool) -> list[Shape]:
    """Give the shapes of one path: where it holds no id, a parameter may."""
    if None in parts:
        return [Shape(parts, is_closed, (), tuple(members))]
    groups: dict[tuple[tuple[str, str | None], ...], list[Address]] = defaultdict(list)
    for one in members:
        typed = {name: text for name, text in one.query if name.lower() in _TYPES}
        if any(any(letter.isdigit() for letter in text) for text in typed.values()):
            typed = {}
        groups[tuple((name, typed.get(name)) for name, _ in one.query)].append(one)
    return [Shape(parts, is_closed, query, tuple(alike)) for query, alike in groups.items()]
