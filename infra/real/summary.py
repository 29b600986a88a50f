"""What the jobs found in real pages and listings.

python -m infra.real.summary HOME [--json]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import msgspec
import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from conf.errors import CountermarkError
from jobs.reader import Lake

_READ: tuple[str, ...] = (
    "title_text",
    "price_text",
    "currency_text",
    "brand_text",
    "description_text",
    "gtin_text",
)
_READ += ("mpn_text", "sku_text", "availability_text", "seller_name_text", "image_urls")
_BRANDS = 10


def main(arguments: Sequence[str]) -> int:
    """Print what was found; 1 if there is no lake."""
    parser = argparse.ArgumentParser(prog="python -m infra.real.summary", description=__doc__)
    parser.add_argument("home", type=Path, help="home of the lake")
    parser.add_argument("--json", action="store_true", help="print it as JSON, last")
    given = parser.parse_args(arguments)
    try:
        found = summary(Lake(given.home.resolve() / "lake"))
    except CountermarkError as error:
        sys.stderr.write(f"summary: {error}\n")
        return 1
    write(found, sys.stdout)
    if given.json:
        content = {name: frame.to_dicts() for name, frame in found.items()}
        sys.stdout.write(msgspec.json.encode(content).decode() + "\n")
    return 0


def summary(lake: Lake) -> dict[str, pl.DataFrame]:
    """Give what was found as small tables, by their titles."""
    found = {}
    if lake.exists("captures"):
        found["Saved pages"] = pages(lake)
    found["Listings by source"] = listings(lake)
    found["Brands with most red flags"] = flagged_brands(lake)
    found["Refused"] = refused(lake)
    return found


def pages(lake: Lake) -> pl.DataFrame:
    """Count the stored pages, the listings they showed, and of these each field that was read."""
    shown = lake.frame(
        "observations", where=pl.col("source") == "extract", columns=["listing_key", *_READ]
    )
    lists = {name for name, kind in shown.schema.items() if kind == pl.List(pl.String())}
    has = [
        (pl.col(name).list.len() > 0 if name in lists else pl.col(name).is_not_null()).any()
        for name in _READ
    ]
    each = shown.group_by("listing_key").agg(has)  # a page read anew is still one listing
    counts = {name: int(each[name].sum()) for name in _READ}
    rows = {"pages": lake.row_count("captures"), "listings": each.height, **counts}
    return pl.DataFrame({"what": list(rows), "count": list(rows.values())})


def listings(lake: Lake) -> pl.DataFrame:
    """Count by source the listings, those that claim a brand, and what the scores say of them.

    Saved pages are many shops with a page each: they are told as one source.
    """
    known = lake.frame("listings", columns=["listing_key", "platform", "source", "price_usd"])
    claims = lake.frame("listing_matches", columns=["listing_key", "brand", "claim"])
    scores = lake.frame("listing_scores", columns=["listing_key", "suspicion", "is_red_flag"])
    # listing_matches, listing_scores: one row a listing
    joined = known.join(claims, on="listing_key", how="left").join(
        scores, on="listing_key", how="left"
    )
    is_page = pl.col("source") == "extract"
    source = pl.when(is_page).then(pl.lit("saved pages")).otherwise("platform").alias("source")
    return (
        joined.group_by(source)
        .agg(
            pl.len().alias("listings"),
            pl.col("price_usd").count().alias("priced"),
            pl.col("brand").count().alias("name a brand"),
            (pl.col("claim") == "claim").sum().alias("claim it"),
            (pl.col("suspicion") >= 50).sum().alias("to review"),  # noqa: PLR2004 - the gate
            pl.col("is_red_flag").sum().alias("red flags"),
        )
        .sort("source")
    )


def flagged_brands(lake: Lake) -> pl.DataFrame:
    """Give the brands against which most stands."""
    scores = lake.frame("listing_scores", columns=["brand", "platform", "is_red_flag"])
    return (
        scores.filter(pl.col("is_red_flag") & pl.col("brand").is_not_null())
        .group_by("brand")
        .agg(pl.len().alias("red flags"), pl.col("platform").n_unique().alias("sources"))
        .sort("red flags", "brand", descending=[True, False])
        .head(_BRANDS)
    )


def refused(lake: Lake) -> pl.DataFrame:
    """Count what was not taken, by step and reason."""
    if not lake.exists("refused"):
        return pl.DataFrame({"step": [], "reason": [], "count": []})
    rows = lake.frame("refused", columns=["stage", "reason"])
    counts = rows.group_by(pl.col("stage").alias("step"), "reason").agg(pl.len().alias("count"))
    return counts.sort("count", "reason", descending=[True, False])


def write(found: dict[str, pl.DataFrame], out: TextIO) -> None:
    """Print the tables."""
    console = Console(file=out, highlight=False, width=100)
    for title, frame in found.items():
        table = Table(*frame.columns, box=None, title=f"\n{title}", title_justify="left")
        for row in frame.iter_rows():
            table.add_row(*(f"{cell:,}" if isinstance(cell, int) else escape(cell) for cell in row))
        console.print(table if frame.height else f"\n{title}: none")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
