"""One page, fetched as a crawl would or read from a file, and what its module gives; none kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conf.errors import CrawlError
from conf.platform import Platform, platform, platforms
from conf.site import Site
from crawler import browser, pages, window
from crawler.capture import Fetched
from crawler.frontier.address import Place, canonical, fault, host_of, place
from crawler.items import Kind, PageError
from crawler.pages import PageModule
from crawler.pages.page import Page
from crawler.saved.addresses import Listed, file_address, said_by
from crawler.saved.extracting import saved
from crawler.saved.files import body
from crawler.saved.shops import Shops
from crawler.shown import Shown
from crawler.spiders import reading

_FAULTS = {
    "bad_address": "is no address",
    "bad_scheme": "is neither http nor https",
    "private_address": "is a private address that the platform's YAML does not allow",
    "outside_platform": "is on a host that the platform's YAML does not name",
}


def show(site: Site, what: str, name: str | None = None) -> Shown:
    """Give what one page shows, by its address or its file; `name` is its platform's.

    Raises:
        ConfError: there is no such platform.
        CrawlError: the page may not be fetched, or is not there; the file cannot be read.

    """
    return _of_address(site, what, name) if "://" in what else _of_file(site, Path(what), name)


def _of_file(site: Site, path: Path, name: str | None) -> Shown:
    try:
        content = body(path)
    except PageError as error:
        raise CrawlError(f"{path}: {error}; give a saved page, or an address") from None
    folder = path.resolve().parent
    said = Listed(folder).of(path.name) or said_by(Page(url="", body=content))
    url = said or file_address(folder, path.name)
    shop = Shops({one.name: one for one in platforms(site.platforms)}, name).of(url, folder.name)
    fetched = saved(url, content)
    if shop.platform is not None:
        where = place(shop.platform, url, "index")
        return _read(shop.platform, shop.module, fetched, where.kind if where else "index")
    return _shown(shop.name, shop.module, Page(url=url, body=content), fetched, "listing")


def _of_address(site: Site, url: str, name: str | None) -> Shown:
    one = platform_of(site, url, name)
    if one.needs_browser and browser.chromium() is None:
        raise CrawlError(f"{one.name} needs a browser; install the package chromium")
    clean = canonical(url)
    where = place(one, url, "index") or Place("index", f"index:{clean}", clean, host_of(clean))
    fetched = window.fetch(one, where).fetched
    return _read(one, pages.module(one.pages), fetched, where.kind)


def platform_of(site: Site, url: str, name: str | None = None) -> Platform:
    """Give the platform that an address is of, and that allows it; `name` is that platform's.

    Raises:
        ConfError: there is no such platform.
        CrawlError: no platform names the address's host, or it may not be fetched.

    """
    one = platform(name, site.platforms) if name else _of_host(site, url)
    if (wrong := fault(one, url)) is not None:
        raise CrawlError(f"{url} {_FAULTS[wrong]}; only {', '.join(one.hosts)} is fetched for it")
    return one


def _of_host(site: Site, url: str) -> Platform:
    try:
        host = host_of(url)
    except ValueError:
        raise CrawlError(f"{url} is no address") from None
    for one in platforms(site.platforms):
        if host in one.hosts:
            return one
    raise CrawlError(
        f"no platform names the host {host or url}, and nothing else is fetched; add one as "
        "docs/add/platform.md says, or save the page and show the file"
    )


def _read(one: Platform, module: PageModule, fetched: Fetched, kind: Kind) -> Shown:
    return _shown(one.name, module, reading.page_of(one, fetched), fetched, kind)


def _shown(name: str, module: PageModule, page: Page, fetched: Fetched, kind: Kind) -> Shown:
    """Read a page by its kind; what cannot be read is told."""
    plain = Shown(
        url=fetched.url,
        platform=name,
        kind=kind,
        parser=module.parser,
        status=fetched.status,
        body_bytes=len(fetched.body),
        body_sha256=fetched.body_sha256,
    )
    if fetched.status >= 400:  # noqa: PLR2004 - only 404 and 410 come here
        no_more = (f"http_{fetched.status}", "the server says that the page is no more")
        return msgspec.structs.replace(plain, refused=no_more)
    try:
        listing = reading.ask(module.listing, page) if kind == "listing" else None
        seller = reading.ask(module.seller, page) if kind == "seller" else None
        links = reading.ask(lambda given: tuple(module.links(given)), page)
    except PageError as error:
        return msgspec.structs.replace(plain, refused=(error.reason, str(error)))
    is_bare = kind != "index" and listing is None and seller is None
    refused = (f"no_{kind}", f"the page shows no {kind}") if is_bare else None
    return msgspec.structs.replace(
        plain, listing=listing, seller=seller, links=links, refused=refused
    )
