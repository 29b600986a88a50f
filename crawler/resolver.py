"""Names to addresses, with private ones refused at the moment of connecting.

A name is judged by the address that the connection then uses, so a name that changes its address
between a check and the request gains nothing. Addresses that are written out never come here; they
are refused when the request is made.
"""

from __future__ import annotations

from typing import Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.frontier.address import is_private


class PublicResolver(CachingThreadedResolver):
    """Scrapy's caching resolver that gives private addresses only for names that may have them."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._crawler: Any = None
        self._allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: ReactorBase) -> PublicResolver:
        """Make one; the setting PRIVATE_HOSTS names the hosts that may have private addresses."""
        made = super().from_crawler(crawler, reactor)
        made.take(crawler)
        return made

    def take(self, crawler: Any) -> None:
        """Take the crawler whose hosts are resolved."""
        self._crawler = crawler
        self._allowed = frozenset(crawler.settings.getlist("PRIVATE_HOSTS"))

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 - Twisted's
        """Give a name's address; DNSLookupError if it is private and may not be."""
        found = super().getHostByName(name, timeout)
        found.addCallback(self._judge, name)
        return found

    def _judge(self, address: str, name: str) -> str:
        if is_private(address) and name not in self._allowed:
            self._crawler.spider.private_hosts.add(name)
            raise DNSLookupError(f"{name} leads to the private address {address}")
        return address
