"""Answers to what a person asks of vendors, read from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any

import msgspec
import networkx as nx
import polars as pl

from conf.errors import LakeError
from jobs.clean._fold import fold
from jobs.reader import Lake
from jobs.vendors import _stable
from jobs.vendors._decided import PAIR, pair, ruled
from jobs.vendors._drawing import LIKELY
from jobs.vendors._identifiers import identifiers as identifiers_of
from jobs.vendors._traces import shown

SHOWN = ("identifiers", "seller_traces")  # tables of what sellers show
MOST_SHARED = 40  # values that a link is told to share
MOST_LETTERS = 200  # of a text that is shared
MADE = "`countermark job run vendors` makes it"
Row = dict[str, Any]


class Hit(msgspec.Struct, frozen=True):
    """A seller that was asked for, and how it was found."""

    seller_key: str
    vendor_key: str | None
    how: str
    listing_count: int | None  # that show it; None when it was found by its own name
    listing_key: str | None  # one of them


class Link(msgspec.Struct, frozen=True):
    """What links two sellers."""

    seller_key_a: str
    seller_key_b: str
    probability: float | None  # None when nothing rare is shared
    words: str | None
    verdict: str | None  # what a person decided
    vendor_key_a: str | None
    vendor_key_b: str | None
    shared: tuple[Row, ...]  # kind, value, listing_key_a, listing_key_b; identifiers first
    path: tuple[str, ...]  # sellers from the one to the other, where no link joins them directly


class Vendor(msgspec.Struct, frozen=True):
    """A vendor with its accounts and the links among them."""

    summed: Row
    accounts: tuple[Row, ...]
    links: tuple[Row, ...]


def find(lake: Lake, text: str) -> list[Hit]:
    """Give the sellers that show an identifier, bear a name or key, or belong to a vendor.

    The text may be written as sellers write it: "v信 abc12345" is the WeChat abc12345.

    Raises:
        LakeError: the tables are missing, or nothing was found.

    """
    rows = _read(lake, "identifiers")
    values = {(one.kind, one.value) for one in identifiers_of(text)}
    plain = text.strip().casefold()
    is_meant = reduce(
        lambda one, other: one | other,
        [(pl.col("kind") == kind) & (pl.col("value") == value) for kind, value in sorted(values)],
        pl.col("value").str.to_lowercase() == plain,
    )
    meant = rows.filter(is_meant).sort("seller_key", "kind", "value")
    of = _vendor_of(lake)
    hits = [
        Hit(
            row["seller_key"],
            of.get(row["seller_key"]),
            f"{row['kind']} {row['value']}",
            row["listing_count"],
            row["listing_key"],
        )
        for row in meant.iter_rows(named=True)
    ]
    hits += [Hit(key, of.get(key), how, None, None) for key, how in _named(lake, text, of)]
    if not hits:
        raise LakeError(
            f"no seller shows {text!r}, is called so or has that key; write a telephone number "
            "with its country (+86 …), a seller as platform:id"
        )
    return hits


def _named(lake: Lake, text: str, of: dict[str, str]) -> list[tuple[str, str]]:
    """Give sellers by key, by vendor key, or by a name that holds the text."""
    names = _read(lake, "sellers", ["seller_key", "name", "name_folded"])
    keys = [(text, "seller_key")] if text in of or text in set(names["seller_key"]) else []
    keys += [(seller, "vendor_key") for seller, vendor in sorted(of.items()) if vendor == text]
    folded = fold(text).text.strip()
    if folded:
        called = names.filter(pl.col("name_folded").str.contains(folded, literal=True))
        keys += [
            (row["seller_key"], f"name {row['name']}")
            for row in called.sort("seller_key").iter_rows(named=True)
        ]
    return keys


def show(lake: Lake, vendor_key: str) -> Vendor:
    """Give a vendor: the sums, its accounts, and the links among them, the surest first.

    Raises:
        LakeError: there is no such vendor.

    """
    summed = _read(lake, "vendors").filter(pl.col("vendor_key") == vendor_key).to_dicts()
    if not summed:
        raise LakeError(f"there is no vendor {vendor_key!r}; `countermark vendor top` lists some")
    members = _read(lake, "vendor_members").filter(pl.col("vendor_key") == vendor_key)
    scores = _read(
        lake,
        "seller_scores",
        ["seller_key", "suspicion", "listing_count", "red_flag_count", "brands"],
    )
    names = _read(lake, "sellers", ["seller_key", "name", "country", "since_on"])
    # each: one row a seller
    accounts = (
        members.drop("vendor_key")
        .join(names, on="seller_key", how="left")
        .join(scores, on="seller_key", how="left")
        .sort("suspicion", "seller_key", descending=[True, False], nulls_last=True)
    )
    return Vendor(summed[0], tuple(accounts.to_dicts()), tuple(_within(lake, accounts).to_dicts()))


def _within(lake: Lake, accounts: pl.DataFrame) -> pl.DataFrame:
    links = _read(lake, "seller_links")
    own = accounts["seller_key"].implode()
    within = links.filter(*(pl.col(name).is_in(own) for name in PAIR))
    told = within.filter(pl.col("words").is_not_null())
    # standing: one row a pair
    decided = told.join(ruled(lake), on=PAIR, how="left")
    return decided.sort("probability", *PAIR, descending=[True, False, False])


def link(lake: Lake, one: str, other: str) -> Link:
    """Tell what links two sellers: how sure, in words, by which values, and what people decided.

    Raises:
        LakeError: one of them is unknown.

    """
    known = set(_read(lake, "seller_scores", ["seller_key"])["seller_key"])
    for key in (one, other):
        if key not in known:
            raise LakeError(f"there is no seller {key!r}; `countermark vendor find` looks for one")
    (found,) = links_of(lake, [pair(one, other)])
    return found


def links_of(lake: Lake, pairs: Sequence[tuple[str, str]]) -> list[Link]:
    """Give the same of each of some pairs, the lesser key first; the tables are read once."""
    links, of = _read(lake, "seller_links"), _vendor_of(lake)
    scored = {(row["seller_key_a"], row["seller_key_b"]): row for row in _among(links, pairs)}
    verdicts = {(a, b): verdict for a, b, verdict in ruled(lake).select(*PAIR, "verdict").rows()}
    columns = ["seller_key", "kind", "value", "listing_key"]
    shown_by = [_with_sharers(_read(lake, name, columns), pairs) for name in SHOWN]
    shared = {two: _shared(shown_by, *two) for two in pairs}
    listings = _listings(lake, [row for rows in shared.values() for row in rows])
    return [
        Link(
            *two,
            scored.get(two, {}).get("probability"),
            scored.get(two, {}).get("words"),
            verdicts.get(two),
            of.get(two[0]),
            of.get(two[1]),
            tuple(_with_text(listings, row) for row in shared[two]),
            _path(links, of, *two),
        )
        for two in pairs
    ]


def _among(links: pl.DataFrame, pairs: Sequence[tuple[str, str]]) -> list[Row]:
    asked = pl.DataFrame(pairs, schema=dict.fromkeys(PAIR, pl.String), orient="row")
    # links: one row a pair
    return asked.join(links, on=PAIR, how="inner").to_dicts()


def _with_sharers(rows: pl.DataFrame, pairs: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Give the rows of these sellers, each with how many of all sellers show its value."""
    sharers = rows.group_by("kind", "value").agg(pl.col("seller_key").n_unique().alias("sellers"))
    meant = pl.Series(sorted({key for two in pairs for key in two}), dtype=pl.String).implode()
    # sharers: one row a kind and value
    return rows.filter(pl.col("seller_key").is_in(meant)).join(
        sharers, on=["kind", "value"], how="left"
    )


def _shared(tables: Sequence[pl.DataFrame], one: str, other: str) -> list[Row]:
    """Give the values that both show, identifiers first, the rarest of each first."""
    found = []
    for rows in tables:
        sides = [
            rows.filter(pl.col("seller_key") == key).select(
                "kind", "value", pl.col("listing_key").alias(f"listing_key_{name}"), *more
            )
            for key, name, more in ((one, "a", ()), (other, "b", ("sellers",)))
        ]
        # each side: one row a kind and value
        both = sides[0].join(sides[1], on=["kind", "value"], how="inner")
        found += both.sort("sellers", "kind", "value").head(MOST_SHARED).to_dicts()
    return found


def _listings(lake: Lake, rows: Sequence[Row]) -> dict[str, pl.DataFrame]:
    """Give the texts of the listings that show these values, by listing_key."""
    keys = pl.Series(sorted({row["listing_key_a"] for row in rows} - {None}), dtype=pl.String)
    found = lake.frame(
        "listings",
        columns=["listing_key", "title_folded", "description_folded"],
        where=pl.col("listing_key").is_in(keys.implode()),
    )
    return {key: own for (key,), own in found.partition_by("listing_key", as_dict=True).items()}


def _with_text(listings: dict[str, pl.DataFrame], row: Row) -> Row:
    """Put the words of a text in place of the number that stands for it."""
    own = listings.get(row["listing_key_a"])
    text = None if own is None else shown(own, row["kind"], row["value"])
    return row | ({"value": text[:MOST_LETTERS]} if text else {})


def _path(links: pl.DataFrame, of: dict[str, str], one: str, other: str) -> tuple[str, ...]:
    """Give the surest way from one to the other within their vendor."""
    if one not in of or of[one] != of.get(other):
        return ()
    own = pl.Series([key for key, vendor in of.items() if vendor == of[one]]).implode()
    within = links.filter(*(pl.col(name).is_in(own) for name in PAIR))
    joined = within.filter(pl.col("probability") >= LIKELY)
    graph = nx.Graph()
    for a, b, chance in joined.select(*PAIR, "probability").iter_rows():
        graph.add_edge(a, b, length=1.0 + (1.0 - chance))
    try:
        return tuple(nx.shortest_path(graph, one, other, weight="length"))
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return ()  # a person confirmed what joins them


def top(lake: Lake, brand: str | None, place: str | None, limit: int) -> list[Row]:
    """Give the most suspect vendors, those with more flagged value first among equals.

    Args:
        lake: where.
        brand: only vendors that offer this brand.
        place: only vendors with this country among their places, ISO 3166.
        limit: how many.

    """
    rows = _read(lake, "vendors")
    if brand is not None:
        rows = rows.filter(pl.col("brands").list.contains(brand))
    if place is not None:
        rows = rows.filter(pl.col("countries").list.contains(place.upper()))
    order = ("suspicion", "flagged_value_usd", "seller_count", "vendor_key")
    return rows.sort(order, descending=[True, True, True, False]).head(limit).to_dicts()


def history(lake: Lake, vendor_key: str) -> list[Row]:
    """Give what came of a vendor, version by version of vendor_members, the newest first.

    Raises:
        LakeError: no version knows such a vendor.

    """
    now = lake.version("vendor_members")
    if now is None:
        raise LakeError(f"vendor_members is not there; {MADE}")
    columns = ["seller_key", "vendor_key"]
    found: list[Row] = []
    no_links = pl.DataFrame(
        schema={"left": pl.String, "right": pl.String, "log_odds": pl.Float64, "words": pl.String}
    )
    after = lake.frame("vendor_members", version=now, columns=columns)
    for commit in lake.commits("vendor_members"):
        version = commit["version"]
        if version > now:
            continue
        before = (
            lake.frame("vendor_members", version=version - 1, columns=columns)
            if version
            else after.clear()
        )
        changes = _stable.history(before, after, no_links, no_links)
        at = datetime.fromtimestamp(commit["timestamp"] / 1000).astimezone().isoformat()
        meant = (pl.col("vendor_key") == vendor_key) | (pl.col("other_key") == vendor_key)
        found += [{"at": at, "version": version, **row} for row in changes.filter(meant).to_dicts()]
        after = before
    if not found:
        raise LakeError(f"there never was a vendor {vendor_key!r}; `countermark vendor top`")
    return found


def _vendor_of(lake: Lake) -> dict[str, str]:
    rows = _read(lake, "vendor_members", ["seller_key", "vendor_key"])
    return dict(rows.iter_rows())


def _read(lake: Lake, table: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    if lake.version(table) is None:
        raise LakeError(f"{table} is not there yet; {MADE}")
    return lake.frame(table, columns=columns)
