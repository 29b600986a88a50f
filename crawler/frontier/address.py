"""Addresses: what one is taken for, and which spellings mean the same page."""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec

from conf.platform import Platform
from crawler.items import Kind

# What links carry for the sender's own counting; a listing is the same without it.
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|y|tw|tt|yad)clid|msclkid|igsh(?:id)?|mc_[ce]id|_ga|_gl|spm"
    r"|scm|g(?:ad_\w+|braid|clsrc)|wbraid|li_fat_id|_hs(?:enc|mi)|mkt_tok|(?:pk|mtm|matomo)_\w+"
    r"|srsltid|ref_src|irclickid|s_kwcid|epik|vero_id|oly_(?:anon|enc)_id"
    # and the visitor's session, where it stands among the parameters
    r"|jsessionid|phpsessid|oscsid|aspsessionid\w*|zenid",
    re.IGNORECASE,
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_ASCII = "".join(map(chr, range(33, 127)))
_PORTS = {"http": 80, "https": 443}
# What is canonical already, which most links are: told in a tenth of the time.
_CLEAN = re.compile(
    r"(?:http://[a-z\d][a-z\d.-]*(?::(?!80/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?"
    r"|https://[a-z\d][a-z\d.-]*(?::(?!443/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?)"
    r"/[\w/%:@!$&'()*+,=.~-]*",
    re.ASCII,
)
LONGEST = 2_000  # longer addresses are traps or data, never pages

Fault = Literal["bad_address", "bad_scheme", "private_address", "outside_platform"]


class Place(msgspec.Struct, frozen=True):
    """One page of a platform: its identity, and the address it is asked at."""

    kind: Kind
    key: str  # listing:ID, seller:ID, index:ADDRESS or image:ADDRESS
    url: str
    host: str  # with its port if that is not the scheme's own


class _Parts(NamedTuple):
    scheme: str
    host: str  # with its port if that is not the scheme's own
    name: str  # without
    has_user: bool


@lru_cache(20_000)
def canonical(url: str) -> str:
    """Give the one spelling of an address; ValueError if it is none.

    Lower-case scheme and host, no default port, fragment, session or tracking parameters, the
    others sorted.
    """
    if _CLEAN.fullmatch(url):
        return url
    parts = urlsplit(url.strip())
    netloc = _netloc(parts.scheme, parts.hostname or "", parts.port)
    # Latin-1 keeps every byte as it was: some marketplaces escape in GBK, not UTF-8.
    written = quote(parts.query, safe=_ASCII)
    pairs = parse_qsl(written, keep_blank_values=True, encoding="latin-1")
    kept = sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0]))
    query = urlencode(kept, encoding="latin-1")
    path = quote(_SESSION.sub("", parts.path) or "/", safe="/%:@!$&'()*+,;=-._~")
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))


def host_of(url: str) -> str:
    """Give an address's host, with its port if that is not the scheme's own."""
    return _parts(url).host


def fault(platform: Platform, url: str) -> Fault | None:
    """Say why a platform's crawl may not ask for an address; None if it may."""
    try:
        parts = _parts(url)
    except ValueError:
        return "bad_address"
    if parts.scheme not in _PORTS:
        return "bad_scheme"
    if not parts.host or len(url) > LONGEST or parts.has_user:
        return "bad_address"
    if parts.host not in platform.hosts:
        return "private_address" if is_private(parts.name) else "outside_platform"
    if not platform.is_loopback_allowed and is_private(parts.name):
        return "private_address"
    return None


_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


def is_private(host: str) -> bool:
    """Say whether a host is written as an address that is not on the open internet."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    is_local = found.is_multicast or (found.version == 6 and found.is_site_local)  # noqa: PLR2004
    return is_local or not all(one.is_global for one in (found, *_within(found)))


def _within(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Give the old addresses that a new one leads to by a gateway."""
    if isinstance(found, ipaddress.IPv4Address):
        return []
    if found in _NAT64:
        return [ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)]
    return [one for one in (found.ipv4_mapped, found.sixtofour) if one is not None]


@lru_cache(20_000)
def place(platform: Platform, url: str, kind: Kind) -> Place | None:
    """Give what an address of a platform is; None if it is nothing a crawl of it would ask for.

    Menus are the same on every page and neighbours link to each other, so most are known.
    """
    try:
        clean = _at_home(platform, canonical(url))
    except ValueError:
        return None
    if fault(platform, clean) is not None:
        return None
    if kind == "image":
        return Place("image", f"image:{clean}", clean, host_of(clean))
    return _identified(platform, clean) or _index(platform, clean, kind)


def _at_home(platform: Platform, url: str) -> str:
    """Give an address at the host that the platform is asked at, with `www.` or without."""
    host = host_of(url)
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    if host in platform.hosts or other not in platform.hosts:
        return url
    return url.replace(f"//{host}", f"//{other}", 1)


def kind_of(platform: Platform, url: str) -> Kind | None:
    """Give what the platform's expressions take an address for."""
    found = place(platform, url, "index")
    return found.kind if found else None


def is_sitemap(url: str) -> bool:
    """Say whether an address names a sitemap, which is an index whatever `kinds` says."""
    return ".xml" in url and urlsplit(url).path.endswith((".xml", ".xml.gz"))


@lru_cache(20_000)
def _parts(url: str) -> _Parts:
    """Give the parts of an address; menus are the same on every page, so most are known."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    host = _netloc(parts.scheme, name, parts.port)
    return _Parts(parts.scheme, host, name, parts.username is not None)


def _identified(platform: Platform, url: str) -> Place | None:
    kinds = platform.kinds
    choices: tuple[tuple[Literal["listing", "seller"], str | None, str | None], ...] = (
        ("listing", kinds.listing, kinds.listing_address),
        ("seller", kinds.seller, kinds.seller_address),
    )
    for kind, expression, template in choices:
        match = _compiled(expression).search(url) if expression else None
        if match:
            found = match["id"].lower() if kinds.is_id_lower else match["id"]
            asked = template.replace("{id}", found) if template else url
            return Place(kind, f"{kind}:{found}", asked, host_of(asked))
    return None


def _index(platform: Platform, url: str, kind: Kind) -> Place | None:
    if kind != "index":
        return None
    expression = platform.kinds.index
    if expression and not is_sitemap(url) and not _compiled(expression).search(url):
        return None
    return Place("index", f"index:{url}", url, host_of(url))


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _netloc(scheme: str, host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port in {None, _PORTS.get(scheme)} else f"{name}:{port}"
