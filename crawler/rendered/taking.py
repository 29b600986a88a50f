"""A listing's page captured as a person sees it: fetched, shown by a browser, and kept."""

from __future__ import annotations

import hashlib
import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
import polars as pl

from conf.errors import CrawlError
from conf.platform import Platform
from conf.site import Site
from crawler import browser, window
from crawler.batch import BATCHES, CAPTURES
from crawler.capture import Fetched, PageKind, capture_row
from crawler.commit import Committer
from crawler.frontier.address import Place, canonical, host_of, is_private, place
from crawler.lake import scan
from crawler.packs import PackWriter
from crawler.rendered.viewing import Gate, View, view
from crawler.rows import Row
from crawler.showing import platform_of

APP = "capture"


class Kept(msgspec.Struct, frozen=True):
    """One capture that was made."""

    page_kind: str
    capture_id: str
    body_bytes: int
    body_sha256: str


class Taken(msgspec.Struct, frozen=True):
    """What a page showed, as far as it is told."""

    listing_key: str | None
    url: str
    status: int
    loaded: int  # requests of the page that were let through
    stopped: int  # and those that were not: elsewhere, disallowed, or too many
    captures: tuple[Kept, ...]


def take(site: Site, what: str, now: datetime) -> Taken:
    """Capture a page: the answer itself, what a browser makes of it, and a picture of that.

    Args:
        site: where.
        what: listing_key, or the address of a page of a platform.
        now: time that the rows carry.

    Raises:
        CrawlError: there is no Chromium, no such listing, or the page may not be fetched.
        LakeError: another process writes the captures.

    """
    chromium = browser.chromium()
    if chromium is None:
        raise CrawlError(
            "a page is shown by Chromium, and this machine has none; install the package chromium"
        )
    url = what if "://" in what else _address(site, what)
    one = platform_of(site, url)
    clean = canonical(url)
    where = place(one, url, "index") or Place("index", f"index:{clean}", clean, host_of(clean))
    with Committer(site.lake, APP) as committer:
        committer.hold((CAPTURES, BATCHES))
        plain = msgspec.structs.replace(one, needs_browser=False)
        seen = window.fetch(plain, where, _beside(one, where.host))
        gate = Gate(one, seen.rules)
        shown = view(chromium, one, where.url, gate, _addresses(one, seen.fetched))
        rows = _kept(site, (one.name, where), seen.fetched, shown, now)
        committer.commit({CAPTURES: rows}, committer.next_seq((CAPTURES,)))
    kept = tuple(msgspec.convert({n: row[n] for n in Kept.__struct_fields__}, Kept) for row in rows)
    key = listing_key(one.name, where)
    return Taken(key, shown.url, shown.status, shown.loaded, shown.stopped, kept)


def _address(site: Site, key: str) -> str:
    """Give the address at which a listing was seen last."""
    rows = scan(site.lake, "observations")
    found = (
        pl.DataFrame(schema={"url": pl.String})
        if rows is None
        else rows.filter(pl.col("listing_key") == key)
        .sort("observed_at", "observation_id")
        .select("url")
        .tail(1)
        .collect()
    )
    if found.is_empty():
        raise CrawlError(f"no listing {key!r} was ever seen; give its listing_key, or its address")
    return str(found["url"][0])


def _beside(one: Platform, host: str) -> list[Place]:
    """Give what makes the platform's other hosts tell their rules: nothing of them loads before."""
    scheme = urlsplit(one.home).scheme
    urls = [f"{scheme}://{other}/robots.txt" for other in one.hosts if other != host]
    return [Place("index", f"index:{url}", url, host_of(url)) for url in urls]


def _addresses(one: Platform, fetched: Fetched) -> dict[str, str]:
    """Give where the names of the platform's hosts lead, those that lead where they may."""
    names = dict.fromkeys(urlsplit(f"//{host}").hostname or host for host in one.hosts)
    found = {name: _resolved(name) for name in names}
    answered = urlsplit(fetched.url).hostname
    if answered in found and fetched.ip_address:
        found[answered] = fetched.ip_address
    return {
        name: address
        for name, address in found.items()
        if address is not None and (one.is_loopback_allowed or not is_private(address))
    }


def _resolved(name: str) -> str | None:
    try:
        return str(socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        return None


def _kept(
    site: Site, page: tuple[str, Place], fetched: Fetched, shown: View, now: datetime
) -> list[Row]:
    """Put the three bodies into a pack; gives their rows."""
    platform, where = page
    name = f"capture-{now:%Y%m%dT%H%M%SZ}"
    made: tuple[tuple[PageKind, Fetched, str | None], ...] = (
        (where.kind, fetched, fetched.header("content-type")),
        ("rendered", _answer(where, shown, shown.html), "text/html; charset=utf-8"),
        ("screenshot", _answer(where, shown, shown.picture), "image/png"),
    )
    packs = PackWriter(site.packs, name)
    rows = [
        capture_row(platform, kind, one, now, name, packs.append(one.body))
        | {"listing_key": listing_key(platform, where), "content_type": content_type}
        for kind, one, content_type in made
    ]
    packs.close()
    return rows


def listing_key(platform: str, where: Place) -> str | None:
    """Give the key of the listing that a place is; None if it is another page."""
    return f"{platform}:{where.key.partition(':')[2]}" if where.kind == "listing" else None


def _answer(where: Place, shown: View, body: bytes) -> Fetched:
    return Fetched(
        requested_url=where.url,
        url=shown.url,
        status=shown.status,
        request_headers=shown.request_headers,
        response_headers=shown.response_headers,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        ip_address=shown.ip_address,
        answered_at=datetime.now(UTC),
        redirects=shown.redirects,
    )
