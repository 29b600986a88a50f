"""Shops of many kinds, none of them known: a draft by a probe, and what a crawl by it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from price_parser import Price

from crawler.probe import written
from crawler.probe.findings import Findings
from crawler.probe.probing import probe
from crawler.probe.site import Wish
from tests.crawler.probe.shops import abroad, odd, plain, software
from tests.crawler.probe.shops.served import Kind, Served, served

KINDS: Mapping[str, Callable[[], Kind]] = {
    made.__name__: made
    for made in (
        software.shopify,
        software.woocommerce,
        software.magento,
        plain.plain,
        plain.facets,
        plain.search_only,
        plain.hash_links,
        abroad.german,
        abroad.chinese,
        odd.search_forbidden,
        odd.slow,
        odd.failing,
        odd.lagging_sitemap,
        odd.numbered_on_demand,
        odd.scripted,
    )
}
NUMBER = re.compile(r"(\d{4})")


class Seen(NamedTuple):
    """One shop, what its probe found, and what a crawl by the draft saw of its listings."""

    kind: Kind
    shop: Served
    found: Findings
    rows: Mapping[str, Mapping[str, Any]]  # by the number or the title in a listing's address


@pytest.fixture(scope="module")
def seen(request: Any, tmp_path_factory: Any, new_crawls: Any) -> Iterator[Mapping[str, Seen]]:
    """The shops of the tests that run, each probed, then all crawled together."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    names = [name for name in KINDS if any(call and call.id == name for call in calls)]
    crawls = new_crawls(tmp_path_factory.mktemp("shops") / "home")
    with ExitStack() as opened, ThreadPoolExecutor(2) as pool:
        kinds = {name: KINDS[name]() for name in names}
        shops = {name: opened.enter_context(served(kinds[name].answers)) for name in names}
        wishes = [
            Wish(url=shops[name].base + "/", name=name, is_loopback_allowed=True) for name in names
        ]
        found = dict(zip(names, pool.map(probe, wishes), strict=True))
        for name, one in found.items():
            assert one.draft is not None, (name, one.failure)
            written.write(one, one.draft, crawls.platforms / f"{name}.yaml", "2026-11-01")
        crawls.run(*names)
        rows = crawls.frame("observations").to_dicts()
        yield {
            name: Seen(kinds[name], shops[name], found[name], _by_address(rows, name))
            for name in names
        }


def _by_address(rows: list[Mapping[str, Any]], name: str) -> dict[str, Mapping[str, Any]]:
    own = [row for row in rows if row["platform"] == name and row["title_text"]]
    return {_named(row["url"]): row for row in own}


def _named(url: str) -> str:
    whole = urlsplit(url)
    number = NUMBER.search(whole.path + whole.query)
    return number[0] if number else whole.path.strip("/").rpartition("/")[2].removesuffix(".html")


def _amount(text: str) -> str:
    return f"{Price.fromstring(text).amount:.2f}"


@pytest.mark.parametrize("name", KINDS, ids=list(KINDS))
def test_a_crawl_by_the_draft_finds_and_reads_all(name: str, seen: Mapping[str, Seen]) -> None:
    kind, shop, found, rows = seen[name]
    by_number = all(key.isdecimal() for key in rows)
    wanted = {str(one.number) if by_number else one.slug: one for one in kind.goods}
    assert rows.keys() == wanted.keys()
    told = {key: (row["title_text"], _amount(row["price_text"])) for key, row in rows.items()}
    assert told == {key: (one.title, one.amount) for key, one in wanted.items()}
    sellers = {key: row["seller_name_text"] for key, row in rows.items()}
    assert sellers == {key: one.seller if kind.has_sellers else None for key, one in wanted.items()}
    assert found.requests <= 150  # of the probe
    assert len(shop.asked) <= 450  # of the crawl, too: no facet or order of a list is followed
