"""Types the columns of listing observations: one Arrow batch in, one of the contract out."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec
import polars as pl
import pyarrow as pa

from conf import contract
from conf.currency import Currencies
from jobs.clean._availability import availability
from jobs.clean._condition import condition
from jobs.clean._country import country
from jobs.clean._counts import count, share
from jobs.clean._dates import said, within
from jobs.clean._fold import fold_series
from jobs.clean._gtin import gtin
from jobs.clean._language import language_series
from jobs.clean._money import Money, money
from jobs.clean._mpn import mpn
from jobs.clean._signs import Lexicons, signs
from jobs.clean._words import each, once, tidy

MONTH_FIRST = "USD"  # the one market here that writes 03/25/2026
TIME = pl.Datetime("us", "UTC")


class Reading(msgspec.Struct, frozen=True):
    """What is known of the world when texts are read."""

    currencies: Currencies
    home_currencies: Mapping[str, str]  # by platform
    countries: Mapping[str, str]  # code by name
    lexicons: Lexicons


def typed(batch: pa.RecordBatch, reading: Reading) -> pa.RecordBatch:
    """Give the typed columns; what cannot be read is null. Columns that begin with _ stay."""
    shown = pl.DataFrame(batch)
    columns = {
        **_texts(shown, reading),
        **_prices(shown, reading),
        **_words(shown, reading),
        **_numbers(shown),
        **_lists(shown),
    }
    return in_contract(contract.table("listings"), shown, columns, batch.schema)


def in_contract(
    table: contract.Table, shown: pl.DataFrame, columns: dict[str, pl.Series], given: pa.Schema
) -> pa.RecordBatch:
    """Give one batch of a contract's columns: the typed ones, the others as they came.

    Every column may be null here: the contract is held later, all faults at once.
    """
    hidden = [name for name in shown.columns if name.startswith("_")]
    fields = [*table.arrow(), *(given.field(name) for name in hidden)]
    schema = pa.schema([field.with_nullable(True) for field in fields])  # noqa: FBT003 - Arrow's own
    frame = shown.with_columns([series.alias(name) for name, series in columns.items()])
    arrow = frame.select([*table.names, *hidden]).to_arrow().cast(schema).combine_chunks()
    return (arrow.to_batches() or [pa.RecordBatch.from_pylist([], schema=schema)])[0]


def _texts(shown: pl.DataFrame, reading: Reading) -> dict[str, pl.Series]:
    title, description = tidy(shown["title_text"]), tidy(shown["description_text"])
    title_folded, is_title = fold_series(title)
    description_folded, is_description = fold_series(description)
    both = shown.select(pl.concat_str(title, description, separator=" ", ignore_nulls=True))
    language = language_series(both.to_series())
    stated = shown["language_text"].str.extract(r"^([A-Za-z]{2})(?:$|[-_])").str.to_lowercase()
    return {
        "title": title,
        "description": description,
        "title_folded": title_folded,
        "description_folded": description_folded,
        **signs(title_folded, description_folded, reading.lexicons),
        "is_disguised": is_title.fill_null(False) | is_description.fill_null(False),  # noqa: FBT003 - a literal of Polars
        "language": language.to_frame("l").select(pl.coalesce("l", stated)).to_series(),
        "brand_text": tidy(shown["brand_text"]),
        "category_text": tidy(shown["category_text"]),
        "seller_name": tidy(shown["seller_name_text"]),
        "sku": tidy(shown["sku_text"]),
    }


def _prices(shown: pl.DataFrame, reading: Reading) -> dict[str, pl.Series]:
    home = [reading.home_currencies.get(name) for name in shown["platform"]]
    stated = shown["currency_text"].to_list()
    prices = _money(shown["price_text"], stated, home, reading)
    # The other prices of a listing are in the currency of its price unless they say otherwise.
    codes = [p.currency if p and p.currency else s for p, s in zip(prices, stated, strict=True)]
    others = {
        name: _money(shown[column], codes, home, reading)
        for name, column in (
            ("list_price_usd", "list_price_text"),
            ("shipping_usd", "shipping_price_text"),
        )
    }
    return {
        "price_amount": _floats([p.amount if p else None for p in prices]),
        "price_currency": pl.Series([p.currency if p else None for p in prices], dtype=pl.String),
        "price_usd": _usd(prices, reading),
        **{name: _usd(found, reading) for name, found in others.items()},
    }


def _money(
    texts: pl.Series, stated: list[str | None], home: list[str | None], reading: Reading
) -> list[Money | None]:
    asked = list(zip(texts.to_list(), stated, home, strict=True))
    return once(asked, lambda one: money(one[0], one[1], one[2], reading.currencies))


def _usd(prices: list[Money | None], reading: Reading) -> pl.Series:
    return _floats([p.usd(reading.currencies) if p else None for p in prices])


def _words(shown: pl.DataFrame, reading: Reading) -> dict[str, pl.Series]:
    return {
        "availability": each(shown["availability_text"], availability, pl.String),
        "condition": each(shown["condition_text"], condition, pl.String),
        "gtin": each(shown["gtin_text"], gtin, pl.String),
        "mpn": each(shown["mpn_text"], mpn, pl.String),
        "ships_from_country": each(
            shown["ships_from_text"], lambda text: country(text, reading.countries), pl.String
        ),
        "listed_at": _moments(shown, reading),
    }


def _moments(shown: pl.DataFrame, reading: Reading) -> pl.Series:
    is_month_first = {name: code == MONTH_FIRST for name, code in reading.home_currencies.items()}
    texts = shown["listed_at_text"].to_list()
    asked = [
        (t, is_month_first.get(p, False)) for t, p in zip(texts, shown["platform"], strict=True)
    ]
    told = once(asked, lambda one: said(one[0], is_month_first=one[1]))
    found = [within(what, at) for what, at in zip(told, shown["observed_at"], strict=True)]
    return pl.Series(found, dtype=TIME)


def _numbers(shown: pl.DataFrame) -> dict[str, pl.Series]:
    return {
        "sold_count": each(shown["sold_text"], count, pl.Int64),
        "stock_count": each(shown["stock_text"], count, pl.Int64),
        "rating_share": each(shown["rating_text"], share, pl.Float64),
        "review_count": each(shown["review_count_text"], count, pl.Int64),
        "variant_count": each(shown["variants_json"], _variant_count, pl.Int32),
    }


def _lists(shown: pl.DataFrame) -> dict[str, pl.Series]:
    return {
        "image_count": _lengths(shown["image_urls"]),
        "outgoing_url_count": _lengths(shown["outgoing_urls"]),
    }


def _lengths(lists: pl.Series) -> pl.Series:
    return lists.list.len().fill_null(0).cast(pl.Int32)


def _variant_count(text: str | None) -> int | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return len(found) if isinstance(found, list) else None


def _floats(values: list[float | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64)
