from __future__ import annotations

import pytest
from scrapy.resolver import dnscache
from scrapy.settings import Settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawler.resolver import PublicResolver


class Spider:
    """Remembers the names that were refused."""

    def __init__(self) -> None:
        self.private_hosts: set[str] = set()


class Crawler:
    """As much of Scrapy's crawler as a resolver looks at."""

    def __init__(self, *allowed: str) -> None:
        self.spider = Spider()
        self.settings = Settings(
            {
                "PRIVATE_HOSTS": list(allowed),
                "DNSCACHE_ENABLED": True,
                "DNSCACHE_SIZE": 9,
                "DNS_TIMEOUT": 1.0,
            }
        )


def outcome(found: Deferred[str]) -> list[str | Failure]:
    got: list[str | Failure] = []
    found.addBoth(got.append)
    return got


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254"])
def test_a_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    crawler = Crawler()
    resolver = PublicResolver.from_crawler(crawler, reactor)
    dnscache["evil.example"] = address  # what the system's resolver would say
    (got,) = outcome(resolver.getHostByName("evil.example"))
    assert isinstance(got, Failure)
    assert got.check(DNSLookupError)
    assert crawler.spider.private_hosts == {"evil.example"}


def test_public_addresses_and_allowed_names_pass() -> None:
    crawler = Crawler("sandbox.example")
    resolver = PublicResolver.from_crawler(crawler, reactor)
    dnscache["sandbox.example"], dnscache["shop.example"] = "127.0.0.1", "93.184.216.34"
    assert outcome(resolver.getHostByName("sandbox.example")) == ["127.0.0.1"]
    assert outcome(resolver.getHostByName("shop.example")) == ["93.184.216.34"]
    assert crawler.spider.private_hosts == set()
