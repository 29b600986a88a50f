"""Three formats, five ways to compress: the same rows; and they are those of a crawl."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.items import Observation
from crawler.rows import Stamp, observation_row
from tests.crawler.feeds.conftest import COMPRESSED, LISTINGS, NOW, changed, json_lines, parquet

CSV = changed(format="csv", fields=LISTINGS.fields | {"seller_id": "seller"})
NESTED = {
    "id": "77",
    "title": "Meridian 36 手表",
    "price": "US $12.30",
    "seller": {"id": "s1"},
    "images": ["https://a.example/1.jpg", "https://a.example/2.jpg"],
    "seen": "2026-10-30T08:00:00+02:00",
}
FLAT = b"""id,title,price,seller,images,seen,unasked
77,Meridian 36 \xe6\x89\x8b\xe8\xa1\xa8,US $12.30,s1,\
https://a.example/1.jpg https://a.example/2.jpg,2026-10-30T06:00:00Z,"x, y"
"""
SENT = {
    "jsonl": (LISTINGS, json_lines(NESTED)),
    "csv": (CSV, FLAT),
    "csv with a BOM": (CSV, b"\xef\xbb\xbf" + FLAT),
    "csv of Windows lines": (CSV, FLAT.replace(b"\n", b"\r\n")),
    "csv in GB18030": (changed(CSV, encoding="gb18030"), FLAT.decode().encode("gb18030")),
    "csv with semicolons": (
        changed(CSV, delimiter=";"),
        FLAT.replace(b"x, y", b"x").replace(b",", b";"),
    ),
    "parquet": (changed(format="parquet"), parquet([NESTED])),
}


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("form", SENT)
def test_a_row_is_that_of_a_crawl(lake: Any, form: str, ending: str) -> None:
    feed, content = SENT[form]
    told = lake.send(COMPRESSED[ending](content), feed, name="sent" + ending)
    assert (told.state, told.read, told.taken, told.refused) == ("imported", 1, 1, {})
    (row,) = lake.rows()
    shown = Observation(
        listing_id="77",
        url="urn:shop:77",
        title_text="Meridian 36 手表",
        price_text="US $12.30",
        seller_id="s1",
        image_urls=("https://a.example/1.jpg", "https://a.example/2.jpg"),
    )
    stamp = Stamp(
        platform="shop",
        at=datetime(2026, 10, 30, 6, tzinfo=UTC),
        source="feed",
        source_name="shop_listings",
        parser="feed:shop_listings/1",
    )
    assert row | {"provenance_json": ""} == observation_row(shown, stamp) | {"provenance_json": ""}
    assert json.loads(row["provenance_json"]) == {
        "title_text": "feed",
        "price_text": "feed",
        "seller_id": "feed",
        "image_urls": "feed",
        "file": "sent" + ending,
        "file_sha256": told.sha256,
        "line": "1" if "csv" not in form else "2",
    }


def test_the_file_is_kept_as_it_was_sent(lake: Any) -> None:
    told = lake.send(json_lines(NESTED))
    assert (lake.site.packs / "feeds" / told.sha256).read_bytes() == json_lines(NESTED)


def test_values_stay_as_they_were_written(lake: Any) -> None:
    written = ("19.90", "20", '"  20 元 "', "null", '" "')
    lines = [f'{{"id": {at}, "price": {price}}}\n' for at, price in enumerate(written)]
    lake.send("".join([*lines, '{"id": 5}']).encode())
    assert lake.frame("observations").sort("listing_id")["price_text"].to_list() == [
        "19.90",
        "20",
        "  20 元 ",
        None,
        None,
        None,
    ]


def test_a_row_without_a_time_has_that_of_the_import(lake: Any) -> None:
    lake.send(json_lines({"id": "1"}, {"id": "2", "seen": 1793426400}))
    assert lake.rows("observations", "listing_id", "observed_at") == [
        ("1", NOW),
        ("2", datetime(2026, 10, 31, 6, tzinfo=UTC)),
    ]


def test_the_platform_may_stand_in_the_row(lake: Any) -> None:
    feed = changed(platform="{market}")
    told = lake.send(
        json_lines(
            {"id": "1", "market": "Big Shop.com"},
            {"id": "2", "market": "big-shop_com"},
            {"id": "3", "market": "淘宝"},
            {"id": "4", "market": "../etc"},
            {"id": "5", "market": "//"},
            {"id": "6"},
        ),
        feed,
    )
    assert lake.rows("observations", "listing_key") == [
        "big_shop_com:1",
        "big_shop_com:2",
        "etc:4",
        "淘宝:3",
    ]
    assert told.refused == {"no_platform": 2}


def test_an_id_is_made_where_there_is_none(lake: Any) -> None:
    feed = changed(identity=("title", "price"))
    rows = ({"title": "a", "price": 1}, {"title": "a", "price": 2}, {"title": "a", "price": 1}, {})
    told = lake.send(json_lines(*rows), feed)
    first, second = lake.rows("observations", "listing_id")
    assert len(first) == len(second) == 24
    assert (told.taken, told.known, told.refused) == (2, 1, {"no_id": 1})


def test_constants_fill_what_is_empty(lake: Any) -> None:
    feed = changed(constants={"currency_text": "EUR", "title_text": "untitled"})
    lake.send(json_lines({"id": "1", "title": "a"}, {"id": "2", "title": ""}), feed)
    assert lake.rows("observations", "title_text", "currency_text") == [
        ("a", "EUR"),
        ("untitled", "EUR"),
    ]


def test_a_listing_that_is_gone(lake: Any) -> None:
    feed = changed(fields=LISTINGS.fields | {"is_gone": "removed"})
    lake.send(
        json_lines({"id": "1", "title": "a", "removed": True}, {"id": "2", "removed": 0}), feed
    )
    assert lake.rows("observations", "listing_id", "is_gone", "title_text") == [
        ("1", True, None),
        ("2", False, None),
    ]
