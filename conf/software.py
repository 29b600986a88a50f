"""Shop software and marketplaces that page modules read: one YAML file each, for any host.

A platform's YAML says where one shop is; what stands here is true of every shop of a software: how
its pages are recognised, which paths lead to its listings, and what its addresses mean.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from conf import reading
from conf.errors import ConfError
from conf.platform import Kinds

SOFTWARE = reading.HERE / "software"
HOME = "{home}"  # in an address template: scheme and host of the shop, without a slash at the end


class Signs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What gives a software away, whatever the host.

    A generator or a header is enough by itself; of cookies and texts `needed` have to be there.
    """

    generator: str | None = None  # expression on <meta name="generator">
    headers: tuple[str, ...] = ()  # "name", or "name: expression on its value"
    cookies: tuple[str, ...] = ()  # how the names of cookies that it sets begin
    texts: tuple[
        str, ...
    ] = ()  # what stands in the source of its pages or answers, letter by letter
    needed: int = 2


class Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths below a shop's home that lead to listings; {word} and {page} as in `discovery`.

    They are to be tried: a shop may have closed some of them.
    """

    sitemaps: tuple[str, ...] = ()
    apis: tuple[str, ...] = ()  # answer with JSON that the page module's `links` reads
    searches: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()  # lists of everything
    category_links: str | None = None  # expression on canonical addresses of links to categories


class Software(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of shop software, or one marketplace with hosts in many countries."""

    name: str
    title: str
    pages: str  # module in crawler/pages that reads it
    signs: Signs
    kinds: Kinds  # address templates begin with {home}
    verified: Literal["recorded", "documented", "sandbox"]
    source: str  # what it was verified by
    ways: Ways = Ways()
    is_marketplace: bool = False  # many sellers; its pages tell who sells
    needs_browser: bool = False


def software(name: str, where: Path = SOFTWARE) -> Software:
    """Read one software.

    Raises:
        ConfError: the file is missing or wrong, or an expression or template does not do.

    """
    path = where / f"{name}.yaml"
    found = reading.read(path, Software)
    if found.name != name:
        raise ConfError(f"{path}: name is {found.name!r}; it must be the file's name, {name!r}")
    for field, expression in _expressions(found).items():
        _check(path, field, expression)
    for field in ("listing", "seller"):
        _check_identity(path, field, found.kinds)
    for way in ("sitemaps", "apis", "searches", "categories"):
        for template in getattr(found.ways, way):
            if not template.startswith("/") or (way == "searches" and "{word}" not in template):
                raise ConfError(
                    f"{path}: ways.{way} has {template!r}; write a path that begins with / "
                    "(and holds {word} if it is a search)"
                )
    return found


def every(where: Path = SOFTWARE) -> tuple[Software, ...]:
    """Read every software, by name."""
    return tuple(software(name, where) for name in reading.names(where))


def at_home(kinds: Kinds, home: str) -> Kinds:
    """Give the kinds of one shop: the address templates with its scheme and host."""
    home = home.rstrip("/")
    return msgspec.structs.replace(
        kinds,
        listing_address=_filled(kinds.listing_address, home),
        seller_address=_filled(kinds.seller_address, home),
    )


def _filled(template: str | None, home: str) -> str | None:
    return None if template is None else template.replace(HOME, home)


def _expressions(found: Software) -> dict[str, str | None]:
    headers = {f"signs.headers {one}": one.partition(": ")[2] for one in found.signs.headers}
    return {
        "signs.generator": found.signs.generator,
        "kinds.listing": found.kinds.listing,
        "kinds.seller": found.kinds.seller,
        "kinds.index": found.kinds.index,
        "ways.category_links": found.ways.category_links,
        **headers,
    }


def _check(path: Path, field: str, expression: str | None) -> None:
    try:
        re.compile(expression or "")
    except re.error as error:
        raise ConfError(f"{path}: {field} is no regular expression: {error}; mend it") from None


def _check_identity(path: Path, field: str, kinds: Kinds) -> None:
    expression, template = getattr(kinds, field), getattr(kinds, f"{field}_address")
    if expression is not None and "id" not in re.compile(expression).groupindex:
        raise ConfError(f"{path}: kinds.{field} needs a group (?P<id>…) that holds the id")
    if template is not None and not (template.startswith(HOME + "/") and "{id}" in template):
        raise ConfError(f"{path}: kinds.{field}_address must begin with {HOME}/ and hold {{id}}")
