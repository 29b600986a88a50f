"""Tables that tasks read themselves: by bucket, by key, of a scope, and of before a rename."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from conf import contract
from jobs import buckets
from jobs.buckets import EVERY, Bucket
from jobs.facts import join_facts, read_facts
from jobs.stored import Scope, Stored, bucket_count

pytestmark = pytest.mark.spark

LISTINGS: list[dict[str, Any]] = [
    {"listing_key": f"a:{n}", "seller_key": f"a:s{n % 7}" if n % 5 else None, "price_usd": n / 4}
    for n in range(60)
]
MATCHES: list[dict[str, Any]] = [
    {"listing_key": f"a:{n}", "brand": "velora" if n % 3 else None} for n in range(0, 60, 2)
]
SELLERS: list[dict[str, Any]] = [
    {"seller_key": f"a:s{n}", "country": "DE", "review_count": n} for n in range(5)
]
FEATURES: list[dict[str, Any]] = [
    {"seller_key": f"a:s{n}", "seller_brand_share": n / 10} for n in range(2, 9)
]


def told(path: Path, *values: str) -> Scope:
    numbers = buckets.numbers(pl.Series("_number", values))
    numbers.to_frame().write_parquet(path / "scope.parquet")
    return Scope("seller_key", str(path / "scope.parquet"))


@pytest.mark.parametrize("count", [1, 2, 8])
def test_buckets_hold_every_row_once(stored: Callable[..., Stored], count: int) -> None:
    """Whether the files are coarser or finer than what is asked for, or as fine."""
    table = stored("listings", *LISTINGS, count=2)
    parts = [table.of(Bucket(at, count), ["listing_key"]) for at in range(count)]
    assert sorted(pl.concat(parts)["listing_key"]) == sorted(one["listing_key"] for one in LISTINGS)


def test_a_file_of_another_writer_may_hold_any_row(stored: Callable[..., Stored]) -> None:
    table = stored("listings", *LISTINGS, count=1)
    (own,) = table.paths
    (Path(table.root) / own).rename(Path(table.root) / "part-0.snappy.parquet")
    table = msgspec.structs.replace(table, paths=("part-0.snappy.parquet",))
    parts = [table.of(Bucket(at, 4), ["listing_key"]) for at in range(4)]
    assert sorted(pl.concat(parts)["listing_key"]) == sorted(one["listing_key"] for one in LISTINGS)
    assert all(part.height for part in parts)


def test_a_scope_is_whose_rows_are_read(stored: Callable[..., Stored], tmp_path: Path) -> None:
    table = stored("listings", *LISTINGS, count=4)
    some = msgspec.structs.replace(table, scope=told(tmp_path, "a:s1", "a:s6"))
    parts = [some.of(Bucket(at, 4), ["listing_key", "price_usd"]) for at in range(4)]
    wanted = [one for one in LISTINGS if one["seller_key"] in {"a:s1", "a:s6"}]
    assert pl.concat(parts).sort("price_usd")["price_usd"].to_list() == [
        one["price_usd"] for one in wanted
    ]


def test_buckets_out_of_scope_are_not_opened(stored: Callable[..., Stored], tmp_path: Path) -> None:
    """Where the scope is of keys, their numbers say in which buckets they can lie."""
    table = stored("listings", *LISTINGS, count=4)
    scope = msgspec.structs.replace(told(tmp_path, "a:1"), by="listing_key")
    some = msgspec.structs.replace(table, scope=scope)
    (own,) = buckets.numbers(pl.Series(["a:1"])).reinterpret(signed=False) % 4
    for path in table.paths:
        if buckets.of_file(path).at != own:
            (Path(table.root) / path).unlink()
    found = [some.of(Bucket(at, 4), ["listing_key"]) for at in range(4)]
    assert [part.height for part in found] == [int(at == own) for at in range(4)]


def test_a_file_of_before_has_todays_columns(tmp_path: Path) -> None:
    """A renamed column is found under its old name, and one added since is null."""
    listings = contract.table("listings")
    renamed = [
        msgspec.structs.replace(one, renamed_from=("asked_usd",))
        if one.name == "price_usd"
        else one
        for one in listings.columns
    ]
    promised = msgspec.structs.replace(listings, columns=tuple(renamed))
    rows = pl.DataFrame({"listing_key": ["a:1"], "asked_usd": [4]})
    rows.write_parquet(tmp_path / "old.parquet")
    table = Stored(promised, str(tmp_path), ("old.parquet",))
    assert table.of(EVERY, ["price_usd", "listing_key", "text_signs"]).to_dicts() == [
        {"price_usd": 4.0, "listing_key": "a:1", "text_signs": None}
    ]


def test_facts_are_the_same_bucket_by_bucket(
    stored: Callable[..., Stored], rows: Callable[..., Any]
) -> None:
    given = {
        "listings": (LISTINGS, 4),
        "listing_matches": (MATCHES, 8),
        "sellers": (SELLERS, 2),
        "seller_features": (FEATURES, 1),
    }
    columns = ["price_usd", "brand", "seller_country", "seller_review_count", "seller_brand_share"]
    tables = [stored(name, *of, count=count) for name, (of, count) in given.items()]
    count = bucket_count(tables[:2])
    assert count == 8
    parts = [read_facts(Bucket(at, count), columns, *tables) for at in range(count)]
    at_once = join_facts(*(pl.DataFrame(rows(name, *of)) for name, (of, _) in given.items()))
    wanted = at_once.select("listing_key", "seller_key", *columns).sort("listing_key")
    assert pl.concat(parts).sort("listing_key").to_dicts() == wanted.to_dicts()
    assert wanted["brand"].null_count() < 60
