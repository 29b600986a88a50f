"""What addresses of a shop mean, as expressions: from the shapes that a probe told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import msgspec

from conf.platform import Kinds
from crawler.items import PageError
from crawler.probe import expressions as ex
from crawler.probe.roles import index_shapes, lists_among, menu_among
from crawler.probe.shapes import Shape
from crawler.probe.sight import Sight
from crawler.probe.site import Site


class Roles(msgspec.Struct, frozen=True):
    """Which shapes of a site's addresses are its listings and its sellers."""

    listing: Shape
    seller: Shape | None = None

    @property
    def taken(self) -> tuple[Shape, ...]:
        """Those that are no lists."""
        return (self.listing, self.seller) if self.seller else (self.listing,)


def kinds(site: Site, roles: Roles) -> Kinds:
    """Give the expressions of listings, sellers and lists.

    Raises:
        PageError: the addresses of listings hold no id.

    """
    listing_expression, listing_address = _listing(site, roles.listing)
    seller_expression = None
    if roles.seller is not None and (found := ex.identity(roles.seller)) is not None:
        is_any_case = _is_any_case(roles.seller)
        seller_expression = ex.expression(roles.seller, found, is_any_case=is_any_case)
        if found.place is None:
            seller_expression = ex.paged_by(seller_expression, site.paging)
    return Kinds(
        listing=listing_expression,
        seller=seller_expression,
        index="|".join(dict.fromkeys(_indexes(site, roles))),
        listing_address=listing_address,
    )


def _listing(site: Site, listing: Shape) -> tuple[str, str | None]:
    """Give the listings' expression, and the address they are asked at if they have several."""
    found = ex.identity(listing)
    if found is None:
        raise PageError("no_id", f"addresses like {listing.text} hold no id")
    is_any_case = _is_any_case(listing)
    has_query = found.place is not None and any(one.query for one in listing.members)
    pattern = ex.expression(listing, found, is_any_case=is_any_case, takes_query=has_query)
    if lists := lists_among(site.chart, listing):
        menu = menu_among(site.chart, listing)
        pattern = ex.excepting(pattern, _names(listing, found.place, [*lists, *menu]))
    if not (is_any_case or has_query):
        return pattern, None
    said = [
        (name, sight.own)
        for sight in site.chart.read(listing)
        if sight.own and (name := ex.id_of(pattern, sight.own))
    ]
    return pattern, ex.template(said)


def _names(listing: Shape, place: int | None, urls: Sequence[str]) -> list[str]:
    """Give what stands in the place of the id in some addresses of the listings' shape."""
    if place is None:
        return []
    words = (one.names[place] for one in listing.members if one.url in urls)
    return list(dict.fromkeys(word.partition(".")[0] for word in words))


def _is_any_case(shape: Shape) -> bool:
    literal = [at for at, part in enumerate(shape.parts) if part is not None]
    return any(one.names[at] != shape.parts[at] for one in shape.members for at in literal)


def _indexes(site: Site, roles: Roles) -> Iterator[str]:
    """Give the expressions of lists, the further pages of sellers' shops among them."""
    more = site.paging.expression if site.paging else ""
    for shape, sight in _lists(site, roles):
        if sight.is_answer:
            yield _without_number(ex.path_expression(shape), site) + r"(?:\?.*)?$"
        elif shape.query:
            yield ex.list_expression(shape, site.paging)
        else:
            path = _without_number(ex.path_expression(shape), site)
            yield path.removesuffix("/") + "/?" * shape.is_closed + more + "$"
    yield from _among(site, roles.listing)
    yield ex.HOST + "/" + (more if more.startswith(r"(?:\?") else "") + "$"
    if site.search is not None:
        yield ex.search_expression(site.search, site.paging)
    if roles.seller is not None and roles.seller.query:
        yield ex.list_expression(roles.seller, site.paging)
    elif roles.seller is not None and more:
        yield ex.path_expression(roles.seller).removesuffix("/") + _needed(more) + "$"


def _lists(site: Site, roles: Roles) -> list[tuple[Shape, Sight]]:
    """Give the shapes of lists, facets and orders of a list left out, and searches."""
    found = [
        (shape, sight)
        for shape, sight in index_shapes(site.chart, roles.listing, roles.taken)
        if shape.parts and (sight.is_answer or not _is_search(shape, site))
    ]
    every = [shape for shape, _ in found]
    return [
        (shape, sight)
        for shape, sight in found
        if sight.is_answer or not any(_refines(shape, other) for other in every)
    ]


def _refines(shape: Shape, other: Shape) -> bool:
    """Say whether a list is another one with something more asked of it."""
    own, others = ({name for name, _ in one.query} for one in (shape, other))
    return shape.parts == other.parts and shape.is_closed == other.is_closed and others < own


def _is_search(shape: Shape, site: Site) -> bool:
    """Say whether a list is a search: what is asked of it has no end."""
    template = site.search or site.front.search
    if template is None or not shape.query:
        return False
    word = re.search(r"[?&]([^=&]+)=\{word\}", template)
    names = {name for name, _ in shape.query}
    is_there = shape.text.startswith(urlsplit(template).path.lower() + "?")
    return is_there and word is not None and word[1] in names


def _among(site: Site, listing: Shape) -> Iterator[str]:
    found = ex.identity(listing)
    names = _names(listing, found.place if found else None, lists_among(site.chart, listing))
    if found is not None and found.place is not None and names:
        told = f"(?:{'|'.join(map(re.escape, names))})"
        parts = ["[^/?]+" if part is None else re.escape(part) for part in listing.parts]
        parts[found.place] = told + r"(?:\.\w+)?"
        more = site.paging.expression if site.paging else ""
        yield ex.HOST + "/" + "/".join(parts) + "/?" * listing.is_closed + more + "$"


def _without_number(path: str, site: Site) -> str:
    """Take a list's own page number off its path; `paging` puts it back."""
    names = path.removeprefix(ex.HOST).strip("/").split("/")
    paging = site.paging
    if paging is None or paging.parameter or not names[-1].endswith(r"\d+"):
        return path
    kept = names[: -1 - len(paging.before)]
    return ex.HOST + "".join("/" + name for name in kept)


def _needed(more: str) -> str:
    """Give what follows a list's path, no longer left to choice."""
    return more.removesuffix("/?").removesuffix("?") + ("/?" if more.endswith("/?") else "")
