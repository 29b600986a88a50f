"""Sellers, pictures and decisions come by feeds as well."""

from __future__ import annotations

from typing import Any

import pytest

from conf import feed as feeds
from conf.errors import ConfError
from conf.feed import Feed
from tests.crawler.feeds.conftest import NOW, changed, json_lines

SELLERS = Feed(
    name="shop_sellers",
    title="Sellers",
    table="seller_observations",
    format="csv",
    platform="shop",
    fields={"seller_id": "id", "name_text": "name", "contact_text": "phones", "url": "page"},
)
IMAGES = Feed(
    name="shop_images",
    title="Pictures",
    table="images",
    format="jsonl",
    platform="shop",
    fields={
        "listing_key": "item",
        "image_url": "url",
        "image_sha256": "sha",
        "width_px": "w",
        "pdq_hex": "pdq",
    },
)
DECISIONS = Feed(
    name="shop_decisions",
    title="Decisions",
    table="decisions",
    format="jsonl",
    platform="shop",
    fields={"subject_key": "item", "verdict": "word", "selection_probability": "p"},
    constants={"subject_kind": "listing", "basis": "brand"},
    verdicts={"Fälschung": "counterfeit", "echt": "genuine"},
)
PICTURE = {"item": "7", "url": "https://a.example/1.jpg", "sha": "A" * 64, "w": "640"}


def test_sellers(lake: Any) -> None:
    told = lake.send(b"id,name,phones,page\ns1,Lucky,+1 555,\n,Nobody,,\n", SELLERS)
    (row,) = lake.rows("seller_observations")
    assert (row["seller_key"], row["name_text"], row["contact_text"], row["url"]) == (
        "shop:s1",
        "Lucky",
        "+1 555",
        None,
    )
    assert told.refused == {"no_id": 1}


def test_pictures(lake: Any) -> None:
    told = lake.send(
        json_lines(
            PICTURE,
            PICTURE | {"item": "8", "pdq": "xyz"},
            PICTURE | {"item": "9", "w": 0},
            PICTURE | {"item": "10", "sha": None},
            PICTURE | {"item": "11", "url": "javascript:alert(1)"},
            PICTURE | {"item": "12", "w": "wide"},
        ),
        IMAGES,
    )
    (row,) = lake.rows("images")
    assert (row["listing_key"], row["image_sha256"], row["width_px"]) == ("shop:7", "a" * 64, 640)
    assert (row["platform"], row["capture_id"]) == ("shop", None)
    assert told.refused == {"breaks_contract": 3, "bad_url": 1, "bad_number": 1}
    assert ("file (" + told.sha256[:12] + ") line 3", "images.width_px is under 1") in lake.rows(
        "refused", "place", "detail"
    )


def test_a_picture_that_is_sent_again_on_another_day_is_known(lake: Any) -> None:
    lake.send(json_lines(PICTURE), IMAGES)
    told = lake.send(json_lines(PICTURE, PICTURE | {"item": "8"}), IMAGES, now=NOW.replace(day=9))
    assert (told.taken, told.known) == (1, 1)
    assert lake.rows("images", "listing_key") == ["shop:7", "shop:8"]


def test_decisions(lake: Any) -> None:
    told = lake.send(
        json_lines(
            {"item": "7", "word": "FÄLSCHUNG "},
            {"item": "8", "word": "genuine", "p": 0.25},
            {"item": "9", "word": "vielleicht"},
            {"item": "10", "word": "echt", "p": 2},
            {"item": "11"},
        ),
        DECISIONS,
    )
    assert lake.rows("decisions", "subject_key", "verdict", "selection_probability") == [
        ("shop:7", "counterfeit", None),
        ("shop:8", "genuine", 0.25),
    ]
    (first, _) = lake.rows("decisions")
    assert (first["basis"], first["decided_by"], first["source_name"]) == (
        "brand",
        "shop_decisions",
        "shop_decisions",
    )
    assert told.refused == {"unknown_verdict": 2, "breaks_contract": 1}


def test_decisions_of_any_platform_name_whole_keys(lake: Any) -> None:
    feed = changed(DECISIONS, platform=None)
    rows = ({"item": "shop:7", "word": "echt"}, {"item": "7", "word": "echt"})
    told = lake.send(json_lines(*rows), feed)
    assert lake.rows("decisions", "subject_key") == ["shop:7"]
    assert told.refused == {"bad_id": 1}


@pytest.mark.parametrize(
    ("says", "said"),
    [
        (
            "fields: {listing_id: id, capture_id: c}",
            "a feed cannot fill capture_id of observations",
        ),
        ("fields: {title_text: t}", "observations needs listing_id"),
        ("fields: {listing_id: id}\ndelimiter: ';;'", "delimiter is ';;'"),
        ("fields: {listing_id: id}\nencoding: utf-99", "encoding 'utf-99' is unknown"),
        ("fields: {listing_id: id}\nseparator: ''", "separator is empty"),
        ("fields: {listing_id: id}\nverdicts: {x: fake}", "verdicts"),
    ],
)
def test_a_feed_that_contradicts_itself_is_told(tmp_path: Any, says: str, said: str) -> None:
    head = "name: shop\ntitle: t\ntable: observations\nformat: csv\nplatform: shop\n"
    (tmp_path / "shop.yaml").write_text(head + says)
    with pytest.raises(ConfError, match=said):
        feeds.feed("shop", tmp_path)


def test_a_feed_of_no_platform_is_told(tmp_path: Any) -> None:
    head = "name: shop\ntitle: t\ntable: observations\nformat: csv\nfields: {listing_id: id}\n"
    (tmp_path / "shop.yaml").write_text(head)
    with pytest.raises(ConfError, match="add `platform"):
        feeds.feed("shop", tmp_path)


def test_a_name_that_is_a_path_is_no_feed() -> None:
    with pytest.raises(ConfError, match="is no name of a feed"):
        feeds.feed("../tables/images")
