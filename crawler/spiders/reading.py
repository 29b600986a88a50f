"""What a page gave: from one answer and its target to rows, links and pictures. No I/O."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from conf.platform import Platform
from crawler.capture import Fetched
from crawler.frontier.address import Place, place
from crawler.frontier.store import Target
from crawler.items import Gone, Link, PageError
from crawler.pages import PageModule
from crawler.pages.page import Page
from crawler.pages.syntax.newsfeed import entries, is_feed
from crawler.rows import Row, Stamp, gone_row, observation_row, seller_row

Shown = TypeVar("Shown")


class Read(NamedTuple):
    """What one page gave. `is_kept` says that the answer is evidence and must be captured."""

    rows: tuple[tuple[str, Row], ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Place, ...] = ()
    counts: tuple[str, ...] = ()
    is_kept: bool = False
    elsewhere: tuple[tuple[str, Link], ...] = ()  # platform and link, of other platforms


def read(
    platform: Platform,
    module: PageModule,
    target: Target,
    fetched: Fetched,
    stamp: Stamp,
    *,
    picture_count: int,
) -> Read:
    """Read one page.

    Raises:
        PageError: it does not show what it should, or its module cannot cope with it.

    """
    page = page_of(platform, fetched)
    if target.kind == "listing":
        return _listing(platform, module, target, page, stamp, picture_count)
    if target.kind == "seller":
        shown = ask(module.seller, page)
        links = _links(module, page)
        if shown is None:
            raise PageError("no_seller", "the page shows no seller")
        _check_same(target, shown.seller_id)
        rows = (("seller_observations", seller_row(shown, stamp)),)
        return Read(rows, links, counts=("page", "seller"), is_kept=True)
    return Read(links=_links(module, page), counts=("page",))


def page_of(platform: Platform, fetched: Fetched) -> Page:
    """Give a page module's view of an answer; a compressed sitemap is unpacked, within bounds."""
    body = fetched.body
    if body[:2] == b"\x1f\x8b":
        body = _unpacked(body, platform.politeness.largest_body_bytes)
    return Page(
        platform=platform,
        url=fetched.url,
        body=body,
        status=fetched.status,
        headers=dict(reversed([(name.lower(), text) for name, text in fetched.response_headers])),
    )


def gone(target: Target, stamp: Stamp) -> Read:
    """Give what it means that a listing's page is no more."""
    row = gone_row(Gone(listing_id=target.own_id, url=target.url), stamp)
    return Read((("observations", row),), counts=("page", "gone"), is_kept=True)


def _listing(
    platform: Platform,
    module: PageModule,
    target: Target,
    page: Page,
    stamp: Stamp,
    picture_count: int,
) -> Read:
    shown = ask(module.listing, page)
    if shown is None:
        raise PageError("no_listing", "the page shows no listing")
    _check_same(target, shown.listing_id)
    if isinstance(shown, Gone):
        return gone(target, stamp)
    pictures = _pictures(platform, shown.image_urls, picture_count)
    rows = (("observations", observation_row(shown, stamp)),)
    return Read(rows, _links(module, page), pictures, ("page", "listing"), is_kept=True)


def _pictures(platform: Platform, urls: Iterable[str], count: int) -> tuple[Place, ...]:
    """Give the first pictures that a crawl of the platform may ask for, each once."""
    kept: dict[Place, None] = {}
    for url in urls:
        if len(kept) == count:
            break
        if (one := place(platform, url, "image")) is not None:
            kept[one] = None
    return tuple(kept)


def _links(module: PageModule, page: Page) -> tuple[Link, ...]:
    reader = entries if is_feed(page) else module.links
    return ask(lambda one: tuple(reader(one)), page)


def ask(function: Callable[[Page], Shown], page: Page) -> Shown:
    """Call a function of a page module; whatever goes wrong in it costs this one page."""
    try:
        return function(page)
    except PageError:
        raise
    except Exception as error:
        detail = f"{type(error).__name__} in the page module"
        raise PageError("page_crashed", detail) from error


def _check_same(target: Target, shown_id: str) -> None:
    if shown_id.casefold() != target.own_id.casefold():
        raise PageError(
            f"other_{target.kind}", f"asked for {target.own_id}, the page shows {shown_id[:80]}"
        )


def _unpacked(body: bytes, largest: int) -> bytes:
    unpacker = zlib.decompressobj(31)
    try:
        content = unpacker.decompress(body, largest)
    except zlib.error:
        raise PageError("bad_gzip", "the compressed file is damaged") from None
    if unpacker.unconsumed_tail:
        raise PageError("too_large", f"unpacked, the file is longer than {largest} bytes")
    return content
