"""Listing and seller observations become typed rows, batch by batch, without Spark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from conf import contract
from conf.country import countries
from conf.currency import currencies
from jobs.clean import _listing, _seller
from jobs.clean._signs import lexicons

READING = _listing.Reading(currencies(), {"plaza": "MXN"}, countries(), lexicons())


def one(typed: pa.RecordBatch) -> dict[str, Any]:
    return dict(typed.to_pylist()[0])


def test_a_listing(rows: Callable[..., pa.Table]) -> None:
    shown = rows(
        "observations",
        {
            "platform": "plaza",
            "title_text": "  Reloj \n de acero ",
            "price_text": "$1,299.00",
            "list_price_text": "$2,000",
            "shipping_price_text": "Gratis",
            "availability_text": "En stock",
            "condition_text": "Nuevo",
            "gtin_text": "4006381333931",
            "ships_from_text": "Shenzhen, China",
            "rating_text": "4.5 de 5",
            "review_count_text": "1.2k",
            "listed_at_text": "hace 3 días",
            "image_urls": ["http://a/1", "http://a/2"],
            "variants_json": '[{"name": "40"}, {"name": "41"}]',
        },
    )
    found = one(_listing.typed(shown.to_batches()[0], READING))
    rate = currencies().usd["MXN"]
    assert found["title"] == "Reloj de acero"
    assert found["price_amount"] == 1299.0
    assert found["price_currency"] == "MXN"
    assert abs(found["price_usd"] - 1299 * rate) < 1e-6
    assert abs(found["list_price_usd"] - 2000 * rate) < 1e-6
    assert found["shipping_usd"] == 0.0
    assert (found["availability"], found["condition"]) == ("in_stock", "new")
    assert found["gtin"] == "04006381333931"
    assert found["ships_from_country"] == "CN"
    assert (found["rating_share"], found["review_count"]) == (0.9, 1200)
    assert found["listed_at"] == datetime(2026, 10, 29, 6, tzinfo=UTC)
    assert (found["image_count"], found["outgoing_url_count"], found["variant_count"]) == (2, 0, 2)


def test_what_cannot_be_read_is_null_and_stops_nothing(rows: Callable[..., pa.Table]) -> None:
    odd = {
        "price_text": "ask me",
        "gtin_text": "nope",
        "rating_text": "?",
        "listed_at_text": "99/99/9999",
        "variants_json": "{",
    }
    found = one(_listing.typed(rows("observations", odd).to_batches()[0], READING))
    names = ["price_amount", "price_usd", "gtin", "rating_share", "listed_at", "variant_count"]
    assert [found[name] for name in names] == [None] * 6


def test_an_empty_batch_keeps_the_contract(rows: Callable[..., pa.Table]) -> None:
    empty = rows("observations", {}).slice(0, 0).combine_chunks()
    batch = pa.RecordBatch.from_pylist([], schema=empty.schema)
    assert _listing.typed(batch, READING).schema.names == contract.table("listings").names


def test_a_seller(rows: Callable[..., pa.Table]) -> None:
    shown = rows(
        "seller_observations",
        {
            "name_text": " Best  Shop ",
            "about_text": "WeChat: best888",
            "since_text": "Member since 2019",
            "location_text": "广东 深圳",
            "rating_text": "98.5%",
            "sold_text": "2.5k+",
        },
    )
    found = one(_seller.typed(shown.to_batches()[0], {}, countries()))
    assert (found["name"], found["since_on"]) == ("Best Shop", date(2019, 1, 1))
    assert (found["country"], found["rating_share"], found["sold_count"]) == ("CN", 0.985, 2500)
    assert found["has_contact"] is True
