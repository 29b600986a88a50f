"""Modules of shop software on real pages in a folder that DATA names."""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from conf import software
from conf.platform import Platform
from crawler import pages
from crawler.items import Observation
from crawler.pages.page import Page
from crawler.pages.software import recognise
from infra.bench.extraction import answers, counts, is_seen

DATA = os.environ.get("DATA")
FOLDER = Path(DATA or "") / "pages"
EVERY = {one.name: one for one in software.every()}
RECORDED = {name for name, one in EVERY.items() if one.verified == "recorded"}
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(DATA is None, reason="DATA names no folder of real data"),
]


def benchmark_pages() -> Iterator[tuple[Page, dict[str, Any]]]:
    """The pages of the development half, each with its truth."""
    folder = FOLDER / "product-extraction-benchmark"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for key, one in truth.items():
        if is_seen(key):
            body = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
            yield Page(url=one["url"], body=body), one


def read(page: Page) -> Observation:
    shown = pages.module(EVERY[str(recognise(page))].pages).listing(page)
    assert isinstance(shown, Observation)
    return shown


def test_pages_of_the_benchmark_are_read_right_by_the_module_that_is_recognised() -> None:
    of_software: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for page, truth in benchmark_pages():
        name = recognise(page)
        if name is None:
            continue
        of_software[name] += 1
        given = answers(read(page))
        for field in ("price", "sku", "availability"):
            hit, false, _ = counts(given, truth, field)
            hits[field] += hit
            wrong[field] += false
    total = sum(of_software.values())
    # One page each is too little to call a software recorded.
    assert set(of_software) - RECORDED <= {"shopify", "opencart"}
    assert total >= 15
    assert wrong.total() <= 1  # a truth has 23.450 for what the page shows as Rs 23,450
    assert hits["sku"] == total
    assert hits["availability"] >= total - 1


@pytest.mark.parametrize(
    ("file", "name", "price", "seller"),
    [
        ("amazon", "amazon", "$29.99", "Direct ChangM"),
        ("amazon-gorilla", "amazon", "$12.48", "Amazon.com"),
        ("etsy", "etsy", "53,11 €", "OliveCreativeCompany"),
    ],
)
def test_saved_pages_of_marketplaces(file: str, name: str, price: str, seller: str) -> None:
    path = FOLDER / "metascraper-shopping" / "test" / "fixtures" / f"{file}.html"
    page = Page(url="https://a.example/", body=path.read_bytes())
    assert recognise(page) == name
    shown = read(page)
    assert (shown.price_text, shown.seller_name_text) == (price, seller)
    assert shown.image_urls
    assert shown.rating_text
    assert shown.description_text


def test_recorded_answers_of_rakuten() -> None:
    platform = Platform(
        name="shop",
        title="Shop",
        pages="rakuten",
        home="https://app.rakuten.co.jp/",
        hosts=("app.rakuten.co.jp",),
        kinds=EVERY["rakuten"].kinds,
        verified="recorded",
    )
    read_count = 0
    for page in recorded(platform):
        rows = page.json.get("Items") or []
        assert recognise(page) == ("rakuten" if rows else None)
        assert len(
            [one for one in pages.module("rakuten").links(page) if one.kind == "listing"]
        ) == len(rows)
        for row in rows:
            item = row.get("Item", row)
            alone = Page(
                platform=platform,
                url=f"{page.url.partition('?')[0]}?itemCode={item['itemCode']}".replace(
                    "Ranking", "Search"
                ),
                body=json.dumps({"Items": [row], "GenreInformation": []}).encode(),
            )
            shown = pages.module("rakuten").listing(alone)
            assert isinstance(shown, Observation)
            assert shown.price_text == str(item["itemPrice"])
            assert shown.seller_id == item["shopCode"]
            assert " ".join(str(shown.title_text).split()) == shown.title_text
            assert not any("_ex=" in url for url in shown.image_urls)
            read_count += 1
    assert read_count > 2_000


def recorded(platform: Platform) -> Iterator[Page]:
    """The answers of item searches and rankings."""
    for path in sorted((FOLDER / "rakuten-ws").rglob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for one in content["interactions"]:
            if "/IchibaItem/" in one["request"]["uri"]:
                body = one["response"]["body"]["string"].encode()
                yield Page(platform=platform, url=one["request"]["uri"], body=body)
