"""Whose page a saved page is, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

import msgspec
from tldextract import TLDExtract

from conf.errors import ConfError
from conf.platform import Platform
from crawler import pages
from crawler.frontier.address import host_of
from crawler.pages import PageModule

GENERIC = "generic"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


class Shop(msgspec.Struct, frozen=True):
    """Whose page it is. Without a `platform` nobody described it: any page of it may be read."""

    name: str
    module: PageModule
    platform: Platform | None = None


class Shops:
    """The shops that saved pages can come from."""

    def __init__(self, platforms: Mapping[str, Platform], name: str | None = None) -> None:
        """Take the platforms of the site, and the name of the only one if the caller knows it.

        Raises:
            ConfError: the name is none for a platform.

        """
        self._platforms = platforms
        self._of_host = {host: one for one in platforms.values() for host in one.hosts}
        self._name = name
        if name is not None and name != slug(name):
            raise ConfError(f"--platform {name!r} is no name; write it as {slug(name) or 'shop'!r}")

    def of(self, url: str, otherwise: str) -> Shop:
        """Give the shop of an address; `otherwise` names the one of an address without a host."""
        found = self._platforms.get(self._name) if self._name else self._of_host.get(_host(url))
        if found is not None:
            return Shop(found.name, pages.module(found.pages), found)
        name = self._name or slug(_site(url)) or slug(otherwise) or "saved"
        return Shop(name, pages.module(GENERIC))


def slug(text: str) -> str:
    """Give a text as the name of a platform: small letters, digits, hyphens."""
    return _NOT_IN_NAMES.sub("-", text.lower()).strip("-")[:_LONGEST_NAME].strip("-")


def _site(url: str) -> str:
    """Give the domain that was registered, or that a shop platform lets out: `shop.example`."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    found = _domains()(host, include_psl_private_domains=True)
    return found.top_domain_under_public_suffix or host


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


@cache
def _domains() -> TLDExtract:
    """Give the list of suffixes that came with the library; nothing is fetched."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None)
