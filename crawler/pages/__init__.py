"""Page modules: one file a platform or a kind of shop software; see crawler/items.py."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable
from functools import cache
from typing import cast

import msgspec

from conf.errors import ConfError
from crawler.items import Gone, Link, Observation, SellerObservation
from crawler.pages.page import Page


def _no_seller(_page: Page) -> SellerObservation | None:
    return None


class PageModule(msgspec.Struct, frozen=True):
    """The functions of one page module."""

    name: str
    listing: Callable[[Page], Observation | Gone | None]
    links: Callable[[Page], Iterable[Link]]
    seller: Callable[[Page], SellerObservation | None] = _no_seller
    version: int = 1  # grows when the module reads the same page differently

    @property
    def parser(self) -> str:
        """Name and version, as rows tell it."""
        return f"{self.name}/{self.version}"


@cache
def module(name: str) -> PageModule:
    """Give a page module by the name of its file.

    Raises:
        ConfError: there is none, or it lacks `listing` or `links`.

    """
    path = f"{__name__}.{name}"
    if not name.isidentifier() or name == "page" or importlib.util.find_spec(path) is None:
        raise ConfError(
            f"there is no page module {name!r}; write crawler/pages/{name}.py, or mend `pages:` in "
            "the platform's YAML"
        )
    found = importlib.import_module(path)
    for needed in ("listing", "links"):
        if not callable(getattr(found, needed, None)):
            raise ConfError(f"crawler/pages/{name}.py has no function `{needed}`; add it")
    return PageModule(
        name=name,
        listing=found.listing,
        links=found.links,
        seller=cast(
            "Callable[[Page], SellerObservation | None]", getattr(found, "seller", _no_seller)
        ),
        version=getattr(found, "VERSION", 1),
    )
