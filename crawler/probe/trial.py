"""A draft on trial: pages that were read, as a crawl by the draft would read them."""

from __future__ import annotations

from collections.abc import Sequence

from conf.platform import Platform
from crawler import pages
from crawler.frontier.address import canonical, kind_of
from crawler.items import Gone, Observation, PageError
from crawler.pages.page import Page
from crawler.probe.findings import FIELDS, Coverage
from crawler.probe.sight import Sight
from crawler.spiders import reading


def listing(one: Platform, sight: Sight) -> Observation | None:
    """Give the listing that a page is read as; None if it shows none."""
    try:
        found = reading.ask(pages.module(one.pages).listing, _page(one, sight))
    except PageError:
        return None
    return None if isinstance(found, Gone) or found is None or not found.title_text else found


def listings(one: Platform, sight: Sight) -> list[str]:
    """Give the addresses of listings that a page leads to."""
    try:
        links = [
            link.url
            for link in reading.ask(
                lambda page: tuple(pages.module(one.pages).links(page)), _page(one, sight)
            )
        ]
    except PageError:
        return []
    found = (canonical(url) for url in links if kind_of(one, url) == "listing")
    return list(dict.fromkeys(found))


def coverage(shown: Sequence[Observation], of: int) -> tuple[Coverage, ...]:
    """Say in how many pages of a sample each field was shown."""
    found = []
    for field in FIELDS:
        values = [value for one in shown if (value := getattr(one, field))]
        example = None
        if values:
            example = values[0] if isinstance(values[0], str) else values[0][0]
        found.append(Coverage(field, len(values), of, example))
    return tuple(found)


def _page(one: Platform, sight: Sight) -> Page:
    page = sight.page
    return Page(
        platform=one, url=page.url, body=page.body, status=page.status, headers=page.headers
    )
