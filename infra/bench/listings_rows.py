"""Reads a folder of real listings into facts, as the jobs would make them: folded, matched, known.

The brand's field is left out of the match: no replica row has one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from conf import contract
from conf.brand import Brand, brands
from conf.currency import currencies
from conf.errors import ConfError
from jobs.clean._fold import fold_series
from jobs.clean._signs import lexicons, signs
from jobs.facts import join_facts
from jobs.kinds import kinds
from jobs.match._decide import Matcher
from jobs.match.listing_matches import matched

BRANDS = Path(__file__).parent / "real_brands.yaml"
_READ = ("source", "listing_id", "title", "description", "currency", "category", "seller_id")
SCHEMA = dict.fromkeys((*_READ, "language"), pl.String()) | {
    "price": pl.Float64(),
    "label": pl.Int64(),
}


def read(folder: Path, known: tuple[Brand, ...] | None = None) -> pl.DataFrame:
    """Give the facts of the listings of a folder, with origin (the source), label and kind.

    Raises:
        ConfError: there are none.

    """
    files = sorted(folder.glob("*.jsonl.gz"))
    if not files:
        raise ConfError(f"{folder} holds no *.jsonl.gz; name a folder of listings by DATA=…")
    rows = pl.concat([pl.read_ndjson(path, schema=SCHEMA) for path in files])
    return facts(rows, brands(BRANDS) if known is None else known)


def facts(rows: pl.DataFrame, known: tuple[Brand, ...]) -> pl.DataFrame:
    """Give the facts of listings in the form of the data."""
    listings = _listings(rows.filter(pl.col("label").is_in([0, 1])))
    shown = listings.with_columns(pl.lit(None, pl.String()).alias("photo_product_key"))
    matches = pl.DataFrame(matched(Matcher(known, {}), shown))
    joined = join_facts(listings, matches, _none("sellers"), _none("seller_features"))
    return joined.with_columns(kinds(joined))


def _listings(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of the contract `listings`, with origin and label."""
    rows = rows.with_row_index("at")
    title, is_title = fold_series(rows["title"])
    description, is_description = fold_series(rows["description"])
    rates = pl.col("currency").fill_null("USD").replace_strict(currencies().usd, default=None)
    seller = pl.concat_str("source", "seller_id", separator=":")
    made = rows.select(
        pl.concat_str("source", "at", separator=":").alias("listing_key"),
        pl.col("source").alias("platform"),
        seller.alias("seller_key"),
        "title",
        "description",
        title.alias("title_folded"),
        description.alias("description_folded"),
        *(one.alias(name) for name, one in signs(title, description, lexicons()).items()),
        (is_title.fill_null(value=False) | is_description.fill_null(value=False)).alias(
            "is_disguised"
        ),
        "language",
        pl.col("price").alias("price_amount"),
        # An unstated currency is taken for dollars: the one such source has a shoe at 150.
        (pl.col("price") * rates.cast(pl.Float64)).alias("price_usd"),
        pl.col("category").alias("category_text"),
        pl.col("source").alias("origin"),
        "label",
    )
    return pl.concat([_none("listings").drop("source"), made], how="diagonal_relaxed")


@cache
def _none(table: str) -> pl.DataFrame:
    """Give a table without a row."""
    return pl.DataFrame(contract.table(table).arrow().empty_table())
