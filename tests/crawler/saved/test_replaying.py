"""Stored pages read anew: only what is read differently is added, once, with its own time."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from conf.errors import CrawlError
from conf.site import Site
from crawler import pages
from crawler.items import Observation, PageError
from crawler.pages import PageModule
from crawler.pages.page import Page
from crawler.saved import replaying, shops
from crawler.saved.extracting import Wish, extract
from crawler.saved.replaying import replay

NOW = datetime(2026, 11, 1, 6, tzinfo=UTC)
PAGE = '<html><body><h1>{title}</h1><span class="price">€ 12.50</span><i>{color}</i></body></html>'


@pytest.fixture
def stored(site: Site, tmp_path: Path) -> Site:
    """A lake with three pages of a shop that nobody described, one of which shows nothing."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(PAGE.format(title="Watch", color="red"))
    (folder / "b.html").write_text(PAGE.format(title="Bag", color=""))
    (folder / "c.html").write_text("<html><body><h1>Lamp</h1><b>no price yet</b></body></html>")
    extract(site, Wish(folder, NOW))
    return site


def use(monkeypatch: pytest.MonkeyPatch, version: int, listing: Any) -> None:
    """Put another version of the page module in the place of today's."""
    plain = pages.module(shops.GENERIC)
    module = PageModule(shops.GENERIC, listing, plain.links, version=version)
    monkeypatch.setattr(replaying.pages, "module", lambda _: module)


def mended(page: Page) -> Observation | None:
    """Read as version 1, and the colour as well."""
    from crawler.pages import generic

    shown = generic.listing(page)
    color = page.words("i")
    if shown is None or color is None:
        return shown
    return msgspec.structs.replace(shown, condition_text=color)


def wider(page: Page) -> Observation | None:
    """Read pages without a price too."""
    from crawler.pages import generic

    return generic.listing(page) or Observation(
        listing_id="c", url=page.url, title_text=page.words("h1")
    )


def observations(site: Site) -> list[tuple[Any, ...]]:
    columns = ("title_text", "condition_text", "source", "parser", "observed_at")
    frame = pl.read_delta(str(site.lake / "observations"))
    return sorted(frame.select(columns).rows(), key=repr)


def test_read_by_todays_version_nothing_is_read_anew(stored: Site) -> None:
    summary = replay(stored)
    assert (summary.captures, summary.current, summary.changed) == (3, 2, {})
    assert len(observations(stored)) == 2


def test_only_what_is_read_differently_is_added(
    stored: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 2, mended)
    summary = replay(stored)
    assert (summary.unchanged, summary.changed) == (1, {"generic/2": 1})
    assert observations(stored) == [
        ("Bag", None, "extract", "generic/1", NOW),
        ("Watch", "red", "replay", "generic/2", NOW),
        ("Watch", None, "extract", "generic/1", NOW),
    ]
    again = replay(stored)
    assert again.changed == {}
    assert len(observations(stored)) == 3


def test_a_newer_reading_comes_last_in_the_order_of_time_and_id(
    stored: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 2, mended)
    replay(stored)
    from crawler.pages import generic

    use(monkeypatch, 3, generic.listing)  # back to what version 1 read
    assert replay(stored).changed == {"generic/3": 1}
    use(monkeypatch, 4, mended)  # and to what version 2 read
    assert replay(stored).changed == {"generic/4": 1}
    assert replay(stored).changed == {}
    frame = pl.read_delta(str(stored.lake / "observations"))
    watch = frame.filter(pl.col("title_text") == "Watch").sort("observed_at", "observation_id")
    assert watch["parser"].to_list() == ["generic/1", "generic/2", "generic/3", "generic/4"]
    assert frame["observation_id"].n_unique() == frame.height


def test_what_was_refused_can_be_read_now(stored: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, 2, wider)
    assert replay(stored).changed == {"generic/2": 1}
    assert observations(stored)[-2:] == [
        ("Lamp", None, "replay", "generic/2", NOW),
        ("Watch", None, "extract", "generic/1", NOW),
    ]


def test_what_can_no_longer_be_read_is_refused_once(
    stored: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_page: Page) -> Observation:
        raise PageError("no_title", "the page has no title")

    use(monkeypatch, 2, broken)
    assert replay(stored).refused == {"no_title": 3}
    assert replay(stored).refused == {}
    assert len(observations(stored)) == 2
    refused = pl.read_delta(str(stored.lake / "refused"))
    assert sorted(refused["reason"]) == ["no_listing", "no_title", "no_title", "no_title"]


def test_a_lost_pack_costs_its_pages(stored: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(stored.packs)
    use(monkeypatch, 2, mended)
    assert replay(stored).refused == {"no_body": 3}
    refused = pl.read_delta(str(stored.lake / "refused"))
    assert str(stored.home) not in "".join(refused["detail"])


def test_a_part_can_be_chosen_and_an_empty_one_is_told(stored: Site) -> None:
    crawl = "extract-pages-20261101T060000Z"
    assert replay(stored, platform="pages", crawl=crawl).captures == 3
    with pytest.raises(CrawlError, match="holds no page of elsewhere; crawl first"):
        replay(stored, platform="elsewhere")


def test_an_empty_lake_is_told(site: Site) -> None:
    with pytest.raises(CrawlError, match="crawl first"):
        replay(site)
