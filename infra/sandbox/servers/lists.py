"""Pages that list offers: categories, searches, sellers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from infra.sandbox.servers.exchange import Answer
from infra.sandbox.servers.shelf import leaf
from infra.sandbox.servers.shop import Shop
from infra.sandbox.world import Seller


class List(msgspec.Struct, frozen=True):
    """What is listed: heading, address up to the page's number, ids, address after it."""

    heading: str
    path: str
    ids: Sequence[str]
    after: str = ""


def show(
    shop: Shop,
    here: List,
    number: int,
    size: int,
    *,
    seller: Seller | None = None,
    **values: object,
) -> Answer:
    """Show one page of a list by the template "list"; a page past the end is 404.

    `values` are what the marketplace's own template wants besides.
    """
    page = leaf(here.ids, number, size)
    return shop.page(
        "list",
        status=200 if page.number <= page.last else 404,
        here=here,
        leaf=page,
        offers=shop.shelf.offers(page.ids),
        seller=seller,
        **values,
    )
